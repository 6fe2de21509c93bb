"""Which language a message is in."""

import pytest

from sms.understanding.language_guess import Tongue
from sms.understanding.normalise import hear
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
    assert Tongue().of(hear(text), text, found=found) == language


def test_a_pack_without_spanish_answers_in_english() -> None:
    assert Tongue(known=("en",)).of(hear("necesito ayuda"), "necesito ayuda") == "en"


def test_the_packs_own_words_tell_its_languages() -> None:
    assert Tongue().of(hear("pega morir"), "pega morir") == "en"
    assert Tongue(KEYWORDS).of(hear("pega morir"), "pega morir") == "es"
    assert Tongue(KEYWORDS).of(hear("me"), "me") == "en"
