"""Answers messages from the command line or standard input."""

import secrets
from collections.abc import Callable, Iterable
from typing import TextIO

import msgspec

from sms.decide import Decision
from sms.line import Inbound


class PrintedAnswer(msgspec.Struct, frozen=True):
    """One printed object. Other programs rely on names and order (architecture.md)."""

    text: str
    topic: str | None
    also: str | None
    language: str
    how: str
    reply: str
    segments: int
    encoding: str
    answer: str | None
    about: str | None


def run(
    answer: Callable[[Inbound], Decision],
    messages: Iterable[str],
    *,
    sender: str | None,
    as_json: bool,
    out: TextIO,
) -> int:
    """Send each message and print the reply. Without ``sender`` each comes from a new phone."""
    for text in messages:
        sid, new = f"SM{secrets.token_hex(16)}", f"terminal:{secrets.token_hex(8)}"
        decision = answer(Inbound(sid=sid, sender=sender or new, body=text))
        out.write((_json(text, decision) if as_json else _plain(decision)) + "\n")
        out.flush()
    return 0


def _json(text: str, decision: Decision) -> str:
    reply = decision.reply
    found = decision.topic, decision.also, decision.language, decision.how
    text = text.encode("utf-8", "replace").decode("utf-8")
    sent = reply.text, reply.segments, reply.encoding
    printed = PrintedAnswer(text, *found, *sent, decision.answer, decision.about)
    return msgspec.json.encode(printed).decode("utf-8")


def _plain(decision: Decision) -> str:
    return decision.reply.text or f"(no reply: {decision.how})"
