"""The words alone say which person did harm to which, and whether to tell the writer to stop."""

import re
import tomllib

import pytest

from sms.decide import decide
from sms.understanding.normalise import tokenize
from sms.understanding.who_harmed_whom import FILE, HarmSaid, harm_said
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
        "i went with him willingly at first. i took the money too and i want out",
        "i hit my dad. he got mad and swung",
        "she was mad and blocked the door so i pushed her",
        "i shoved my mom. she was drunk and had the belt",
        "he asked me to bring my friend so i brought her",
        "i fight him so he wont go after the little ones",
        "i touched him because he told me i had to",
        "i hurt him trying to leave",
        "i sent his texts to the principal",
        "i sent him nudes",
        "i sent her a pic",
        "i sent him 2 more pics",
        "i already sent him 2 more what do i do",
        "i sent my bf a pic and he wants more",
        "i hit my pimp",
        "is it abuse if i stay",
        "tambien le pego a mi hermano pero el tiene 20 y yo 14",
        "le rompi el telefono a mi novio porque no me dejaba salir",
        "le grite y le avente un zapato pero el me dejo el ojo morado",
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
        "i slapped my girlfriend last night and she wont answer me",
        "i hit my mom. im bigger than her now. she cried",
        "i shook the baby because he wouldnt stop crying. hes ok i think",
        "i touched my cousin when we were younger. i was 12 she was 8",
        "we made a page to rate girls at school",
        "i locked my little brother in the closet",
        "i pushed a kid off the bleachers",
        "i keep hitting my little sister when my parents arent home",
        "i made her delete all the guys",
        "i sent her nudes to my friends",
        "i sent a girl a dick pic",
        "i sent his nudes to my friends",
        "le pegue a mi mama. no me puedo perdonar",
        "le di un trancazo a un compañero",
        "le pegue a mi novia y no se porque lo hice",
        "me burle de una niña porque no habla ingles",
        "hicimos llorar a una niña nueva",
    ],
)
def test_who_did_harm_still_is(text: str) -> None:
    code = decide(script(), text).code
    assert code.startswith("line:actor:") or code.endswith(":actor")


def _said_in(language: str, *names: str) -> list[str]:
    """Return the plain phrases of these classes."""
    classes = tomllib.loads(FILE.read_text(encoding="utf-8"))["classes"][language]
    return [one for name in names for one in classes[name] if "{" not in one]


@pytest.mark.parametrize("who", ["he", "she", "they", "my father", "a boy"])
@pytest.mark.parametrize(
    ("blows", "told"),
    [
        (
            ("hit", "struck", "swings", "hurtful"),
            ("i hit him. {who} {blow} me", "i hit her when {who} was mad and {blow} my mother"),
        ),
        (
            ("hitting", "acting", "striking", "hurting"),
            ("i hit him. {who} was {blow} me", "i hit him because {who} kept {blow} my mother"),
        ),
    ],
)
def test_no_harmless_phrase_hides_a_blow(
    who: str, blows: tuple[str, ...], told: tuple[str, ...]
) -> None:
    no_blows = {"hates", "went for", "blocked", "going to", "shaking"}
    texts = [
        one.format(who=who, blow=blow)
        for one in told
        for blow in _said_in("en", *blows)
        if blow not in no_blows
    ]
    assert [text for text in texts if harm_said(tokenize(text)).alone] == []


def test_no_harmless_phrase_hides_a_blow_in_spanish() -> None:
    told = ("le pegue porque me {}", "le pegue a mi novio. el me {}", "empuje a mi papa y me {}")
    texts = [one.format(blow) for one in told for blow in _said_in("es", "pega")]
    assert [text for text in texts if harm_said(tokenize(text)).alone] == []


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
