"""Requests to stop texting, in sentences: answered as such, and never taken from somebody in need."""

import pytest

from content.model.reserved_words import HELP, START, STOP
from sms.decide import Decision, decide
from sms.understanding.normalise import tokenize
from sms.understanding.quiet import words_around
from tests.shipped import script


def told(text: str) -> Decision:
    return decide(script(), text)


REQUESTS = (
    "can you please stop sending me these texts", "ya no me manden mensajes", "please stop texting this number",
    "you have the wrong person stop texting me", "wrong number", "this is the wrong number please remove me",
    "i dont want these messages anymore", "i don't want to get texts from you", "take me off your list please",
    "how do i unsubscribe from this", "how do i make these texts stop", "how do i stop getting these texts",
    "pls stop txting me", "plz stop sendin me mesages", "stopp texting me", "I did not sign up for this",
    "never signed up for these texts, remove my number", "can u stop txting me",
    "could you please not text me anymore", "please do not contact this number again", "quit sending me stuff",
    "i want to opt out of these messages", "no more texts please and thank you",
    "why do you keep texting me please stop", "this is a work phone please stop messaging",
    "My number is new, you have the wrong person. Please stop.", "i'm not a student here, take this number off",
    "sorry wrong person", "i think you got the wrong number",
    "hey i think you have the wrong number please dont text me again", "would you mind not texting me",
    "i would like to stop receiving these messages", "get me off this list", "stop blowing up my phone",
    "leave this number alone", "lose my number", "turn off the texts", "cancel my subscription",
    "end these messages please", "i no longer want to receive messages",
    "Please remove my phone number from your system", "unsuscribe please", "kindly stop messaging me",
    "i said stop texting me", "yo stop spamming me", "you guys need to stop texting me",
    "who is this? stop texting me", "i already texted stop", "enough with the texts", "i dont need your texts",
    "please delete my number from your contacts", "do not send me any more messages", "dont send me this stuff",
    "stop with the messages already", "can i be taken off this list", "how can i get off this list",
    "i changed schools please stop sending me messages", "im tired of these texts please stop",
    "please stop these automated messages", "stop replying to me", "not interested please stop texting",
    "id like to be removed from this list", "Hi, could you take my number off of this? thanks",
    "please quit texting, this is my moms phone", "por favor dejen de mandarme mensajes",
    "por favor ya no me escriban", "ya no quiero recibir mensajes", "no quiero que me manden mensajes",
    "me pueden quitar de la lista por favor", "quitenme de su lista", "saquenme de esta lista",
    "se equivocaron de numero", "numero equivocado", "tienen el numero equivocado, no me escriban",
    "podrian dejar de mandarme textos", "dejen de escribirme por favor", "quiero darme de baja",
    "como cancelo los mensajes", "como le hago para que ya no me lleguen mensajes", "paren de mandarme mensajes",
    "no me manden mas mensajes porfa", "ya no me mandes mensajes", "deja de mandarme mensajes",
    "quiero dejar de recibir estos mensajes", "borren mi numero por favor", "no soy la persona que buscan",
    "esta no es la persona, numero equivocado", "ya no me envien textos", "no vuelvan a escribirme",
    "favor de no mandar mensajes a este numero", "quiero cancelar los mensajes",
    "disculpe, se equivoco de persona", "no me esten mandando mensajes", "no mas mensajes por favor",
    "por favor eliminen mi numero de su lista", "ya no kiero mensajes", "ya dejen de mandar mensajes",
    "no deseo recibir mas mensajes", "oigan ya no me escriban a este numero", "alto a los textos",
    "ya no me manden nada", "Stop texting me already", "can you take me off of this",
    "please take me off the texting list", "hi can u please remove me from ur contacts",
    "Please discontinue texts to this phone", "I do not wish to receive texts from this line",
    "I asked you to stop messaging me", "please stop sending msgs to this number", "do not message this number",
    "this isnt my school stop texting", "stop sending me automated texts",
    "my number is on your list by mistake please remove it", "i don't know who this is please stop texting me",
    "who is this stop msging me", "why am i getting these messages, please stop",
    "ok you can stop texting me now", "you can stop now thanks", "i dont need this anymore please stop texting",
    "thanks but please dont send any more texts",
    "i just got this phone number and i keep getting your texts please stop", "stp texting me",
    "stop sendng me texts", "dont want ur texts", "no longer interested please unsubscribe",
    "how can i get my number removed", "how do you turn this off", "make the texts stop please",
    "im not the person youre looking for", "you got the wrong guy", "wrong person please stop texting me",
    "i would like to be taken off your list", "please don't text me again", "can i unsubscribe",
    "i want off this list", "STOP sending these!!!", "i am not a student please stop",
    "please quit messaging this number", "I'm an adult with no kids, take my number out of your system",
    "don't ever text this number again", "what do i have to do to stop these texts",
    "please cancel all messages to this phone", "block these messages please", "no me escriban por favor",
    "ya dejen de molestar con sus mensajes", "podrían dejar de enviarme mensajes por favor",
    "me equivoqué de número, ya no me manden nada", "este no es el numero de esa persona, no me escriban",
    "por favor quiten mi numero de su lista", "no quiero estar en esta lista", "como me doy de baja",
    "como le hago para dejar de recibir mensajes", "no quiero mas mensjes", "ya no me escrivan",
    "parenle con los mensajes", "ya parenle de mandar mensajes", "no me interesa, no me manden mas",
    "ya estuvo con los mensajes", "dejenme de estar mandando mensajes",
    "me gustaria que ya no me enviaran mensajes", "no quiero que me sigan escribiendo",
    "quisiera dejar de recibir sus mensajes", "yo no soy esa persona, numero equivocado",
    "se ekivocaron de numero", "por favor cancele los mensajes", "ya no necesito mensajes",
    "este es mi telefono de trabajo por favor no manden mensajes", "no me vuelvan a escribir",
    "no me vuelvan a mandar mensajes", "ya basta de mensajes", "no manden mas textos a este telefono",
)  # fmt: skip
NEEDS = (
    "make him stop texting me", "i want it to stop", "quiero que pare", "he wont stop texting me",
    "tell her to stop messaging me", "how do i get him to stop texting me", "make it stop", "please make it stop",
    "i just want it to stop", "my ex wont stop texting me", "this guy keeps sending me messages",
    "someone keeps texting me", "a man online keeps sending me texts and i want him to stop",
    "how do i stop texting my ex", "i cant stop cutting", "i told him to stop and he didnt",
    "i said stop and he kept going", "stop hurting me", "please stop him", "stop it", "make them stop",
    "they wont stop sending me messages", "kids at school keep texting me mean stuff",
    "he said he will stop texting me if i send a pic", "my boyfriend wont let me text anyone",
    "he says stop texting me or ill hurt you", "my dad said dont text this number", "dont text back hes here",
    "dont call the police", "i dont want to be here anymore", "i dont want to live", "i want to end it",
    "end my life", "cancel my life", "i dont want messages from my ex",
    "she keeps sending me nudes and i want it to stop", "stop texting me you said", "wont stop texting me",
    "keeps texting me wont stop", "remove me from this house", "take me away from here", "get me out of here",
    "get me off the streets", "i cant stop drinking", "i want to quit vaping", "help me stop smoking weed",
    "i need to stop", "delete my nudes", "how do i get my pics taken off a site",
    "how do i take down a picture of me", "how do i get someone to stop texting me",
    "i texted the wrong person a nude", "i trusted the wrong person",
    "a stranger keeps texting me and sending pictures", "i never asked for this", "i didnt ask to be born",
    "leave me alone", "i want to stop", "no more", "enough", "quiero que pares", "quiero que deje de escribirme",
    "dile que deje de escribirme", "mi ex no deja de mandarme mensajes", "no deja de escribirme",
    "un hombre me manda mensajes y no para", "haz que pare", "ya no quiero vivir", "ya no quiero",
    "no me deja salir", "ya no me escribe mi novio", "sacame de aqui", "saquenme de aqui", "quitame el dolor",
    "que ya no me pegue", "quiero que dejen de molestarme", "mis compañeros no dejan de mandarme mensajes feos",
    "no quiero mandar fotos", "me manda mensajes un desconocido", "no quiero que me deporten", "borren mis fotos",
    "como borro mi video", "para el dolor", "quiero dejar de tomar", "quiero dejar de sentir",
    "no quiero ir a casa", "deja de pegarme", "ya no me pega", "no me toquen", "dont touch me",
    "dont tell my mom", "do not tell anyone", "please dont tell my parents i texted",
    "can you please stop my dad", "please stop the pain", "stop the bleeding", "how do i stop the bleeding",
    "i want the voices to stop", "make the voices stop", "can i delete this text", "does this text get deleted",
    "can my mom see these texts", "how do i delete these messages so my dad doesnt see",
    "is this the wrong number", "is this number free", "not interested in living", "no me interesa vivir",
    "i got texts from a stranger", "i want to cancel my appointment", "how do i block someone",
    "how do i block a number", "how do i block my ex", "i need to get off drugs", "get off me",
    "i want off this planet", "take my phone", "my mom took my phone", "he removed me from the group chat",
    "i was removed from my home", "im scared they will remove me", "can a parent opt out of those lessons",
    "wish i could unsubscribe from being alive",
    "im 17 and been messaging a 12 yr old and i know its not ok, how do i stop", "stop texting me im bleeding",
    "stop texting me im going to end it", "no more texts i wont be here tomorrow",
    "dont text this number anymore. goodbye everyone", "ya no me manden mensajes me voy a morir",
    "por favor ya no me escriban mi papa me va a matar", "he hit me. please stop",
    "i said stop and he didnt. he has my number",
)  # fmt: skip


