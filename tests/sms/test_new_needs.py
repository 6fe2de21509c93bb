"""Court, care at home, eating, grief, loneliness, panic, poison, gangs, and threats: what is said.

The examples hold none of these messages; the last test checks that.
"""

import csv
import re
from itertools import chain

import pytest

from sms.decide import decide
from tests.shipped import PACK, pack
from tests.sms.test_real_pack import script

NEEDS = ("legal", "carer", "eating", "grief", "lonely", "anxiety", "poison", "gangs")

# By rule: code → messages.
RULED = {
    "t:suicide:en:farewell.friend": [
        "my cousin is giving away all his jordans and he left a letter for my aunt",
        "she gave me her guitar and says she wont need it anymore",
        "why would he hand out his cards and write a note that just says sorry mom he gave away his dog too",
    ],
    "t:suicide:es:farewell.friend": [
        "mi primo anda regalando sus tenis y dejó una carta para mi tía",
        "mi amiga me dio su guitarra y dice que ya no la va a necesitar",
    ],
    "t:suicide:en:farewell": [
        "my letters are written. walking my dog one last time",
        "the letter is done, seeing the ocean for the last time tonight",
        "i gave away my ps5 and my bike and wrote a goodbye letter",
    ],
    "t:suicide:es:farewell": [
        "ya escribí la carta. hoy paseo a mi perro por última vez",
        "regalé mi bici y mis cosas y dejé una nota",
    ],
    "t:danger:en:pain": [
        "one of my balls has been hurting since practice and its up high and im nauseous",
        "left testicle hurt really bad all of a sudden and i vomited",
    ],
    "t:danger:es:pain": ["me duele mucho un testículo, se subió y tengo náuseas"],
    "t:danger:en:deeper": [
        "i cut way too deep this time and the towel is soaked",
        "went deeper than usual and it wont close",
    ],
    "t:danger:es:deeper": [
        "me corté bien hondo esta vez y no cierra",
        "la playera está empapada, me corté más profundo que otras veces",
    ],
    "t:danger:en:inside": [
        "my period is late like 6 weeks and i have a sharp pain on one side and i almost passed out",
        "stabbing pain on my left side, so dizzy, and the test was positive last week",
    ],
    "t:danger:es:inside": [
        "tengo retraso de 6 semanas y un dolor muy fuerte de un lado y casi me desmayo",
    ],
    "t:danger:en:wake": [
        "i woke up in some guys bed with no pants on, hes asleep, idk where i am",
        "woke up naked in a motel i dont know and hes in the shower",
    ],
    "t:danger:es:wake": [
        "amanecí sin ropa en un cuarto que no conozco y él sigue dormido",
        "desperté en casa de un desconocido sin mis calzones, no encuentro mi cel",
    ],
    "t:danger:en:armed": [
        "got the glock in my bag. it ends today when he walks in",
        "knife in my hoodie and im getting him back at the bus",
        "he started it. i have a gun in my backpack",
    ],
    "t:danger:es:armed": [
        "traigo la fusca y hoy le toca a ese vato",
        "ya estuvo, traigo una navaja y me la va a pagar",
    ],
    "t:danger:en:warning": [
        "some kid on discord said he will shoot up the middle school",
        "a senior told us he is going to bring a gun to prom",
        "he has a hit list of kids at school",
    ],
    "t:danger:es:warning": [
        "un morro anda diciendo que va a balacear la escuela",
        "alguien escribió que va a poner una bomba",
    ],
    "t:pictures:en:young": [
        "could i go to juvie for a picture i took in 6th grade",
        "i was 11 and sent a nude, is there jail for that",
        "can u get in trouble for something u sent when u were 13",
    ],
    "t:pictures:es:young": ["es delito que mandé fotos cuando tenía 12?"],
    "t:gangs:en:hold": ["some dudes asked me to stash something for them"],
    "t:gangs:es:hold": ["unos vatos quieren que les guarde algo"],
}

