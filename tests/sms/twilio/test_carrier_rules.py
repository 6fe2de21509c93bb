"""What the carrier does by itself, on each kind of number."""

import pytest

from content.model.reserved_words import STOP
from sms.twilio.carrier_rules import MODES, Mode, Word, handle, undelivered


def pasted(word: Word) -> str:
    return f"pasted {word}"


@pytest.mark.parametrize(
    ("text", "mode", "said", "blocked", "opt_out_type"),
    [
        ("STOP", "default", "unsubscribed", True, ""),
        (" stop\n", "default", "unsubscribed", True, ""),
        ("STOP", "advanced", "pasted stop", True, "STOP"),
        ("STOP", "toll-free", "NETWORK MSG", True, ""),
        ("STOP", "none", "", True, ""),
        ("CANCEL", "default", "unsubscribed", True, ""),
        ("CANCEL", "toll-free", "", False, ""),
        ("STOP PLEASE", "default", "", False, ""),
        ("STOP.", "advanced", "", False, ""),
        ("HELP", "default", "Reply STOP", False, ""),
        ("info", "toll-free", "Reply STOP", False, ""),
        ("HELP", "advanced", "pasted help", False, "HELP"),
        ("HELP", "none", "", False, ""),
        ("AYUDA", "advanced", "pasted help", False, "HELP"),
        ("AYUDA", "default", "", False, ""),
        ("im not safe", "advanced", "", False, ""),
        ("", "default", "", False, ""),
    ],
)
def test_a_word_on_a_number_that_is_open(
    text: str, mode: Mode, said: str, blocked: bool, opt_out_type: str
) -> None:
    found = handle(text, mode=mode, blocked=False, language="es", pasted=pasted)

    assert said in found.text
    assert bool(found.text) is bool(said)
    assert (found.blocked, found.opt_out_type) == (blocked, opt_out_type)


@pytest.mark.parametrize(
    ("text", "mode", "opened"),
    [
        ("START", "default", True),
        ("yes", "default", True),
        ("UNSTOP", "advanced", True),
        ("START", "toll-free", True),
        ("YES", "toll-free", False),
        ("START", "none", True),
        ("FOOD", "default", False),
        ("STOP", "default", False),
    ],
)
def test_after_stop_only_start_opens_the_number(text: str, mode: Mode, opened: bool) -> None:
    found = handle(text, mode=mode, blocked=True, language="en", pasted=pasted)

    assert found.blocked is not opened
    assert bool(found.text) is (opened and mode != "none")


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "none"])
def test_after_stop_the_carrier_does_not_even_answer_help(mode: Mode) -> None:
    found = handle("HELP", mode=mode, blocked=True, language="en", pasted=pasted)

    assert (found.text, found.opt_out_type) == ("", "")
    assert "HELP" in found.note


@pytest.mark.parametrize("word", sorted(STOP))
def test_a_toll_free_number_knows_one_word_to_stop_and_says_so(word: str) -> None:
    found = handle(word, mode="toll-free", blocked=False, language="en", pasted=pasted)

    assert found.blocked is (word == "stop")
    assert found.note


def test_what_is_not_delivered_says_with_which_error() -> None:
    assert "21610" in undelivered("advanced")
    assert "30004" in undelivered("toll-free")
