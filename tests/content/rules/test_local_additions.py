"""What a county or a district may add to the state's pack, and all that it may not."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from content.model import built_pack
from content.model.attestation import Source
from content.model.pack import Area, Channel, Pack, Resource, Topic
from content.rules import local_additions
from content.rules.local_additions import Local, LocalError, codes, decode, encode, merge, path_of
from editor.rules import check_source
from tests.content.candidates import ONE
from tests.content.conftest import TinyPack

STATE = replace(
    ONE,
    topics=(
        Topic(
            id="danger", codes={"en": "31", "es": "61"}, icon="x", resources=("911",), paragraphs=1
        ),
    ),
)
COUNSELOR = Resource(
    id="acme-counselor",
    code="8001",
    organization="Acme Unified",
    answers="counselling",
    urgency="today",
    passes_on="not-stated",
    channels=(Channel(kind="voice", number="+19162287233", hours="unknown", languages=("en",)),),
    area=Area(counties=("06067",)),
    confidence="high",
    review_every_days=180,
    sources=(Source(kind="the district's own page"),),
)
TEXTS: Mapping[str, str] = {
    "resource:acme-counselor:name": "School counselor",
    "resource:acme-counselor:blurb": "Call {voice} on a school day.",
    "resource:acme-counselor:for": "Students of the district.",
    "resource:acme-counselor:happens.1": "A counselor answers.",
    "resource:acme-counselor:private": "Ask what stays between you.",
}
SPANISH = {
    "resource:acme-counselor:name": "Consejera escolar",
    "resource:acme-counselor:blurb": "Llama al {voice} en un día de clases.",
    "resource:acme-counselor:for": "Estudiantes del distrito.",
    "resource:acme-counselor:happens.1": "Contesta una consejera.",
    "resource:acme-counselor:private": "Pregunta qué queda entre ustedes.",
}
ACME = Local(
    kind="district",
    id="acme",
    name="Acme Unified School District",
    resources=(COUNSELOR,),
    texts={"en": TEXTS, "es": SPANISH},
)
COUNTY = Local(
    kind="county",
    id="06067",
    name="Sacramento County",
    resources=(replace(COUNSELOR, id="06067-line", code=str(codes("county", "06067")[0])),),
    texts={
        language: {key.replace("acme-counselor", "06067-line"): text for key, text in texts.items()}
        for language, texts in ACME.texts.items()
    },
)


def merged(own: Local, state: Pack = ONE) -> Pack:
    pack, refused = merge(state, own, path=path_of(own))
    assert [str(problem) for problem in refused] == []
    return pack


def refusals(own: Local, *, path: str = "", state: Pack = ONE) -> list[str]:
    pack, refused = merge(state, own, path=path or path_of(own))
    assert refused, "it was merged"
    assert pack is state, "a refused local file leaves the state's pack as it is"
    return [str(problem) for problem in refused]


def test_local_entries_stand_beside_the_states() -> None:
    pack = merged(ACME)

    assert {one.id for one in pack.resources} == {
        "acme-counselor",
        *(one.id for one in ONE.resources),
    }
    assert pack.say("es", "resource:acme-counselor:name").text == "Consejera escolar"
    assert all(one in pack.resources for one in ONE.resources)


def test_a_merged_pack_is_built_like_any_other() -> None:
    assert built_pack.load(built_pack.build(merged(ACME))).resource("acme-counselor") == COUNSELOR


def test_a_county_and_a_district_stand_together() -> None:
    pack = merged(ACME, merged(COUNTY))

    assert {"06067-line", "acme-counselor"} <= {one.id for one in pack.resources}


def test_a_local_entry_joins_a_topic_after_the_states(tiny: TinyPack) -> None:
    state = tiny.pack()
    pack = merged(replace(ACME, topics={"suicide": ("acme-counselor",)}), state)

    assert pack.topic("suicide").resources == (*state.topic("suicide").resources, "acme-counselor")
    assert pack.topic("abuse") == state.topic("abuse")


def test_a_local_file_is_read_back_as_it_was_written() -> None:
    assert decode(encode(ACME)) == ACME
    assert encode(decode(encode(ACME))) == encode(ACME)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is not valid"),
        (b"{}", "is not valid"),
        (b"<html>", "is not valid"),
        (b"[" * 10_000, "is not valid"),
        (b" " * (local_additions.MAX_BYTES + 1), "larger than 256 KB"),
        (encode(replace(ACME, format=2)), "has format 2"),
    ],
)
def test_what_is_no_local_file_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(LocalError, match=said):
        decode(data)


OWN = COUNSELOR


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        (
            replace(OWN, id="988"),
            'the id "988" is taken by the state\'s pack, which a district cannot change',
        ),
        (replace(OWN, id="counselor"), 'the id "counselor" must begin with "acme-"'),
        (
            replace(OWN, code="121"),
            'the code "121" is not reserved for it; choose one from 8000 to 9999',
        ),
        (replace(OWN, code="5001"), "not reserved for it"),
        (replace(OWN, code="x"), "not reserved for it"),
        (replace(OWN, pinned=True), "is marked as part of the pinned crisis set, but it is not"),
        (replace(OWN, area=Area(us=True)), 'counties = ["06001"], the counties of the district'),
        (replace(OWN, area=Area(states=("CA",), counties=("06067",))), "and nothing else"),
        (replace(OWN, area=Area()), "and nothing else"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_case_20_an_entry_that_is_not_its_own_is_refused(resource: Resource, said: str) -> None:
    texts = {
        language: {key.replace("acme-counselor", resource.id): text for key, text in texts.items()}
        for language, texts in ACME.texts.items()
    }
    found = refusals(replace(ACME, resources=(resource,), texts=texts))

    assert any(said in row for row in found), found
    assert all(row.startswith("district/acme/local.json:1: ") for row in found)


def test_case_20_a_district_that_reuses_a_state_resource_id_changes_nothing() -> None:
    planted = replace(ONE.resource("988"), channels=COUNSELOR.channels, pinned=False)

    refusals(replace(ACME, resources=(planted,), texts={}))
    assert ONE.resource("988").channels[0].number == "988"


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (replace(ACME, id="bell"), "which belong in district/bell/local.json"),
        (replace(ACME, id="../state"), "contains the entries of"),
        (replace(ACME, kind="county"), "which belong in county/acme/local.json"),
        (replace(ACME, topics={"nothing": ()}), 'has no topic "nothing"'),
        (replace(ACME, topics={"danger": ("988",)}), '"988" is not a resource in this file'),
        (
            replace(ACME, texts={**ACME.texts, "xx": TEXTS}),
            'texts in "xx", which is not a language of the state\'s pack',
        ),
        (
            replace(ACME, texts={"en": {**TEXTS, "resource:988:blurb": "Closed."}}),
            "does not belong to a resource in this file; remove it",
        ),
        (
            replace(ACME, texts={"en": {**TEXTS, "topic:danger:title": "Fun"}}),
            "does not belong to a resource in this file; remove it",
        ),
        (
            replace(ACME, texts={"en": {**TEXTS, "sms:line:help": "Call us."}}),
            "does not belong to a resource in this file; remove it",
        ),
        (replace(ACME, resources=(COUNSELOR, COUNSELOR)), "is taken by this file"),
        (replace(ACME, resources=(COUNSELOR,) * (local_additions.MOST + 1)), "is 40"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_whatever_reaches_beyond_its_own_is_refused(own: Local, said: str) -> None:
    found = refusals(own, path="district/acme/local.json", state=STATE)

    assert any(said in row for row in found), found


@pytest.mark.parametrize(
    "number", ["+19005550123", "98-8", "94608", "+442071838750", "+14155550123"]
)
def test_case_39_a_local_number_passes_the_same_rules(number: str) -> None:
    channel = replace(COUNSELOR.channels[0], number=number)
    found = refusals(replace(ACME, resources=(replace(COUNSELOR, channels=(channel,)),)))

    assert any(number in row for row in found), found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Call 916-555-0100.", "is a number in a text"),
        ("See acme.org now.", "looks like an address"),
    ],
)
def test_case_40_a_local_text_passes_the_same_rules(text: str, said: str) -> None:
    found = refusals(
        replace(ACME, texts={"en": {**TEXTS, "resource:acme-counselor:for": text}, "es": SPANISH})
    )

    assert any(said in row for row in found), found


def test_a_local_entry_is_translated_like_any_other() -> None:
    """A line for today is shown in English until it is translated; a crisis line must be
    translated."""
    english = replace(ACME, texts={"en": TEXTS})
    pack, refused = merge(ONE, english, path=path_of(english))
    assert refused == ()
    assert pack.say("es", "resource:acme-counselor:name").language == "en"

    crisis = replace(english, resources=(replace(COUNSELOR, urgency="crisis"),))
    _, refused = merge(ONE, crisis, path=path_of(crisis), rules=check_source.problems)
    assert any("has no translation" in str(problem) for problem in refused)


def test_a_county_serves_its_own_county_only() -> None:
    (own,) = COUNTY.resources
    found = refusals(replace(COUNTY, resources=(replace(own, area=Area(counties=("06001",))),)))

    assert any('counties = ["06067"], and nothing else' in row for row in found)


def test_no_two_counties_of_california_share_a_code() -> None:
    all_codes = [code for number in range(1, 116, 2) for code in codes("county", f"06{number:03}")]

    assert len(all_codes) == len(set(all_codes)) == 58 * local_additions.MOST
    assert not set(all_codes) & set(codes("district", "acme"))
    assert min(all_codes) >= 5000
    assert max(all_codes) < 8000
