"""The line's rows, on both databases and from two processes at once."""

import asyncio
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy import Connection, select

from sms.claims import OPTED_OUT, Claim, HandledText, Row
from sms.ledger import DOOR, HANDLED, OPT_OUT, WORKS, Ledger, handle
from store import counts
from store.engine import bring_up, open_engine
from store.failure import StoreError
from store.group_commit import Store
from store.published_counts import first_open
from store.sealing import SEALED_CODE, Seal
from store.spool import Spool, Waiting
from tests import databases
from tests.sms.conftest import NOON, SEAL, counted

ROOT = Path(__file__).resolve().parents[2]
AT = int(NOON.timestamp())


def test_the_first_claim_is_new_and_its_code_stays(store: Store) -> None:
    ledger = Ledger(store, SEAL)

    async def play() -> list[Claim]:
        return [
            await ledger.handle(HandledText("s1", "a", AT)),
            await ledger.handle(HandledText("s1", "b", AT)),
            await ledger.handle(HandledText("s2", "b", AT)),
        ]

    assert asyncio.run(play()) == [Claim("a", False), Claim("a", True), Claim("b", False)]


def test_one_message_claimed_many_times_at_once_is_new_once(store: Store) -> None:
    ledger = Ledger(store, SEAL)

    async def play() -> list[Claim]:
        return await asyncio.gather(
            *(ledger.handle(HandledText(f"s{k % 3}", f"code{k}", AT)) for k in range(30))
        )

    claims = asyncio.run(play())
    assert sum(not claim.repeat for claim in claims) == 3
    assert len({claim.code for claim in claims}) == 3


CLAIMS = """
import asyncio, sys
from sms.claims import HandledText
from sms.ledger import Ledger
from store.group_commit import Store
from store.sealing import Seal

async def play(ledger):
    order = range(200) if sys.argv[2] == "0" else reversed(range(200))
    claims = [ledger.handle(HandledText(f"s{k}", f"t:{k}-by-{sys.argv[2]}", 86_400, "n" + str(k % 7))) for k in order]
    for claim in await asyncio.gather(*claims):
        print(claim.code, claim.repeat)

store = Store(sys.argv[1], busy_ms=5000)
store.open()
asyncio.run(play(Ledger(store, Seal(b"key"))))
store.close()
"""


