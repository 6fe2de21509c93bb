"""SQL for replies still to send and our position in Twilio's list. Stores no numbers or texts."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    String,
    Table,
    delete,
    func,
    select,
    update,
)

from sms import ledger
from sms.claims import Claim, Row
from store.engine import METADATA

WAITING, SENDING, SENT = "waiting", "sending", "sent"
DELIVERED, FAILED = "delivered", "failed"  # final states
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("sid", String(64), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("written_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("sent_hash", String(64), nullable=False),
)
CARRIER_LIST = Table(
    "carrier_list",
    METADATA,
    Column("name", String(20), primary_key=True),
    Column("read_until", BigInteger, nullable=False),
)
_LIST = "inbound"  # the name of the only row


class MissedMessage(NamedTuple):
    """A message that Twilio kept for us. ``sid``: "" if the message gets no answer."""

    row: Row
    sid: str = ""
    written_at: int = 0


class OutboxRow(NamedTuple):
    """A message to answer. ``due_at``: in Unix seconds; while "sending", the end of the lease."""

    sid: str
    state: str
    written_at: int
    tries: int
    due_at: int


class DueQuery(NamedTuple):
    """A query for rows due at ``now``. Rows written before ``oldest`` are deleted first."""

    now: int
    oldest: int
    most: int


class RowChange(NamedTuple):
    """The new state of a row that we claimed. ``sent_hash``: the hash of the sent message's id."""

    row: OutboxRow
    state: str
    due_at: int = 0
    sent_hash: str = ""


def record(connection: Connection, items: Sequence[MissedMessage]) -> list[Claim]:
    """Claim each message and, in the same transaction, queue the messages to answer."""
    claims = ledger.handle(connection, [item.row for item in items])
    wanted = {
        item.sid: item
        for item, claim in zip(items, claims, strict=True)
        if item.sid and not claim.repeat and claim.code != item.row.silence
    }
    rows = [
        OutboxRow(sid, WAITING, wanted[sid].written_at, 0, 0)._asdict() | {"sent_hash": ""}
        for sid in sorted(wanted)
    ]
    if rows:
        connection.execute(ledger.insert_new(connection.dialect.name, OUTBOX), rows)
    return claims


def due(connection: Connection, items: Sequence[DueQuery]) -> list[tuple[list[OutboxRow], int]]:
    """Return the rows to claim now, oldest first, and the number of unfinished rows, due or not."""
    return [_due(connection, item) for item in items]


def _due(connection: Connection, asked: DueQuery) -> tuple[list[OutboxRow], int]:
    connection.execute(delete(OUTBOX).where(OUTBOX.c.written_at < asked.oldest))
    found = (
        select(OUTBOX.c.sid, OUTBOX.c.state, OUTBOX.c.written_at, OUTBOX.c.tries, OUTBOX.c.due_at)
        .where(OUTBOX.c.state.in_([WAITING, SENDING]), OUTBOX.c.due_at <= asked.now)
        .order_by(OUTBOX.c.written_at, OUTBOX.c.sid)
        .limit(asked.most)
    )
    left = select(func.count()).select_from(OUTBOX).where(OUTBOX.c.state.in_([WAITING, SENDING]))
    return [OutboxRow(*row) for row in connection.execute(found)], connection.execute(
        left
    ).scalar_one()


def take(connection: Connection, items: Sequence[RowChange]) -> list[bool]:
    """Claim each row that has not changed since it was seen; return True for each claimed row."""
    return _change(connection, items, tries=1)


def settle(connection: Connection, items: Sequence[RowChange]) -> list[bool]:
    """Write the new state of our rows; return False for each row that another server took."""
    return _change(connection, items, tries=0)


def _change(connection: Connection, items: Sequence[RowChange], *, tries: int) -> list[bool]:
    """Update the rows sorted by id, so that two servers do not deadlock."""
    changed: dict[int, bool] = {}
    for place, turn in sorted(enumerate(items), key=itemgetter(1)):
        row = turn.row
        seen = OUTBOX.c.state == row.state, OUTBOX.c.due_at == row.due_at
        asked = update(OUTBOX).where(OUTBOX.c.sid == row.sid, *seen)
        new = asked.values(
            state=turn.state, due_at=turn.due_at, tries=row.tries + tries, sent_hash=turn.sent_hash
        )
        changed[place] = connection.execute(new).rowcount == 1
    return [changed[place] for place in range(len(items))]


def end(connection: Connection, items: Sequence[tuple[str, str]]) -> list[bool]:
    """Close sent rows by message id hash; return False for each one not found or already closed."""
    changed: dict[int, bool] = {}
    for place, (sent_hash, end) in sorted(enumerate(items), key=itemgetter(1)):
        which = (OUTBOX.c.sent_hash == sent_hash, OUTBOX.c.state == SENT)
        ended = update(OUTBOX).where(*which).values(state=end)
        changed[place] = connection.execute(ended).rowcount == 1
    return [changed[place] for place in range(len(items))]


def codes(connection: Connection, items: Sequence[tuple[str, ...]]) -> list[dict[str, str]]:
    """Return, for each list of id hashes, the sealed reply codes of the handled messages."""
    table = ledger.HANDLED
    asked = select(table.c.sid_hash, table.c.sealed)
    return [
        {
            row.sid_hash: row.sealed
            for row in connection.execute(asked.where(table.c.sid_hash.in_(sorted(item))))
        }
        for item in items
    ]


def read_until(connection: Connection, items: Sequence[Any]) -> list[int | None]:
    """Return the time up to which all messages were handled, or None before the first run."""
    found = connection.execute(
        select(CARRIER_LIST.c.read_until).where(CARRIER_LIST.c.name == _LIST)
    ).scalar()
    return [found] * len(items)


def have_read(connection: Connection, items: Sequence[int]) -> list[None]:
    """Store our position in the list, but never go back: another server may have read further."""
    until = max(items)
    row = {"name": _LIST, "read_until": until}
    connection.execute(ledger.insert_new(connection.dialect.name, CARRIER_LIST), [row])
    mine = (CARRIER_LIST.c.name == _LIST, CARRIER_LIST.c.read_until < until)
    connection.execute(update(CARRIER_LIST).where(*mine).values(read_until=until))
    return [None] * len(items)
