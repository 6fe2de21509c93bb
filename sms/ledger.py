"""The SQL of the line: which messages were handled and with what, and who asked for silence.

Owns two tables. ``handled`` holds a keyed hash of a MessageSid and the code of the reply it got, for a day.
``opt_out`` holds a keyed hash of a number, only where no carrier keeps the list. Refuses numbers, texts and anything
that could be turned back into either: hashing is done before (line.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from store import Store

METADATA = MetaData()
HANDLED = Table(
    "handled",
    METADATA,
    Column("sid_hash", String(64), primary_key=True),
    Column("code", String(120), nullable=False),
    Column("handled_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,  # one tree instead of two: half the pages that every commit must bring to disk
)
OPT_OUT = Table(
    "opt_out",
    METADATA,
    Column("sender_hash", String(64), primary_key=True),
    Column("since", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """The code to answer with, and whether this message was handled before."""

    code: str
    repeat: bool


class Ledger:
    """The line's rows, through the store's group commit. Every method raises StoreError when the store fails."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def claim(self, sid_hash: str, code: str, at: datetime) -> Claim:
        """Take a message, durably. If it was taken before, here or in another process, the code stored first."""
        return cast(Claim, await self._store.submit(_claim, (sid_hash, code, int(at.timestamp()))))

    async def opt_out(self, sender_hash: str, at: datetime) -> None:
        """From now on this sender is not answered, until ``opt_in``."""
        await self._store.submit(_opt_out, (sender_hash, int(at.timestamp())))

    async def opt_in(self, sender_hash: str) -> None:
        """This sender is answered again."""
        await self._store.submit(_opt_in, sender_hash)

    async def is_opted_out(self, sender_hash: str) -> bool:
        """True between ``opt_out`` and ``opt_in``."""
        return cast(bool, await self._store.submit(_is_opted_out, sender_hash))

    async def purge(self, before: datetime) -> int:
        """Forget the messages handled before that instant; how many there were."""
        return cast(int, await self._store.submit(_purge, int(before.timestamp())))


def _insert_new(connection: Connection, table: Table) -> Any:
    """``insert … on conflict do nothing`` in the words of this database."""
    door = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return door(table).on_conflict_do_nothing(index_elements=list(table.primary_key.columns))


def _claim(connection: Connection, items: Sequence[tuple[str, str, int]]) -> list[Claim]:
    """One insert for the batch. ``returning`` tells a new row from an old one; ``rowcount`` does not on psycopg.

    Rows go in by order of their hash: two processes that insert the same ones in other orders would deadlock.
    """
    first: dict[str, tuple[str, str, int]] = {}
    for item in items:
        first.setdefault(item[0], item)
    rows = [{"sid_hash": sid, "code": code, "handled_at": at} for sid, code, at in sorted(first.values())]
    statement = _insert_new(connection, HANDLED).returning(HANDLED.c.sid_hash)
    new = set(connection.execute(statement, rows).scalars())
    known = {sid: item[1] for sid, item in first.items()}
    if len(new) < len(rows):
        old = [sid for sid in first if sid not in new]
        found = connection.execute(select(HANDLED.c.sid_hash, HANDLED.c.code).where(HANDLED.c.sid_hash.in_(old)))
        known.update((row.sid_hash, row.code) for row in found)
    claims = []
    for sid, _, _ in items:
        claims.append(Claim(known[sid], repeat=sid not in new))
        new.discard(sid)
    return claims


def _opt_out(connection: Connection, items: Sequence[tuple[str, int]]) -> list[None]:
    rows = [{"sender_hash": sender, "since": since} for sender, since in sorted(items)]
    connection.execute(_insert_new(connection, OPT_OUT), rows)
    return [None] * len(items)


def _opt_in(connection: Connection, items: Sequence[str]) -> list[None]:
    connection.execute(delete(OPT_OUT).where(OPT_OUT.c.sender_hash.in_(sorted(items))))
    return [None] * len(items)


def _is_opted_out(connection: Connection, items: Sequence[str]) -> list[bool]:
    asked = select(OPT_OUT.c.sender_hash).where(OPT_OUT.c.sender_hash.in_(sorted(set(items))))
    found = set(connection.execute(asked).scalars())
    return [item in found for item in items]


def _purge(connection: Connection, items: Sequence[int]) -> list[int]:
    gone = connection.execute(delete(HANDLED).where(HANDLED.c.handled_at < max(items)))
    return [gone.rowcount] * len(items)
