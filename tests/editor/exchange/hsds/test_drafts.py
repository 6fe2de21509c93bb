"""One record of a feed: what is drafted, what is asked, what is left out."""

import tomllib
from datetime import date
from typing import Any

import pytest

from content.model.pack import ChannelKind
from editor.exchange.hsds import draft_service
from editor.exchange.hsds.drafts import Draft, needs_file, toml, values_of
from messages.message import Finding
from tests.content.conftest import TinyPack
from tests.content.feeds import FULL, VOICE, service

FEED = draft_service.Feed(name="example feed", today=date(2026, 12, 1))


def drafted(**more: Any) -> Draft:
    found = draft_service.draft(service(**more), FEED)
    assert isinstance(found, Draft), found
    return found


def asked(found: Draft, field: str) -> list[Finding]:
    return [
        need for need in found.needs if field in values_of(need)["field"] and need.kind != "note"
    ]


def reached(found: Draft) -> list[tuple[ChannelKind, str]]:
    return [(channel.kind, channel.number or channel.url) for channel in found.channels]


@pytest.mark.parametrize(
    "written", [VOICE, "888-373-7888", "+1 888 373 7888", "1.888.373.7888", "tel:+1-888-373-7888"]
)
def test_a_plain_number_is_drafted(written: str) -> None:
    assert reached(drafted(phones=[{"number": written, "type": "voice"}])) == [("voice", FULL)]


REFUSED = {
    "several numbers": ("tdd: 800-273-8255, main: 888-373-7888", "several numbers"),
    "several, without words": ("800-273-8255 / 888-373-7888", "several numbers"),
    "a list of Python's": (
        "['888-373-7888', '800-273-8255']",
        "the cell contains a list, not one number",
    ),
    "a list with an inactive one": (
        "[{'number': '888-373-7888', 'isActive': False}, {'number': '8002738255'}]",
        "contains a list, not one number, and at least one is marked inactive",
    ),
    "a ZIP code": ("94608", "looks like a ZIP code"),
    "a long ZIP code": ("94608-1234", "looks like a ZIP code"),
    "the record's own ZIP code": ("10001", "looks like a ZIP code"),
    "three digits": (
        "988",
        "this is a short code; add it to the list of short codes (shortcodes.toml) by hand",
    ),
    "six digits": (
        "741741",
        "this is a short code; add it to the list of short codes (shortcodes.toml) by hand",
    ),
    "five digits of no county": (
        "22522",
        "this is a short code; add it to the list of short codes (shortcodes.toml) by hand",
    ),
    "no area code": ("373-7888", "no area code"),
    "letters": ("800-273-TALK", "not one plain number"),
    "words": ("call us maybe", "not one plain number"),
    "another column": ("Oakland", "not one plain number"),
    "a foreign number": ("+44 1234 234567", "foreign number"),
    "an area code of Canada": ("416-555-2368", "foreign number"),
    "a premium number": ("900-555-2368", "premium number"),
    "is a made-up number (555-0100 to 555-0199 are reserved for films); write the real one": (
        "916-555-0123",
        "is a made-up number (555-0100 to 555-0199 are reserved for films); write the real one",
    ),
    "no real number": ("123-456-7890", "not a phone number"),
    "nothing": ("", "there is no number"),
}


