"""Answers messages from the command line or standard input."""

import secrets
from collections.abc import Callable, Iterable
from typing import TextIO

import msgspec

from sms.decide import Decision
from sms.line import Inbound


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
    """Other programs rely on names and order."""
    of, reply = decision, decision.reply
    found = {"topic": of.topic, "also": of.also, "language": of.language, "how": of.how}
    sent = {"reply": reply.text, "segments": reply.segments, "encoding": reply.encoding}
    about = {"answer": of.answer, "about": of.about}
    printed = {"text": text.encode("utf-8", "replace").decode("utf-8"), **found, **sent, **about}
    return msgspec.json.encode(printed).decode("utf-8")


def _plain(decision: Decision) -> str:
    return decision.reply.text or f"(no reply: {decision.how})"
