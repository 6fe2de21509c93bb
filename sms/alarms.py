"""Operator log lines: fixed sentences without personal data, one a minute per kind."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger("sms")
EVERY = 60.0  # seconds between two lines of one kind

SENTENCES = {
    "store": (
        "The database did not take a message in time; it was answered from memory and will be"
        " recorded later."
    ),
    "fault": "An error inside the line; the sender got the general answer.",
    "urgent-flood": (
        "One number sends texts about danger faster than a person types: a short answer once a"
        " minute, later once an hour, goes out. If it is a machine, block it in the carrier's"
        " console."
    ),
    "modem": (
        "The modem does not answer; texts wait in it and it is looked for again. `doctor` says"
        " more."
    ),
    "modem-send": (
        "The modem did not send a reply; it is tried again until 15 minutes have passed."
    ),
    "modem-late": (
        "A text was read more than 15 minutes after it was sent, and got no answer. If every text"
        " is late, set this machine's clock."
    ),
    "modem-stuck": (
        "A text could not be deleted from the modem; it is tried again. A full modem receives"
        " nothing."
    ),
    "forged": (
        "A text was refused: the signature is not right. Compare [server] public_url and the"
        " carrier's console."
    ),
    "shared-key": (
        "A text was signed with a shared key, but TWILIO_WEBHOOK_KEY is not set or the algorithm is"
        " unknown."
    ),
    "stranger": (
        "A signed text was refused: its account or number is not the configured one. Check [sms]"
        " number."
    ),
    "misshapen": (
        "A signed request was refused: a field that the carrier always sends is missing or is not"
        " as the carrier writes it. Somebody may be sending an old request again, cut otherwise."
    ),
    "not-arriving": (
        "The carrier lets no reply through: look at the number's registration in its console."
    ),
    "filtered": "The carrier took a reply for spam (30007): have its wording looked at.",
    "carrier-away": (
        "The carrier's API does not answer as it should; it is asked again. `doctor --carrier` says"
        " more."
    ),
    "outbox-failed": (
        "The carrier will not deliver a reply to a missed text; it is given up. doctor --json says"
        " which error."
    ),
    "too-large": "A request was refused: it was larger than any text message.",
}


class Alarms:
    """Rate-limits each kind. ``clock`` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said: dict[str, float] = {}

    def say(self, kind: str, error: BaseException | None = None) -> None:
        """Log this kind's sentence and the error's class: its words may quote a message."""
        now = self._clock()
        if now - self._said.get(kind, now - EVERY) < EVERY:
            return
        self._said[kind] = now
        where = f" [{_where(error)}]" if error else ""
        log.warning("text line, %s: %s%s", kind, SENTENCES[kind], where)


def _where(error: BaseException) -> str:
    """The error's class, file and line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return (
        f"{type(error).__name__} in"
        f" {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    )
