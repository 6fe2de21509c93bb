"""What a line of the directory may hold. One table: what is changed, the field that is named, what
is said."""

import json
from typing import Any

import pytest

from content.directory.model import DirectoryError
from content.directory.rules import flaws, parse

SOUND: dict[str, Any] = {
    "id": "invented-1",
    "name": "Invented Food Pantry",
    "organization": "Invented Center",
    "what": "Free food on 5th Street, 2 to 4 every week. Founded 1990-2020.",
    "phones": [{"number": "+14155552671"}, {"number": "+19165552671", "kind": "sms"}],
    "url": "https://pantry.example.org/food",
    "address": {"street": "1200 K Street, Suite 4000", "city": "Sacramento", "zip": "95814"},
    "area": {"counties": ["06067"]},
    "hours": "Monday to Friday, 9 to 5",
    "languages": ["en", "es", "zh-Hant"],
    "categories": ["food pantry"],
    "updated": "2026-10-31",
}


def told(**change: Any) -> list[tuple[str, str, str]]:
    return [
        (f.key, str(f.message), f.kind)
        for f in flaws(parse(json.dumps({**SOUND, **change}).encode()))
    ]


def test_a_sound_service_has_no_fault() -> None:
    assert told() == []


def phone(number: str, **more: str) -> dict[str, Any]:
    return {"phones": [{"number": "+14155552671"}, {"number": number, **more}]}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("+19005552671", "premium"),
        ("+14159762671", "premium"),
        (
            "+14155550123",
            "is a made-up number (555-0100 to 555-0199 are reserved for films); write the real one",
        ),
        ("95814", "short code, or a ZIP code"),
        ("988", "short code; short codes belong in a pack"),
        ("741741", "short code; short codes belong in a pack"),
        ("+442079460000", "foreign"),
        ("+18765552671", "foreign"),
        ("4155552671", "must be written"),
        ("+1415555267", "not a phone number"),
        ("+1800CALLNOW", "letters"),
        ("+14155552671, +14155552672", "not a phone number"),
        ("", "not a phone number"),
        ("+1١٢٣٤٥٦٧٨٩٠", "not a phone number"),
    ],
)
def test_case_39_a_number_that_a_student_must_not_be_sent_to_is_refused_by_its_field(
    number: str, said: str
) -> None:
    [(field, message, severity)] = told(**phone(number))
    assert (field, severity) == ("phones.1.number", "wrong")
    assert said in message


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"id": "a b"}, "id", "not a valid id"),
        ({"id": "../x"}, "id", "not a valid id"),
        ({"id": "x" * 81}, "id", "not a valid id"),
        ({"name": ""}, "name", "empty"),
        ({"name": "N" * 161}, "name", "161 characters"),
        ({"name": " Pantry"}, "name", "space"),
        ({"what": "<b>Food</b>"}, "what", "HTML"),
        ({"what": "Food &amp; clothes"}, "what", "HTML"),
        ({"what": "Call \u202e1762555514\u202c"}, "what", "U+202E"),
        ({"name": "Pan\u200btry"}, "name", "U+200B"),
        ({"hours": "9 to 5\x00"}, "hours", "U+0000"),
        ({"categories": ["food", "x\u2066"]}, "categories.1", "U+2066"),
        ({"address": {"city": "Davis\u200f"}}, "address.city", "U+200F"),
        ({"what": "Call 900-555-2671 now."}, "what", "number in a text"),
        ({"what": "Call (415) 555 2671."}, "what", "number in a text"),
        ({"hours": "ring 555-2671"}, "hours", "number in a text"),
        ({"what": "٤١٥ ٥٥٥ ٢٦٧١"}, "what", "number in a text"),
        ({"name": "Text HELP to 12345"}, "name", "number in a text"),
        (
            {"phones": [], "url": "", "address": {"city": "Davis"}},
            "phones",
            "nobody could reach this service; add one",
        ),
        ({"phones": SOUND["phones"] * 5}, "phones", "10 numbers"),
        (
            phone("+14155552671", extension="1;ls"),
            "phones.1.extension",
            "is not an extension; write up to eight digits",
        ),
        ({"url": "javascript:alert(1)"}, "url", "not a web address"),
        ({"url": "https://a@b.org/"}, "url", "plain host"),
        ({"url": "https://127.0.0.1/"}, "url", "plain host"),
        ({"url": "https://[::1"}, "url", "not a web address"),
        ({"url": "https://a.org:99999/"}, "url", "not a web address"),
        ({"url": "https://exämple.org/"}, "url", "plain letters"),
        ({"updated": "31.10.2026"}, "updated", "not a date"),
        ({"updated": "20261031"}, "updated", "not a date"),
        ({"area": {}}, "area", "empty"),
        (
            {"area": {"counties": ["06999"]}},
            "area.counties.0",
            "is not a county in California; write the county's FIPS code",
        ),
        (
            {"area": {"counties": ["Sacramento"]}},
            "area.counties.0",
            "is not a county in California; write the county's FIPS code",
        ),
        ({"area": {"states": ["California"]}}, "area.states.0", "not a state"),
        (
            {"area": {"us": True, "zips": ["9581"]}},
            "area.zips.0",
            "is not a ZIP code; write five digits",
        ),
        ({"address": {"zip": "95814-1234"}}, "address.zip", "is not a ZIP code; write five digits"),
        (
            {"languages": ["Spanish"]},
            "languages.0",
            'is not a language tag; write a tag such as "es" or "zh-Hant',
        ),
        ({"categories": ["x"] * 25}, "categories", "25"),
    ],
)
def test_what_is_wrong_is_told_with_its_field(
    change: dict[str, Any], field: str, said: str
) -> None:
    found = told(**change)
    assert [row for row in found if row[0] == field and said in row[1] and row[2] == "wrong"], found


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (
            {"address": {"street": "1 A Street", "zip": "92672"}, "area": {"counties": ["06073"]}},
            "address.zip",
        ),
        ({"area": {"counties": ["06067"], "zips": ["95814", "94608"]}}, "area.zips.1"),
    ],
)
def test_an_area_that_leaves_out_a_county_of_its_zip_code_is_a_warning(
    change: dict[str, Any], field: str
) -> None:
    found = told(**change)
    assert [(row[0], row[2]) for row in found] == [(field, "note")]
    assert "does not list" in found[0][1]


def test_an_area_of_the_whole_state_leaves_nothing_out() -> None:
    assert told(address={"street": "1 A Street", "zip": "92672"}, area={"states": ["CA"]}) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"id": 5}', "id: Expected `str`, got `int`"),
        (
            b'{"id": "a", "name": "n", "updated": "", "area": {}, "phones": [{"number": 4155552671}]}',
            "phones.0.number: ",
        ),
        (b'{"id": "a", "phone": "x"}', "unknown field `phone`"),
        (b'{"id": "a", "name": "n", "updated": "", "area": {"county": 1}}', "area: "),
        (b"id,name,phone", "the line is not a service"),
        (b"", "the line is not a service"),
        (b"[" * 50_000, "bytes"),
        (b"[" * 10_000, "not a service"),
        (b'{"id": "\xff"}', "not a service"),
    ],
)
def test_a_line_of_another_shape_is_refused_with_the_field_that_is_wrong(
    line: bytes, said: str
) -> None:
    with pytest.raises(DirectoryError) as caught:
        parse(line)
    assert said in str(caught.value)
