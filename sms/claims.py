"""What is claimed of a message, by whatever remembers it: the database, or one run's memory."""

from typing import Literal, NamedTuple

OPTED_OUT = "silent:optout"  # the code of a message from an opted-out sender


class HandledText(NamedTuple):
    """One message and the code of its answer. ``at``: Unix seconds.

    ``sender_hash``: "" where a carrier keeps the STOP list; ``word``: what changes that list.
    """

    sid: str
    code: str
    at: int
    sender_hash: str = ""
    word: Literal["stop", "start", ""] = ""


class Row(NamedTuple):
    """The same as kept and spooled. ``silence``: the sealed code for a sender who opted out."""

    sid_hash: str
    sealed: str
    hour: int
    sender_hash: str = ""
    silence: str = ""
    word: Literal["stop", "start", ""] = ""


class Claim(NamedTuple):
    """The code to answer with, sealed in the database; whether it was handled before."""

    code: str
    repeat: bool
