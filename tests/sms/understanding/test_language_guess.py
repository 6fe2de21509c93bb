"""Which language a message is in."""

import pytest

from sms.understanding.language_guess import LanguageGuess
from sms.understanding.normalise import tokenize
from tests.sms.packs import KEYWORDS


@pytest.mark.parametrize(
    ("text", "found", "language"),
    [
        ("necesito ayuda por favor", (), "es"),
        ("hola", (), "es"),
        ("¿?", (), "es"),
        ("what is this", (), "en"),
        ("asdf", (), "en"),
        ("", (), "en"),
        ("comida", ("es",), "es"),
        ("me hacen bullying en la escuela", ("en",), "es"),
        ("i need help with comida now", ("es",), "en"),
        ("me bullying", ("en", "es"), "en"),
    ],
)
def test_the_language_follows_the_words(text: str, found: tuple[str, ...], language: str) -> None:
    assert LanguageGuess().of(tokenize(text), text, found=found) == language


def test_a_pack_without_spanish_answers_in_english() -> None:
    assert LanguageGuess(known=("en",)).of(tokenize("necesito ayuda"), "necesito ayuda") == "en"


def test_the_packs_own_words_tell_its_languages() -> None:
    assert LanguageGuess().of(tokenize("pega morir"), "pega morir") == "en"
    assert LanguageGuess(KEYWORDS).of(tokenize("pega morir"), "pega morir") == "es"
    assert LanguageGuess(KEYWORDS).of(tokenize("me"), "me") == "en"
