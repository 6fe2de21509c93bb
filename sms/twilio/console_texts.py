"""Texts to paste into Twilio's console: STOP, START, HELP and the fallback.

The Spanish STOP, START and fallback await a native practitioner's check. Sources: CTIA's
handbook (HELP); twilio.com/docs/serverless/twiml-bins.
"""

from collections.abc import Mapping
from typing import Literal

from content.model import placeholders
from content.model.pack import Pack, Phrase
from settings.schema import Sms
from sms import replies
from sms.replies import Reply

Word = Literal["stop", "start", "help"]
_TEXTS: Mapping[str, Mapping[Word, str]] = {
    "en": {
        "stop": (
            "{program}: Texts from this line are off. Help is still there: call {911.voice}, or"
            " call or text {988.voice}. Text START to use this line again."
        ),
        "start": (
            "{program}: You can text this line again. One reply to each text. Msg&data rates may"
            " apply. HELP for help, STOP to end."
        ),
    },
    "es": {
        "stop": (
            "{program}: Esta línea ya no te manda mensajes. Aún hay ayuda: llama al {911.voice}, o"
            " al {988.voice} y marca 2. Manda START para usarla otra vez."
        ),
        "start": (
            "{program}: Ya puedes usar esta línea otra vez. Una respuesta por mensaje. Pueden"
            " aplicar cargos por mensajes y datos. Manda HELP o STOP."
        ),
    },
}


# While the server is down. They promise no time: nobody knows how long it takes.
_DOWN: Mapping[str, tuple[str, ...]] = {
    "en": (
        "This line cannot answer now. Danger: call {911.voice}. To talk: call or text {988.voice}.",
        "Or text {ctl.word} to {ctl.sms}.",
    ),
    "es": (
        "Esta linea no puede contestar. En peligro: llama al {911.voice}. Para hablar: llama al"
        " {988.voice} y marca 2.",
        "O manda {ctl.word} al {ctl.sms}.",
    ),
}


def texts(pack: Pack, sms: Sms, language: str) -> dict[Word, Reply]:
    """The text for each word, in English where the language has none. KeyError."""
    known = language if language in _TEXTS and language in pack.complete else "en"
    own = {"program": sms.program_name}
    said: dict[Word, str] = {
        word: placeholders.fill(Phrase(text, known), pack, extra=own)
        for word, text in _TEXTS[known].items()
    }
    if replies.has(pack, f"{replies.LINE}help"):
        said["help"] = replies.say(pack, sms, known, f"{replies.LINE}help", {})
    return {
        word: replies.ready(text, budget=1 if word != "help" else replies.MAX_SEGMENTS)
        for word, text in said.items()
    }


def fallback(pack: Pack) -> bytes:
    """Static TwiML for a TwiML Bin, served while this server is down; no withdrawn line in it."""
    said = [
        " ".join(
            placeholders.fill(Phrase(sentence, language), pack)
            for sentence in _DOWN[language]
            if _names(sentence) <= {one.id for one in pack.resources if one.status == "live"}
        )
        for language in _DOWN
        if language in pack.complete
    ]
    from sms import twiml  # noqa: PLC0415  needs the library; the other texts do not

    return twiml.message("\n".join(said))


def _names(sentence: str) -> set[str]:
    """The lines that a sentence leads to."""
    return {name.rpartition(".")[0] for name in placeholders.names(sentence)}
