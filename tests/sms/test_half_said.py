"""Emergencies said in passing, in bare grammar or of others; and what only shares their words."""

import pytest

from sms.decide import decide
from sms.understanding.normalise import tokenize
from tests.sms.test_real_pack import script

SAID = {
    "t:danger:{}:unresponsive": [
        "gave my brother narcan and he woke up swinging",
        "we used narcan on her she is up now",
        "i narcaned him and now he says hes fine",
        "grandma sleep not wake",
        "sister take medicine sleep not wake",
        "she wont wakup",
        "his cart was laced now hes nodding off",
        "he smoked it and is nodding off",
        "my dad fell asleep on the floor",
        "le puse narcan a mi tio y desperto enojado",
        "se quedo dormido en el piso",
        "ya se durmio en el sofa",
    ],
    "t:danger:{}:pills": [
        "ate a gummy and my heart is pounding",
        "im way too high my heart is racing",
        "greened out and cant see straight",
        "hit the pen and my chest hurts",
        "was vaping and now my heart is going super fast",
        "so high i think im dying",
        "me comi un brownie y siento que me muero",
        "le di al vape y no veo bien",
        "estoy bien pacheco y se me acelera el corazon",
        "fume y creo que me estoy muriendo",
    ],
    "t:danger:{}:unknown": ["i forgot what i took", "no me acuerdo que me tome"],
    "t:danger:{}:unknown.friend": [
        "she wont say what she took",
        "my brother wont tell me what he took",
        "he cant tell me what he took",
        "no me quiere decir que se tomo",
        "no dice que se tomo",
    ],
    "t:danger:{}:sick": [
        "they jumped me yesterday and my pee is red",
        "got jumped by 3 guys now im peeing blood",
        "fell off the roof and theres blood in my pee",
        "he kicked me in the back and my piss is red",
        "peeing blood since he beat me up",
        "soaked through 3 pads in 2 hours",
        "going through 2 pads an hour",
        "me patearon y ahora orino sangre",
        "me cai de la bici y hago pipi con sangre",
        "llene tres toallas en una hora",
    ],
    "t:danger:{}:fire": [
        "smoke see in kitchen",
        "i see smoke from the garage",
        "the fire alarm is on and theres smoke",
        "huele mucho a humo y no hay nadie",
        "veo humo en el pasillo",
    ],
    "t:danger:{}:warning": [
        "someone wrote a threat on the wall",
        "there is a bomb threat on snapchat about us",
        "a kid posted a threat on his story",
        "wrote threats in the bathroom stall",
        "hay una amenaza en la pared del baño",
        "publicaron una amenaza en instagram",
    ],
    "t:danger:{}:silent": [
        "i went to her house and nobody answered",
        "i drove by his house no lights",
        "knocked on her door no one opens",
        "i am outside her apartment and its all dark",
        "my friend posted goodbye with a broken heart",
        "my sister keeps posting pills and sorry everyone",
        "fui a su casa y nadie abre",
        "toque en su puerta y no contesta nadie",
        "mi amiga publico adios con un corazon roto",
    ],
    "t:danger:{}:place": ["ya estoy en el puente peatonal", "estoy en el puente de la autopista"],
    "t:danger:{}:place.friend": [
        "her location is at the bridge",
        "his location says the train tracks",
        "su ubicacion dice el puente",
    ],
    "t:danger:{}:means.friend": [
        "mom locked herself in the garage with the car on",
        "he locked himself in with the gun",
        "se encerro en la cochera con el carro prendido",
    ],
    "t:danger:{}:bleeding": ["i cant stop cutting this time its deep"],
    "t:danger:{}:coming": [
        "911 wants to know his age",
        "the operator keeps asking where we are",
        "they said they are on the way",
        "ambulance is outside",
        "fire truck is here",
        "la operadora pregunta que tomo",
        "ya llego la ambulancia",
        "ya estan aqui los bomberos",
        "dicen que ya vienen",
    ],
    "t:substance:{}:ride": [
        "mom started drinking and she drives us to school",
        "he keeps drinking and then drives me home",
        "empezo a tomar y asi nos lleva",
    ],
}
TOPICS = {
    "danger": [
        "he wants to do the choking game",
        "mi primo hace el reto del desmayo",
        "dad says nobody leaves the house alive",
        "he said no one is leaving alive",
        "father gun mother hide",
        "dice que de aqui nadie sale",
    ],
    "suicide": [
        "she said shell hurt herself if i leave",
        "he threatened to hurt himself",
        "my friend keeps trying to hurt herself",
        "my girlfriend will hurt herself",
        "want die",
        "me want die",
        "sospecho que mi hermana se corta",
        "creo que mi amigo se corta",
        "mi novio amenaza con matarse",
        "dice que se va a hacer daño",
    ],
    "legal": [
        "police took my dad this morning",
        "my mom got arrested",
        "they locked up my uncle",
        "my brother is locked up",
        "arrestaron a mi papa",
        "mi hermano esta preso",
    ],
    "assault": [
        "we were kissing and he put it in i never said he could",
        "nunca le dije que podia",
    ],
    "pictures": [
        "someone has my pics and wants money",
        "they made fake nudes of me",
    ],
}
HARMLESS = [
    "i locked myself out of the garage", "her location is at the mall", "my sister got in the car", "its a deep cut in the budget",
    "the bridge is closed", "el puente esta cerrado", "nobody leaves until the bell", "nadie sale al recreo", "my dads gun show ticket",
    "we had narcan training today", "my teacher carries narcan", "i didnt wake up on time",
    "dont wake me up", "i cant wake up in the mornings", "my cat fell asleep on the floor lol",
    "so high up on the ferris wheel my stomach dropped", "the price is too high", "i ate a gummy bear",
    "my vape pen died", "smoked brisket for dinner", "he wont tell me what he got me", "she wont say what she wants for lunch",
    "i changed my pad", "shoulder pads got soaked in the rain", "went through my notes", "fell off my bike but im good",
    "beets made my pee pink", "they beat us 3 to 0", "smoke break lol", "my clothes smell like smoke from the bbq",
    "wrote a note on the wall calendar", "he posted a pic of his dog", "my friend posted bye bye summer",
    "i went to her house and we played mario", "walked by his house today", "she said shes on the way with pizza",
    "mom started cooking", "he keeps drinking all the boba", "my dad drives us to school", "the cops came to our school for career day",
    "he got arrested in the movie", "i ate lunch with my friends", "i hear music from next door", "i signed up for soccer",
    "signed my yearbook", "i never said that", "send me the pics from the party", "he wants more fries",
    "hit the ball back and won", "no me despierto temprano", "mi gato se quedo dormido en el sofa jaja", "subi muy alto en la montaña rusa",
    "no me dice que quiere de cumple", "llene mi cuaderno", "me cai en el recreo", "huele a carne asada", "hay un anuncio en la pared",
    "fui a su casa y jugamos", "mi amiga publico su foto", "ya llego la pizza", "mi papa nos lleva a la escuela", "se corta el pelo mañana",
    "mi hermana se corta el pelo sola", "firme mi examen", "le mande una foto del perro", "oigo musica", "no he comido y tengo hambre ya casi es lunch",
]  # fmt: skip
CASES = [(code, text) for code, texts in SAID.items() for text in texts]


@pytest.mark.parametrize(("code", "text"), CASES)
def test_each_way_to_say_it_gets_the_reply_of_its_case(code: str, text: str) -> None:
    found = decide(script(), text).code.partition("+")[0]
    assert found in {code.format("en"), code.format("es")}


@pytest.mark.parametrize(
    ("topic", "text"), [(topic, text) for topic, texts in TOPICS.items() for text in texts]
)
def test_each_half_said_need_is_named(topic: str, text: str) -> None:
    assert decide(script(), text).topic == topic


@pytest.mark.parametrize("text", HARMLESS)
def test_words_that_only_sound_alike_meet_no_rule_of_danger(text: str) -> None:
    hits = script().matcher.find(tokenize(text))
    assert not {hit.topic for hit in hits} & {"danger", "suicide"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("i stole from my mom to pay the guy who has my pics", "1-800-843-5678"),
        ("le robe a mi mama para pagarle al que tiene mis fotos", "1-800-843-5678"),
    ],
)
def test_who_may_have_done_harm_and_was_hurt_is_told_the_number_and_not_to_stop(
    text: str, number: str
) -> None:
    decision = decide(script(), text)
    assert decision.code.startswith("line:unclear:")
    assert number in decision.reply.text
