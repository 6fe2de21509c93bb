"""A carrier's messages (Twilio, GSM modem), and the protocol for a carrier that stores messages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

LATE = timedelta(minutes=15)  # older texts get no answer: by then, somebody else may have the phone


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierMessage:
    """A message stored by the carrier, sent or received. ``repr`` omits text and numbers."""

    sid: str = field(repr=False)
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    body: str = field(repr=False)
    sent_at: datetime
    inbound: bool
    is_reply: bool = False  # an answer to a webhook, sent by us or by the fallback
    status: str = ""
    error_code: int = 0


class SendError(Exception):
    """A message could not be sent. ``code``: the carrier's error code, or 0 if it gave no code.

    ``kind``: "later" (not accepted: retry), "never" (give up), "unknown" (check before resending).
    """

    def __init__(self, kind: Literal["later", "never", "unknown"], code: int = 0) -> None:
        super().__init__(f"{kind} ({code})")
        self.kind = kind
        self.code = code


class Transport(Protocol):
    """A carrier that stores messages. Calls may block for seconds: keep them off the event loop."""

    def send(self, to: str, text: str, *, valid_for: timedelta) -> str:
        """Send a text that expires after ``valid_for``; return its id. Raises SendError."""

    def list(self, since: datetime) -> Iterator[CarrierMessage]:
        """Return inbound and outbound messages since that time, newest first. Raises SendError."""

    def fetch(self, sid: str) -> CarrierMessage | None:
        """Return a message, or None if the carrier no longer has it. Raises SendError."""

    def forget(self, sid: str) -> bool:
        """Delete the carrier's copy; return False if it is still too soon. Raises SendError."""
