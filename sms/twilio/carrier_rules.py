"""Twilio's own handling of STOP, START and HELP by kind of number, for the terminal phone.

Sources: Twilio's pages 223134027, 360058144374, /docs/messaging/tutorials/advanced-opt-out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from content.model.reserved_words import HELP, START, STOP
from sms.understanding.optout import carrier_word

Mode = Literal["default", "advanced", "toll-free", "none"]
MODES: tuple[Mode, ...] = get_args(Mode)
MEANINGS: dict[Mode, str] = {
    "default": "a long code, the carrier's own texts",
    "advanced": "a long code with Advanced Opt-Out, texts pasted in the console",
    "toll-free": "a toll-free number, STOP answered by the network",
    "none": "no carrier keeps STOP (a modem): the line does it itself",
}
Word = Literal["stop", "start", "help", ""]
Pasted = Callable[[Word], str]  # the console's text for a word

# Paraphrased; literal only where a poster would otherwise be wrong.
_SAYS: dict[Mode, dict[Word, str]] = {
    "default": {
        "stop": (
            "You have been unsubscribed and get no more messages from this number. Reply START to"
            " resubscribe."
        ),
        "start": (
            "You get messages from this number again. Reply HELP for help, STOP to unsubscribe."
            " Msg&data rates may apply."
        ),
        "help": "Reply STOP to unsubscribe. Msg&data rates may apply.",
    },
    "toll-free": {
        "stop": (
            'NETWORK MSG: "stop" blocks all texts from this number. Text "unstop" to get them'
            " again."
        ),
        "start": 'NETWORK MSG: you texted "unstop" and get messages from this number again.',
        "help": "Reply STOP to unsubscribe. Msg&data rates may apply.",
    },
}
_NOTES: dict[Word, str] = {
    "stop": "The carrier blocks this phone: nothing of ours arrives until START.",
    "start": "The carrier opens this phone.",
    "help": (
        "The carrier answers this word itself. Our own answer beside it: not verified on a live"
        " number."
    ),
}
_ADVANCED_HELP = "The text pasted in the console is the whole answer."
# Words to add to Advanced Opt-Out's list of a language (docs/sms.md).
_ADDED_HELP = {"es": frozenset({"ayuda"})}


@dataclass(frozen=True, slots=True)
class Handled:
    """What the carrier did before we saw a message.

    ``text``: its own answer or ""; ``note``: why; ``blocked``: the phone's state afterwards;
    ``opt_out_type``: as our webhook receives it.
    """

    text: str
    note: str
    blocked: bool
    opt_out_type: str = ""


def handle(text: str, *, mode: Mode, blocked: bool, language: str, pasted: Pasted) -> Handled:
    """``blocked``: this phone sent STOP and no START since."""
    word = _word(text, mode, language)
    if mode == "none":
        kept = {"stop": True, "start": False}.get(word, blocked)
        return Handled(
            "", "No carrier answers here; the line keeps STOP itself." if word else "", kept
        )
    if not word:
        return Handled("", _why_not(text, mode), blocked)
    if blocked and word != "start":
        return Handled("", f"After STOP the carrier is silent, to {word.upper()} too.", True)
    said = pasted(word) if mode == "advanced" else _SAYS[mode][word]
    note = _ADVANCED_HELP if word == "help" and mode == "advanced" else _NOTES[word]
    return Handled(said, note, word == "stop", word.upper() if mode == "advanced" else "")


def undelivered(mode: Mode) -> str:
    """What happens to our reply to a blocked phone."""
    code = "30004" if mode == "toll-free" else "21610"
    return f"Not delivered (error {code}): this phone sent STOP."


def _word(text: str, mode: Mode, language: str) -> Word:
    word = carrier_word(text)
    alone = text.strip().casefold()
    if mode == "advanced" and alone in _ADDED_HELP.get(language, ()):
        return "help"
    if mode == "toll-free" and ((word == "stop" and alone != "stop") or alone == "yes"):
        return ""
    return word


def _why_not(text: str, mode: Mode) -> str:
    """Why a message that resembles a carrier's word is none; "" for all others."""
    alone = text.strip().casefold()
    if mode == "toll-free" and alone in STOP | START:
        return (
            f"On a toll-free number {alone.upper()} does nothing: only STOP blocks, START and"
            " UNSTOP open."
        )
    parts = alone.split()
    if (
        parts
        and parts[0].rstrip(".!?,") in STOP | START | HELP
        and alone not in STOP | START | HELP
    ):
        return "Not the bare word: the carrier does nothing."
    return ""
