"""What a carrier is to the text line, Twilio or a modem: the protocol and its messages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierMessage:
    """A message that the carrier holds, in or out. Text and numbers hide in ``repr``."""

    sid: str = field(repr=False)
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    body: str = field(repr=False)
    sent_at: datetime
    inbound: bool
    is_reply: bool = False  # out, and taken from the answer to a post: ours, or the fallback's
    status: str = ""
    error_code: int = 0


class SendError(Exception):
    """A message that was not sent. ``code`` is the carrier's reason, 0 where it gave none.

    ``kind`` says what to do: "later" (not taken: try again), "never" (cannot be delivered: give
    up), "unknown" (may have been taken: look before sending again).
    """

    def __init__(self, kind: Literal["later", "never", "unknown"], code: int = 0) -> None:
        super().__init__(f"{kind} ({code})")
        self.kind = kind
        self.code = code


class Transport(Protocol):
    """What every carrier can do. Calls may take seconds: never on the event loop."""

    def send(self, to: str, text: str, *, valid_for: timedelta) -> str:
        """Send, to be dropped if not delivered in that time; the message's id. SendError."""

    def list(self, since: datetime) -> Iterator[CarrierMessage]:
        """What the carrier holds since then, in and out, newest first. SendError."""

    def fetch(self, sid: str) -> CarrierMessage | None:
        """One message that the carrier holds; None if it knows it no longer. SendError."""

    def forget(self, sid: str) -> bool:
        """Remove the carrier's copy. False if it is too soon. SendError."""
