"""What the shipped pack answers to a name or number: hotlines, partners, laws and places."""

import re
from dataclasses import replace

import pytest

from content.model import phone_numbers, placeholders
from content.model.pack import Channel, Resource
from content.model.placeholders import bare
from sms import replies
from sms.decide import decide
from sms.script import Script
from sms.understanding.normalise import words
from tests.shipped import pack
from tests.sms.test_real_pack import SETTINGS, script

STUDENTS = [
    resource
    for resource in pack().resources
    if resource.status == "live" and "student" in resource.audience
]
# What a neighbour's eye must not catch on a locked screen: topics, the body, abuse.
TELLING = frozenset(
    {
        "abuse",
        "abused",
        "abuso",
        "maltrato",
        "suicide",
        "suicidio",
        "die",
        "sex",
        "sexual",
        "sexo",
        "trafficking",
        "trata",
        "assault",
        "rape",
        "violencia",
        "violence",
        "drug",
        "drugs",
        "droga",
        "drogas",
        "runaway",
        "lgbtq",
        "trans",
        "gay",
        "pictures",
        "fotos",
        "body",
        "cuerpo",
        "dating",
        "hurt",
        "hurts",
        "lastima",
        "danger",
        "peligro",
        "food",
        "comida",
        "prostitution",
    }
)


def ways(resource: Resource) -> list[str]:
    return [
        phone_numbers.display(way.number) if way.number else bare(way.url)
        for way in resource.channels
    ]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("resource", STUDENTS, ids=lambda one: one.id)
def test_every_hotline_for_students_is_reached_by_its_name(
    resource: Resource, language: str
) -> None:
    key = f"resource:{resource.id}:name"
    name = placeholders.fill(pack().say(language, key), pack(), owner=key)
    own = [name, *resource.names] if resource.asked_by_name else ["911"]
    for asked in own:
        text = decide(script(), asked).reply.text
        assert any(way in text for way in ways(resource)), asked
        assert "911" in text
        assert re.search("988|1-8", text)


@pytest.mark.parametrize("resource", STUDENTS, ids=lambda one: one.id)
def test_every_hotline_for_students_stands_in_a_reply_in_both_languages(resource: Resource) -> None:
    for language in ("en", "es"):
        texts = [d.text for d in replies.drafts(pack(), SETTINGS) if f":{language}" in d.code]
        assert any(way in text for way in ways(resource) for text in texts)


@pytest.mark.parametrize(
    ("text", "topic", "number"),
    [
        ("crisis text line", "feelings", "HOME to 741741"),
        ("the 741741 one", "feelings", "HOME to 741741"),
        ("how do i text the crisis text line", "feelings", "HOME to 741741"),
        ("take it down", "pictures", "takeitdown.ncmec.org"),
        ("trevor", "lgbtq", "1-866-488-7386"),
        ("trevor project phone number", "lgbtq", "START to 678678"),
        ("trevorproject", "lgbtq", "1-866-488-7386"),
        ("rainn", "assault", "1-800-656-4673"),
        ("rainn website", "assault", "hotline.rainn.org/online"),
        ("love is respect", "dating", "LOVEIS to 22522"),
        ("teen line", "feelings", "1-800-852-8336"),
        ("whats the number for teen line", "feelings", "TEEN to 839863"),
        ("childhelp", "abuse", "1-800-422-4453"),
        ("safe place", "runaway", "1-800-786-2929"),
    ],
)
def test_a_common_name_brings_the_number_and_how_to_use_it(
    text: str, topic: str, number: str
) -> None:
    decision = decide(script(), text)
    assert (decision.topic, decision.language) == (topic, "en")
    assert number in decision.reply.text


def test_spanish_words_around_a_name_bring_the_spanish_reply() -> None:
    decision = decide(script(), "cuál es el número de trevor")
    assert (decision.language, decision.how) == ("es", "exact")
    assert "Llama al 1-866-488-7386" in decision.reply.text


def with_own(blurb: str = "Call {voice}.", **changed: object) -> Script:
    """The shipped pack with one hotline of a district."""
    own = replace(pack().resource("teenline"), id="own", code="8001", **changed)  # type: ignore[arg-type]
    texts = {
        language: {**of, "resource:own:name": "Bearcat Line", "resource:own:blurb": blurb}
        for language, of in pack().texts.items()
    }
    return Script(replace(pack(), resources=(*pack().resources, own), texts=texts), SETTINGS)


