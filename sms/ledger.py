"""Stores handled messages and opt-outs as keyed hashes, sealed codes and coarse times.

Keeps message ids for a day, and numbers only if no carrier keeps the STOP list. Contains the SQL.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from functools import cache
from importlib import import_module
from typing import Any, cast

from sqlalchemy import BigInteger, Column, Connection, String, Table, delete, select

from sms.claims import OPTED_OUT, Claim, HandledText, Row
from store import counts
from store.engine import METADATA, bare, lock
from store.failure import StoreError
from store.group_commit import Store
from store.published_counts import OTHER, first_open
from store.sealing import SEALED_CODE, Seal
from store.spool import Waiting

DOOR = "text"  # the name of this app in counts
HANDLED = Table(
    "handled",
    METADATA,
    Column("sid_hash", String(64), primary_key=True),
    Column("sealed", String(SEALED_CODE), nullable=False),
    Column("handled_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,  # one B-tree, not two: half as many pages to write per commit
)
OPT_OUT = Table(
    "opt_out",
    METADATA,
    Column("sender_hash", String(64), primary_key=True),
    Column("since", BigInteger, nullable=False),
)
KEPT_FOR = timedelta(hours=24)  # handled messages are kept for this long
HOUR, DAY = 3_600, 86_400  # seconds: stored times are rounded down to whole ones
UNCOUNTED = 20_000  # maximum topics kept for unclaimed messages, to match the spool's size
ROWS = 300  # rows per statement: older SQLite versions accept at most 999 values
_OLD = "select sid_hash, sealed from handled where sid_hash in"
_NEW = "insert into handled (sid_hash, sealed, handled_at) values"


class Ledger:
    """Writes the text line's rows with the store's group commit. All methods raise StoreError."""

    def __init__(self, store: Store, seal: Seal, *, counted: bool = True) -> None:
        """``counted=False`` is for texts that no student sent, such as those from a terminal."""
        self.seal = seal
        self._store, self._counted = store, counted
        self._first_day = 0  # earlier days belong to published months, which never change
        self._tally = counts.Tally()
        self._uncounted: dict[str, str] = {}  # topics of messages not yet claimed
        # A row read back from the spool's file is a plain list.
        self.listen(handle, lambda item: Row(*item))
        store.at_end(self._left)

    def listen(self, work: Any, row_of: Callable[[Any], Row]) -> None:
        """Count each message that this work claims, once and only after the claim is committed."""
        self._store.listen(work, lambda items, claims: self._claimed(map(row_of, items), claims))

    def row(self, message: HandledText) -> Row:
        """Return the row to store. Its topic stays in memory until the message is counted."""
        sid_hash = self.sid_hash(message.sid)
        sealed = self.seal.code(message.sid, message.code)
        hour = message.at // HOUR * HOUR
        if self._counted and ":" in message.code:  # "done" is not an answer
            if len(self._uncounted) >= UNCOUNTED:  # the writer's thread may also remove some
                with suppress(StopIteration, RuntimeError):
                    self._uncounted.pop(next(iter(self._uncounted)), None)
            self._uncounted[sid_hash] = _topic(message.code)
        if not message.sender_hash:
            return Row(sid_hash, sealed, hour)
        silence = self.seal.code(message.sid, OPTED_OUT)
        return Row(sid_hash, sealed, hour, message.sender_hash, silence, message.word)

    def sid_hash(self, sid: str) -> str:
        return self.seal.hash("sid", sid).hex()

    async def handle(self, message: HandledText) -> Claim:
        """Claim a message and apply STOP or START, once and durably. Repeats get the first code."""
        row = self.row(message)
        claim = cast(Claim, await self._store.submit(handle, row))
        if claim.code == row.sealed:
            return Claim(message.code, claim.repeat)
        return Claim(self.seal.open_code(message.sid, claim.code) or message.code, claim.repeat)

    async def keep(self, message: HandledText) -> None:
        """Put the message in the spool, durably on return, so that it can be claimed later."""
        await self._store.keep(handle, self.row(message))

    async def known(self, sids: Collection[str]) -> set[str]:
        """Return which of these messages were handled in the last day."""
        hashes = {self.sid_hash(sid): sid for sid in sids}
        found = cast(set[str], await self._store.submit(_known, tuple(hashes)))
        return {hashes[sid_hash] for sid_hash in found}

    async def purge(self, before: datetime) -> int:
        """Delete messages older than that time's hour; return how many were deleted."""
        return cast(int, await self._store.submit(purge, int(before.timestamp()) // HOUR * HOUR))

    async def write_counts(self, now: datetime) -> None:
        """Write the counts, unless there are only a few and all are from today."""
        taken = self._tally.take(counts.day_of(int(now.timestamp())))
        first = datetime.combine(first_open(now.astimezone(UTC).date()), time(), UTC)
        self._first_day = counts.day_of(int(first.timestamp()))
        if not taken:
            return
        try:
            await self._store.submit(_count, self._sealed(taken))
        except StoreError:
            self._tally.add(taken)
            raise

    def _left(self) -> list[Waiting]:
        taken = self._tally.take()
        return [Waiting(_count, self._sealed(taken))] if taken else []

    def _sealed(self, taken: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], int]:
        sealed: Counter[tuple[int, str]] = Counter()
        for (at, topic), number in taken.items():
            day = max(at, self._first_day)
            sealed[day, self.seal.topic(day, topic)] += number
        return dict(sealed)

    def _claimed(self, rows: Iterable[Row], claims: Iterable[Claim]) -> None:
        new: Counter[tuple[int, str]] = Counter()
        for row, claim in zip(rows, claims, strict=True):
            topic = self._uncounted.pop(row.sid_hash, "")
            if topic and not claim.repeat:
                silenced = row.silence and claim.code == row.silence
                new[counts.day_of(row.hour), _topic(OPTED_OUT) if silenced else topic] += 1
        self._tally.add(new)


def handle(connection: Connection, items: Sequence[Sequence[Any]]) -> list[Claim]:
    """Handle a batch of rows in order of arrival."""
    rows = [Row(*item) for item in items]
    if connection.dialect.name == "sqlite":
        lock(connection)
    if any(row.sender_hash for row in rows):
        rows = _mind_silence(connection, rows)
    return _claim(connection, rows)


WORKS: dict[str, Callable[..., Any]] = {"claim": handle}  # kinds of work that the spool may hold


def _count(connection: Connection, items: Sequence[Mapping[tuple[int, str], int]]) -> list[None]:
    for item in items:
        counts.add(connection, DOOR, item)
    return [None] * len(items)


def _topic(code: str) -> str:
    """Return the topic that a code counts as: "danger" for "t:danger:en:first+basics", "general:es"
    for a Spanish text that was not understood, OTHER for everything else."""
    kind, _, rest = code.partition(":")
    if kind == "t":
        return rest.partition(":")[0]
    return rest.partition("+")[0] if code.startswith("line:general:") else OTHER


@cache  # building a statement takes longer than running it in SQLite
def insert_new(dialect: str, table: Table) -> Any:
    """Return this database's ``insert … on conflict do nothing``, which returns new rows' keys."""
    keys = list(table.primary_key.columns)
    # Never load the other database's dialect, which takes 4 MB and 50 ms.
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    return insert.on_conflict_do_nothing(index_elements=keys).returning(*keys)


def _mind_silence(connection: Connection, rows: Sequence[Row]) -> list[Row]:
    """Apply STOP and START in order; return the rows, silenced for opted-out senders. Repeats of
    handled messages change nothing, and the first STOP keeps its code."""
    sids = select(HANDLED.c.sid_hash).where(HANDLED.c.sid_hash.in_({row.sid_hash for row in rows}))
    handled = set(connection.execute(sids).scalars())
    senders = sorted({row.sender_hash for row in rows if row.sender_hash})
    asked = select(OPT_OUT.c.sender_hash).where(OPT_OUT.c.sender_hash.in_(senders))
    before = set(connection.execute(asked).scalars())
    silent, at, minded = set(before), dict[str, int](), []
    for row in rows:
        sender = row.sender_hash
        is_silent = sender in silent and row.word != "start"
        minded.append(row._replace(sealed=row.silence) if is_silent else row)
        if row.sid_hash not in handled and row.word == "stop":
            silent.add(sender)
            at[sender] = row.hour // DAY * DAY
        elif row.sid_hash not in handled and row.word == "start":
            silent.discard(sender)
        handled.add(row.sid_hash)
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


def _claim(connection: Connection, rows: Sequence[Row]) -> list[Claim]:
    """Insert rows for messages not handled before; the others keep their first code."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row.sid_hash, row)
    old = (_taken_sqlite if connection.dialect.name == "sqlite" else _taken)(connection, first)
    claims = []
    seen = set(old)
    for row in rows:
        sid = row.sid_hash
        claims.append(Claim(old.get(sid, first[sid].sealed), repeat=sid in seen))
        seen.add(sid)
    return claims


def _taken(connection: Connection, first: Mapping[str, Row]) -> dict[str, str]:
    """Insert new rows; return the others' codes. Sorts by hash so that processes can't deadlock."""
    rows = [
        {"sid_hash": row.sid_hash, "sealed": row.sealed, "handled_at": row.hour}
        for row in sorted(first.values())
    ]
    new = set(connection.execute(insert_new(connection.dialect.name, HANDLED), rows).scalars())
    if len(new) == len(rows):
        return {}
    old = [sid for sid in first if sid not in new]
    found = connection.execute(
        select(HANDLED.c.sid_hash, HANDLED.c.sealed).where(HANDLED.c.sid_hash.in_(old))
    )
    return {row.sid_hash: row.sealed for row in found}


def _taken_sqlite(connection: Connection, first: Mapping[str, Row]) -> dict[str, str]:
    """Do the same as ``_taken`` in two SQLite statements; handle() holds the lock."""
    old: dict[str, str] = {}
    sids = list(first)
    for at in range(0, len(sids), ROWS):
        some = sids[at : at + ROWS]
        old.update(bare(connection, f"{_OLD} ({_marks(len(some), '?')})", some))
    new = [row for row in first.values() if row.sid_hash not in old]
    for at in range(0, len(new), ROWS):
        rows = new[at : at + ROWS]
        values = [value for row in rows for value in (row.sid_hash, row.sealed, row.hour)]
        bare(connection, f"{_NEW} {_marks(len(rows), '(?, ?, ?)')}", values)
    return old


@cache
def _marks(count: int, mark: str) -> str:
    return ", ".join([mark] * count)


def _known(connection: Connection, items: Sequence[tuple[str, ...]]) -> list[set[str]]:
    """Run one query per item, because databases limit the number of values in a query."""
    asked = select(HANDLED.c.sid_hash)
    return [
        set(connection.execute(asked.where(HANDLED.c.sid_hash.in_(sorted(item)))).scalars())
        for item in items
    ]


def purge(connection: Connection, items: Sequence[int]) -> list[int]:
    """Delete messages handled before the latest of these times (in Unix seconds)."""
    gone = connection.execute(delete(HANDLED).where(HANDLED.c.handled_at < max(items)))
    return [gone.rowcount] * len(items)
