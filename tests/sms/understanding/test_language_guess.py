"""Which language a message is answered in."""

import pytest

from sms.understanding.language_guess import LanguageGuess

GUESS = LanguageGuess(
    ("en", "es", "vi", "zh-Hant", "fil", "ar", "ko", "pa", "hmn", "ru"), ("en", "es")
)
NOTHING: dict[str, float] = {}


@pytest.mark.parametrize(
    ("text", "chances", "language"),
    [
        ("", NOTHING, "en"),
        ("¿?", NOTHING, "es"),
        ("asdf", {"en": 0.2, "es": 0.7}, "en"),
        ("asdf fdsa", {"en": 0.2, "es": 0.7}, "es"),
        ("comida", {"en": 0.1, "es": 0.9}, "es"),
        ("necesito ayuda", {"en": 0.1, "es": 0.9}, "es"),
        ("jalapeño nachos are my fav", {"en": 0.95, "es": 0.05}, "en"),
        ("giup toi", {"vi": 0.9, "es": 0.1}, "vi"),
        ("giup toi", {"vi": 0.5, "es": 0.3, "en": 0.2}, "es"),
        ("cứu tôi với", NOTHING, "vi"),
        ("我需要帮助", NOTHING, "zh-Hant"),
        ("도와주세요", NOTHING, "ko"),
        ("مساعدة", NOTHING, "ar"),
        ("ਮਦਦ", NOTHING, "pa"),
        ("помогите", NOTHING, "ru"),
        ("ѕаfe", {"en": 0.9, "es": 0.1}, "en"),  # look-alike letters in an English word
        ("助けてください", {"en": 0.5, "es": 0.4}, "en"),  # Japanese, which no pack has
        ("मदद", {"en": 0.5, "es": 0.4}, "en"),
    ],
)
def test_script_marks_and_chances_tell_it(
    text: str, chances: dict[str, float], language: str
) -> None:
    assert GUESS.of(text, chances) == language


def test_a_pack_without_spanish_answers_in_english() -> None:
    assert LanguageGuess(("en",), ("en",)).of("¿necesito ayuda?", {"es": 1.0}) == "en"
