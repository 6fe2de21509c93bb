"""A simulated phone in the terminal, with carrier_rules as carrier. Nothing is stored."""

import secrets
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Protocol

from content.model.language import own_name
from content.model.pack import Pack
from settings.schema import Sms
from sms.decide import Decision
from sms.line import Inbound, TextLine
from sms.replies import Reply
from sms.terminal.screen import Screen, cost, cost_of, of_terminal
from sms.twilio import carrier_rules
from sms.twilio.carrier_rules import MEANINGS, MODES, Mode, Word
from sms.twilio.console_texts import texts

HELP = """\
Type a message and press Enter: it is sent.
  /new            another phone, which sent nothing yet
  /mode KIND      another kind of number, and another phone:
{modes}
  /lang TAG       the language of the texts pasted in the console: {languages}
  /plain          no frames (for screen readers); again: frames
  /quit           put the phone away (also Ctrl-D and Ctrl-C)
A message that begins with / is sent with two: //"""
_HOW = {
    "exact": "by a word", "typo": "by a misspelt word", "phrase": "by a phrase",
    "model": "by the model", "code": "by its number", "place": "by a ZIP code",
    "partner": "by a partner's name", "help": "asked for help", "optout": "asked for quiet",
    "start": "asked to be answered again", "general": "the general answer",
    "repeat": "the same answer again", "limited": "too many texts", "echo": "our own words",
}  # fmt: skip


class Answers(Protocol):
    """The text line. ``carrier_keeps_list``: False where it keeps the STOP list itself."""

    def __call__(self, message: Inbound, *, carrier_keeps_list: bool) -> Decision:
        """The answer."""


def how_found(decision: Decision) -> str:
    """Topic and method of a decision in words."""
    topic = f"topic {decision.topic}" if decision.topic else "no topic"
    also = f", second topic {decision.also}" if decision.also else ""
    return f"{topic}{also}; {_HOW.get(decision.how, decision.how)}; {own_name(decision.language)}"


