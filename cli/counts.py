"""``counts``: how many messages were answered about what, small numbers hidden."""

import asyncio
from datetime import date

from cli.command import Context, Verbs

SCHOOL_YEAR = (8, 1)  # where nobody names a day, counts are told from here on


def add(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("counts")
    parser.add_argument(
        "--since",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="else since the 1st of August",
    )
    parser.set_defaults(run=run)


def school_year(today: date) -> date:
    """The first day of the school year in which a day lies."""
    begin = date(today.year, *SCHOOL_YEAR)
    return begin if begin <= today else date(today.year - 1, *SCHOOL_YEAR)


def run(context: Context) -> int:
    """Print them since a day; 1 if the database cannot be read."""
    from runtime.installation import hash_key
    from store import counts
    from store.failure import StoreError
    from store.group_commit import Store
    from store.sealing import Seal

    first = context.given.since or school_year(context.now.date())
    store = Store(context.settings.store_url)
    store.open()
    try:
        rows = asyncio.run(store.submit(counts.since, first))
    except StoreError as error:
        print(f"The counts cannot be read: {error}")
        return 1
    finally:
        store.close()
    found = counts.opened(rows, Seal(hash_key(context.settings, context.secrets)))
    print(f"Since {first:%Y-%m-%d}; a number under {counts.SMALL} is not told.")
    for door, topic, number in counts.printable(found):
        print(f"{door:<6}{topic:<16}{number:>9}")
    return 0
