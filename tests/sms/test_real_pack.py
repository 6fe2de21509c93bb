"""The shipped pack, through the line's own rules: what it must answer, and what must not
happen."""

import re
from dataclasses import replace
from functools import cache

import pytest

from content.model import phone_numbers
from content.model.reserved_words import STOP
from content.rules import rule_phrases
from settings.schema import Sms
from sms.decide import decide, problems
from sms.replies import drafts
from sms.script import Script
from tests.shipped import pack

SETTINGS = Sms(number="+19165550100", program_name="Porchlight", contact="1-916-555-0111")


@cache
def script() -> Script:
    return Script(pack(), SETTINGS)


@pytest.mark.parametrize(
    ("text", "topic", "language", "number"),
    [
        ("HELP", None, "en", "1-888-373-7888"),
        ("im not safe", "danger", "en", "911"),
        ("suicde", "suicide", "en", "988"),
        ("he makes me have sex for money", "trafficking", "en", "1-888-373-7888"),
        ("me quiero morir", "suicide", "es", "988"),
        ("FOOD", "basics", "en", "211"),
        ("asdf", None, "en", "988"),
        ("911", "danger", "en", "911"),
        ("988", "suicide", "en", "988"),
        ("211", "basics", "en", "211"),
        ("95814", None, "en", "1-916-875-5437"),
        ("AYUDA", None, "es", "988"),
        ("theres a shooter at school", "danger", "en", "911"),
        ("hes here", "danger", "en", "911"),
        ("im hiding in the closet", "danger", "en", "911"),
        ("helpme", "danger", "en", "911"),
        ("my dad is hitting my mom rn", "danger", "en", "911"),
        ("i took a bunch of advil", "danger", "en", "911"),
        ("no me dejan salir", "danger", "es", "911"),
        ("un hombre me sigue", "danger", "es", "911"),
        ("im going to do it tonight", "suicide", "en", "988"),
        ("mejor estar muerta", "suicide", "es", "988"),
        ("im being sold", "trafficking", "en", "1-888-373-7888"),
        ("my mom makes me have sex w the landlord", "trafficking", "en", "1-888-373-7888"),
        ("living in our car", "basics", "en", "211"),
        ("no tengo calefaccion", "basics", "es", "211"),
    ],
)
def test_the_answers_the_issue_asks_for(
    text: str, topic: str | None, language: str, number: str
) -> None:
    decision = decide(script(), text)
    assert (decision.topic, decision.language) == (topic, language)
    assert number in decision.reply.text


def test_danger_begins_with_what_it_is_not() -> None:
    assert decide(script(), "im not safe").reply.text.startswith(
        "This is NOT 911 and no one reads this. Call 911."
    )


@pytest.mark.parametrize(
    "name", ["protect", "3strands", "a21", "blue campaign", "ncmec", "heat", "love never fails"]
)
def test_every_partner_is_known_by_name(name: str) -> None:
    assert decide(script(), name).topic == "partners"


@pytest.mark.parametrize(
    "text",
    ["hi", "lol", "ok thanks", "whats for lunch today", "this homework is killing me", "my phone died", "i love food",
     "the game last night was fire", "im dead lol", "i'm driving right now", "shoot me a text", "feliz cumpleaños",
     "a que hora es el partido", "no heat at home", "im hiding my presents", "hes coming to my party",
     "i need help with homework", "i found a pen", "the game was lit"],
)  # fmt: skip
def test_chatter_raises_no_alarm(text: str) -> None:
    assert decide(script(), text).topic not in {"danger", "suicide", "partners"}


def test_every_topic_has_both_answers_under_both_codes() -> None:
    for topic in pack().topics:
        for language, code in topic.text_codes.items():
            decision = decide(script(), code)
            assert (decision.topic, decision.language, decision.how) == (topic.id, language, "code")
            assert decision.reply.segments in {1, 2}


def test_every_rule_of_the_pack_finds_a_topic_at_least_as_urgent_as_its_own() -> None:
    priority = {keyword.topic: keyword.priority for keyword in pack().keywords}
    missed = []
    for keyword in pack().keywords:
        for _, language, lists in keyword.rules:
            for rule in (*lists.phrases, *lists.alone):
                text = rule_phrases.example(rule, keyword.classes.get(language, {}))
                decision = decide(script(), text)
                named = decision.how in {"help", "partner", "place", "code", "optout"}
                if not named and (
                    decision.topic is None or priority[decision.topic] > keyword.priority
                ):
                    missed.append((keyword.topic, text, decision.topic))
    assert missed == [], missed


