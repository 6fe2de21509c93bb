"""The passphrase: kept as a hash that nobody else may read, and never weaker than twelve
characters."""

import stat
import unicodedata
from pathlib import Path

import pytest

from kiosk.desk.passphrase import COST, FILE, PassphraseError, judged, keep, kept, right
from messages.message import of_error
from tests.kiosk.desks import QUICK

WORDS = "four plain wörds here"


def taken(folder: Path, words: str) -> None:
    """Set a passphrase at a school, as `desk passphrase` does."""
    judged(words, ("Elm Street School", "Sacramento"))
    keep(folder, words, cost=QUICK)


def test_what_was_kept_is_known_again_and_nothing_else_is(tmp_path: Path) -> None:
    keep(tmp_path, WORDS, cost=QUICK)
    record = kept(tmp_path)

    assert record
    assert right(record, WORDS)
    assert right(record, unicodedata.normalize("NFD", WORDS))
    assert not right(record, WORDS[:-1])
    assert not right(record, "")


def test_the_file_holds_no_passphrase_and_is_ours_alone(tmp_path: Path) -> None:
    keep(tmp_path, WORDS, cost=QUICK)

    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert "plain" not in (tmp_path / FILE).read_text(encoding="ascii")
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_a_guess_costs_an_attacker_32_megabytes(tmp_path: Path) -> None:
    keep(tmp_path, WORDS)
    record = kept(tmp_path)

    assert record
    assert 128 * record.n * record.r == 32 * 2**20
    assert {"n": record.n, "r": record.r, "p": record.p} == COST
    assert right(record, WORDS)


def test_two_desks_with_the_same_passphrase_have_different_hashes(tmp_path: Path) -> None:
    keep(tmp_path, WORDS, cost=QUICK)
    first = kept(tmp_path)
    keep(tmp_path, WORDS, cost=QUICK)

    assert kept(tmp_path) != first


@pytest.mark.parametrize(
    ("weak", "code"),
    [
        ("", "short"),
        ("eleven char", "short"),
        ("a" + "\u0301\u0316" * 9000, "long"),  # no more of it is looked at: two seconds
        (" " * 20, "short"),
        ("ab" * 10, "guessed"),
        ("passwordpassword", "guessed"),
        ("123456789012", "guessed"),
        ("porchlight123", "guessed"),
        ("Porchlight2026!", "guessed"),
        ("porchlight porchlight", "guessed"),
        ("qwertyuiop12", "guessed"),
        ("letmeinletmein", "guessed"),
        ("Password1234!", "guessed"),
        ("elmstreetschool1", "guessed"),
        ("Elm Street School 26", "guessed"),
        ("Sacramento2026", "guessed"),
    ],
)
def test_a_weak_one_is_refused_and_the_old_one_stays(tmp_path: Path, weak: str, code: str) -> None:
    keep(tmp_path, WORDS, cost=QUICK)
    before = (tmp_path / FILE).read_bytes()

    with pytest.raises(PassphraseError) as refused:
        taken(tmp_path, weak)

    said = of_error(refused.value)
    assert said.code == f"passphrase.{code}"
    assert code != "long" or said.args["letters"] == 2499
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize(
    "strong",
    [
        "lamp river stone gate",
        "Cuatro palabras sin relación",
        "Q7#rW2!pLx9Z",
        "lamp river stone gate " + "z" * 400,
    ],
)
def test_four_words_a_random_one_and_a_very_long_one_are_taken(tmp_path: Path, strong: str) -> None:
    taken(tmp_path, strong)
    record = kept(tmp_path)
    assert record
    assert right(record, strong)


@pytest.mark.parametrize("spoilt", [b"", b"{", b"[]", b'{"salt":1}', b"\xff"])
def test_a_spoilt_file_is_no_passphrase(tmp_path: Path, spoilt: bytes) -> None:
    (tmp_path / FILE).write_bytes(spoilt)

    assert kept(tmp_path) is None


def test_costs_that_no_machine_grants_open_nothing(tmp_path: Path) -> None:
    keep(tmp_path, WORDS, cost=QUICK)
    text = (tmp_path / FILE).read_text(encoding="ascii").replace('"n":16', '"n":1073741824')
    (tmp_path / FILE).write_text(text, encoding="ascii")
    record = kept(tmp_path)

    assert record
    assert not right(record, WORDS)
