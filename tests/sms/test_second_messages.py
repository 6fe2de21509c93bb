"""Short messages behind a first answer: each gets what is safe and useful whatever came before."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from sms.decide import decide
from sms.understanding import second_messages
from sms.understanding.normalise import tokenize
from tests.sms.test_real_pack import script

SAID = {
    "a:thanks:en": ["k bye", "thank you miss", "can i text again", "k", "kk", "ok", "ok cool", "thx", "ty", "will do", "nvm", "gtg", "bye", "👍", "❤️", "🙏"],
    "a:thanks:es": ["gracias amiga o amigo o lo q seas", "gracias", "bueno", "sale", "esta bien", "olvidalo", "si gracias"],
    "a:short:en": ["lol ok boomer", "yeah", "no", "nope", "maybe", "i guess", "sure", "why", "?", "...", "lol", "omg", "wtf",
        "are you sure", "im here", "😭", "💔", "🔪", "asdf", "this is dumb", "y"],
    "a:short:es": ["si", "sí", "nel", "por que", "quien", "jaja", "ya llegue", "en serio"],
    "a:unsure:en": ["idk", "idk what to do", "what now", "now what", "i cant", "i dont want to", "should i", "how", "goodbye"],
    "a:unsure:es": ["no se", "que hago", "y ahora que", "no puedo", "no quiero", "como", "adios"],
    "a:details:en": ["im danny", "my name is nayeli", "the person is me", "she is 7", "a senior", "emma", "my name is jaylen", "im 12", "shes 9", "im 11 years old", "my sister is 7", "13",
        "im in 8th grade", "my mom", "my boyfriend", "a boy", "me", "15 f", "i turn 13 next week"],
    "a:details:es": ["soy testigo de jehova", "me llamo lupita", "soy beto", "soy ana", "me llamo jose", "tengo 13 años", "mi papa", "mi novio", "un señor", "yo"],
    "a:over:en": ["nvm found him", "she texted me!!! shes at her dads. thank god", "we found her!! she was at her dads", "he got home safe", "never mind it stopped. it was just a nosebleed", "nvm it was the neighbor lol im home", "its fine i googled it", "she answered", "nvm its handled", "they took him to the hospital", "cops are here", "im ok now", "im safe now", "they left", "she calmed down", "my dad left", "my dad left for work", "it stopped", "false alarm"],
    "t:feelings:es:home": ["ya apareció, estaba en casa de su novia, perdón por molestar"],
    "a:over:es": ["ya no sangra", "ya llegue a casa", "ya se fue", "ya estoy bien", "no pasa nada", "ya se calmo", "falsa alarma"],
    "a:number:en": ["is there one thats not religious", "do they help guys too"],
    "a:number:es": ["ayudan a hombres"],
    "a:cannot_text:en": ["my phone is about to die"],
    "a:cannot_text:es": ["se me acaba la pila"],
    "a:happened:en": ["my dad is a cop", "but he cries after", "but he cries after. like on his knees", "is that how all families are", "it wasnt that bad i shouldnt of said anything", "he lives with us", "i just froze", "am i a bad person", "it happened again", "he did it again", "my uncle did it again", "its getting worse", "it was my mom"],
    "a:happened:es": ["pero el me mantiene", "asi son todas las familias o no", "mi papa es policia", "es mi padrastro", "vive con nosotros", "soy mala persona", "lo volvio a hacer", "paso otra vez", "fue mi tio", "sigue pasando"],
    "a:told:en": ["i told my teacher", "i told her", "i already called", "i talked to the school counselor"],
    "a:told:es": ["ya les dije", "le dije a mi maestra", "ya llame"],
    "a:where:en": ["what is a zip code", "whats my zip", "where do i go", "where", "is there a place near me", "what is the address"],
    "a:where:es": ["que es un zip", "qué es el código postal", "a donde voy", "donde queda", "hay algo cerca"],
    "a:sick:en": ["why does my stomach hurt every morning", "it went away", "i feel fine", "i threw it up", "my mouth still burns", "she wants to sleep", "he says hes dizzy", "im sleepy", "it hurts", "i feel sick", "my stomach hurts", "will she be ok"],
    "a:sick:es": ["por que me duele la panza", "me duele", "tengo mucho sueño"],
    "line:now_body:en": ["she moved her hand", "he fell over", "she is nodding off", "i took them", "i took 2", "i did it", "its too late", "i already did", "its bleeding"],
    "line:now_body:es": ["abrio los ojos", "se cayo", "esta bien palida", "ya lo hice", "me las tome", "estoy sangrando", "es demasiado tarde"],
    "a:watched:en": ["she found out", "he saw my phone", "my mom saw the text", "they know", "dont text back"],
    "a:watched:es": ["mi mama se entero", "ella sabe", "no contestes"],
    "a:hello:en": ["hi", "hey", "hello?", "good morning", "topics", "menu", "what can you do", "test", "👋"],
    "a:hello:es": ["hola", "buenas tardes", "que onda", "temas", "como funciona"],
    "a:who:en": ["hi is anyone there", "u prob say that to everyone", "are you real", "is this ai", "is anyone there", "you there", "whats your name"],
    "a:who:es": ["eres real", "hay alguien", "estas ahi", "como te llamas"],
    "a:again:en": ["who do i call", "which number", "i lost the number"],
    "a:call_me:en": ["can u talk", "real person", "call me", "i want to talk to a person"],
    "a:unclear:en": ["what does that mean", "what does abuse mean", "huh", "wdym", "what is a hotline"],
    "a:unclear:es": ["que significa eso", "que", "no entiendo"],
    "a:police:en": ["is it la migra", "are u ice?", "is this immigration"],
    "a:police:es": ["¿ese número es de la migra?", "es la migra"],
    "a:expect:en": ["what use is it", "how will that help"],
    "a:expect:es": ["y eso de qué me va a servir"],
    "a:cost:en": ["is that number free", "is this free", "is it free", "free"],
    "a:private:en": ["my friend said these lines sell ur info", "no one can know", "dont tell my mom", "will i get fired", "this is my friends phone"],
    "a:private:es": ["nadie puede saber", "me van a correr", "no le digas a nadie"],
    "a:language:en": ["an interpreter please", "interpreter", "do they have an interpreter", "i dont speak english",
        "my mom only speaks spanish", "can i talk to someone in spanish", "do you speak german", "deutsch", "mixteco"],
    "a:language:es": ["¿hablan kanjobal? mi mamá no habla español", "necesito un interprete", "mi mama no habla ingles", "hablo zapoteco"],
    "line:now_people:en": ["they know where i live", "he got out of the car", "he said he is on his way"],
    "line:now_people:es": ["saben donde vivo", "dice que ya viene"],
    "line:now_life:en": ["im on the platform now", "at the train station now", "im up here"],
    "line:now_life:es": ["estoy en el anden", "ya viene el tren"],
    "a:wrong:en": ["u didnt even ask me why", "it was a joke", "its for a story", "why would i need police", "im not in foster care", "thats not what i asked", "jk i said jk"],
    "a:wrong:es": ["era broma jaja", "no necesito la policia", "yo no dije eso", "no me entendiste"],
    "a:afraid:en": ["what if they ask him and then he knows it was me", "what if they dont believe me", "what if he says im lying", "he will be so mad", "it will make it worse"],
    "a:afraid:es": ["y si nadie me cree", "y si se enoja", "va a ser peor"],
    "a:tell_adult:en": ["does my teacher have to tell"],
    "a:removed:en": ["what does a social worker even do when they come", "will they split us up", "i dont want him arrested", "what happens to me then"],
    "a:removed:es": ["que pasa si viene la trabajadora social", "nos van a separar", "no quiero que lo arresten"],
    "a:cannot_call:en": ["i dont want to call anyone", "can i just text", "im deaf", "do you have a video phone", "asl"],
    "a:cannot_call:es": ["no quiero llamar", "soy sorda", "lengua de señas"],
    "a:not_helped:en": ["im tired of people giving me numbers. everyone gives me a number", "my mom saw and said nothing", "nobody helped"],
    "a:not_helped:es": ["le dije a mi maestra y no hizo nada", "nadie me ayudo"],
    "line:general:es": ["español", "hablas español", "habla español?", "do you speak spanish", "en español por favor"],
    "line:general:vi": ["do you speak vietnamese", "vietnamese please"],
    "line:general:zh-Hant": ["chinese please"],
}  # fmt: skip


CORRECTED = [
    ("not bullying. teacher hit. you understand wrong", "schoolstaff"),
    ("i didnt say suicide. im hungry", "basics"),
    ("me entendiste mal. no quiero abortar quiero tenerlo", "health"),
    ("not drugs. i have nowhere to sleep", "runaway"),
    ("no dije drogas. dije que no tengo donde dormir", "runaway"),
    ("that is not what i meant. my mom is sick and i take care of her", "carer"),
    ("you misunderstood. its my sister she is pregnant", "health"),
    ("not abuse he just hits me sometimes", "abuse"),
]


@pytest.mark.parametrize(("text", "topic"), CORRECTED)
def test_a_correction_gets_the_need_that_it_names(text: str, topic: str) -> None:
    assert decide(script(), text).topic == topic


@pytest.mark.parametrize(
    "text", ["eso es para grandes yo tengo 12", "wrong", "not sex", "you misunderstood me"]
)
def test_a_correction_without_a_need_gets_an_apology(text: str) -> None:
    assert decide(script(), text).answer == "wrong"


@pytest.mark.parametrize(
    ("text", "county"),
    [
        ("My name is Tou. We live 93702.", "06019"),
        ("me llamo ana vivo en 93702", "06019"),
        ("ok so its 93640 i think", "06019"),
    ],
)
def test_a_zip_code_in_a_sentence_gets_the_county_line(text: str, county: str) -> None:
    assert decide(script(), text).code.startswith(f"place:{county}:")


def test_a_number_of_five_digits_that_is_no_zip_code_stays_with_its_sentence() -> None:
    assert not decide(script(), "my name is ana and my student number is 10002").code.startswith(
        "place"
    )


@pytest.mark.parametrize(("code", "text"), [(code, text) for code in SAID for text in SAID[code]])
def test_a_second_message_gets_the_answer_of_its_family(code: str, text: str) -> None:
    assert decide(script(), text).code == code


@pytest.mark.parametrize(
    "text",
    [
        "he fell asleep",
        "he passed out on the couch",
        "my sister fell asleep",
        "se durmio",
        "ya se durmio",
    ],
)
def test_somebody_who_fell_asleep_may_not_wake_so_911_comes_first(text: str) -> None:
    decision = decide(script(), text)
    assert decision.topic == "danger"
    assert re.match("Call 911 now|Llama ya al 911", decision.reply.text)


JOINED = {
    "a:over:en": ["k nvm its handled", "im home now thank you", "yeah she left but im ok"],
    "a:told:en": ["ok i told her thanks"],
    "a:happened:en": [
        "no its my uncle not my dad he just lives w us",
        "its not my boyfriend its my stepdad",
    ],
    "a:sick:en": ["i threw up but i feel ok"],
    "a:afraid:en": ["but they wont believe me", "ok but what if he gets mad"],
    "line:now_body:en": ["lol i did it", "hey she is so pale"],
    "line:now_life:en": ["im on the bridge bye"],
    "a:over:es": ["ya se fue gracias", "estoy bien pero no se que hago"],
    "a:told:es": ["le dije a mi maestra y me creyo"],
}


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code in JOINED for text in JOINED[code]]
)
def test_two_such_messages_in_one_get_the_answer_of_the_more_urgent(code: str, text: str) -> None:
    assert decide(script(), text).code == code


@pytest.mark.parametrize(
    "text",
    [
        "a man in my room", "my uncle at my house", "no estoy bien", "i am not ok", "who hit me",
        "i told her i want to die", "ok bye i am done with everything forever",
    ],
)  # fmt: skip
def test_fragments_and_words_turned_round_are_not_joined(text: str) -> None:
    assert second_messages.joined(tokenize(text), "en")[0] == ""


@pytest.mark.parametrize("text", ["they told us to roll him over", "i covered it with tape"])
def test_few_words_that_point_back_get_no_guess_at_a_need(text: str) -> None:
    assert decide(script(), text).code == "a:short:en"


def test_danger_is_heard_in_few_words_too() -> None:
    assert decide(script(), "omg he heard me").is_emergency
    assert not second_messages.points_back(tokenize("it was a long day " * 4))


NO_ANSWER = {
    "suicide": ["i want to die", "ok i want to die"],
    "danger": ["he has a gun", "help me pls", "im hiding", "im so dizzy"],
    "friend": ["a friend"],
    "basics": ["food"],
    "missing": ["hes gone"],
}


@pytest.mark.parametrize(
    ("topic", "text"), [(topic, text) for topic in NO_ANSWER for text in NO_ANSWER[topic]]
)
def test_a_need_is_no_second_message(topic: str, text: str) -> None:
    assert decide(script(), text).topic == topic


ALIKE = [
    "lo voy a hacer", "my friend is not ok", "mi amigo no esta bien", "me llamo diego y no saben", "they took my brother",
    "my dad is home", "he is outside", "i am lost", "what does blue m30 mean", "his name is inked on my neck",
]  # fmt: skip


@pytest.mark.parametrize("text", ALIKE)
def test_words_that_may_be_a_need_are_left_to_rules_and_model(text: str) -> None:
    assert not any(second_messages.answer(tokenize(text), tag)[0] for tag in ("en", "es"))


NEW = [
    "hello",
    "short",
    "details",
    "unsure",
    "over",
    "happened",
    "told",
    "where",
    "sick",
    "thanks",
    "language",
]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("answer", NEW)
def test_what_is_said_to_a_short_message_holds_911_and_988_whatever_came_before(
    answer: str, language: str
) -> None:
    text = script().reply(f"a:{answer}:{language}").text
    assert re.search(r"\b911\b", text)
    assert re.search(r"\b988\b", text)


def test_a_greeting_says_what_the_line_does_with_988_and_911_at_its_end() -> None:
    for language in ("en", "es"):
        numbers = re.findall(r"\b(?:988|911)\b", script().reply(f"a:hello:{language}").text)
        assert numbers[-2:] == ["988", "911"]


def test_a_picture_without_words_gets_an_answer_and_an_sos_sign_keeps_its_reply() -> None:
    assert decide(script(), "😭😭").code == "a:short:en"
    assert decide(script(), "🆘").code == "line:sign:en"
    assert decide(script(), "").code == "line:general:en"


class Counted(tuple[str, ...]):
    """Words that count how often they are looked at."""

    looks: list[Any] = []  # noqa: RUF012

    def __getitem__(self, at: Any) -> Any:
        self.looks.append(at)
        return super().__getitem__(at)


@pytest.mark.parametrize("said", ["a", "i speak", "spanish please"])
def test_the_longest_message_takes_few_looks_for_the_language_that_it_asks_for(said: str) -> None:
    """One of 800 letters took a quarter of a second."""
    words: Sequence[str] = (said.split() * 800)[:800]
    Counted.looks.clear()
    long = replace(tokenize("a"), words=Counted(words))
    assert second_messages.language_wanted(long, {"spanish": "es"}) == ""
    assert len(Counted.looks) < 100