def test_the_rules_are_few() -> None:
    """What is more belongs into sms/examples.csv, where it is weighed against all else."""
    rules = [
        text
        for keyword in pack().keywords
        for lists in keyword.words.values()
        for text in (*lists.phrases, *lists.alone)
    ]
    assert len(rules) <= 500
    assert not {rule.casefold() for rule in rules} & STOP


def test_the_replies_fit() -> None:
    assert problems(pack(), SETTINGS) == []


@pytest.mark.parametrize(
    ("text", "named"), [("HELP", "the school office"), ("AYUDA", "la oficina de la escuela")]
)
def test_help_names_the_school_office_while_the_settings_name_nobody(text: str, named: str) -> None:
    silent_on_contact = Script(pack(), Sms(number="+19165550100"))

    assert f": {named}." in decide(silent_on_contact, text).reply.text
    assert named not in decide(script(), text).reply.text


@pytest.mark.parametrize(
    ("zip_code", "told"),
    [
        ("94608", ["Alameda: 1-510-259-1800", "911", "988", "211"]),
        (
            "92672",
            ["San Diego / Orange: 1-858-560-2191 / 1-714-940-1000", "911", "988", "211"],
        ),  # in both of them
        (
            "89019",
            ["San Bernardino: 1-909-384-9233", "911", "988", "211"],
        ),  # across the state's border
        ("97635", ["No county number", "911", "988", "211"]),  # no number of Modoc may be printed
        ("00000", ["No county number", "911", "988", "211"]),  # no ZIP code of ours
    ],
)
def test_a_zip_code_is_told_all_its_counties_then_the_lines_of_state_and_nation(
    zip_code: str, told: list[str]
) -> None:
    answer = decide(script(), zip_code)
    at = [answer.reply.text.index(part) for part in told]
    assert (answer.how, at) == ("place", sorted(at))


@pytest.mark.parametrize(
    ("outright", "joke", "topic"),
    [
        ("my dad is trying to kill me", "my homework is trying to kill me", "danger"),
        ("i think she overdosed", "overdosed on candy lol", "danger"),
        ("a man followed me home", "a cat followed me home", "danger"),
        ("he pensado en el suicidio", "watching suicide squad tonight", "suicide"),
        ("i have a suicide plan", "my essay is on suicide prevention", "suicide"),
        ("dice que nos va a matar", "mi mama nos va a matar si reprobamos", "danger"),
        ("lo voy a matar te lo juro tengo un cuchillo", "lo voy a matar al guey jajaja", "danger"),
    ],
)
def test_what_a_joke_says_too_is_told_from_it_by_what_stands_beside(
    outright: str, joke: str, topic: str
) -> None:
    assert (decide(script(), outright).topic, decide(script(), joke).topic) == (topic, None)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("my dad is trying to kill me", "danger"),
        ("i think she overdosed", "danger"),
        ("hay una balacera afuera", "danger"),
        ("im thinking about suicide", "suicide"),
        ("quiero morirme", "suicide"),
    ],
)
def test_where_the_model_cannot_be_read_the_rules_find_what_is_said_outright(
    text: str, topic: str
) -> None:
    ruled = Script(replace(pack(), model=b"damaged"), SETTINGS)
    assert "Only rules" in str(ruled.problem)
    assert decide(ruled, text).topic == topic


UNSURE = {
    "en": ("my boss is strange", "i cant go home yet", "things are bad with my bf"),
    "es": ("mi jefe me mira raro", "ya no quiero ir a la casa"),
}