# By the model: need → messages that name it outright, in both languages.
HEARD = {
    "legal": [
        "my stepbrother was arrested this weekend and he has court thursday",
        "dad is in prison and i want to visit him",
        "i was caught shoplifting and there is a court date",
        "probation officer is mad at me, i missed a meeting",
        "do kids get a free lawyer in juvenile court",
        "a mi tía la arrestaron y tiene corte el viernes",
        "mi papá está en la cárcel y quiero ir a visitarlo",
        "me agarraron robando y me dieron una cita en la corte",
    ],
    "carer": [
        "my mother has cancer and i take care of my three sisters",
        "i look after my grandpa who has dementia and i miss school for it",
        "i cook and clean and raise my siblings because mom is sick",
        "i have to take care of my disabled brother all by myself and im exhausted",
        "mi mamá tiene cáncer y yo cuido a mis tres hermanos",
        "cuido a mi abuelo enfermo y falto a la escuela",
        "yo cocino y limpio y crío a mis hermanitos porque mi mamá está enferma",
    ],
    "eating": [
        "i make myself throw up after lunch because i feel fat",
        "i have been skipping meals for a month and i hate my body",
        "my best friend is starving herself to be skinny",
        "i binge at night and then i feel so guilty about eating",
        "vomito después de la comida porque me siento gorda",
        "llevo un mes sin desayunar ni cenar y odio mi cuerpo",
        "mi mejor amiga no come para estar flaca",
    ],
    "grief": [
        "my grandfather passed away on tuesday and i cant focus on school",
        "my sister died two years ago and i still miss her every day",
        "we buried my best friend last weekend",
        "our dog died and i cant stop crying",
        "mi abuelo falleció el martes y no me concentro en la escuela",
        "mi hermana murió hace dos años y la extraño diario",
        "se murió nuestro perro y no paro de llorar",
    ],
    "lonely": [
        "i dont have any friends at this school and i eat lunch by myself",
        "nobody ever talks to me and i feel invisible",
        "i feel so lonely since we moved to this town",
        "no tengo ningún amigo en esta escuela y como solo",
        "nadie me habla nunca y me siento invisible",
        "me siento muy sola desde que nos mudamos a este pueblo",
    ],
    "anxiety": [
        "i keep getting panic attacks in the hallway between classes",
        "my heart races and my hands shake before every class",
        "i cant stop worrying about everything and i never sleep",
        "i have really bad anxiety about talking in front of people",
        "me dan ataques de pánico en el pasillo entre clases",
        "se me acelera el corazón y me tiemblan las manos antes de cada clase",
        "tengo mucha ansiedad de hablar enfrente de la gente",
    ],
    "poison": [
        "my little cousin ate some berries off a bush and his mouth is swelling",
        "i took my grandmas medicine by mistake instead of mine",
        "the baby chewed on a dishwasher pod",
        "mi primito se comió unas bayas de un arbusto",
        "tomé por error la medicina de mi abuela",
        "el bebé mordió una cápsula del lavavajillas",
    ],
    "gangs": [
        "a gang at my school is pressuring me to join them",
        "how can i leave my gang without getting hurt",
        "my older brother joined a gang and now they come to our house",
        "una pandilla de mi escuela me presiona para que entre",
        "cómo puedo dejar la pandilla sin que me golpeen",
        "mi hermano mayor se metió a una pandilla y ahora vienen a la casa",
    ],
}  # fmt: skip
SERVES_TOO = {"poison": {"danger"}, "legal": {"arrested"}}

HARMLESS = [
    "my sim got arrested again in the game lol", "tennis court is closed today", "we toured a real jail on vacation",
    "mock trial tryouts are tuesday", "i need a topic for my essay on the prison system", "taking care of a class pet this week",
    "babysitting pays good money", "eating tacos after practice", "that cake was to die for", "whats on the menu friday",
    "the villain died at the end of the movie", "my laptop died", "dead week is here", "home alone marathon tonight",
    "solo in the band concert", "nervous for the big game saturday", "dont panic the test got moved", "poison was my favorite band from the 80s",
    "poison dart frog report due", "snack gang meet at the quad", "the whole gang is coming to my party", "water gun fight at the park",
    "la cancha de tenis está cerrada", "ensayo sobre las cárceles del mundo", "cuido a mi gato este fin de semana",
    "qué rico estuvo el pastel", "se murió la batería de mi cel", "solo de guitarra en el concierto", "nervioso por el partido del sábado",
    "la pandilla va a venir a mi fiesta", "pelea de globos de agua",
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in RULED.items() for text in texts]
)
def test_what_cannot_wait_and_what_must_not_blame_is_answered_by_rule(code: str, text: str) -> None:
    assert decide(script(), text).code == code


@pytest.mark.parametrize("need", NEEDS)
def test_a_need_said_outright_is_heard(need: str) -> None:
    """Four of five: the model is learned from the examples, and any one message may be close."""
    decisions = [(text, decide(script(), text)) for text in HEARD[need]]
    right = {need, *SERVES_TOO.get(need, ())}
    missed = [
        (text, one.code) for text, one in decisions if not {one.topic, one.also, one.answer} & right
    ]
    assert len(missed) * 5 <= len(decisions), missed


def test_jokes_and_homework_about_them_name_no_need() -> None:
    named = [(text, one.code) for text in HARMLESS if (one := decide(script(), text)).topic]
    assert len(named) <= 1, named


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("need", NEEDS)
def test_each_reply_names_a_person_to_talk_to_and_911(need: str, language: str) -> None:
    first = script().reply(f"t:{need}:{language}:first")
    assert first.segments <= 2
    assert {"911", "988"} & set(re.findall(r"\d{3}", first.text))


@pytest.mark.parametrize("need", ["eating"])
def test_no_reply_about_eating_tells_a_weight_or_how(need: str) -> None:
    said = " ".join(
        text
        for language in ("en", "es")
        for key, text in pack().texts[language].items()
        if f":{need}:" in key
    ).casefold()
    forbidden = ("calori", "pound", "kilo", "weigh", "peso", "throw up", "vomit", "laxa", "skinny")
    assert not [word for word in forbidden if word in said]


def test_the_reply_to_a_threat_accuses_nobody_and_leads_to_an_adult_and_911() -> None:
    for language, adult in (("en", "Tell an adult now"), ("es", "Avisa ya a un adulto")):
        said = script().reply(f"t:danger:{language}:armed").text
        assert adult in said
        assert {"911", "988"} <= set(re.findall(r"\d{3}", said))
        assert "wrong" not in said
        assert "culpa" not in said


def test_no_message_is_an_example() -> None:
    with (PACK / "sms" / "examples.csv").open(encoding="utf-8", newline="") as file:
        known = {row["text"].casefold() for row in csv.DictReader(file)}
    asked = chain(HARMLESS, *RULED.values(), *HEARD.values())
    assert [text for text in asked if text.casefold() in known] == []
