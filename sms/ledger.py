"""SQL of handled messages and opt-outs, as keyed hashes only (line.py makes them).

Message ids stay a day; numbers only where no carrier keeps the STOP list.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal, NamedTuple, cast

from sqlalchemy import BigInteger, Column, Connection, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from store import counts
from store.engine import METADATA, bare, lock
from store.group_commit import Store

DOOR = "text"  # the name of this app in counts
OPTED_OUT = "silent:optout"  # the code of a message from an opted-out sender
HANDLED = Table(
    "handled",
    METADATA,
    Column("sid_hash", String(64), primary_key=True),
    Column("code", String(120), nullable=False),
    Column("handled_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,  # one tree instead of two: half the pages to write per commit
)
OPT_OUT = Table(
    "opt_out",
    METADATA,
    Column("sender_hash", String(64), primary_key=True),
    Column("since", BigInteger, nullable=False),
)
ROWS = 300  # per statement: older SQLite takes 999 values at most
_OLD = "select sid_hash, code from handled where sid_hash in"
_NEW = "insert into handled (sid_hash, code, handled_at) values"


class Message(NamedTuple):
    """One message, as spooled. ``at``: Unix seconds.

    ``sender_hash``: "" where a carrier keeps the STOP list; ``word``: what changes that list.
    """

    sid_hash: str
    code: str
    at: int
    sender_hash: str = ""
    word: Literal["stop", "start", ""] = ""


class Claim(NamedTuple):
    """The code to answer with, and whether this message was handled before."""

    code: str
    repeat: bool


class Ledger:
    """The text line's rows, through the store's group commit. All methods raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle(self, message: Message) -> Claim:
        """Claim, apply STOP or START, count: once, durably. A repeat gets the code stored first."""
        return cast(Claim, await self._store.submit(handle, message))

    async def known(self, sid_hashes: Collection[str]) -> set[str]:
        """Those of these messages that were handled within a day."""
        return cast(set[str], await self._store.submit(_known, tuple(sid_hashes)))

    async def purge(self, before: datetime) -> int:
        """Delete messages handled before that instant; how many."""
        return cast(int, await self._store.submit(_purge, int(before.timestamp())))


def handle(connection: Connection, items: Sequence[Sequence[Any]]) -> list[Claim]:
    """Handle a batch in order of arrival."""
    messages = [Message(*item) for item in items]
    if connection.dialect.name == "sqlite":
        lock(connection)
    if any(message.sender_hash for message in messages):
        messages = _mind_silence(connection, messages)
    claims = _claim(connection, messages)
    new = Counter(
        (counts.day_of(message.at), _topic(message.code))
        for message, claim in zip(messages, claims, strict=True)
        if not claim.repeat and ":" in message.code  # "done" is no answer
    )
    counts.add(connection, DOOR, new)
    return claims


WORKS: dict[str, Callable[..., Any]] = {"handle": handle}  # what the spool may keep


def _topic(code: str) -> str:
    """What a code counts as: "danger" for "t:danger:en:first+basics"."""
    kind, _, rest = code.partition(":")
    return rest.partition(":")[0] if kind in {"t", "line", "silent"} else kind


@cache  # building a statement takes longer than running it in SQLite
def insert_new(dialect: str, table: Table) -> Any:
    """``insert … on conflict do nothing`` for this database; returns the new rows' keys."""
    keys = list(table.primary_key.columns)
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    return insert.on_conflict_do_nothing(index_elements=keys).returning(*keys)


