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
    found = harm_said(tokenize(text))
    assert (found.did, found.harmed) == (said.did, said.harmed)


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
        "i slapped my mom last night. shes been whooping me since i was little",
        "i shoved my brother into the wall when he tried to take my phone again",
        "i hit my uncle with a bottle, he was choking my mom",
        "i pushed my girlfriend, she had a knife",
        "i threatened my stepdad with a bat, told him not to touch my mom",
        "i beat up the kid who jumped my little brother",
        "i punched a boy who lifted my skirt",
        "we fight all the time and hit each other",
        "empuje a mi hermano, es que siempre me agarra a golpes",
        "amenace a mi papa con un cuchillo y solto a mi hermana",
        "golpee a mi tio con un palo porque le pegaba a mi abuela",
        "lo empuje para quitarmelo de encima y dice que yo soy el agresor",
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
        "i beat up a kid so bad he went to the hospital",
        "we hazed a freshman and made fun of him",
        "how do i stop hitting my little sister",
        "i shook my baby. he wouldnt stop crying",
        "entre todos le pegamos a un chavo",
        "golpee a mi novia ayer y me siento muy mal",
    ],
)
def test_who_did_harm_still_is(text: str) -> None:
    assert decide(script(), text).code.startswith("line:actor:")


@pytest.mark.parametrize(
    "text",
    [
        "i have thoughts of hurting kids",
        "i want to hurt someone in my class",
        "tengo miedo de lastimar a alguien",
        "quiero golpear a un compañero",
    ],
)
def test_who_may_do_harm_is_told_to_get_an_adult(text: str) -> None:
    assert re.fullmatch("t:danger:e[ns]:actor", decide(script(), text).code)


def test_who_hit_somebody_and_wants_to_die_gets_the_reply_to_suicide() -> None:
    assert decide(script(), "i hit my mom and i want to kill myself").topic == "suicide"


@pytest.mark.parametrize("language", ["en", "es"])
def test_where_it_is_unclear_nobody_is_told_to_stop_or_absolved(language: str) -> None:
    text = script().reply(f"line:unclear:{language}").text
    assert "911" in text
    assert "988" in text
    assert not STOP_TOLD.search(text)
    assert not re.search(r"fault|blame|culpa", text)
    assert not STOP_TOLD.search(script().reply(f"t:danger:{language}:actor").text)