@pytest.mark.parametrize("text", REQUESTS)
def test_a_sentence_that_asks_for_quiet_gets_the_optout_reply(text: str) -> None:
    decision = told(text)
    assert (decision.code[:11], decision.how, decision.topic) == ("line:optout", "optout", None)


@pytest.mark.parametrize("text", NEEDS)
def test_what_others_do_or_a_need_is_no_request_for_quiet(text: str) -> None:
    assert told(text).how != "optout"


def test_the_request_is_answered_in_its_language() -> None:
    assert told("can you please stop sending me these texts").code == "line:optout:en"
    assert told("ya no me manden mensajes").code == "line:optout:es"


def test_a_need_is_answered_after_a_request_for_quiet() -> None:
    assert told("please stop sending me messages").how == "optout"
    assert told("i want to die").topic == "suicide"


def one_edit(word: str) -> set[str]:
    """Every spelling of the word with one letter too many, lacking, wrong or swapped."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    return {
        *(left + letter + right for left, right in cuts for letter in letters),
        *(left + right[1:] for left, right in cuts if right),
        *(left + letter + right[1:] for left, right in cuts if right for letter in letters),
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
    } - {word}


# One slip from a stop word, and words that a student may mean.
MEANT = {
    *(
        "cancer",
        "carcel",
        "and",
        "bend",
        "ed",
        "eid",
        "en",
        "ende",
        "ene",
        "eng",
        "ent",
        "fend",
        "ind",
    ),
    *("lend", "mend", "nd", "ned", "send", "tend", "und", "qui", "quid", "quiet", "quilt", "quita"),
    *("quite", "quito", "quiz", "suit", "tuit", "evoke", "atop", "shop", "step", "stomp", "top"),
}


@pytest.mark.parametrize("word", sorted(STOP))
def test_a_stop_word_with_one_slip_gets_one_short_reply_and_never_a_need(word: str) -> None:
    slips = one_edit(word) - STOP - START - HELP - MEANT
    wrong = [slip for slip in sorted(slips) if not told(slip.upper()).code.startswith("line:slip:")]
    assert wrong == []


@pytest.mark.parametrize("word", sorted(MEANT))
def test_a_word_that_a_student_may_mean_keeps_its_reply(word: str) -> None:
    assert told(word).how != "optout"


@pytest.mark.parametrize("text", ["END.", "Cancel!", "st op", "STOOOP", "st0p", "Quit..."])
def test_a_stop_word_that_the_carrier_does_not_know_is_a_slip_too(text: str) -> None:
    assert told(text).code == "line:slip:en"


def test_the_short_reply_says_how_to_stop_and_whom_to_call() -> None:
    assert told("STOPP").reply.text == "Text STOP to end messages. Danger: 911. Talk: 988"
    spanish = script().reply("line:slip:es")
    assert (spanish.segments, spanish.encoding) == (1, "GSM-7")
    assert all(number in spanish.text for number in ("STOP", "911", "988"))


@pytest.mark.parametrize(
    "text",
    ["no thanks " * 20, "please can you " * 13, "stop text message " * 13, "no quiero mensajes de " * 10,
     "the these those all any more " * 6 + "stop sending", "wrong number please " * 13],
)  # fmt: skip
def test_a_hostile_text_comes_to_an_end(text: str) -> None:
    """With a repeat that is not bounded, some of these would take years."""
    assert words_around(tokenize(text)) in {None, *range(40)}