def _mind_silence(connection: Connection, messages: Sequence[Message]) -> list[Message]:
    """The messages, those of opted-out senders with code ``OPTED_OUT``; STOP and START in order.

    The first STOP keeps its code, which may confirm it. A repeat of a handled message changes
    nothing: a STOP delivered again after START must not count.
    """
    sids = select(HANDLED.c.sid_hash).where(
        HANDLED.c.sid_hash.in_({message.sid_hash for message in messages})
    )
    handled = set(connection.execute(sids).scalars())
    senders = sorted({message.sender_hash for message in messages if message.sender_hash})
    asked = select(OPT_OUT.c.sender_hash).where(OPT_OUT.c.sender_hash.in_(senders))
    before = set(connection.execute(asked).scalars())
    silent, at, minded = set(before), dict[str, int](), []
    for message in messages:
        sender = message.sender_hash
        is_silent = sender in silent and message.word != "start"
        minded.append(message._replace(code=OPTED_OUT) if is_silent else message)
        if message.sid_hash not in handled and message.word == "stop":
            silent.add(sender)
            at[sender] = message.at
        elif message.sid_hash not in handled and message.word == "start":
            silent.discard(sender)
        handled.add(message.sid_hash)
    _keep_silence(connection, sorted(silent - before), sorted(before - silent), at)
    return minded


def _keep_silence(
    connection: Connection, begun: Iterable[str], ended: Iterable[str], at: dict[str, int]
) -> None:
    rows = [{"sender_hash": sender, "since": at[sender]} for sender in begun]
    if rows:
        connection.execute(insert_new(connection.dialect.name, OPT_OUT), rows)
    gone = list(ended)
    if gone:
        connection.execute(delete(OPT_OUT).where(OPT_OUT.c.sender_hash.in_(gone)))


def _claim(connection: Connection, messages: Sequence[Message]) -> list[Claim]:
    """Insert the messages nobody has handled; the others keep their first code."""
    first: dict[str, Message] = {}
    for message in messages:
        first.setdefault(message.sid_hash, message)
    old = (_taken_sqlite if connection.dialect.name == "sqlite" else _taken)(connection, first)
    claims = []
    seen = set(old)
    for message in messages:
        sid = message.sid_hash
        claims.append(Claim(old[sid] if sid in old else first[sid].code, repeat=sid in seen))
        seen.add(sid)
    return claims


def _taken(connection: Connection, first: Mapping[str, Message]) -> dict[str, str]:
    """Insert new rows; the codes of the others. Sorted by hash, else two processes deadlock."""
    rows = [
        {"sid_hash": m.sid_hash, "code": m.code, "handled_at": m.at} for m in sorted(first.values())
    ]
    new = set(connection.execute(insert_new(connection.dialect.name, HANDLED), rows).scalars())
    if len(new) == len(rows):
        return {}
    old = [sid for sid in first if sid not in new]
    found = connection.execute(
        select(HANDLED.c.sid_hash, HANDLED.c.code).where(HANDLED.c.sid_hash.in_(old))
    )
    return {row.sid_hash: row.code for row in found}


def _taken_sqlite(connection: Connection, first: Mapping[str, Message]) -> dict[str, str]:
    """The same in two SQLite statements; handle() holds the lock."""
    old: dict[str, str] = {}
    sids = list(first)
    for at in range(0, len(sids), ROWS):
        some = sids[at : at + ROWS]
        old.update(bare(connection, f"{_OLD} ({_marks(len(some), '?')})", some))
    new = [message for message in first.values() if message.sid_hash not in old]
    for at in range(0, len(new), ROWS):
        rows = new[at : at + ROWS]
        values = [value for row in rows for value in (row.sid_hash, row.code, row.at)]
        bare(connection, f"{_NEW} {_marks(len(rows), '(?, ?, ?)')}", values)
    return old


@cache
def _marks(count: int, mark: str) -> str:
    return ", ".join([mark] * count)


def _known(connection: Connection, items: Sequence[tuple[str, ...]]) -> list[set[str]]:
    """One query per item: a database takes only so many values in one."""
    asked = select(HANDLED.c.sid_hash)
    return [
        set(connection.execute(asked.where(HANDLED.c.sid_hash.in_(sorted(item)))).scalars())
        for item in items
    ]


def _purge(connection: Connection, items: Sequence[int]) -> list[int]:
    gone = connection.execute(delete(HANDLED).where(HANDLED.c.handled_at < max(items)))
    return [gone.rowcount] * len(items)
