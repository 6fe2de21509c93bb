"""Messages of commands and the facts to compare, in the words of the Spanish desk."""

import re
from datetime import date
from typing import get_args

import pytest
from msgspec import structs

from content.model.pack import Pack
from content.releases.generations import Releases
from content.releases.outcome import Outcome
from content.releases.state import LastRefresh
from content.review import worklist
from content.trust.failures import Failure, Kind
from messages.message import (
    Finding,
    Message,
    Piece,
    has_english,
    in_words,
    message,
    pieces,
    verbatim,
)
from tests.kiosk.desks import NOON

WAITS = message(
    "review.number",
    why=message("hold.gone-crisis", name="988"),
    old="988",
    new=message("review.nothing"),
)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_why_a_refresh_failed_is_spanish(kind: Kind) -> None:
    detail = message("fetch.status", host="packs.example.org", status=404)
    said = pieces(Failure(kind, detail).said, "es")

    assert not has_english(said)
    assert said[-1].text.endswith("La pantalla sigue mostrando lo mismo.")


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(state="active", release_id="0123abcd"),
        Outcome(state="unchanged"),
        Outcome(
            state="held",
            held="0123abcd",
            hidden=("trevor", "rainn"),
            reason=message("review.needs", count=2, first=WAITS),
        ),
        Outcome(state="refused", reason=message("candidate.errors")),
    ],
    ids=lambda outcome: outcome.state,
)
def test_what_became_of_a_pack_is_spanish(outcome: Outcome) -> None:
    assert not has_english(pieces(outcome.said, "es"))
    assert in_words(outcome.said, "es") != str(outcome.said)


def test_a_packs_own_problem_stays_english_inside_the_sentence() -> None:
    wrong = Outcome(
        state="refused", problems=(Finding.at("a.toml", 3, "The number is not right."),)
    )

    assert pieces(wrong.said, "es") == (
        Piece("El paquete nuevo se rechazó: 1 problema; se queda el anterior. El primero: "),
        Piece("a.toml:3: The number is not right.", english=True),
    )


def test_every_fact_to_compare_is_spanish(pack: Pack) -> None:
    tasks = worklist.tasks(pack, today=date(2040, 1, 1))
    parts = {part for task in tasks for fact in task.compare for part in fact}
    shown = [in_words(part, "es") for part in parts]
    words = {
        word for text in shown for word in re.findall("[a-z]+", re.sub(r"\S*://\S*", "", text))
    }

    assert len(tasks) > 80
    assert not has_english(piece for part in parts for piece in pieces(part, "es"))
    english = {"hours", "number", "cost", "voice", "stated", "unknown", "listed", "mo"}
    assert words & english == set()


@pytest.mark.parametrize("said", [None, Message("of.another-version"), Message("fetch.status")])
def test_a_record_of_another_version_is_told_in_its_own_english(
    releases: Releases, said: Message | None
) -> None:
    """An update, or a rollback of the program, leaves records whose codes nobody knows."""
    record = LastRefresh(at=NOON, outcome="failed", sentence="It failed.", said=said)
    releases.change(lambda state: structs.replace(state, refresh=record))

    found = releases.state().refresh

    assert found is not None
    assert found.message == verbatim("It failed.")


def test_a_program_before_reads_the_record_of_this_one(releases: Releases) -> None:
    failure = Failure("slow", message("fetch.host", host="packs.example.org"))
    releases.change(lambda state: state.record_failure(failure, source="x", now=NOON))

    found = releases.state().refresh

    assert found is not None
    assert found.sentence == str(failure.said)
    assert found.message == failure.said


@pytest.fixture
def releases(tmp_path_factory: pytest.TempPathFactory) -> Releases:
    """None on the disk yet."""
    return Releases(tmp_path_factory.mktemp("data"))
