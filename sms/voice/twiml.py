"""Call scripts as TwiML: 911 first, crisis lines slowly and twice, more on a key.

One document holds also what follows a handed-off call: this server may be down by then. Sources:
twilio.com/docs/voice/twiml/say, /gather, /hangup, /dial, /number.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from twilio.twiml import TwiML  # type: ignore[import-untyped]
from twilio.twiml.voice_response import (  # type: ignore[import-untyped]
    Dial,
    Gather,
    Hangup,
    Pause,
    Say,
    VoiceResponse,
)

from content.model.pack import Pack
from settings.schema import Sms
from sms import replies, twiml
from sms.voice.handoff import Handoff, find

ADDRESS = "/voice/inbound"
# By language: Twilio's name, the key for more, the key for a partner.
_SPEAKS = {"en": ("en-US", "1", "3"), "es": ("es-MX", "2", "4")}
_KEY_SECONDS = 6
_RING_SECONDS = 25  # answering machines mostly pick up later
_CALL_SECONDS = 60 * 60  # the carrier's own limit is four hours
_HANDOFF = ("voice_handoff_menu", "voice_handoff", "voice_handoff_back")
_NUMBER = re.compile(r"\d(?:[\d-]*\d)?")


@dataclass(frozen=True, slots=True)
class Voice:
    """The answers to a call and to each key. ``offering``: those in the partner's hours."""

    first: bytes
    more: Mapping[str, bytes]
    partner: Handoff | None = None
    offering: "Voice | None" = None

    def answer(self, digits: str, now: datetime | None) -> bytes:
        """What is said next. ``digits``: "" at the start; an unknown key starts over."""
        if self.partner is not None and self.offering is not None and self.partner.answers(now):
            return self.offering.answer(digits, now)
        return self.more.get(digits[:1], self.first)


def voice(pack: Pack, sms: Sms) -> Voice:
    """In the pack's complete languages. Without texts for calls, the general reply is read."""
    plain = _Speaker(pack, sms).voice()
    partner = find(pack, sms)
    if partner is None or not all(replies.has(pack, replies.LINE + name) for name in _HANDOFF):
        return plain
    return Voice(plain.first, plain.more, partner, _Speaker(pack, sms, partner).voice())


def spoken(text: str) -> str:
    """Spaces out digits to be read slowly: "988" becomes "9, 8, 8"."""
    return _NUMBER.sub(
        lambda found: ", ".join(digit for digit in found[0] if digit.isdigit()), text
    )


class _Speaker:
    """Builds the documents: one set that offers a partner, one without."""

    def __init__(self, pack: Pack, sms: Sms, partner: Handoff | None = None) -> None:
        self._pack, self._sms, self._partner = pack, sms, partner
        self._languages = [language for language in pack.complete if language in _SPEAKS]
        self._end = self._all("voice_end")
        self._lines = self._all("voice_lines") or self._all("general")
        self._offered = [
            language for language in self._languages if partner and partner.speaks(language)
        ]
        offers = [
            part
            for language in self._offered
            for part in self._said(language, "voice_handoff_menu")
        ]
        self._menu = self._all("voice_menu") + offers

    def voice(self) -> Voice:
        more = {}
        for language in self._languages:
            _, more_key, partner_key = _SPEAKS[language]
            if replies.has(self._pack, f"{replies.LINE}voice_menu") and (
                said := self._said(language, "voice_more")
            ):
                more[more_key] = self._document([*_twice(said)])
            if self._partner is not None and language in self._offered:
                more[partner_key] = self._through(language, self._partner)
        return Voice(
            self._document([*self._all("voice_danger"), *_twice(self._lines), *self._menu]), more
        )

    def _through(self, language: str, partner: Handoff) -> bytes:
        """The notice to the caller, the partner, then crisis lines for when the call returns."""
        told = [*self._said(language, "voice_handoff"), Pause(length=2), self._dial(partner)]
        danger, lines = (
            self._said(language, "voice_danger"),
            self._said(language, "voice_lines") or self._lines,
        )
        back = [*self._said(language, "voice_handoff_back"), *danger, *_twice(lines), *self._menu]
        return self._document(back, before=told)

    def _dial(self, partner: Handoff) -> TwiML:
        """The call is neither recorded nor reported; the partner sees our number."""
        dial = Dial(
            answer_on_bridge=True,
            timeout=_RING_SECONDS,
            time_limit=_CALL_SECONDS,
            caller_id=self._sms.number,
        )
        dial.number(partner.channel.number)
        return dial

    def _all(self, name: str) -> list[TwiML]:
        return [part for language in self._languages for part in self._said(language, name)]

    def _said(self, language: str, name: str) -> list[TwiML]:
        key = replies.LINE + name
        if not replies.has(self._pack, key):
            return []
        named = {"handoff": self._name(language, self._partner)} if self._partner else {}
        words = spoken(replies.say(self._pack, self._sms, language, key, named))
        return [Say(twiml.legal(words), language=_SPEAKS[language][0])]

    def _name(self, language: str, partner: Handoff) -> str:
        return replies.say(
            self._pack, self._sms, language, f"resource:{partner.resource.id}:name", {}
        )

    def _document(self, parts: list[TwiML], *, before: Sequence[TwiML] = ()) -> bytes:
        """``parts`` are said while a key may be pressed; without a key the call ends."""
        gather = Gather(
            input="dtmf", num_digits=1, timeout=_KEY_SECONDS, action=ADDRESS, method="POST"
        )
        for part in parts:
            gather.append(part)
        response = VoiceResponse()
        for verb in (*before, gather, *self._end, Hangup()):
            response.append(verb)
        return str(response).encode()


def _twice(parts: list[TwiML]) -> Iterator[TwiML]:
    for _ in range(2):
        for part in parts:
            yield part
            yield Pause(length=1)
