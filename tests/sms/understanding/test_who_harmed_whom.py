"""The words alone say which person did harm to which, and whether to tell the writer to stop."""

import re

import pytest

from sms.decide import decide
from sms.understanding.normalise import tokenize
from sms.understanding.who_harmed_whom import HarmSaid, harm_said
from tests.sms.test_real_pack import script

DID, HARMED, BOTH = HarmSaid(did=True), HarmSaid(harmed=True), HarmSaid(did=True, harmed=True)
STOP_TOLD = re.compile(
    r"stop, and|keep away|what you do next|d[eé]tente|para ya|al[eé]jate de", re.IGNORECASE
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("i hit my girlfriend", DID),
        ("slapped my little sister so hard her nose bled", DID),
        ("i posted my exs nudes", DID),
        ("i been bullying a kid", DID),
        ("she said no and i kept going", DID),
        ("le pegué a mi hermanito", DID),
        ("obligue a mi novia", DID),
        ("subi las fotos de mi ex", DID),
        ("she slapped me and broke my phone", HARMED),
        ("my boyfriend hits me", HARMED),
        ("he posted my nudes", HARMED),
        ("i was raped", HARMED),
        ("mi novio me pega", HARMED),
        ("no quiero que le pegue a mi hermana", HARMED),
        ("i pushed him off me", HARMED),
        ("i hit him back", HARMED),
        ("le pegue de vuelta para que me soltara", HARMED),
        ("i hit my brother like my dad hits me", BOTH),
        ("i love my girlfriend", HarmSaid()),
        ("i told my friend", HarmSaid()),
    ],
)
def test_the_words_say_who_did_it(text: str, said: HarmSaid) -> None:
    assert harm_said(tokenize(text)) == said


@pytest.mark.parametrize(
    "text",
    [
        "she slapped me and broke my phone i dont want her to go to jail",
        "i pushed him off me and he fell",
        "my boyfriend says i hit him but he hit me first",
        "she threatens to say i raped her if i leave",
        "he posted my nudes after i sent them",
        "mi novia me pega y dice que es mi culpa",
        "le pegue de vuelta y ahora dicen que yo empece",
    ],
)
def test_who_was_hurt_is_not_told_to_stop(text: str) -> None:
    reply = decide(script(), text).reply.text
    assert not STOP_TOLD.search(reply), reply


@pytest.mark.parametrize(
    "text",
    [
        "i hit my girlfriend",
        "i touched my cousin while she was asleep",
        "i leaked my ex's nudes to the whole team",
        "i slapped my little sister so hard her nose bled",
        "i keep bullying this kid and i cant stop",
        "le pegue a mi hermanito con el cinto",
        "obligue a mi novia aunque dijo que no",
    ],
)
def test_who_did_harm_still_is(text: str) -> None:
    assert decide(script(), text).code.startswith("line:actor:")


@pytest.mark.parametrize("language", ["en", "es"])
def test_where_it_is_unclear_nobody_is_told_to_stop_or_absolved(language: str) -> None:
    text = script().reply(f"line:unclear:{language}").text
    assert "911" in text
    assert "988" in text
    assert not STOP_TOLD.search(text)
    assert not re.search(r"fault|blame|culpa", text)
    assert not STOP_TOLD.search(script().reply(f"t:danger:{language}:actor").text)