class SimulatedPhone:
    """One phone at a time and its text line; ``take`` handles each typed line."""

    def __init__(
        self,
        answer: Answers,
        screen: Screen,
        *,
        pasted: Mapping[str, Mapping[Word, Reply]],
        name: str = "Line",
    ) -> None:
        """``pasted``: the console's texts by language; ``name``: who replies."""
        self._answer = answer
        self._screen = screen
        self._pasted = pasted
        self._languages = tuple(pasted)
        self._name = name
        self._mode: Mode = "default"
        self._language = "en"
        self._count = 0
        self._sender = ""
        self._blocked = False
        self._replace()

    def greet(self) -> None:
        """The opening text."""
        self._screen.say(
            f"A phone that texts {self._name}, on the real line. /help lists what it can do."
        )
        self._say_state()

    def put_away(self) -> None:
        """Starts a new line: after Ctrl-C the cursor stands behind the prompt."""
        self._screen.say("\nThe phone is put away.")

    def take(self, typed: str) -> bool:
        """Send a message or obey a command; False to quit."""
        if not typed.startswith("/") or typed.startswith("//"):
            self._send(typed[1:] if typed.startswith("//") else typed)
            return True
        name, _, rest = typed[1:].strip().partition(" ")
        if name in {"quit", "exit", "q"}:
            return False
        known = {
            "new": self._new, "mode": self._set_mode, "lang": self._set_language,
            "plain": self._set_plain, "help": self._help, "?": self._help, "": self._help,
        }  # fmt: skip
        known.get(name, self._unknown)(rest.strip())
        return True

    def _send(self, text: str) -> None:
        self._screen.sent(text)
        handled = carrier_rules.handle(
            text,
            mode=self._mode,
            blocked=self._blocked,
            language=self._language,
            pasted=self._text_for,
        )
        if handled.text:
            is_pasted = self._mode == "advanced"
            whose = "pasted in the console" if is_pasted else "the carrier's own text"
            self._screen.received("Carrier", handled.text, f"{whose}, {cost(handled.text)}")
        if handled.note:
            self._screen.note(handled.note)
        message = Inbound(
            sid=f"SM{secrets.token_hex(16)}",
            sender=self._sender,
            body=text,
            opt_out_type=handled.opt_out_type,
        )
        decision = self._answer(message, carrier_keeps_list=self._mode != "none")
        was, self._blocked = self._blocked, handled.blocked
        self._show(decision)
        if was != self._blocked:
            self._say_state()

    def _show(self, decision: Decision) -> None:
        reply = decision.reply
        if not reply.segments:
            self._screen.note(
                f"{self._name} sends nothing ({_HOW.get(decision.how, decision.how)})."
            )
        elif self._blocked and self._mode != "none":
            self._screen.note(carrier_rules.undelivered(self._mode))
            self._screen.note(f"It would have been: {reply.text}")
        else:
            self._screen.received(
                self._name, reply.text, cost_of(reply), language=decision.language
            )
        self._screen.note(how_found(decision))

    def _text_for(self, word: Word) -> str:
        return self._pasted[self._language][word].text

    def _replace(self) -> None:
        self._count += 1
        self._sender = f"terminal:{secrets.token_hex(8)}"
        self._blocked = False

    def _say_state(self) -> None:
        state = "sent STOP: text START to open it" if self._blocked else "open, no STOP sent"
        self._screen.say(
            f"Phone {self._count} ({state}). Number: {self._mode}, {MEANINGS[self._mode]}."
        )

    def _new(self, _rest: str) -> None:
        self._replace()
        self._say_state()

    def _set_mode(self, wanted: str) -> None:
        mode = next((mode for mode in MODES if wanted in {mode, mode.replace("-", "")}), None)
        if mode is None:
            self._screen.say(f"There is no such kind of number; choose one of: {', '.join(MODES)}.")
            return
        self._mode = mode
        self._new("")

    def _set_language(self, wanted: str) -> None:
        if wanted not in self._languages:
            self._screen.say(
                f"The line speaks {', '.join(self._languages)}: name one, such as /lang es."
            )
            return
        self._language = wanted
        self._screen.say(
            f"The console's texts are in {own_name(wanted)} now, in mode advanced. The line itself"
            " answers each message in the message's own language."
        )

    def _set_plain(self, _rest: str) -> None:
        self._screen.plain = not self._screen.plain
        self._screen.say("No frames from now on." if self._screen.plain else "Frames from now on.")

    def _help(self, _rest: str) -> None:
        modes = "\n".join(f"      {mode}: {MEANINGS[mode]}" for mode in MODES)
        self._screen.say(HELP.format(modes=modes, languages=", ".join(self._languages)))

    def _unknown(self, _rest: str) -> None:
        self._screen.say(
            "There is no such command; /help lists them. To send a message that begins with /,"
            " type //."
        )


def run(phone: SimulatedPhone, *, ask: Callable[[str], str]) -> int:
    """Read and answer lines until quit; 0. ``ask`` reads one line, like ``input``."""
    phone.greet()
    with suppress(EOFError, KeyboardInterrupt):
        while phone.take(ask("\nText: ")):
            pass
    phone.put_away()
    return 0


def on_terminal(
    lines: Mapping[bool, TextLine],
    wait: Callable[[Coroutine[None, None, Decision]], Decision],
    *,
    pack: Pack,
    sms: Sms,
) -> int:
    """``lines``: by whether a carrier keeps STOP. Reads outside the event loop: Ctrl-C ends it."""
    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415  editing and recalling what was typed, in memory only

    def answer(message: Inbound, *, carrier_keeps_list: bool) -> Decision:
        return wait(lines[carrier_keeps_list].answer(message))

    screen = of_terminal()
    pasted = {language: texts(pack, sms, language) for language in pack.complete}
    return run(SimulatedPhone(answer, screen, pasted=pasted, name=sms.program_name), ask=input)
