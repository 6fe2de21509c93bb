"""STOP, START and HELP, misspelt STOP, signs that ask for help, and messages that ask for quiet.

Sources: 47 CFR 64.1200(a)(10)-(12); Twilio's default and Advanced Opt-Out keywords.
"""

from typing import Literal

from content.model.edit_distance import osa
from content.model.reserved_words import HELP, START, STOP
from sms.understanding.abbreviations import speak
from sms.understanding.dictionary import ordinary
from sms.understanding.normalise import Tokens, spellings
from sms.understanding.sayings import sayings, single

Carrier = Literal["stop", "start", "help", ""]

_SOFT_LISTS = {"en": "whole", "es": "whole_es"}
SOFT = {
    speak(said): language
    for language, name in _SOFT_LISTS.items()
    for said in sayings("quiet", name)
}
_SIGNS = sayings("help", "signs")
_NOT_MEANT = single("quiet", "slips")
_PARAR = "parar"
_PARTS = 2  # of a stop word with a space in it: "st op"
_SHORTEST_SLIP = 3  # letters: "ed" is an eating disorder
_ASKS = {"help": "en", "info": "en", "ayuda": "es", "informacion": "es"}


def carrier_word(text: str) -> Carrier:
    """What the carrier matches: one bare word, any case, white space around it."""
    word = text.strip().casefold()
    if word in STOP:
        return "stop"
    if word in START:
        return "start"
    return "help" if word in HELP else ""


def asks_for_quiet(tokens: Tokens) -> str:
    """The language of what a person, but no carrier, reads as "stop texting me"; else ""."""
    return SOFT.get(speak(tokens.words), "")


def is_slip(tokens: Tokens) -> bool:
    """Whether the message is a stop word with one slip: a letter too many, lacking, wrong, swapped.

    Never a word of English or Spanish that a student may mean: cancer, quiet, step, send.
    """
    glued = "".join(tokens.words)
    if len(tokens.words) > 1:
        return len(tokens.words) == _PARTS and glued in STOP
    if len(glued) < _SHORTEST_SLIP:
        return False
    if glued in ordinary() and glued not in STOP:
        return glued in _NOT_MEANT
    near = (osa(form, word) for form in (glued, *spellings(glued)) for word in STOP)
    # PARAR is no carrier's word. "parir" is to give birth: no other letters than its own.
    return min(near) <= 1 or (set(glued) == set(_PARAR) and osa(glued, _PARAR) == 1)


def asks_for_help(tokens: Tokens) -> str:
    """The language of a message that only says "help" in any form ("heeelp!"); else ""."""
    if len(tokens.joined) != 1:
        return ""
    forms = (tokens.joined[0], *spellings(tokens.joined[0]))
    return next((_ASKS[form] for form in forms if form in _ASKS), "")


def asks_by_sign(tokens: Tokens) -> bool:
    """Whether signs in it ask for help: an SOS, or pills in a row."""
    signs = tokens.signed
    return any(signs[at : at + len(sign)] == sign for sign in _SIGNS for at in range(len(signs)))
