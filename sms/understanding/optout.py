"""Recognizes STOP, START, HELP, a misspelled STOP, signs asking for help, and requests to stop.

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
_PARTS = 2  # parts of a stop word that has a space in it: "st op"
_SHORTEST_SLIP = 3  # minimum letters of a misspelled stop word: "ed" is an eating disorder
_ASKS = {"help": "en", "info": "en", "ayuda": "es", "informacion": "es"}


def carrier_word(text: str) -> Carrier:
    """Return the word that the carrier matches: a bare word in any case, ignoring spaces."""
    word = text.strip().casefold()
    if word in STOP:
        return "stop"
    if word in START:
        return "start"
    return "help" if word in HELP else ""


def asks_for_quiet(tokens: Tokens) -> str:
    """Return the language if a person, but not a carrier, would read "stop texting me", or ""."""
    return SOFT.get(speak(tokens.words), "")


def is_slip(tokens: Tokens) -> bool:
    """Whether the message is a stop word with one extra, missing, wrong or swapped letter.

    This excludes English and Spanish words that a student may mean: cancer, quiet, step, send.
    """
    glued = "".join(tokens.words)
    if len(tokens.words) > 1:
        return len(tokens.words) == _PARTS and glued in STOP
    if len(glued) < _SHORTEST_SLIP:
        return False
    if glued in ordinary() and glued not in STOP:
        return glued in _NOT_MEANT
    near = (osa(form, word) for form in (glued, *spellings(glued)) for word in STOP)
    # No carrier knows PARAR. "parir" means "to give birth", so a slip needs all of PARAR's letters.
    return min(near) <= 1 or (set(glued) == set(_PARAR) and osa(glued, _PARAR) == 1)


def asks_for_help(tokens: Tokens) -> str:
    """Return the language if a message only says "help" ("heeelp!"), otherwise ""."""
    if len(tokens.joined) != 1:
        return ""
    forms = (tokens.joined[0], *spellings(tokens.joined[0]))
    return next((_ASKS[form] for form in forms if form in _ASKS), "")


def asks_by_sign(tokens: Tokens) -> bool:
    """Whether a message's emoji ask for help: an SOS, or pills in a row."""
    signs = tokens.signed
    return any(signs[at : at + len(sign)] == sign for sign in _SIGNS for at in range(len(signs)))