@pytest.mark.slow
def test_two_processes_that_claim_the_same_messages_agree(url: str) -> None:
    command = [sys.executable, "-W", "error", "-c", CLAIMS, url]
    processes = [
        subprocess.Popen([*command, str(k)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for k in range(2)
    ]
    outputs = [process.communicate(timeout=60)[0].split("\n") for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    answers = [{line.split()[0] for line in output if line} for output in outputs]
    assert answers[0] == answers[1]
    assert len(answers[0]) == 200
    assert Counter(line.split()[1] for output in outputs for line in output if line) == {
        "True": 200,
        "False": 200,
    }


def test_a_process_that_comes_while_another_writes_waits_for_it_and_takes_its_code(
    url: str,
) -> None:
    """A process that had read first would be refused by SQLite at its own write: the other wrote
    since."""
    first, second = open_engine(url, 5_000), open_engine(url, 5_000)
    with first.connect() as one:
        bring_up(one)
        with ThreadPoolExecutor(1) as beside, second.connect() as other:

            def claim() -> list[Claim]:
                with other.begin():
                    return handle(other, [Row("s1", "late", AT), Row("s2", "late", AT)])

            with one.begin():
                handle(one, [Row("s1", "early", AT)])
                waits = beside.submit(claim)
                with suppress(TimeoutError):
                    waits.result(timeout=0.5)  # it is given time to come to the lock
            assert waits.result(timeout=10) == [("early", True), ("late", False)]
    for engine in (first, second):
        engine.dispose()


def test_purge_forgets_what_is_older(store: Store) -> None:
    ledger = Ledger(store, SEAL)

    async def play() -> tuple[int, Claim, Claim]:
        await ledger.handle(HandledText("old", "a", AT - 25 * 3600))
        await ledger.handle(HandledText("new", "a", AT - 23 * 3600))
        gone = await ledger.purge(NOON - timedelta(hours=24))
        return (
            gone,
            await ledger.handle(HandledText("old", "b", AT)),
            await ledger.handle(HandledText("new", "b", AT)),
        )

    assert asyncio.run(play()) == (1, Claim("b", False), Claim("a", True))


def test_a_message_is_known_once_it_is_claimed(store: Store) -> None:
    ledger = Ledger(store, SEAL)

    async def play() -> list[set[str]]:
        await ledger.handle(HandledText("s1", "a", AT))
        return await asyncio.gather(
            *(ledger.known(sids) for sids in (["s1"], ["s2"], ["s1", "s2"], []))
        )

    assert asyncio.run(play()) == [{"s1"}, set(), {"s1"}, set()]


def silent(*messages: HandledText, store: Store) -> list[bool]:
    ledger = Ledger(store, SEAL)

    async def play() -> list[Claim]:
        return await asyncio.gather(*(ledger.handle(message) for message in messages))

    return [claim.code == OPTED_OUT for claim in asyncio.run(play())]


def test_an_opt_out_holds_until_opt_in_also_within_one_batch(store: Store) -> None:
    said: list[tuple[str, Literal["stop", "start", ""]]]
    said = [
        ("a", ""),
        ("a", "stop"),
        ("a", "stop"),
        ("a", ""),
        ("b", ""),
        ("b", "stop"),
        ("a", "start"),
        ("a", ""),
    ]
    messages = [
        HandledText(f"s{k}", "t:basics:en:first", AT, sender, word)
        for k, (sender, word) in enumerate(said)
    ]
    assert silent(*messages, store=store) == [False, False, True, True, False, False, False, False]
    later = [
        HandledText(f"l{sender}", "t:basics:en:first", AT, sender) for sender in ("a", "b", "c")
    ]
    assert silent(*later, store=store) == [False, True, False]


def test_a_stop_that_is_repeated_after_start_does_not_count_again(store: Store) -> None:
    stop = HandledText("s1", "silent:stop", AT, "a", "stop")
    assert silent(stop, store=store) == [False]
    assert silent(HandledText("s2", "line:start:en", AT, "a", "start"), stop, store=store) == [
        False,
        False,
    ]
    assert silent(HandledText("s3", "t:basics:en:first", AT, "a"), store=store) == [False]


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
def test_a_start_that_is_repeated_after_stop_does_not_count_again(
    store: Store, together: bool
) -> None:
    """A modem delivers a text again after a loss of power: the phone must stay silent."""
    start = HandledText("s1", "line:start:en", AT, "a", "start")
    stop = HandledText("s2", "silent:stop", AT, "a", "stop")
    after = HandledText("s3", "t:basics:en:first", AT, "a")
    if together:
        assert silent(start, stop, start, after, store=store) == [False, False, False, True]
    else:
        assert [silent(one, store=store) for one in (start, stop, start, after)] == [
            [False],
            [False],
            [False],
            [True],
        ]


def test_each_message_is_counted_once_and_by_what_it_was_about(store: Store) -> None:
    codes = [
        "t:danger:en:first+basics",
        "t:danger:es:more",
        "line:general:en",
        "partner:nmec:en",
        "place:06067:en",
    ]

    async def play() -> dict[str, int]:
        ledger = Ledger(store, SEAL)
        for _ in range(2):
            await asyncio.gather(
                *(ledger.handle(HandledText(f"s{k}", code, AT)) for k, code in enumerate(codes))
            )
        await ledger.handle(HandledText("late", "silent:late", AT + 86_400))
        await ledger.handle(HandledText("done", "done", AT))
        return await counted(store)

    assert asyncio.run(play()) == {
        "danger": 2,
        "general:en": 1,
        "other": 3,
    }


def test_a_message_that_waits_in_the_spool_is_counted_when_it_is_claimed_and_only_once(
    tmp_path: Path,
) -> None:
    store = Store(databases.fresh("sqlite", tmp_path), busy_ms=20, spool=Spool(works=WORKS))
    store.open()
    ledger = Ledger(store, SEAL)

    async def play() -> dict[str, int]:
        await ledger.handle(HandledText("s0", "t:danger:en:first", AT))
        thief = sqlite3.connect(tmp_path / "line.db", isolation_level=None)
        thief.execute("begin exclusive")
        for sid in ("s0", "s1", "s2", "s2"):
            with pytest.raises(StoreError):
                await ledger.handle(HandledText(sid, "t:danger:en:first", AT))
        thief.rollback()
        thief.close()
        while len(await ledger_known(ledger)) < 3:
            await asyncio.sleep(0.02)
        return await counted(store)

    assert asyncio.run(asyncio.wait_for(play(), 30)) == {"danger": 3}
    store.close()


def test_claims_that_waited_when_the_process_was_killed_are_written_and_none_is_logged_as_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url, file = databases.fresh("sqlite", tmp_path), tmp_path / "waiting.jsonl"
    killed, spool = Store(url), Spool(file, WORKS)
    spool.open()
    ledger = Ledger(killed, SEAL)
    rows = [ledger.row(HandledText(sid, "t:danger:en:first", AT)) for sid in ("s0", "s1", "s2")]
    spool.add([Waiting(handle, row) for row in rows])
    spool.close()  # as a kill leaves it: nothing of it is in the database yet

    store = Store(url, spool=Spool(file, WORKS))
    begun = Ledger(store, SEAL)
    store.open()

    async def play() -> set[str]:
        while len(known := await ledger_known(begun)) < 3:
            await asyncio.sleep(0.02)
        return known

    assert asyncio.run(asyncio.wait_for(play(), 30)) == {"s0", "s1", "s2"}
    store.close()
    assert [record.msg for record in caplog.records] == []


async def ledger_known(ledger: Ledger) -> set[str]:
    with suppress(StoreError):
        return await ledger.known(["s0", "s1", "s2"])
    return set()


def test_few_counts_wait_and_are_written_with_more_or_on_the_next_day(store: Store) -> None:
    ledger = Ledger(store, SEAL)

    async def play() -> list[int]:
        seen = []
        for number, hours in ((2, 0), (2, 1), (1, 2), (1, 3), (0, 24)):
            for k in range(number):
                await ledger.handle(HandledText(f"s{hours}-{k}", "t:danger:en:first", AT))
            await ledger.write_counts(NOON + timedelta(hours=hours))
            rows = await store.submit(counts.every, DOOR)
            seen.append(sum(row[-1] for row in rows))
        return seen

    assert asyncio.run(play()) == [0, 0, 5, 5, 6]


def test_what_comes_late_counts_in_the_month_that_is_open(store: Store) -> None:
    """A month that was shown does not change any more, else two looks tell what came between."""
    ledger = Ledger(store, SEAL)

    async def play() -> set[int]:
        for k in range(5):
            await ledger.handle(HandledText(f"s{k}", "t:danger:en:first", AT))
        await ledger.write_counts(NOON + timedelta(days=40))
        return {day for day, _sealed, _number in await store.submit(counts.every, DOOR)}

    opens = first_open((NOON + timedelta(days=40)).date())
    assert asyncio.run(play()) == {
        counts.day_of(int(datetime(opens.year, opens.month, 1, tzinfo=UTC).timestamp()))
    }


def test_a_text_from_a_terminal_is_not_counted(store: Store) -> None:
    ledger = Ledger(store, SEAL, counted=False)

    async def play() -> list[tuple[int, str, int]]:
        for k in range(5):
            await ledger.handle(HandledText(f"s{k}", "t:danger:en:first", AT))
        await ledger.write_counts(NOON + timedelta(days=1))
        return list(await store.submit(counts.every, DOOR))

    assert asyncio.run(play()) == []


def test_of_a_text_that_was_not_understood_the_language_is_counted(store: Store) -> None:
    ledger = Ledger(store, SEAL)

    async def play() -> list[tuple[int, str, int]]:
        for k in range(5):
            await ledger.handle(HandledText(f"s{k}", "line:general:es+basics", AT))
        await ledger.write_counts(NOON)
        return list(await store.submit(counts.every, DOOR))

    assert {topic for _month, topic in counts.by_month(asyncio.run(play()), SEAL)} == {"general:es"}


def test_a_repeat_is_opened_by_its_own_id_and_by_no_other(store: Store) -> None:
    async def play() -> tuple[Claim, str, str]:
        await Ledger(store, SEAL).handle(HandledText("s1", "t:danger:en:first", AT))
        claim = await Ledger(store, Seal(b"key")).handle(HandledText("s1", "line:general:en", AT))
        (row,) = await store.submit(_rows, None)
        return claim, SEAL.open_code("s2", row[1]), Seal(b"other").open_code("s1", row[1])

    assert asyncio.run(play()) == (Claim("t:danger:en:first", True), "", "")


def _rows(connection: Connection, items: Sequence[None]) -> list[Any]:
    return [
        [tuple(row) for row in connection.execute(select(HANDLED))],
    ] * len(items)


def test_every_row_is_as_long_as_the_others_and_says_no_finer_time_than_the_hour(
    store: Store,
) -> None:
    codes = ["done", "silent:optout", "t:danger:en:first", "place:" + "+".join(["06067"] * 12)]

    async def play() -> Any:
        ledger = Ledger(store, SEAL)
        for k, code in enumerate(codes):
            await ledger.handle(HandledText(f"s{k}", code, AT + 1_234))
        return await store.submit(_rows, None)

    rows = asyncio.run(play())
    assert {(len(sealed), at) for _sid, sealed, at in rows} == {(SEALED_CODE, AT)}
    assert len({sealed for _sid, sealed, _at in rows}) == len(codes)


def test_a_code_that_is_too_long_is_answered_all_the_same(store: Store) -> None:
    code = "place:" + "+".join(["06067"] * 40)

    async def play() -> list[Claim]:
        return [await Ledger(store, SEAL).handle(HandledText("s1", code, AT)) for _ in range(2)]

    assert asyncio.run(play()) == [Claim(code, False), Claim(code, True)]


def test_an_opt_out_is_dated_to_the_day(store: Store) -> None:
    def since(connection: Connection, items: Sequence[None]) -> list[int]:
        return [connection.execute(select(OPT_OUT.c.since)).scalar_one()] * len(items)

    async def play() -> int:
        await Ledger(store, SEAL).handle(
            HandledText("s1", "silent:optout", AT + 9_999, "a", "stop")
        )
        found: int = await store.submit(since, None)
        return found

    assert asyncio.run(play()) == AT // 86_400 * 86_400
