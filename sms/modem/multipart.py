"""Joins the parts of long texts. Message ids are hashes because a modem does not assign ids.

Source: 3GPP TS 23.040, 9.2.3.24.1 (references are reused).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Key = tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPart:
    """An entry in the modem's memory. ``reference``: -1 for a text in one part."""

    location: int
    sender: str = field(repr=False)
    body: str = field(repr=False)
    sent_at: datetime
    reference: int = -1
    number: int = 1
    total: int = 1

    @property
    def key(self) -> Key:
        """The key that all parts of one message share."""
        return (self.sender, self.reference, self.total)


@dataclass(slots=True)
class JoinedMessage:
    """A message and the locations of its parts. A part that arrived twice has two locations."""

    key: Key = field(repr=False)
    parts: dict[int, ReceivedPart] = field(default_factory=dict, repr=False)
    locations: list[int] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return self.key[2] - len(self.parts)

    @property
    def sender(self) -> str:
        """The sender's number as the network wrote it."""
        return self.key[0]

    @property
    def sent_at(self) -> datetime:
        """The time when the network received the message's first part."""
        return min(part.sent_at for part in self.parts.values())

    @property
    def body(self) -> str:
        """The message's text, with a space in place of each missing part."""
        text, before = "", 0
        for number, part in sorted(self.parts.items()):
            text += (" " if before and number > before + 1 else "") + part.body
            before = number
        return text

    @property
    def sid(self) -> str:
        """A hash of the number, time and text, which is the same in every process."""
        told = f"{self.sender}\0{self.sent_at.isoformat()}\0{self.body}"
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()

    def takes(self, part: ReceivedPart) -> bool:
        """Add a new part or a second copy; return False if the part belongs to another message."""
        known = self.parts.setdefault(part.number, part)
        if (known.body, known.sent_at) != (part.body, part.sent_at):
            return False
        self.locations.append(part.location)
        return True


def received_part(raw: Mapping[str, Any], *, now: datetime) -> ReceivedPart:
    """Read a part from gammu's dictionary. ``now`` is used if the modem does not give a time."""
    header = raw["UDH"]
    is_long = header["AllParts"] > 1 and header["PartNumber"] >= 1
    sent_at = raw["DateTime"] or now
    return ReceivedPart(
        location=raw["Location"],
        sender=raw["Number"],
        body=raw["Text"] if isinstance(raw["Text"], str) else "",  # bytes mean that it is a picture
        sent_at=sent_at.astimezone(UTC) if sent_at.tzinfo else sent_at.replace(tzinfo=UTC),
        reference=max(header["ID8bit"], header["ID16bit"]) if is_long else -1,
        number=header["PartNumber"] if is_long else 1,
        total=header["AllParts"] if is_long else 1,
    )


def join(parts: Iterable[ReceivedPart]) -> list[JoinedMessage]:
    """Return the messages, oldest first. A reused reference begins another message."""
    messages: list[JoinedMessage] = []
    growing: dict[Key, JoinedMessage] = {}
    for part in sorted(parts, key=lambda part: (part.sent_at, part.location)):
        message = growing.get(part.key)
        if message is None or not message.takes(part):
            message = growing[part.key] = JoinedMessage(part.key)
            message.takes(part)
            messages.append(message)
    return messages
