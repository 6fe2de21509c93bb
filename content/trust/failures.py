"""Describes why a refresh failed: a kind (stored in its record) and a message for the office."""

from dataclasses import dataclass
from typing import Literal

from messages.message import Message, in_order, message

Kind = Literal[
    "no network",
    "sign-in page",
    "blocked",
    "inspection",
    "clock",
    "slow",
    "hub down",
    "hub incomplete",
    "hub stale",
    "old stick",
    "older",
    "older stick",
    "bad signature",
    "damaged",
    "stick",
    "disk",
]


# For each kind's words, see ``failure`` in messages/en.toml.
_ALARMS: frozenset[Kind] = frozenset({"older", "bad signature", "damaged"})
_PASSING: frozenset[Kind] = frozenset({"no network", "sign-in page", "slow", "hub down", "disk"})


@dataclass(frozen=True, slots=True)
class Failure:
    """A kind of failure with a detail: a host, a status or one of the publisher's files."""

    kind: Kind
    detail: Message | str

    @property
    def alarm(self) -> bool:
        return self.kind in _ALARMS

    @property
    def again(self) -> bool:
        return self.kind in _PASSING

    @property
    def said(self) -> Message:
        what = message(f"failure.{self.kind.replace(' ', '-')}", detail=self.detail)
        return in_order(what, message("failure.stays"))


class RefreshError(Exception):
    """Raised if a refresh ended without a pack; ``failure`` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.said)
        self.failure = failure


def of_status(status: int, host: str) -> Failure:
    """Return what an HTTP status other than 200 means for a file that should exist."""
    detail = message("fetch.status", host=host, status=status)
    if status == 511 or 300 <= status < 400:
        return Failure("sign-in page", detail)
    if status in (401, 403, 407, 451):
        return Failure("blocked", detail)
    if status in (404, 410):
        return Failure("hub incomplete", detail)
    return Failure("hub down", detail)


def is_page(body: bytes) -> bool:
    """Whether a body that should be JSON begins like a web page."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
