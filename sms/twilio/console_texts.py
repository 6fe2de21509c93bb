"""Texts to paste into Twilio's console: STOP, START, HELP and the fallback.

A native speaker has not checked the Spanish STOP, START and fallback yet. Sources: CTIA's handbook
(HELP); twilio.com/docs/serverless/twiml-bins.
"""

import tomllib
from pathlib import Path
from typing import Literal

from content.model import placeholders
from content.model.pack import Pack, Phrase
from settings.schema import Sms
from sms import replies
from sms.replies import Reply

Word = Literal["stop", "start", "help"]


_TEXTS = tomllib.loads(Path(__file__).with_name("console_texts.toml").read_text("utf-8"))


def texts(pack: Pack, sms: Sms, language: str) -> dict[Word, Reply]:
    """Return the text for each word, in English if the language has no text. Raises KeyError."""
    known = language if language in _TEXTS and language in pack.complete else "en"
    own = {"program": sms.program_name}
    said: dict[Word, str] = {
        word: placeholders.fill(Phrase(text, known), pack, extra=own)
        for word, text in _TEXTS[known].items()
        if word != "down"
    }
    if replies.has(pack, f"{replies.LINE}help"):
        said["help"] = replies.say(pack, sms, known, f"{replies.LINE}help", {})
    return {
        word: replies.ready(text, budget=1 if word != "help" else replies.MAX_SEGMENTS)
        for word, text in said.items()
    }


def fallback(pack: Pack) -> bytes:
    """Return static TwiML for a TwiML Bin, used while this server is down; omit withdrawn lines."""
    said = [
        " ".join(
            placeholders.fill(Phrase(sentence, language), pack)
            for sentence in _TEXTS[language]["down"]
            if _names(sentence) <= {one.id for one in pack.resources if one.status == "live"}
        )
        for language in _TEXTS
        if language in pack.complete
    ]
    from sms import twiml  # noqa: PLC0415  only this text needs the library

    return twiml.message("\n".join(said))


def _names(sentence: str) -> set[str]:
    return {name.rpartition(".")[0] for name in placeholders.names(sentence)}
