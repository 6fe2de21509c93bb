"""Laws by their numbers."""

import pytest

from sms.understanding.laws import UNKNOWN, Laws
from sms.understanding.normalise import MAX_CHARS, tokenize
from tests.shipped import pack

LAWS = Laws(pack().laws)


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("AB 1227", "ab1227"),
        ("ab1227", "ab1227"),
        ("What is AB-1227?", "ab1227"),
        ("assembly bill 1227 (2017)", "ab1227"),
        ("ley AB 1227", "ab1227"),
        ("sb848", "sb848"),
        ("SB 855", "sb855"),
        ("51934", "ec51934"),
        ("ed code 51934", "ec51934"),
        ("Education Code section 51934(b)", "ec51934"),
        ("51934 ed code", "ec51934"),
        ("código de educación 51934", "ec51934"),
        ("EC 51950", "ec51950"),
        ("ed code 215.5", "ab727"),
        ("WIC 16524.7", "wic16524-7"),
        ("w&i code 16524.7", "wic16524-7"),
        ("what does wic 16524.7 say", "wic16524-7"),
        ("16524.7", "wic16524-7"),
        ("pc 11165.7", "pc11166"),
        ("Penal Code § 11166", "pc11166"),
    ],
)
def test_a_law_is_known_by_any_of_its_numbers(text: str, law: str) -> None:
    assert LAWS.find(tokenize(text)) == law


@pytest.mark.parametrize("text", ["SB 14", "AB 9999", "wic 300", "penal code 51934"])
def test_a_number_of_another_law_is_a_law_that_the_pack_does_not_hold(text: str) -> None:
    assert LAWS.find(tokenize(text)) == UNKNOWN


@pytest.mark.parametrize(
    "text",
    ["wic", "wic 95814", "wic near me", "95814", "i live in 51934", "911", "988", "42", "215",
     "i am 14", "12.50", "ab", "penal code", "my locker is 51934", ""],
)  # fmt: skip
def test_the_food_program_a_zip_code_and_other_numbers_are_no_laws(text: str) -> None:
    assert LAWS.find(tokenize(text)) == ""


def test_a_long_message_is_not_searched() -> None:
    assert LAWS.find(tokenize("about " * MAX_CHARS + "ab 1227")) == ""


def test_every_law_of_the_shipped_pack_has_a_number_to_ask_for() -> None:
    known = {*LAWS._bills.values(), *(law for rows in LAWS._sections.values() for _, law in rows)}
    assert known == {law.id for law in pack().laws}