@pytest.mark.parametrize("language", sorted(UNSURE))
def test_what_may_be_a_need_gets_its_number_and_is_counted_as_none(language: str) -> None:
    decisions = [decide(script(), text) for text in UNSURE[language]]
    unsure = [one for one in decisions if one.code.startswith(f"line:general:{language}+")]
    assert len(unsure) == len(decisions), [one.code for one in decisions]
    for decision in unsure:
        known = {
            number
            for topic in decision.code.split("+")[1:]
            for number in re.findall(
                r"\d[\d-]{9,}|211", script().reply(f"t:{topic}:{language}:first").text
            )
        }
        said = set(re.findall(r"\d[\d-]+\d", decision.reply.text))
        assert {"911", "988"} < said, said
        assert known & said, said
        assert (decision.topic, decision.how) == (None, "general")


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_reply_to_what_may_be_a_need_shows_it_on_a_locked_screen(language: str) -> None:
    plain = script().reply(f"line:general:{language}").text
    codes = [f"line:general:{language}+{topic}" for topic in script().priority]
    made = [script().reply(code).text for code in codes if script().has(code)]
    assert len(made) > 20
    for text in made:
        assert text[:50] == plain[:50]
        assert ("No person reads this" if language == "en" else "Ninguna persona lee esto") in text


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_first_reply_names_a_way_by_text(language: str) -> None:
    """A student may be deaf, or may have to be quiet: "text 988", "HOME to 741741" and their kind."""
    by_text = {
        phone_numbers.display(way.number)
        for resource in pack().resources
        for way in resource.channels
        if way.kind == "sms"
    }
    asks = {
        "en": r"\btext(?: \w+ to)? ([\d-]+)",
        "es": r"\b(?:manda|texto)(?: \w+| en ingl[eé]s)? al ([\d-]+)",
    }
    for topic in script().priority:
        text = script().reply(f"t:{topic}:{language}:first").text
        assert by_text.intersection(re.findall(asks[language], text, re.IGNORECASE)), text


QUIET = ("health", "immigration", "foster", "schoolstaff")  # someone may read along
TELLS = re.compile(
    r"clinic|pregnan|period|body|birth|sex|immigra|papers|deport|legal|foster|school|abuse|teacher|police"
    r"|clínic|embaraz|regla|cuerpo|migra|papeles|cuidado temporal|escuela|maltrato|maestr|polic",
    re.IGNORECASE,
)


@pytest.mark.parametrize("topic", QUIET)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_locked_screen_shows_no_word_of_the_topic(topic: str, language: str) -> None:
    opening = script().reply(f"t:{topic}:{language}:first").text[:50]
    assert not TELLS.search(opening)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("part", ["first", "more"])
def test_someone_hurt_by_school_staff_is_sent_outside_the_school(language: str, part: str) -> None:
    reply = script().reply(f"t:schoolstaff:{language}:{part}").text
    assert "911" in reply
    assert not re.search(r"office|oficina|counselor|consejer|nurse|enfermera", reply)
    first = script().reply(f"t:schoolstaff:{language}:first").text
    assert "ZIP" in first and "polic" in first


@pytest.mark.parametrize(
    ("text", "topic", "language"),
    [
        ("my coach touched me", "schoolstaff", "en"),
        ("mi maestro me toca", "schoolstaff", "es"),
        ("my teacher hit me", "schoolstaff", "en"),
        ("i think im pregnant and i want to die", "suicide", "en"),
        ("ICE took my dad this morning", "immigration", "en"),
        ("se llevo la migra a mi papa", "immigration", "es"),
        ("i hate my group home", "foster", "en"),
        ("ocupo anticonceptivos", "health", "es"),
    ],
)
def test_the_four_newer_topics_are_found(text: str, topic: str, language: str) -> None:
    decision = decide(script(), text)
    assert (decision.topic, decision.language) == (topic, language)


def test_a_tip_line_of_immigration_officers_is_in_no_reply() -> None:
    shipped = pack()
    numbers = [
        phone_numbers.display(channel.number)
        for resource in shipped.resources
        if "a part of ICE" in resource.organization
        for channel in resource.channels
        if channel.number
    ]
    assert len(numbers) == 2
    replies = [draft.text for draft in drafts(shipped, SETTINGS)]
    assert not [text for text in replies for number in numbers if number in text]


@pytest.mark.parametrize(
    "text",
    ["im gay and scared", "im hungry", "i miss my dad", "i think im pregnant", "no heat again"],
)
def test_nobody_in_need_is_spoken_to_as_who_did_harm(text: str) -> None:
    assert not re.search(r"\bStop\b|Detente", decide(script(), text).reply.text)


@pytest.mark.parametrize("text", ["i hit my girlfriend last night", "le pegue a mi novia"])
def test_who_did_harm_is_neither_judged_nor_absolved(text: str) -> None:
    decision = decide(script(), text)
    assert decision.about == "actor"
    assert not re.search(r"your fault|to blame|tu culpa", decision.reply.text)
