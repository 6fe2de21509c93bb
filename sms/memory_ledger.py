"""Remembers the messages of one run in memory: `text` without the libraries of a database."""

from sms.claims import OPTED_OUT, Claim, HandledText
from store.sealing import Seal


class MemoryLedger:
    """Claims as the database makes them: a repeat keeps its code, STOP holds until START."""

    def __init__(self, seal: Seal) -> None:
        self.seal = seal
        self._codes: dict[str, str] = {}
        self._silent: set[str] = set()

    def sid_hash(self, sid: str) -> str:
        return self.seal.hash("sid", sid).hex()

    async def handle(self, message: HandledText) -> Claim:
        """Claim it, and apply STOP or START."""
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
        """Nothing is written, so nothing is late."""
