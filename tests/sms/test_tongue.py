"""Which language a message is in."""

import pytest

from sms.normalise import hear
from sms.tongue import language_of


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
    assert language_of(hear(text), text, found=found) == language


def test_a_pack_without_spanish_answers_in_english() -> None:
    assert language_of(hear("necesito ayuda"), "necesito ayuda", known=("en",)) == "en"
