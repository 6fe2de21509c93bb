"""Words of the carriers."""

import pytest

from content.model.reserved_words import HELP, START, STOP
from editor.rules.text_line import is_reserved


@pytest.mark.parametrize("word", sorted(STOP | START | HELP))
def test_a_carriers_word_is_reserved_in_any_case_and_dress(word: str) -> None:
    assert is_reserved(word)
    assert is_reserved(f" {word.upper()}! \n")


@pytest.mark.parametrize("word", ["stop it", "help me", "stopped", "ayuda", "safe", "", "!"])
def test_other_words_are_free(word: str) -> None:
    """Carriers match the whole message only, as one word."""
    assert not is_reserved(word)


def test_the_words_of_2025_are_among_them() -> None:
    """Twilio added OPTOUT and REVOKE on 14 May 2025."""
    assert {"optout", "revoke"} <= STOP
