"""Phone numbers: shown, linked, judged."""

import pytest

from content.model import phone_numbers
from content.model.pack import ShortCode

ALLOWED = [
    ShortCode(number="988", kinds=("voice", "sms"), owner="Lifeline", source=""),
    ShortCode(number="741741", kinds=("sms",), owner="Crisis Text Line", source=""),
]
REFUSED = {
    "a premium area": ("+19005550123", "premium"),
    "a premium exchange": ("+14159761234", "premium"),
    "is a made-up number (555-0100 to 555-0199 are reserved for films); write the real one": (
        "+14155550123",
        "is a made-up number (555-0100 to 555-0199 are reserved for films); write the real one",
    ),
    "an invented toll-free number": (
        "+18005550199",
        "is a made-up number (555-0100 to 555-0199 are reserved for films); write the real one",
    ),
    "another country": ("+442079460000", "foreign"),
    "Canada": ("+16135550000", "foreign number (CA)"),
    "Jamaica": ("+18769261234", "foreign number (JM)"),
    "a ZIP code": ("94608", "and has five digits like a ZIP code"),
    "a ZIP code with its four": ("94608-1234", "not a phone number"),
    "a short code that is not listed": ("233733", "not one of the short codes"),
    "letters": ("800-273-TALK", "letters"),
    "ten digits without +1": ("4155551234", 'must be written "+14155551234"'),
    "signs between the digits": ("(800) 273-8255", 'must be written "+18002738255"'),
    "an area that does not exist": ("+12225551234", "cannot be a real US number; check its digits"),
    "a digit too few": ("+1800273825", "not a phone number"),
    "two numbers in one": ("988 or 911", "letters"),
    "Arabic digits": ("٩٨٨", "not a phone number"),
    "a line end behind it": ("988\n", "not a phone number"),
    "nothing": ("", "not a phone number"),
}


@pytest.mark.parametrize(("number", "because"), REFUSED.values(), ids=REFUSED)
def test_a_number_that_may_not_be_printed_is_refused_with_a_reason(
    number: str, because: str
) -> None:
    assert because in phone_numbers.problem(number, short_codes=ALLOWED)


@pytest.mark.parametrize(
    "number", ["+18002738255", "+18883737888", "+15102591800", "988", "741741"]
)
def test_a_real_number_and_a_listed_short_code_are_fine(number: str) -> None:
    assert phone_numbers.problem(number, short_codes=ALLOWED) == ""


def test_a_short_code_serves_only_the_kinds_it_is_listed_for() -> None:
    assert phone_numbers.problem("741741", short_codes=ALLOWED, kind="sms") == ""
    assert "not for voice" in phone_numbers.problem("741741", short_codes=ALLOWED, kind="voice")


def test_numbers_are_shown_as_people_write_them_and_short_codes_as_they_are() -> None:
    assert phone_numbers.display("+18883737888") == "1-888-373-7888"
    assert phone_numbers.display("988") == "988"


def test_links_never_make_a_long_number_of_a_short_code() -> None:
    """libphonenumber formats 988 as +1988."""
    assert phone_numbers.tel("988") == "tel:988"
    assert phone_numbers.tel("+18883737888") == "tel:+18883737888"
    assert phone_numbers.sms("741741") == "sms:741741"
    assert phone_numbers.sms("741741", "HOME now") == "sms:741741?body=HOME%20now"


def test_two_ways_of_writing_a_number_have_the_same_digits() -> None:
    assert (
        phone_numbers.digits("+18663119474") == phone_numbers.digits("866-311-9474") == "8663119474"
    )
