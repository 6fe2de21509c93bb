"""The verbs for whoever runs an installation: what it did, told without telling anything about a
person.

Owns what is printed. Refuses to change anything.
"""

import asyncio
from datetime import date, datetime

from settings.schema import Settings

SCHOOL_YEAR = (8, 1)  # where nobody names a day, counts are told from here on


def school_year(today: date) -> date:
    """The first day of the school year in which a day lies."""
    begin = date(today.year, *SCHOOL_YEAR)
    return begin if begin <= today else date(today.year - 1, *SCHOOL_YEAR)


def print_counts(settings: Settings, now: datetime, since: date | None) -> int:
    """Print how many messages were answered about what since a day; 1 if the database cannot be
    read."""
    from store import counts
    from store.group_commit import Store, StoreError

    first = since or school_year(now.date())
    store = Store(settings.store_url)
    store.open()
    try:
        found = asyncio.run(store.submit(counts.since, first))
    except StoreError as error:
        print(f"The counts cannot be read: {error}")
        return 1
    finally:
        store.close()
    print(f"Since {first:%Y-%m-%d}; a number under {counts.SMALL} is not told.")
    for door, topic, number in counts.shown(found):
        print(f"{door:<6}{topic:<16}{number:>9}")
    return 0
