"""STOP, START, HELP and the closed list."""

import pytest

from content.model.reserved_words import STOP
from sms.understanding.normalise import tokenize
from sms.understanding.optout import (
    asks_by_sign,
    asks_for_help,
    asks_for_quiet,
    carrier_word,
    is_slip,
)
from sms.understanding.quiet import words_around


def test_the_carriers_stop_words_are_seen_as_the_carrier_sees_them() -> None:
    written = [case(word) for word in STOP for case in (str.lower, str.upper, str.title)]
    texts = [dress.format(word) for word in written for dress in ("{}", " {} ", "{}\n", "\t{}")]
    assert [text for text in texts if carrier_word(text) != "stop"] == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("START", "start"),
        ("yes", "start"),
        ("Unstop", "start"),
        ("HELP", "help"),
        ("info ", "help"),
    ],
)
def test_start_and_help_words(text: str, word: str) -> None:
    assert carrier_word(text) == word


@pytest.mark.parametrize(
    "text", ["STOP.", "stop please", "he wont stop", "opt out", "ＳＴＯＰ", "s t o p", "", "stopp"]
)
def test_what_the_carrier_does_not_match_is_not_its_word(text: str) -> None:
    """Twilio: "STOP PLEASE" does not match; "OPT OUT" with a space is not supported."""
    assert carrier_word(text) == ""


@pytest.mark.parametrize(
    "text",
    ["STOP.", "Stop please", "stop texting me!", "Don't text me", "do not text me", "opt out", "no más mensajes",
     "Alto mensajes", "no me escriban más", "quiero darme de baja"],
)  # fmt: skip
def test_the_closed_list_holds_what_a_person_would_read_as_stop(text: str) -> None:
    assert asks_for_quiet(tokenize(text))


@pytest.mark.parametrize(
    ("text", "language"),
    [("alto", "es"), ("Alto!", "es"), ("parar", "es"), ("baja", "es"), ("stop texting me", "en")],
)
def test_a_single_spanish_word_for_quiet_is_spanish(text: str, language: str) -> None:
    assert asks_for_quiet(tokenize(text)) == language


@pytest.mark.parametrize(
    "text",
    ["no mas", "no más", "ya no", "ya no más", "stop it", "make him stop", "he won't stop", "please stop him",
     "he wont stop texting me", "stop hurting me", "stop texting me you said", ""],
)  # fmt: skip
def test_what_a_child_may_mean_otherwise_is_not_on_the_list(text: str) -> None:
    assert not asks_for_quiet(tokenize(text))


@pytest.mark.parametrize(
    ("text", "language"),
    [("“HELP”", "en"), ("H E L P", "en"), ("heeelp!!", "en"), ("ayuda", "es"), ("AYUDAAA", "es"), ("Información", "es"),
     ("h3lp", "en"), ("help me", ""), ("hepl", "")],
)  # fmt: skip
def test_help_in_any_dress_is_help(text: str, language: str) -> None:
    assert asks_for_help(tokenize(text)) == language


@pytest.mark.parametrize(
    ("text", "slip"),
    [("PARARR", True), ("Paarr", True), ("parir", False), ("para", False), ("pasar", False), ("st op", True),
     ("stopp", True), ("sto", True), ("st", False), ("sto pp", False), ("go home", False), ("stxxp", False)],
)  # fmt: skip
def test_a_slip_of_a_stop_word_is_one_and_no_other_word(text: str, *, slip: bool) -> None:
    assert is_slip(tokenize(text)) is slip


@pytest.mark.parametrize(
    ("text", "asks"), [("🆘", True), ("💊💊💊", True), ("🐶🐶", False), ("hi", False)]
)
def test_an_sos_and_a_row_of_pills_ask_for_help(text: str, *, asks: bool) -> None:
    assert asks_by_sign(tokenize(text)) is asks


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("this is my moms phone now dont send texts here", True),
        ("how do i make my ex not send texts here", False),
        ("como hago para que este numero ya no me mande mensajes", True),
        ("como hago para que mi ex ya no me mande mensajes", False),
    ],
)
def test_an_owner_or_a_number_that_texts_may_be_ours(text: str, *, asks: bool) -> None:
    assert (words_around(tokenize(text)) is not None) is asks
