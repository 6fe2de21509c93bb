"""`make soak`: long, steady load on line and screen, to find errors, growth and duplicate rows.

It also requests fifty pages a second. Memory is the process's proportional share (PSS); prints the
maximum and its limit (issue 26).

Each message has a different sender and a word that no reply has, so that searching every file
afterward finds any trace; it also searches for topics and codes. Usage: ``python -m bench.soak
[MINUTES] [MESSAGES A SECOND]``.
"""

import asyncio
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench import servers
from bench.line import ACCOUNT, NUMBER, TOKEN, URL, signed_text
from tests.running import command
from tests.sms import traces

MARK = "quokka"  # in every message and nowhere else
SAID = [
    "im not safe",
    "FOOD",
    "suicde",
    "he makes me have sex for money",
    "me quiero morir",
    "asdf",
    "95814",
    "help",
]
REPEATS = 50  # every fiftieth message is posted again a second later
LINES = 16
PAGES = ("/", "/en/", "/en/now", "/en/t/32", "/en/t/35", "/es/t/62", "/en/r/132", "/en/search")
PAGES_A_SECOND = 50
MOST_MEGABYTES = 90  # while in use
_NUMBERS = re.compile(rb"916[0-9]{7}")
# A keyed hash as the database stores it. Among millions of digits, a few look like our numbers by
# chance.
_HASHES = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


@dataclass
class Soak:
    """The counts of answers so far."""

    statuses: Counter[int] = field(default_factory=Counter)
    sent: int = 0
    differing: int = 0
    slowest: float = 0.0
    most: float = 0.0  # megabytes
    pages: Counter[int] = field(default_factory=Counter)
    first: dict[int, bytes] = field(default_factory=dict)


def request(serial: int) -> bytes:
    """Return the message with this number, the same bytes each time."""
    return signed_text(serial, f"{SAID[serial % len(SAID)]} {MARK}")


Lines = asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]


async def _ask(lines: Lines, soak: Soak, asked: bytes) -> tuple[int, bytes]:
    """Send on the next free connection; return the answer's status and body."""
    reader, writer = await lines.get()
    started = time.perf_counter()
    writer.write(asked)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", head.lower()).group(1))  # type: ignore[union-attr]
    body = await reader.readexactly(length)
    soak.slowest = max(soak.slowest, time.perf_counter() - started)
    lines.put_nowait((reader, writer))
    return int(head[9:12]), body


async def _open(lines: Lines, soak: Soak, n: int) -> None:
    asked = (
        f"GET {PAGES[n % len(PAGES)]} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n"
    )
    status, _body = await _ask(lines, soak, asked.encode())
    soak.pages[status] += 1


async def _post(lines: Lines, soak: Soak, n: int) -> None:
    status, body = await _ask(lines, soak, request(n))
    soak.statuses[status] += 1
    if n in soak.first:
        soak.differing += body != soak.first.pop(n)
    elif n % REPEATS == 0:
        soak.first[n] = body


async def run(port: int, server: psutil.Process, *, seconds: int, a_second: int) -> Soak:
    """Post at a steady rate, and print the server's memory every minute."""
    soak, lines = Soak(), Lines()
    for _ in range(LINES):
        lines.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    begun, tasks = time.monotonic(), set[asyncio.Task[None]]()
    for second in range(seconds):
        due = range(soak.sent, soak.sent + a_second)
        again = [n - a_second for n in due if (n - a_second) in soak.first]
        work = [_post(lines, soak, n) for n in (*due, *again)]
        work += [_open(lines, soak, n) for n in range(PAGES_A_SECOND)]
        for one in work:
            task = asyncio.create_task(one)
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        soak.sent += a_second
        if second % 10 == 9:
            soak.most = max(soak.most, servers.megabytes(server))
        if second % 60 == 0:
            print(f"{second // 60:>4} min {servers.megabytes(server):8.1f} MB", flush=True)
        await asyncio.sleep(max(0.0, begun + second + 1 - time.monotonic()))
    await asyncio.gather(*tasks)
    print(f"ended {servers.megabytes(server):8.1f} MB")
    return soak


def found_in(folder: Path, sent: int) -> set[str]:
    """Return files that contain a sender's number, the messages' marker word, or a topic."""
    used = {b"916%07d" % (2_000_000 + n) for n in range(sent)}
    found = {name for name, _ in traces.told(traces.files(folder, but="releases"))}
    for name, said in traces.files(folder):
        content = _HASHES.sub(b"", said)
        if MARK.encode() in content or used.intersection(_NUMBERS.findall(content)):
            found.add(name)
    return found


def main(minutes: int = 30, a_second: int = 200) -> int:
    """Soak and print the results; return 1 if anything was wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), servers.free_port()
        (folder / "tmp").mkdir()
        environ = {
            "PORCHLIGHT_SERVER__PORT": str(port),
            "PORCHLIGHT_SERVER__DATA_DIR": str(folder / "data"),
            "PORCHLIGHT_SERVER__PUBLIC_URL": URL.removesuffix("/sms/inbound"),
            "PORCHLIGHT_SMS__NUMBER": NUMBER,
            "PORCHLIGHT_KIOSK__AUDIO": "off",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "HTTPS_PROXY": "http://127.0.0.1:9",  # the carrier's API is not part of this
            "TMPDIR": str(folder / "tmp"),
        }
        # Like a restarted installation: after a first start, 6 MB of migration code stay in memory.
        command("refresh", "--again", environ={**os.environ, **environ})
        with servers.running(["server.py"], port, environ, output=folder / "log") as server:
            soak = asyncio.run(run(port, server, seconds=minutes * 60, a_second=a_second))
            found = found_in(folder, soak.sent)  # the database's journal still exists
        with sqlite3.connect(folder / "data" / "porchlight.db") as seen:
            rows = seen.execute("select count(*) from handled").fetchone()[0]
            counted = seen.execute("select sum(number) from counts").fetchone()[0]
            dump = "\n".join(seen.iterdump()).encode()
        found |= found_in(folder, soak.sent) | {name for name, _ in traces.told([("dump", dump)])}
        log = (folder / "log").read_text("utf-8")
    print(
        f"{soak.sent} messages, answers by status {dict(soak.statuses)}, slowest"
        f" {soak.slowest * 1000:.0f} ms"
    )
    missed = "" if soak.most <= MOST_MEGABYTES else "  MISSED"
    print(f"at most {soak.most:.0f} MB (<= {MOST_MEGABYTES} MB){missed}; pages {dict(soak.pages)}")
    print(f"{rows} rows, {counted} counted, {soak.differing} repeats answered otherwise")
    print(
        f"files with a number, a word or a topic of a message: {sorted(found) or 'none'};"
        f" the log:\n{log}"
    )
    whole = (
        rows == counted == soak.sent
        and set(soak.statuses) == {200}
        and set(soak.pages) == {200}
        and not missed
        and not soak.differing
        and not found
    )
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main(*(int(given) for given in sys.argv[1:3])))
