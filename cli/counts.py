"""``counts``: the number of texts received on each topic, by closed month and term."""

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cli.command import Context, Verbs, failed

if TYPE_CHECKING:
    from kiosk.desk.count_page import TermView

Rows = list[tuple[int, str, int]]  # days since 1970, sealed topic, number


def add(verbs: Verbs) -> None:
    parser = verbs.add_parser("counts")
    parser.add_argument("--csv", type=Path, metavar="FILE.csv", help="write a spreadsheet")
    parser.set_defaults(run=run)


def run(context: Context) -> int:
    """Print the counts that may be published; return 1 if the database or the file fails."""
    from content.model.pack import LOCAL
    from kiosk.desk import count_page
    from kiosk.desk.words import DeskWords
    from messages.message import message
    from runtime.installation import hash_key, visible
    from store import counts
    from store.failure import StoreError
    from store.published_counts import published
    from store.sealing import Seal
    from system import files

    given = context.given
    try:
        found, began = _kept(context.settings.store_url)
    except StoreError as error:
        return failed(message("command.counts-unreadable", why=error))
    counted = counts.by_month(found, Seal(hash_key(context.settings, context.secrets)))
    since = date(1970, 1, 1) + timedelta(days=min((row[0] for row in began), default=0))
    terms = published(counted, context.now.date(), since)
    if context.answer:
        context.answer(terms)
        return 0
    words = DeskWords("en", LOCAL, context.clock)
    views = count_page.views(terms, visible(context.settings), words)
    if given.csv:
        try:
            files.replace(given.csv, count_page.sheet(views, words).encode())
        except OSError as error:
            return failed(f"{given.csv} cannot be written ({error.strerror}).")
        print(f"{given.csv} is written.")
    else:
        _print(views)
    return 0


def _kept(url: str) -> "list[Rows]":
    """Return the text line's counts and the day counting began. Raises StoreError."""
    from sms.ledger import DOOR
    from store import counts
    from store.group_commit import Store

    store = Store(url)
    store.open()

    async def read() -> list[Rows]:
        return [await store.submit(counts.every, door) for door in (DOOR, counts.SINCE)]

    try:
        return asyncio.run(read())
    finally:
        store.close()


def _print(views: "list[TermView]") -> None:
    for term in views:
        print(f"{term.title}: {term.total}")
        parts = {"By month": term.months, "By topic": term.topics, "Not understood": term.missed}
        for heading, rows in parts.items():
            if rows:
                print(
                    f"  {heading}", *(f"    {row.words:>18}  {row.name}" for row in rows), sep="\n"
                )
    print(
        "These counts cover only months and terms that have ended. Numbers under 11 are"
        " hidden, and so are numbers that would reveal one."
    )
