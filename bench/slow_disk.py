"""Part of `make soak`: the database comes and goes while each disk write takes 150 ms.

Runs the line's own store, spool and database in this process, and slows only fsync. Checks that no
text is lost or answered twice, and that no file reveals a topic. ``python -m bench.slow_disk
[TEXTS] [TEXTS A SECOND]``.
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from sms.ledger import WORKS, Ledger
from sms.line import TextLine
from store.group_commit import Store
from store.sealing import Seal
from store.spool import Spool
from tests.sms import traces
from tests.sms.test_slow_disk import drained, kept, locked, paced, slowly, text
from tools.california import script

FSYNC = 0.15  # seconds, as measured on an SD card
TURNS = 10  # times that the database goes away and comes back
SEAL = Seal(b"bench")


def opened(folder: Path) -> tuple[Store, TextLine]:
    """Open a store in that folder, and a line that uses it."""
    spool = Spool(folder / "waiting.jsonl", WORKS)
    store = Store(f"sqlite:///{folder / 'line.db'}", spool=spool)
    store.open()
    ledger = Ledger(store, SEAL)
    return store, TextLine(script=script(), ledger=ledger, clock=lambda: datetime.now(UTC))


class Ran(NamedTuple):
    """All answers' codes, the codes after a restart, and which file contains which topic or
    code."""

    answers: dict[str, str]
    again: dict[str, str]
    told: set[tuple[str, str]]


async def run(folder: Path, texts: int, a_second: int) -> Ran:
    """Send texts while the database comes and goes, and check every file each time."""
    (store, line), told = opened(folder), set[tuple[str, str]]()
    answers = await paced(line, range(10), a_second)
    for turn in range(TURNS):
        begin, end = (10 + (texts - 10) * part // TURNS for part in (turn, turn + 1))
        middle = (begin + end) // 2
        with locked(folder):
            answers |= await paced(line, range(begin, middle), a_second)
            told.update(traces.told(traces.files(folder)))
        answers |= await paced(line, range(middle, end), a_second)
        print(f"{len(answers):>6} answered, {len(kept(folder))} in the database", flush=True)
    await drained(store, folder, len(answers))
    told.update(traces.told(traces.files(folder)))
    await asyncio.to_thread(store.close)
    told.update(traces.told([*traces.files(folder), traces.dumped(folder / "line.db")]))
    store, line = opened(folder)
    again = {text(k).sid: (await line.answer(text(k))).code for k in range(texts)}
    await asyncio.to_thread(store.close)
    return Ran(answers, again, told)


def main(texts: int = 5_000, a_second: int = 20) -> int:
    """Run the test and print the results; return 1 if anything was wrong."""
    with tempfile.TemporaryDirectory() as name, patch("os.fsync", slowly(FSYNC)):
        answers, again, told = asyncio.run(run(Path(name), texts, a_second))
        rows = kept(Path(name))
    lost = {SEAL.hash("sid", sid).hex() for sid in answers} - rows
    differing = sum(again[sid] != code for sid, code in answers.items())
    print(
        f"{FSYNC * 1000:.0f} ms a write: {len(answers)} acknowledged, {len(lost)} lost, {len(rows)}"
        f" rows, {differing} answered otherwise after a restart; files with a topic"
        f" or a code: {sorted(told) or 'none'}"
    )
    return int(bool(lost or differing or told) or len(rows) != texts)


if __name__ == "__main__":
    sys.exit(main(*(int(given) for given in sys.argv[1:3])))
