"""Writes call scripts as TwiML: 911, the crisis lines slowly twice, and more on a key press.

Sources: twilio.com/docs/voice/twiml/say, /gather, /hangup.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from twilio.twiml import TwiML  # type: ignore[import-untyped]
from twilio.twiml.voice_response import (  # type: ignore[import-untyped]
    Gather,
    Hangup,
    Pause,
    Say,
    VoiceResponse,
)

from content.model.pack import Pack
from settings.schema import Sms
from sms import replies, twiml

ADDRESS = "/voice/inbound"
_SPEAKS = {"en": ("en-US", "1"), "es": ("es-MX", "2")}  # Twilio's tag, the key for more
_KEY_SECONDS = 6
_NUMBER = re.compile(r"\d(?:[\d-]*\d)?")


@dataclass(frozen=True, slots=True)
class Voice:
    """The answers to a call and to each key press."""

    first: bytes
    more: Mapping[str, bytes]

    def answer(self, digits: str) -> bytes:
        """Return the next words to say. ``digits``: "" at the start; an unknown key starts over."""
        return self.more.get(digits[:1], self.first)


def voice(pack: Pack, sms: Sms) -> Voice:
    """Build call scripts in the complete languages, if necessary from the general reply."""
    speaker = _Speaker(pack, sms)
    first = [*speaker.all("voice_danger"), *_twice(speaker.lines), *speaker.all("voice_menu")]
    more = {}
    for language in speaker.languages if replies.has(pack, f"{replies.LINE}voice_menu") else ():
        if said := speaker.said(language, "voice_more"):
            more[_SPEAKS[language][1]] = speaker.document([*_twice(said)])
    return Voice(speaker.document(first), more)


def spoken(text: str) -> str:
    """Space out digits so that they are read slowly: "988" becomes "9, 8, 8"."""
    return _NUMBER.sub(
        lambda found: ", ".join(digit for digit in found[0] if digit.isdigit()), text
    )


class _Speaker:
    def __init__(self, pack: Pack, sms: Sms) -> None:
        self._pack, self._sms = pack, sms
        self.languages = [language for language in pack.complete if language in _SPEAKS]
        self.lines = self.all("voice_lines") or self.all("general")
        self._end = self.all("voice_end")

    def all(self, name: str) -> list[TwiML]:
        return [part for language in self.languages for part in self.said(language, name)]

    def said(self, language: str, name: str) -> list[TwiML]:
        """Return the text in this language, or an empty list if the pack has no such text."""
        key = replies.LINE + name
        if not replies.has(self._pack, key):
            return []
        words = spoken(replies.say(self._pack, self._sms, language, key, {}))
        return [Say(twiml.legal(words), language=_SPEAKS[language][0])]

    def document(self, parts: list[TwiML]) -> bytes:
        """Say ``parts`` while a key may be pressed; end the call if no key is pressed."""
        gather = Gather(
            input="dtmf", num_digits=1, timeout=_KEY_SECONDS, action=ADDRESS, method="POST"
        )
        for part in parts:
            gather.append(part)
        response = VoiceResponse()
        for verb in (gather, *self._end, Hangup()):
            response.append(verb)
        return str(response).encode()


def _twice(parts: list[TwiML]) -> Iterator[TwiML]:
    for _ in range(2):
        for part in parts:
            yield part
            yield Pause(length=1)