@pytest.mark.parametrize(("written", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_plainly_one_number_is_asked_and_never_drafted(written: str, said: str) -> None:
    location = {"location": {"addresses": [{"postal_code": "10001"}]}}
    found = drafted(phones=[{"number": written, "type": "voice"}], service_at_locations=[location])

    assert reached(found) == []
    (need,) = asked(found, "phones")
    assert values_of(need)["field"] == "phones/0/number"
    assert said in values_of(need)["ask"]
    assert values_of(need)["found"] == written


@pytest.mark.parametrize("kind", ["fax", "pager", "video", "Fax"])
def test_a_number_that_no_student_can_use_is_left_out_with_a_note(kind: str) -> None:
    found = drafted(phones=[{"number": VOICE, "type": kind}])

    assert reached(found) == []
    assert [need.kind for need in found.needs if "phones" in values_of(need)["field"]] == ["note"]


@pytest.mark.parametrize(
    "flag", [{"isActive": False}, {"is_active": "false"}, {"active": 0}, {"status": "inactive"}]
)
def test_an_inactive_number_is_left_out_with_a_note(flag: dict[str, Any]) -> None:
    found = drafted(phones=[{"number": VOICE, "type": "voice", **flag}])

    assert reached(found) == []
    assert [values_of(need)["ask"] for need in found.needs if need.kind == "note"] == [
        "the feed marks this number as inactive"
    ]


@pytest.mark.parametrize(
    ("kind", "ours"), [("voice", "voice"), ("text", "sms"), ("SMS", "sms"), ("textphone", "tty")]
)
def test_a_type_that_is_plain_is_kept(kind: str, ours: ChannelKind) -> None:
    assert reached(drafted(phones=[{"number": VOICE, "type": kind}])) == [(ours, FULL)]


@pytest.mark.parametrize("kind", ["", None, "cell", "hotline", "main"])
def test_without_a_plain_type_a_person_says_voice_or_text(kind: str | None) -> None:
    found = drafted(phones=[{"number": VOICE, "type": kind}])

    assert reached(found) == []
    assert (
        "is correct, add it and say whether it is for calls or texts"
        in values_of(asked(found, "phones")[0])["ask"]
    )
    assert FULL in values_of(asked(found, "phones")[0])["ask"]


@pytest.mark.parametrize(
    "phone",
    [
        {"number": VOICE, "extension": 12},
        {"number": VOICE, "extension": "12"},
        {"number": VOICE, "extension": 12.0},
        {"number": f"{VOICE} ext. 12"},
        {"number": f"{VOICE} x12"},
    ],
)
def test_an_extension_as_number_or_text_is_asked_about(phone: dict[str, Any]) -> None:
    found = drafted(phones=[{"type": "voice", **phone}])

    assert reached(found) == [("voice", FULL)]
    assert "the extension 12," in values_of(asked(found, "extension")[0])["ask"]


def test_numbers_of_a_place_and_of_the_organization_are_told_apart_from_the_services_own() -> None:
    place = {"location": {"phones": [{"number": "800-273-8255", "type": "voice"}]}}
    found = drafted(service_at_locations=[place])
    assert reached(found) == [("voice", FULL), ("voice", "+18002738255")]
    assert "keep the one that answers students" in values_of(asked(found, "phones")[0])["ask"]

    owner = {"name": "Example", "phones": [{"number": VOICE, "type": "voice"}]}
    found = drafted(phones=[], organization=owner)
    assert reached(found) == [("voice", FULL)]
    assert (
        "the organization's own number" in values_of(asked(found, "organization/phones")[0])["ask"]
    )


def test_a_service_without_any_number_is_asked_about() -> None:
    assert (
        "the feed has no number for this; find one, or leave the service out"
        in values_of(asked(drafted(phones=[]), "phones")[0])["ask"]
    )


def test_a_named_contacts_number_is_never_read() -> None:
    found = drafted(
        phones=[],
        contacts=[{"name": "Ann Persona", "phones": [{"number": VOICE, "type": "voice"}]}],
    )

    assert reached(found) == []
    assert "Persona" not in toml(found) + needs_file([found], [], origin="feed")


SIMPLE = {"freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00:00", "closes_at": "17:00"}


@pytest.mark.parametrize(
    "more", [{}, {"interval": 1}, {"timezone": -8}, {"valid_from": "2026-01-01"}, {"wkst": "MO"}]
)
def test_simple_weekly_hours_are_drafted_and_asked_about(more: dict[str, Any]) -> None:
    found = drafted(schedules=[SIMPLE | more])

    (span,) = found.channels[0].open
    assert (span.days, span.opens_at, span.closes_at) == (("mo", "tu"), "09:00", "17:00")
    assert (
        "these are the service's hours; ask whether the phone is answered then. Hours are in Pacific time unless you write a timezone"
        in values_of(asked(found, "schedules")[0])["ask"]
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"freq": "MONTHLY"}, "freq is MONTHLY"),
        ({"freq": None}, "it has no freq"),
        ({"interval": 2}, "not every week"),
        ({"byday": "2MO"}, "not a list such as MO,TU"),
        ({"byday": ""}, "not a list such as MO,TU"),
        ({"count": 3}, "this has count"),
        ({"bymonthday": "1,2"}, "this has bymonthday"),
        ({"opens_at": "09:00-08:00"}, "not plain local times"),
        ({"opens_at": "09:00Z"}, "not plain local times"),
        ({"closes_at": "late"}, "not plain local times"),
        ({"closes_at": "02:00"}, "find out whether that means after midnight"),
        ({"valid_to": "2020-01-01"}, "read the hours on the service's own page"),
        ({"valid_from": "2027-01-01"}, "read the hours on the service's own page"),
        ({"until": "soon"}, "not a date"),
    ],
)
def test_other_hours_are_asked_and_then_none_is_drafted(more: dict[str, Any], said: str) -> None:
    found = drafted(schedules=[SIMPLE, SIMPLE | more])

    assert found.channels[0].open == ()
    assert said in " ".join(values_of(need)["ask"] for need in asked(found, "schedules"))


