"""The screen's own words: complete in every language it speaks, and read as people say them."""

import re

import pytest
from babel.messages.pofile import read_po

from content.model import Opening
from kiosk.wording import LOCALE, Wording
from tests.kiosk.strings import extracted

SAME = {"TTY"}  # the same word in both languages


def spanish() -> dict[str, str]:
    with (LOCALE / "es.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and not m.fuzzy}


def test_the_extraction_finds_words_in_code_and_templates() -> None:
    found = extracted()
    assert "Hours not known" in found
    assert "Clear screen" in found


@pytest.mark.parametrize("english", extracted())
def test_every_word_of_the_screen_is_in_spanish(english: str) -> None:
    translated = spanish().get(english, "")
    assert translated
    assert translated != english or english in SAME
    assert sorted(re.findall(r"%\(\w+\)s", translated)) == sorted(re.findall(r"%\(\w+\)s", english))


def test_no_translation_is_left_over() -> None:
    assert set(spanish()) <= set(extracted())


def test_a_language_without_a_catalogue_shows_english() -> None:
    assert Wording("ko")("Clear screen") == "Clear screen"


@pytest.mark.parametrize(
    ("language", "days", "text"),
    [
        ("en", "mo tu we th fr", "Monday to Friday"),
        ("es", "mo tu we th fr", "de lunes a viernes"),
        ("en", "mo we", "Monday and Wednesday"),
        ("en", "mo tu we th fr sa su", "every day"),
        ("es", "su mo tu we th fr sa", "todos los días"),
    ],
)
def test_days_are_said_as_people_say_them(language: str, days: str, text: str) -> None:
    assert Wording(language).days(days.split()) == text


def test_an_opening_reads_as_words() -> None:
    opening = Opening(days=("mo", "tu", "we", "th", "fr"), opens_at="18:00", closes_at="24:00")
    assert Wording("en").opening(opening) == "Monday to Friday, 6:00\u00a0PM to midnight"
    assert Wording("es").opening(opening) == "de lunes a viernes, de 6:00\u00a0p.m. a la medianoche"


@pytest.mark.parametrize(
    ("value", "text"), [("2026-09-14", "September 14, 2026"), ("about 2020 (inferred)", "about 2020 (inferred)")]
)
def test_a_date_is_words_and_other_text_stays(value: str, text: str) -> None:
    assert Wording("en").date(value) == text
