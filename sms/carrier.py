"""The messages of a carrier (Twilio, GSM modem), and the protocol of one that keeps them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

LATE = timedelta(minutes=15)  # an older text gets no answer: somebody else may hold the phone


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierMessage:
    """A message that the carrier holds, in or out. ``repr`` leaves out text and numbers."""

    sid: str = field(repr=False)
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    body: str = field(repr=False)
    sent_at: datetime
    inbound: bool
    is_reply: bool = False  # out, from the response to a webhook: ours, or the fallback's
    status: str = ""
    error_code: int = 0


class SendError(Exception):
    """A message that was not sent. ``code`` is the carrier's error, 0 if it gave none.

    ``kind``: "later" (not taken: retry), "never" (give up), "unknown" (look before sending again).
    """

    def __init__(self, kind: Literal["later", "never", "unknown"], code: int = 0) -> None:
        super().__init__(f"{kind} ({code})")
        self.kind = kind
        self.code = code


class Transport(Protocol):
    """A carrier that keeps messages. Calls may block for seconds: never on the event loop."""

    def send(self, to: str, text: str, *, valid_for: timedelta) -> str:
        """Send, to be dropped if undelivered after ``valid_for``; the message's id. SendError."""

    def list(self, since: datetime) -> Iterator[CarrierMessage]:
        """Messages in and out since then, newest first. SendError."""

    def fetch(self, sid: str) -> CarrierMessage | None:
        """One message; None if the carrier no longer has it. SendError."""

    def forget(self, sid: str) -> bool:
        """Delete the carrier's copy; False while it is too soon for that. SendError."""