def test_area_urgency_topics_and_what_is_passed_on_are_always_a_persons_to_say() -> None:
    found = drafted(
        service_areas=[{"name": "San Mateo County", "extent": "{}", "extent_type": "geojson"}]
    )

    for field in ("service_areas", "urgency", "confidentiality", "topics"):
        assert asked(found, field), field
    assert values_of(asked(found, "service_areas")[0])["found"] == "San Mateo County"
    data = tomllib.loads(toml(found))
    assert data["area"] == {}
    assert (data["urgency"], data["passes_on"], data["status"]) == ("?", "?", "draft")


@pytest.mark.parametrize(
    "written",
    [
        "<p>Someone <b>listens</b> to you.</p><script>alert(1)</script>",
        "**Someone** listens [to you](https://example.org/x).",
        "# Someone\n\n- listens to you.",
        "Someone&nbsp;listens\u200b to&#32;you.",
    ],
)
def test_html_and_markdown_are_taken_out_and_told(written: str) -> None:
    found = drafted(description=written)

    assert found.texts["blurb"].replace("\u200b", "").split() == [
        "Someone",
        "listens",
        "to",
        "you.",
    ]
    assert (
        "formatting was removed; read the text that is left"
        in values_of(asked(found, "description")[0])["ask"]
    )


def test_a_number_or_an_address_in_a_description_is_asked_about() -> None:
    found = drafted(description="Call 888-373-7888 or see www.example.org.")
    assert "a number and an address" in values_of(asked(found, "description")[0])["ask"]


@pytest.mark.parametrize("status", ["inactive", "defunct", "temporarily closed", "Defunct"])
def test_a_service_that_is_not_active_gives_a_note_and_no_draft(status: str) -> None:
    found = draft_service.draft(service(status=status), FEED)

    assert isinstance(found, Finding)
    assert (found.kind, values_of(found)["found"]) == ("note", status)


def test_a_field_of_the_wrong_kind_costs_the_field_and_not_the_record() -> None:
    found = drafted(
        alert=["odd"],
        minimum_age="12",
        maximum_age="about 20",
        phones=[7, {"number": VOICE, "type": "voice"}],
    )

    assert reached(found) == [("voice", FULL)]
    assert found.minimum_age == 12
    assert {values_of(need)["field"] for need in found.needs} >= {
        "alert",
        "phones/0",
        "maximum_age",
    }


def test_the_same_service_twice_is_drafted_once_and_told() -> None:
    found, others = draft_service.drafts([service(), service()], FEED)

    assert len(found) == 1
    assert "appears twice in the feed" in values_of(others[0])["ask"]


def test_a_draft_cannot_pass_the_check_until_a_person_has_settled_it(tiny: TinyPack) -> None:
    found = drafted(
        schedules=[SIMPLE], url="https://example.org/help", eligibility_description="Young people."
    )
    file = f"pack/resources/{found.id}.toml"
    tiny.write(file, toml(found))

    for word in ("urgency", "passes_on", "confidence", "answers"):
        assert any(f'"{word}" is "?"' in said for said in tiny.said()), word

    for old, new in {
        'code = "?"': 'code = "160"',
        'answers = "?"': 'answers = "counselling"',
        'urgency = "?"': 'urgency = "today"',
        'passes_on = "?"': 'passes_on = "not-stated"',
        'confidence = "?"': 'confidence = "high"',
        '# us = true, or states = ["CA"], or counties = ["06001"]': 'states = ["CA"]',
        "# You must write happens = [] and private": 'happens = ["Someone answers."]\nprivate = "You can ask first."\n# That was',
    }.items():
        tiny.edit(file, old, new)
    assert [said for said in tiny.said() if found.id in said and "po/es.po" not in said] == []


def test_a_strangers_text_stays_inside_its_quotation_marks() -> None:
    nasty = 'x"\nstatus = "live"\n[area]\nus = true\n#\\'
    found = drafted(
        name=nasty,
        description=nasty,
        url=f"https://example.org/{nasty}",
        organization={"name": nasty},
    )

    data = tomllib.loads(toml(found))
    assert data["status"] == "draft"
    assert data["area"] == {}
    assert "\n[area]" not in needs_file([found], [], origin=nasty)


@pytest.mark.parametrize(
    "written",
    [
        "900-555-2368",
        "1-900-288-2368",
        "916-976-2368",
        "+44 20 7946 0958",
        "416-555-2368",
        "916-555-0123",
        "94608",
    ],
)
@pytest.mark.parametrize("kind", ["voice", "text"])
def test_case_39_premium_foreign_invented_numbers_and_zip_codes_never_come_in_by_import(
    written: str, kind: str
) -> None:
    found = drafted(phones=[{"number": written, "type": kind}])

    assert reached(found) == []
    assert values_of(asked(found, "phones/0/number")[0])["found"] == written
