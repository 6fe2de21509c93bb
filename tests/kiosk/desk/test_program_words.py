"""What the program says in English, on the Spanish desk: translated by template, else marked."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import get_args

import pytest
from babel.messages.pofile import read_po

from content.model.opening_hours import LOCAL
from content.model.pack import Pack, Problem
from content.releases.outcome import Outcome
from content.review import worklist
from content.trust.failures import Failure, Kind
from kiosk.desk import task
from kiosk.desk.program_words import ProgramWords
from kiosk.desk.words import LOCALE, DeskWords
from messages.message import Piece, has_english
from runtime import child_process
from tests.kiosk import program_sentences
from tests.kiosk.desks import NOON

SPANISH = ProgramWords(DeskWords("es", LOCAL, lambda: NOON).of_program())
# Only fewer: a new sentence of these modules comes with its Spanish.
STILL_ENGLISH = {
    "{} is written.",  # the terminal's
    ", second topic {}",
    "because of {}",
}
SAME = {"{}, {}"}


def catalogue() -> dict[str, str]:
    with (LOCALE / "program" / "es.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and not m.fuzzy}


def english(pieces: Sequence[Piece]) -> list[str]:
    return [piece.text for piece in pieces if piece.english]


def said(text: str) -> str:
    """English pieces in brackets."""
    pieces = SPANISH.told(text)
    return "".join(f"[{piece.text}]" if piece.english else piece.text for piece in pieces)


def test_every_translation_is_of_a_sentence_that_the_program_says() -> None:
    assert set(catalogue()) - set(program_sentences.templates()) == set()


def test_what_is_still_english_becomes_only_less() -> None:
    known, kinds = catalogue(), get_args(Kind)
    made = program_sentences.templates()
    left = {text for text in made if program_sentences.is_prose(text) and text not in known}

    assert left - set(kinds) == STILL_ENGLISH


def test_every_sentence_is_known_again_whatever_its_parts() -> None:
    for template, spanish in catalogue().items():
        parts = iter("123456789")
        values = [next(parts) for _field in re.findall(r"\{\}", template)]
        text = template
        for value in values:
            text = text.replace("{}", value, 1)

        assert said(text) == spanish.format(*values), template


def test_a_translation_uses_no_part_that_is_not_there() -> None:
    for template, spanish in catalogue().items():
        numbers = {int(found) for found in re.findall(r"\{(\d)\}", spanish)}
        count = template.count("{}")
        assert max(numbers, default=-1) < count, template
        assert numbers or spanish.count("{}") == count, template


@pytest.mark.parametrize("kind", get_args(Kind))
def test_why_a_refresh_failed_is_spanish(kind: Kind) -> None:
    detail = {
        "old stick": "This stick is 40 days old, but not older than what is shown. Is it the newest"
        " you can get? Then take it all the same: run refresh again with --accept-age.",
    }

    text = Failure(kind, detail.get(kind, "packs.example.org, status 404")).sentence()

    assert english(SPANISH.told(text)) == []
    assert said(text).endswith("Lo que se muestra se queda.")


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(state="active", release_id="0123abcd"),
        Outcome(state="unchanged"),
        Outcome(
            state="held",
            held="0123abcd",
            hidden=("trevor", "rainn"),
            reason="2 changes need a yes. First: 988 is missing, and students in danger are sent"
            " there. It takes the place of the pack that waited before (4567ef).",
        ),
        Outcome(state="refused", reason="The pack has errors."),
    ],
    ids=lambda outcome: outcome.state,
)
def test_what_became_of_a_pack_is_spanish(outcome: Outcome) -> None:
    assert english(SPANISH.told(outcome.sentence())) == []
    assert said(outcome.sentence()) != outcome.sentence()


def test_a_packs_own_problem_stays_english_inside_the_sentence() -> None:
    wrong = Outcome(state="refused", problems=(Problem("a.toml", 3, "The number is not right."),))

    assert said(wrong.sentence()) == (
        "El paquete nuevo se rechazó: 1 problema; se queda el anterior. El primero:"
        " [a.toml:3: The number is not right.]"
    )


def test_a_sentence_that_nobody_translated_is_told_apart_from_its_neighbours() -> None:
    assert said("The printer is on fire. What is shown stays.") == (
        "[The printer is on fire. ]Lo que se muestra se queda."
    )
    assert any(
        has_english(SPANISH.told(text))
        for text in ("What is shown stays.", "The printer is on fire.")
    )
    assert not has_english(SPANISH.told("What is shown stays."))


@pytest.mark.parametrize("text", [task.TOO_LONG, child_process.CUT_OFF])
def test_a_command_that_came_to_no_end_says_so_in_spanish(text: str) -> None:
    assert english(SPANISH.told(text)) == []


def test_every_fact_to_compare_is_spanish(pack: Pack) -> None:
    tasks = worklist.tasks(pack, today=date(2040, 1, 1))
    parts = {part for task in tasks for fact in task.compare for part in fact}
    shown = {said(part) for part in parts}

    assert len(tasks) > 80
    assert [text for text in shown if "[" in text] == []
    words = {
        word for text in shown for word in re.findall(r"[a-z]+", re.sub(r"\S*://\S*", "", text))
    }
    assert (
        words & {"hours", "number", "cost", "voice", "stated", "unknown", "listed", "mo"} == set()
    )


@pytest.mark.parametrize(
    "text",
    [
        "a. " * 400,
        "in " * 400,
        "hours page " * 100,
        "; ".join(["the page of hours in"] * 60),
        "The new pack was refused: " * 40,
        "The {} of x changed. " * 50,
        "{} (a) " * 150,
        "x" * 100_000,
    ],
    ids=lambda text: text[:20],
)
def test_a_text_of_any_form_is_answered(text: str) -> None:
    assert "".join(piece.text for piece in SPANISH.told(text))


def test_on_the_english_desk_everything_is_as_it_came() -> None:
    words = ProgramWords(DeskWords("en", LOCAL, lambda: datetime.now(UTC)).of_program())

    assert words.told("What is shown stays. As {} is.") == (
        Piece("What is shown stays. As {} is."),
    )
    assert not has_english(words.told("What is shown stays."))
