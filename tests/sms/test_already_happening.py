"""Pills taken, danger begun: 911 first, without an "if"; and normal life gets the old answers."""

import re

import pytest

from sms.decide import decide
from sms.understanding.normalise import tokenize
from tests.sms.test_real_pack import script

HAPPENING = {
    "pills": [
        "i took 20 tylenol an hour ago i feel fine",
        "I took a whole bottle of Advil",
        "just swallowed a handful of my moms pills",
        "took like 15 ibuprofen idk why",
        "i took pills to kill myself",
        "i took all of my antidepressants",
        "i drank bleach",
        "i overdosed",
        "me tomé 20 pastillas",
        "me tome un frasco de tylenol",
        "me tome cloro",
    ],
    "pills.friend": [
        "she took 30 advil and wants to sleep",
        "my friend just texted me she took all her pills",
        "my little sister swallowed a bunch of benadryl",
        "mi amiga se tomó como 20 pastillas",
    ],
    "unknown": [
        "i took a pill at a party and i dont know what it was",
        "took a blue pill and i feel weird",
        "me dieron una pastilla y no se que era",
    ],
    "mistake": ["i accidentally took my meds twice", "tome mi medicina dos veces por error"],
    "mistake.friend": ["my little brother ate some of my moms pills"],
    "unresponsive": [
        "she took 30 advil and now she wont wake up",
        "shes breathing really weird",
        "she's asleep now",
        "she fell asleep after the pills",
        "se quedo dormida despues de las pastillas",
        "mi mama no despierta",
    ],
    "bleeding": ["i cut and it wont stop bleeding", "me corte y no para de sangrar"],
    "bleeding.friend": ["my sister cut herself and it wont stop bleeding"],
    "means": [
        "im holding something sharp",
        "i have a razor in my hand",
        "i tied a noose",
        "tengo una navaja en la mano",
        "🪢😰",
    ],
    "place": [
        "im at the bridge",
        "im on the roof now",
        "ya llegué al puente",
        "ya estoy en la azotea",
    ],
    "picture": ["🔫😰 rn", "rn 🔪", "🔪🔪 tengo miedo"],
}
SILENT = [
    "my sister isnt answering anymore",
    "she stopped answering",
    "she said goodbye and now she isn't answering",
    "mi hermana ya no contesta",
]
CALL_NOW = re.compile(
    r"(This is NOT 911 and no one reads this\. )?Call 911 now|(Esto NO es el 911 y nadie lo lee\. )?Llama ya al 911"
)
CONDITIONAL = frozenset({"mistake", "mistake.friend"})
ROWS = [(part, text) for part, texts in HAPPENING.items() for text in texts]


@pytest.mark.parametrize(("part", "text"), ROWS)
def test_what_has_begun_gets_911_first_without_an_if(part: str, text: str) -> None:
    decision = decide(script(), text)
    assert decision.topic == "danger"
    assert decision.code.split(":")[3] == part
    if part not in CONDITIONAL:
        assert CALL_NOW.match(decision.reply.text)


@pytest.mark.parametrize("text", SILENT)
def test_someone_who_no_longer_answers_is_no_missing_person(text: str) -> None:
    decision = decide(script(), text)
    assert decision.code.split(":")[3] == "silent"
    assert decision.reply.text.index("911") < decision.reply.text.index("988")


@pytest.mark.parametrize("part", [*HAPPENING, "silent"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_text_to_911_has_its_english_words_and_what_to_do_without_an_answer(
    part: str, language: str
) -> None:
    text = script().reply(f"t:danger:{language}:{part}").text
    if part in CONDITIONAL:
        assert "1-800-222-1222" in text
        return
    words = re.search(r'"((?:Ambulance\.|Help\.|A friend|I need police)[^"]*)"', text)
    assert words
    assert ("No answer? Call." if language == "en" else "contestan? Llama.") in text
    if part in {"pills", "pills.friend", "unknown", "unknown.friend"}:
        assert words[1].startswith("Ambulance.")
        assert text.index("911") < text.index("1-800-222-1222")


@pytest.mark.parametrize(
    "text",
    [
        "took 2 advil for my headache",
        "i took 4 ibuprofen for cramps",
        "i took all my meds today like my therapist said",
        "tome dos pastillas para el dolor de cabeza",
        "i drank 6 beers",
        "i drank the whole bottle of wine",
        "i vaped too much",
        "my cuts are healing",
        "i took 20 pills last year but im ok now",
        "swallowed 20 pills in the song",
        "i took 20 pictures of my dog",
        "im at the bridge where are you",
        "holding a knife cutting onions lol",
        "my boyfriend isnt answering my texts",
        "my crush stopped answering lol",
        "they dont answer",
        "no contestan",
        "making dinner rn 🔪🍅",
        "i overdosed on tacos",
        "my phone wont wake up",
        "someone put something in my drink last year",
        "ya llegue",
        "mi novio no contesta",
    ],
)
def test_normal_doses_drinks_old_wounds_and_jokes_hit_no_case(text: str) -> None:
    assert all(not hit.case for hit in script().matcher.find(tokenize(text)))


@pytest.mark.parametrize("text", ["🆘", "🆘🆘", "💊💊💊"])
def test_an_sos_and_a_row_of_pills_get_911_and_988_and_name_no_need(text: str) -> None:
    decision = decide(script(), text)
    assert (decision.code, decision.topic) == ("line:sign:en", None)
    assert decision.reply.text.index("911") < decision.reply.text.index("988") < 130


@pytest.mark.parametrize(
    "text", ["💀", "⚰️", "😭", "🔫", "🔪", "🩸", "💊", "🪢", "😰", "💀💀💀", "😭😭"]
)
def test_no_single_picture_is_a_crisis(text: str) -> None:
    assert decide(script(), text).code == "line:general:en"
