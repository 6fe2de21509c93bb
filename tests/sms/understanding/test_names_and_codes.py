"""Whole messages that are a name or a number."""

import pytest

from sms.understanding.names_and_codes import (
    NamedReply,
    Names,
    code_in,
    codes,
    short_number_in,
    zip_in,
)
from sms.understanding.normalise import tokenize
from tests.sms.packs import PACK, partner

NAMED = (*PACK.partners, partner("lnf", "love never fails"))
NAMES = Names(NamedReply(one.id, one.names) for one in NAMED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3strands", "3strands"),
        ("3 Strands?", "3strands"),
        ("who is 3strands", "3strands"),
        ("What is the HEAT Institute?", "heat"),
        ("tell me about protect", "protect"),
        ("qué es ncmec", "ncmec"),
        ("N.C.M.E.C.", "ncmec"),
        ("heat", "heat"),
        ("protect", "protect"),
        ("Love Never Fails", "lnf"),
    ],
)
def test_a_partner_is_known_by_its_name(text: str, expected: str) -> None:
    assert NAMES.exact(tokenize(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "no heat at home",
        "protect me",
        "the heat is off",
        "i need to protect myself",
        "what is",
        "about",
        "",
    ],
)
def test_ordinary_words_are_no_partners(text: str) -> None:
    assert NAMES.exact(tokenize(text)) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [("M42", "M42"), (" m42. ", "M42"), ("text m42", "M42"), ("TEXTO E42", "E42"), ("#m42", "M42"),
     ("More: text M42", "M42"), ("Para seguir: manda E42", "E42"), ("Ｍ４２", "M42"), ("m 42", "M42"),
     ("m-42", "M42"), ("M42 M43", ""), ("42", ""), ("67", ""), ("69", ""), ("m4", ""), ("m420", ""),
     ("i am 14", ""), ("95814", ""), ("", "")],
)  # fmt: skip
def test_a_code_is_the_whole_message(text: str, code: str) -> None:
    assert code_in(tokenize(text)) == code


def test_each_code_names_its_topic_and_language() -> None:
    assert codes(PACK.topics)["E32"] == ("suicide", "es")
    assert len(codes(PACK.topics)) == 2 * len(PACK.topics)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("911", "danger"),
        ("9-1-1", "danger"),
        ("988!", "suicide"),
        ("211", "basics"),
        ("912", ""),
        ("call 911", ""),
    ],
)
def test_a_short_number_alone_is_its_topic(text: str, topic: str) -> None:
    assert short_number_in(tokenize(text)) == topic


@pytest.mark.parametrize(
    ("text", "expected"),
    [("95814", "95814"), ("95814-1234", "95814"), ("zip 95814", "95814"), ("my zip code is 95814.", "95814"),
     ("codigo postal 95814", "95814"), ("958145", ""), ("i live in 95814", "95814"), ("im near 95814", "95814"),
     ("vivo en 95814", "95814"), ("i live in 95814 and he hits me", ""), ("i owe him 95814", ""), ("9581", "")],
)  # fmt: skip
def test_a_zip_code_is_the_whole_message(text: str, expected: str) -> None:
    assert zip_in(tokenize(text)) == expected
