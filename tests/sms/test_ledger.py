"""The line's rows, on both databases and from two processes at once."""

import asyncio
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

from sms.ledger import Claim, Ledger
from store import Store
from tests.sms.conftest import NOON

ROOT = Path(__file__).resolve().parents[2]


def test_the_first_claim_is_new_and_its_code_stays(store: Store) -> None:
    ledger = Ledger(store)

    async def play() -> list[Claim]:
        return [
            await ledger.claim("s1", "a", NOON),
            await ledger.claim("s1", "b", NOON),
            await ledger.claim("s2", "b", NOON),
        ]

    assert asyncio.run(play()) == [Claim("a", False), Claim("a", True), Claim("b", False)]


def test_one_message_claimed_many_times_at_once_is_new_once(store: Store) -> None:
    ledger = Ledger(store)

    async def play() -> list[Claim]:
        return await asyncio.gather(*(ledger.claim(f"s{k % 3}", f"code{k}", NOON) for k in range(30)))

    claims = asyncio.run(play())
    assert sum(not claim.repeat for claim in claims) == 3
    assert len({claim.code for claim in claims}) == 3


CLAIMS = """
import asyncio, sys
from datetime import UTC, datetime
from sms.ledger import Ledger
from store import Store

async def play(ledger):
    now = datetime.now(UTC)
    order = range(200) if sys.argv[2] == "0" else reversed(range(200))
    claims = [ledger.claim(f"s{k}", f"{k}-by-{sys.argv[2]}", now) for k in order]
    for claim in await asyncio.gather(*claims):
        print(claim.code, claim.repeat)

store = Store(sys.argv[1], busy_ms=5000)
store.open()
asyncio.run(play(Ledger(store)))
store.close()
"""


def test_two_processes_that_claim_the_same_messages_agree(url: str) -> None:
    command = [sys.executable, "-W", "error", "-c", CLAIMS, url]
    processes = [subprocess.Popen([*command, str(k)], stdout=subprocess.PIPE, text=True, cwd=ROOT) for k in range(2)]
    outputs = [process.communicate(timeout=60)[0].split("\n") for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    answers = [{line.split()[0] for line in output if line} for output in outputs]
    assert answers[0] == answers[1]
    assert len(answers[0]) == 200
    assert Counter(line.split()[1] for output in outputs for line in output if line) == {"True": 200, "False": 200}


def test_purge_forgets_what_is_older(store: Store) -> None:
    ledger = Ledger(store)

    async def play() -> tuple[int, Claim, Claim]:
        await ledger.claim("old", "a", NOON - timedelta(hours=25))
        await ledger.claim("new", "a", NOON - timedelta(hours=23))
        gone = await ledger.purge(NOON - timedelta(hours=24))
        return gone, await ledger.claim("old", "b", NOON), await ledger.claim("new", "b", NOON)

    assert asyncio.run(play()) == (1, Claim("b", False), Claim("a", True))


def test_an_opt_out_holds_until_opt_in(store: Store) -> None:
    ledger = Ledger(store)

    async def play() -> list[bool]:
        seen = [await ledger.is_opted_out("n1")]
        await asyncio.gather(ledger.opt_out("n1", NOON), ledger.opt_out("n1", NOON), ledger.opt_out("n2", NOON))
        seen += [await ledger.is_opted_out("n1"), await ledger.is_opted_out("n3")]
        await ledger.opt_in("n1")
        return [*seen, await ledger.is_opted_out("n1"), await ledger.is_opted_out("n2")]

    assert asyncio.run(play()) == [False, True, False, False, True]
