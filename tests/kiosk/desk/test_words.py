"""The desk's own words: complete in each of its languages, and moments as staff say them."""

import io
import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from babel.messages.pofile import read_po

from content.model.pack import LOCAL
from kiosk.desk.templates_env import LANGUAGES, language_of
from kiosk.desk.words import LOCALE, DeskWords
from kiosk.pages.ui_strings import Wording
from messages.message import catalog
from tests.kiosk.desks import NOON
from tests.kiosk.strings import DESK, extracted

SAME = {"No", "Filipino", "Hmong"}  # the same word in every language
LAST_MOMENT = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-14)))
TRANSLATED = sorted(set(LANGUAGES) - {"en"})


def catalogue(language: str) -> dict[str, str]:
    with (LOCALE / f"{language}.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and not m.fuzzy}


def test_the_extraction_finds_words_in_code_and_templates() -> None:
    assert {"Use the stick %(name)s", "Sign out"} <= set(extracted(DESK))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_of_the_desk_is_translated_and_none_is_left_over(language: str) -> None:
    said, asked = catalogue(language), extracted(DESK)
    parts = re.compile(r"%\(\w+\)s|\{\w+\}")

    assert [english for english in asked if not said.get(english)] == []
    assert set(said) - set(asked) == set()
    assert [e for e, text in said.items() if e == text and e not in SAME] == []
    assert [
        e for e, text in said.items() if sorted(parts.findall(e)) != sorted(parts.findall(text))
    ] == []


@pytest.mark.parametrize(
    ("language", "at", "said"),
    [
        ("en", NOON, "today at 12:00\u00a0PM"),
        ("es", NOON, "hoy a las 12:00\u00a0p.m."),
        ("en", datetime(2026, 11, 23, 17, 5, tzinfo=UTC), "yesterday at 9:05\u00a0AM"),
        (
            "en",
            datetime(2025, 11, 4, 20, 0, tzinfo=UTC),
            "on Tuesday, November 4, 2025 at 12:00\u00a0PM",
        ),
        ("en", datetime(1, 1, 1, tzinfo=UTC), "on Monday, January 1, 1 at 12:00\u00a0AM"),
        ("en", LAST_MOMENT, "on Friday, December 31, 9999 at 11:59\u00a0PM"),
    ],
)
def test_a_moment_is_said_from_today(language: str, at: datetime, said: str) -> None:
    assert DeskWords(language, LOCAL, lambda: NOON).when(at) == said


def test_a_sentence_that_ends_with_the_time_of_day_has_one_full_stop() -> None:
    words = DeskWords("es", LOCAL, lambda: NOON)

    assert (
        words("They arrived %(when)s.", when=words.when(NOON))
        == "Llegaron hoy a las 12:00\u00a0p.m."
    )


def test_a_day_in_spanish_is_a_sentence() -> None:
    words = DeskWords("es", LOCAL, lambda: NOON)

    assert words.day(date(2025, 11, 4)) == "el martes 4 de noviembre de 2025"


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "es-MX,es;q=0.9,en;q=0.5", "es"),
        ("", "ES", "es"),
        ("en", "es-MX", "en"),
        ("es", "en-US", "es"),
        ("../es", "vi", "en"),
    ],
)
def test_the_chosen_language_goes_before_the_browsers(
    chosen: str, accepted: str, language: str
) -> None:
    assert language_of(chosen, accepted) == language


def test_the_spanish_of_desk_and_alarms_has_one_word_for_one_thing() -> None:
    """A secretary took two words for two things."""
    found = read_po(io.BytesIO((LOCALE / "es.po").read_bytes()))
    said = [str(message.string) for message in found if message.id]
    said += [
        form
        for words in catalog("es").values()
        for form in (words if isinstance(words, tuple) else (words,))
    ]
    others = "línea de texto|escritorio|esta máquina|este equipo|mantiene esta|Borrar pantalla"
    others += r"|\bmail\b|\bEscribe\b|Bueno saber"
    assert [text for text in said if re.search(others, text)] == []
    assert DeskWords("es", LOCAL, lambda: NOON)("Good to know") == "Conviene saber"
    hide = Wording("es")("Clear screen")
    assert any(f"“{hide}”" in text for text in said)
