"""STOP, START and HELP, and whole messages that ask the text line to be quiet.

"no mas", "ya no" and "stop it" are not listed: a child may mean "I can't take any more". Sources:
47 CFR 64.1200(a)(10)-(12); Twilio's default and Advanced Opt-Out keywords.
"""

from typing import Literal

from content.model.reserved_words import HELP, START, STOP
from sms.understanding.abbreviations import speak
from sms.understanding.normalise import Tokens, spellings, words

Carrier = Literal["stop", "start", "help", ""]

_SOFT = """
stop | stop please | please stop | stop now | stop texting me | stop texting | stop texting me please | stop text
please stop texting me | please stop texting | stop messaging me | please stop messaging me | stop messaging
stop sending me texts | stop sending me messages | stop sending texts | stop sending messages | stop these texts
stop these messages | stop the texts | stop the messages | stop all | stop all messages | stop all texts
stop messages | stop texts | stop msgs | stop contacting me | stop bothering me with texts | i want to stop texts
quit texting me | quit messaging me | end texts | end messages | cancel texts | cancel messages | unsubscribe me
please unsubscribe me | unsubscribe please | unsubscribe me please | i want to unsubscribe | opt out | opt me out
i want to opt out | please opt me out | optout please | remove me | remove me please | please remove me
remove me from this list | remove me from your list | remove me from the list | take me off this list
take me off your list | take me off the list | take my number off | remove my number | delete my number
dont text me | do not text me | dont text me anymore | do not text me anymore | dont text me again
do not text me again | dont text this number | do not text this number | dont message me | do not message me
dont contact me | do not contact me | no more texts | no more messages | no more texts please | no more text messages
no mas mensajes | no mas mensajes por favor | ya no mas mensajes | alto | alto mensajes | alto a los mensajes
alto por favor | paren los mensajes | parar mensajes | parar los mensajes | para los mensajes | detener mensajes
detengan los mensajes | deja de escribirme | deje de escribirme | dejen de escribirme | deja de mandarme mensajes
deje de mandarme mensajes | dejen de mandarme mensajes | deja de enviarme mensajes | dejen de enviarme mensajes
no me escribas | no me escriban | no me escribas mas | no me escriban mas | no me mandes mensajes
no me manden mensajes | no me mandes mas mensajes | no me manden mas mensajes | no me envien mensajes
no me envien mas mensajes | no quiero mas mensajes | ya no quiero mensajes | no quiero mensajes | cancelar mensajes
cancelar suscripcion | cancelar la suscripcion | darme de baja | dame de baja | denme de baja | quiero darme de baja
quiten mi numero | borren mi numero | borra mi numero
"""
SOFT = frozenset(
    speak(words(part)) for line in _SOFT.strip().splitlines() for part in line.split("|")
)
_ASKS = {"help": "en", "info": "en", "ayuda": "es", "informacion": "es"}


def carrier_word(text: str) -> Carrier:
    """What the carrier matches: one bare word, any case, white space around it."""
    word = text.strip().casefold()
    if word in STOP:
        return "stop"
    if word in START:
        return "start"
    return "help" if word in HELP else ""


def asks_for_quiet(tokens: Tokens) -> bool:
    """Whether a person would read it as "stop texting me" where the carrier would not."""
    return speak(tokens.words) in SOFT


def asks_for_help(tokens: Tokens) -> str:
    """The language of a message that only says "help" in any form ("heeelp!"); else ""."""
    if len(tokens.joined) != 1:
        return ""
    forms = (tokens.joined[0], *spellings(tokens.joined[0]))
    return next((_ASKS[form] for form in forms if form in _ASKS), "")
