"""Claims, which ensure that each message is handled once, and a ledger that stays in memory."""

from typing import Literal, NamedTuple

from store.sealing import Seal

OPTED_OUT = "silent:optout"  # the code for a message from an opted-out sender


class HandledText(NamedTuple):
    """A message and its answer's code. ``at``: Unix time in seconds.

    ``sender_hash``: "" if a carrier keeps the STOP list. ``word``: the change to that list.
    """

    sid: str
    code: str
    at: int
    sender_hash: str = ""
    word: Literal["stop", "start", ""] = ""


class Row(NamedTuple):
    """A handled text, as stored and spooled. ``silence``: an opted-out sender's sealed code."""

    sid_hash: str
    sealed: str
    hour: int
    sender_hash: str = ""
    silence: str = ""
    word: Literal["stop", "start", ""] = ""


class Claim(NamedTuple):
    """The code to answer with (sealed in the database), and whether the text was handled before."""

    code: str
    repeat: bool


class MemoryLedger:
    """Keeps claims in memory for one run, so that `text` can run without a database library.

    Behaves like the database: a repeat keeps its code, and STOP applies until START.
    """

    def __init__(self, seal: Seal) -> None:
        self.seal = seal
        self._codes: dict[str, str] = {}
        self._silent: set[str] = set()

    def sid_hash(self, sid: str) -> str:
        return self.seal.hash("sid", sid).hex()

    async def handle(self, message: HandledText) -> Claim:
        """Claim the message, and apply STOP or START."""
        if (known := self._codes.get(message.sid)) is not None:
            return Claim(known, repeat=True)
        is_silent = message.sender_hash in self._silent and message.word != "start"
        self._codes[message.sid] = OPTED_OUT if is_silent else message.code
        if message.word == "stop":
            self._silent.add(message.sender_hash)
        elif message.word == "start":
            self._silent.discard(message.sender_hash)
        return Claim(self._codes[message.sid], repeat=False)

    async def keep(self, message: HandledText) -> None:
        """Do nothing: this ledger writes nothing, so no row can be written late."""