def test_a_districts_own_hotline_is_reached_by_its_names_too() -> None:
    own = with_own(names=("bearcats", "trevor", "i want to die"))
    for name in ("Bearcat line", "number for bearcats"):
        assert "1-800-852-8336" in decide(own, name).reply.text
    assert "1-866-488-7386" in decide(own, "trevor").reply.text  # that one is the state's
    assert decide(own, "i want to die").topic == "suicide"


@pytest.mark.parametrize("blurb", ["It listens.", "It listens. " * 40])
def test_a_card_that_says_no_number_or_too_much_still_brings_one(blurb: str) -> None:
    voice = Channel(kind="voice", number="+19165550123")
    made = with_own(blurb, channels=(voice, Channel(kind="web", url="https://own.example.org")))
    reply = decide(made, "bearcat line").reply
    assert "1-916-555-0123." in reply.text
    assert reply.segments <= 2


def test_a_line_for_staff_is_not_reached_by_its_name() -> None:
    text = decide(script(), "Homeland Security tip line").reply.text
    assert "1-866-347-2423" not in text


def test_a_partner_tells_its_page_and_never_a_number_for_staff() -> None:
    for partner in pack().live_partners:
        for language in ("en", "es"):
            text = script().reply(f"partner:{partner.id}:{language}").text
            assert bare(partner.web) in text
            assert not partner.staff_number or (
                phone_numbers.display(partner.staff_number) not in text
            )


@pytest.mark.parametrize(
    ("text", "language", "holds"),
    [
        ("AB 1227", "en", "trafficking"),
        ("51934", "en", "Education Code 51934"),
        ("wic 16524.7", "en", "county teams"),
        ("qué es SB 848", "es", "junta escolar"),
        ("SB 14", "en", "not on our list"),
    ],
)
def test_a_law_is_told_in_a_line_with_where_to_read_on(
    text: str, language: str, holds: str
) -> None:
    decision = decide(script(), text)
    assert (decision.topic, decision.language, decision.how) == (None, language, "exact")
    for part in (holds, "leginfo.legislature.ca.gov", "911"):
        assert part in decision.reply.text


def test_every_law_has_a_reply_in_both_languages() -> None:
    assert all(
        script().has(f"law:{law.id}:{language}") for law in pack().laws for language in ("en", "es")
    )


@pytest.mark.parametrize(
    ("text", "language", "holds"),
    [
        ("fresno", "en", "Fresno: 1-559-600-8320"),
        ("los angeles", "en", "Los Angeles: 1-800-540-4000"),
        ("estoy en san jose", "es", "Condado de Santa Clara"),
        ("modoc county", "en", "No county number"),
        ("i live in elk grove do u have anything", "en", "Sacramento: 1-916-875-5437"),
    ],
)
def test_a_place_is_told_the_numbers_of_its_county(text: str, language: str, holds: str) -> None:
    decision = decide(script(), text)
    assert (decision.topic, decision.how, decision.language) == (None, "place", language)
    assert holds in decision.reply.text


@pytest.mark.parametrize(
    ("text", "topic", "language"),
    [
        ("i live in fresno and my dad hits me", "abuse", "en"),
        ("im in oakland and i want to die", "suicide", "en"),
        ("estoy en los angeles y no tenemos nada de comer en la casa", "basics", "es"),
        ("we have no food left in san jose", "basics", "en"),
    ],
)
def test_a_place_beside_a_need_hides_no_need(text: str, topic: str, language: str) -> None:
    decision = decide(script(), text)
    assert (decision.topic, decision.language) == (topic, language)


def test_the_food_program_is_food_also_beside_a_zip_code() -> None:
    assert decide(script(), "wic").topic == "basics"
    assert decide(script(), "wic 95814").how != "exact"  # no law


def test_the_first_fifty_letters_of_what_is_asked_by_name_say_nothing_on_a_locked_screen() -> None:
    shown = Script(pack(), SETTINGS)
    named = [d for d in replies.drafts(pack(), SETTINGS) if d.code.startswith(("hotline", "law"))]
    texts = [replies.ready(draft.text, budget=2).text for draft in named]
    texts += [
        decide(shown, f"{before}{county.name}{after}").reply.text
        for county in pack().counties
        for before, after in (("", " county"), ("condado de ", ""))
    ]
    assert [text for text in texts if TELLING & set(words(text[:50]))] == []
