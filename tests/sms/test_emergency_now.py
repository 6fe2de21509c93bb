"""An emergency that no rule heard: 911 first, if it happens now, and the number of the need."""

import re

import pytest

from sms.decide import decide, recall
from tests.sms.test_real_pack import script

KINDS = ("now_any", "now_body", "now_people", "now_life")
# Said by nobody in the examples: what is tested is that others are heard, too.
HEARD = [
    "my grandfather swallowed something and now he is turning purple and gasping",
    "she climbed over the railing and is crying and i cant reach her",
    "the man in the van keeps driving next to me and opened the door",
    "ok so my uncle has the rifle on his lap and says tonight is the night",
    "mi tia se desmayo en la cocina y le sale espuma",
    "ya me subi al barandal y el agua se ve bien lejos",
    "se metio un hombre a la casa y estoy debajo de la cama con mi hermana",
]
# Of the examples themselves.
KINDS_SAID = [
    ("tonight. thats all", "now_life"),
    ("ok so dont freak out but my dads gun is on my lap", "now_life"),
    ("estamos 9 en la caja del trailer hace mucho calor mi sobrino ya no se mueve", "danger"),
    ("um. sorry to bother you. im in the pantry. he is looking for me i think", "danger"),
]
CALM = [
    "i have a math test tomorrow and im so dead", "whats for lunch", "can i get a ride to practice",
    "mi hermana no me deja ver la tele", "i miss my grandma", "hola que hacen",
    "my tooth hurts and we have no dentist", "i got a c on my essay",
]  # fmt: skip

# The model is sure of the need, and nearly as sure that it happens now.
SURE_OF_NEED = [
    ("my dad put my stuff on the porch and changed the lock", "runaway"),
    ("mi papa me dijo agarra tus trapos y vete. estoy en el parque", "runaway"),
    ("my bf has me working figueroa n keeps all of it", "trafficking"),
    ("ex keeps showing up at my job and my house he wont stop", "dating"),
    ("ando en la pizca con mi apa y no nos dan agua ni sombra", "work"),
    ("ice agarro a mi papa hoy", "immigration"),
    ("i think im pregnant", "health"),
    ("my friend is pregnant", "health"),
    ("i got raped at a party", "assault"),
    ("me agarro atras del gym", "assault"),
    ("my mom is drunk again", "substance"),
    ("aqui en mi casa me golpean", "abuse"),
    ("they shut our lights off", "basics"),
    ("conoci a un muchacho en free fire y dice q viene por mi el sabado", "online"),
]
# Too little calm, or a reply that fits all needs: 911 comes first.
NOT_CALM = [
    "theres a dude here w a shank saying im next. its a group home n staff just watch tv",
    "i shook my baby brother really hard bc he wouldnt stop and now hes quiet quiet",
    "nos cortaron la luz y mi hermanito usa maquina pa respirar",
    "my girl is fainting in the heat and the doctor want the insurance",
    "echamos cloro con lo otro pa lavar el patio y ya no podemos ni respirar",
    "kid walked off campus at lunch and no one can find him, im the yard duty",
]


@pytest.mark.parametrize("text", HEARD)
def test_an_emergency_in_new_words_gets_911_first(text: str) -> None:
    code = decide(script(), text).code
    assert code.startswith(("line:now_", "t:danger:")), code
    assert re.findall(r"\d[\d-]{2,}", script().reply(code).text)[0] == "911"


@pytest.mark.parametrize(("text", "kind"), KINDS_SAID)
def test_the_reply_is_that_of_the_help_that_is_wanted(text: str, kind: str) -> None:
    assert decide(script(), text).code.split(":")[1] == kind


@pytest.mark.parametrize("text", CALM)
def test_calm_messages_get_no_such_reply(text: str) -> None:
    assert "now_" not in decide(script(), text).code


@pytest.mark.parametrize(("text", "need"), SURE_OF_NEED)
def test_a_need_that_is_sure_gets_its_own_reply_with_911(text: str, need: str) -> None:
    decision = decide(script(), text)
    assert decision.code.startswith(f"t:{need}:"), decision.code
    assert "911" in decision.reply.text


@pytest.mark.parametrize("text", NOT_CALM)
def test_a_sure_need_does_not_hide_what_is_happening(text: str) -> None:
    assert decide(script(), text).code.startswith("line:now_")


def test_it_is_held_back_as_late_as_danger() -> None:
    assert all(decide(script(), text).is_urgent for text, _ in KINDS_SAID)
    assert decide(script(), "i want to die").is_urgent
    assert not decide(script(), "whats for lunch").is_urgent


def test_a_wish_to_die_and_nothing_more_gets_988_first() -> None:
    assert decide(script(), "i want to die").code == "t:suicide:en:first"


@pytest.mark.parametrize(
    "text",
    [
        "he is coming up the stairs i gotta put this away dont write back",
        "he just asked who im texting. im gonna say its my aunt so plz dont text anything weird",
        "ahorita no puedo. el esta aqui",
    ],
)
def test_an_emergency_on_a_watched_phone_opens_neutrally(text: str) -> None:
    decision = decide(script(), text)
    assert decision.code.removeprefix(f"t:danger:{decision.language}:") in {"watched", "near"}
    assert decision.is_urgent
    assert "911" not in decision.reply.text[:100]


def test_one_word_is_no_emergency_by_the_model() -> None:
    assert "now_" not in decide(script(), "driver").code


def test_the_need_stays_what_is_meant_and_its_number_comes_behind() -> None:
    decision = decide(script(), "it happened an hour ago. i said no. im still in his bathroom")
    assert decision.topic == "assault"
    assert decision.code == "line:now_people:en+assault"
    assert decision.reply.text.index("911") < decision.reply.text.index("1-800-656-4673")
    assert recall(script(), decision.code).reply == decision.reply


def test_a_writer_who_may_have_done_harm_gets_no_number_for_people_who_were_hurt() -> None:
    text = (
        "i shoved my gf. i know. she was blocking the door with a knife telling me i cant go home"
    )
    assert decide(script(), text).code == "line:now_people:en"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_reply_begins_with_911_and_holds_two_segments_with_every_need(
    kind: str, language: str
) -> None:
    code = f"line:{kind}:{language}"
    for reply in (
        script().reply(one) for one in (code, *(f"{code}+{t}" for t in script().priority))
    ):
        assert reply.segments <= 2
        assert re.findall(r"\d[\d-]{2,}", reply.text)[0] == "911"
        assert "988" in reply.text
