"""The screen's own words: complete in every language it speaks, and read as people say them."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from babel import core, localedata
from babel.messages.pofile import read_po

from content.model.language import KNOWN
from content.model.pack import Opening
from kiosk.pages.dates import calendar
from kiosk.pages.ui_strings import LOCALE, Wording
from tests.kiosk.strings import extracted

SAME = {"TTY"}  # the same word in every language
SAME_IN = {("fil", "County"), ("fil", "On")}  # as Filipinos in California say it


LANGUAGES = sorted(path.stem for path in LOCALE.glob("*.po"))


def catalogue(language: str) -> dict[str, str]:
    with (LOCALE / f"{language}.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and not m.fuzzy}


def test_the_extraction_finds_words_in_code_and_templates() -> None:
    found = extracted()
    assert "Hours not known" in found
    assert "Clear screen" in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_screen_is_translated(language: str) -> None:
    said = catalogue(language)
    assert [english for english in extracted() if not said.get(english)] == []
    assert [
        english
        for english, text in said.items()
        if text == english and english not in SAME and (language, english) not in SAME_IN
    ] == []
    parts = re.compile(r"%\(\w+\)s")
    uneven = [
        english
        for english, text in said.items()
        if sorted(parts.findall(text)) != sorted(parts.findall(english))
    ]
    assert uneven == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(language: str) -> None:
    assert set(catalogue(language)) - set(extracted()) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_in_words_are_those_that_are_dialled(language: str) -> None:
    odd = [
        text
        for text in catalogue(language).values()
        if any(char.isdigit() and not char.isascii() for char in text)
    ]
    assert odd == []


def test_a_language_without_a_catalogue_shows_english() -> None:
    assert Wording("fa")("Clear screen") == "Clear screen"


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
    ("value", "text"),
    [("2026-09-14", "September 14, 2026"), ("about 2020 (inferred)", "about 2020 (inferred)")],
)
def test_a_date_is_words_and_other_text_stays(value: str, text: str) -> None:
    assert Wording("en").date(value) == text


CLOCKS = {
    "en": "6:05\u00a0PM",
    "es": "6:05\u00a0p.m.",
    "vi": "6:05\u00a0tối",
    "zh-Hant": "下午6:05",
    "fil": "6:05\u00a0PM",
    "ar": "6:05\u00a0م",
    "ko": "저녁\u00a06:05",
    "pa": "6:05\u00a0ਸ਼ਾਮੀਂ",
    "hmn": "6:05\u00a0PM",
    "ru": "6:05\u00a0вечера",
}


@pytest.mark.parametrize(("language", "text"), CLOCKS.items())
def test_hours_run_to_twelve_in_every_language(language: str, text: str) -> None:
    assert Wording(language).clock("18:05") == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh-Hant", "2026年9月14日"),
        ("ar", "14 سبتمبر 2026"),
        ("ru", "14 сентября 2026\u202fг."),
        ("hmn", "9/14/2026"),
        ("pa", "14 ਸਤੰਬਰ 2026"),
    ],
)
def test_a_date_is_written_with_the_figures_that_are_dialled(language: str, text: str) -> None:
    assert Wording(language).date("2026-09-14") == text


def test_only_the_calendar_of_a_language_stays_in_memory() -> None:
    calendar.cache_clear()
    assert calendar("ru").days[0] == "понедельник"
    table = vars(core)["_global_data"]
    assert "currency_fractions" not in table
    assert len(table["likely_subtags"]) < 100  # of 7,745
    for name in ("root", "ru"):
        kept = localedata.load(name)
        assert "days" in kept
        assert not {"territories", "currency_names", "unit_patterns"} & kept.keys()


def test_threads_that_read_languages_at_once_take_nothing_from_each_other() -> None:
    """The first search after a start was answered with "Something went wrong on this screen"."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(5):
            calendar.cache_clear()
            vars(localedata)["_cache"].clear()
            vars(core)["_global_data"] = None
            with ThreadPoolExecutor(8) as threads:
                assert all(made.days for made in threads.map(calendar, KNOWN * 2))
    finally:
        sys.setswitchinterval(before)


def test_no_english_day_stands_in_a_hmong_sentence() -> None:
    assert (
        Wording("hmn").listed(calendar("hmn").days[:3])
        == "hnub zwj hli, hnub zwj quag thiab hnub zwj feeb"
    )
    assert Wording("hmn").listed(["A"]) == "A"


@pytest.mark.parametrize(
    ("language", "text"), [("en", "English, Español"), ("ar", "English، Español")]
)
def test_languages_stand_with_the_comma_of_the_page(language: str, text: str) -> None:
    assert Wording(language).tongues(["en", "es"]) == text
