"""The text line under load, as ratios: `python -m bench.line`, part of `make bench`.

The base is a bare Starlette POST on the same uvicorn; the peer is a Flask app like the one in the
SDK's tutorial. Prints each ratio's median. Every message is durable before its answer is sent.
"""

import base64
import hashlib
import hmac
import json
import statistics
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil
from sqlalchemy import Connection, text

from bench import load, servers, start
from sms.decide import decide
from sms.understanding.normalise import tokenize
from store.engine import open_engine
from tests import databases
from tools.california import script

TOKEN = "bench-token"
ACCOUNT = "AC" + "0" * 32
NUMBER = "+19165550100"
URL = "https://line.example.org/sms/inbound"
ROUNDS = 5
TEXTS = 4_000
WARM = 20_000  # senders, more than the rate limit remembers
LONG = 100_000
WORDS = [
    "FOOD",
    "help",
    "im not safe",
    "suicde",
    "he makes me have sex for money",
    "me quiero morir",
    "asdf",
]
SENTENCES = servers.ROOT / "tests" / "conversations" / "2026-11-27_hard_needs.jsonl"
Row = tuple[str, str, str]


class Beside(NamedTuple):
    """The ports of our server on SQLite and on PostgreSQL, of the base and of the peer; and our
    SQLite server's process."""

    ours: int
    postgres: int
    bare: int
    tutorial: int
    process: psutil.Process


def signed_text(serial: int, words: str) -> bytes:
    """Return an inbound message from a new sender, signed as the carrier would."""
    fields = {
        "MessageSid": f"SM{serial:032x}",
        "AccountSid": ACCOUNT,
        "From": f"+1916{2000000 + serial:07d}",
        "To": NUMBER,
        "Body": words,
        "NumMedia": "0",
        "FromCity": "",
        "FromState": "CA",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }
    signed = URL + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(
        hmac.digest(TOKEN.encode(), signed.encode(), hashlib.sha1)
    ).decode()
    body = urllib.parse.urlencode(fields)
    return (
        "POST /sms/inbound HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Twilio-Signature:"
        f" {signature}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length:"
        f" {len(body)}\r\n\r\n{body}"
    ).encode()


def texts(start: int, many: int = TEXTS) -> list[bytes]:
    """Return messages from ``start`` on, rotating through their words."""
    return [
        signed_text(serial, WORDS[serial % len(WORDS)]) for serial in range(start, start + many)
    ]


def environ(port: int, folder: str, **more: str) -> dict[str, str]:
    """Return the settings with which our server tells these messages from forged ones."""
    return {
        "PORCHLIGHT_SERVER__PORT": str(port),
        "PORCHLIGHT_SERVER__DATA_DIR": folder,
        "PORCHLIGHT_SERVER__PUBLIC_URL": URL.removesuffix("/sms/inbound"),
        "PORCHLIGHT_SMS__NUMBER": NUMBER,
        # making audio clips is not measured here, and uses a core for minutes
        "PORCHLIGHT_KIOSK__AUDIO": "off",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "HTTPS_PROXY": "http://127.0.0.1:9",  # the carrier's API is not measured
        **more,
    }


@contextmanager
def beside() -> Iterator[Beside]:
    """Run all the servers to be measured."""
    ports = [servers.free_port() for _ in range(4)]
    with tempfile.TemporaryDirectory() as folder:
        url = databases.fresh("postgresql", Path(folder))
        on_postgres = environ(
            ports[1],
            f"{folder}/second",
            PORCHLIGHT_STORE__URL=url,
            PORCHLIGHT_KIOSK__ENABLED="false",
        )
        peer = {"BENCH_DATABASE": f"{folder}/peer.db", "BENCH_TOKEN": TOKEN, "BENCH_URL": URL}
        ours = environ(ports[0], folder)
        with servers.running(["server.py"], ports[0], ours):  # a first start keeps Alembic loaded
            start.until_answered(ports[0], start.page("/readyz"))
        with (
            servers.running(["server.py"], ports[0], ours) as process,
            servers.running(["server.py"], ports[1], on_postgres),
            servers.running(servers.bare(ports[2]), ports[2], {}),
            servers.running(servers.tutorial(ports[3]), ports[3], peer),
        ):
            yield Beside(ports[0], ports[1], ports[2], ports[3], process)


def rows(at: Beside) -> Iterator[Row]:
    """Yield all the line's figures as they are measured."""
    yield from matching()
    yield from beside_a_commit()
    yield from _ratios(at)
    yield from _growth(at)


def _ratios(at: Beside) -> Iterator[Row]:
    serial = 0
    for connections, many in (
        (16, TEXTS),
        (64, TEXTS),
        (1, TEXTS // 10),
    ):  # if sent one at a time, each message waits for the disk
        found: dict[str, list[float]] = {"bare": [], "tutorial": [], "postgres": []}
        for _ in range(ROUNDS):
            base = load.measure(at.bare, texts(serial, many), connections)
            mine = load.measure(at.ours, texts(serial, many), connections)
            found["bare"].append(mine / base)
            found["postgres"].append(
                load.measure(at.postgres, texts(serial, many), connections) / base
            )
            found["tutorial"].append(
                mine / load.measure(at.tutorial, texts(serial, many // 10), connections)
            )
            serial += many
        for name, peer, wanted in (
            ("bare", "a text on SQLite / bare Starlette POST", ">= 0.45"),
            ("postgres", "a text on PostgreSQL / bare Starlette POST", ""),
            ("tutorial", "a text on SQLite / Flask + SDK tutorial", ">= 5"),
        ):
            figure = f"{statistics.median(found[name]):.2f}"
            yield (
                f"{peer}, {connections} at once",
                figure,
                wanted if connections == 16 and wanted else "-",
            )


def _growth(at: Beside) -> Iterator[Row]:
    """Measure memory growth over 100,000 messages, with the rate limit's memory of senders full."""
    first = 1_000_000
    load.measure(at.ours, texts(first, WARM), 16)
    before = servers.megabytes(at.process)
    for step in range(first + WARM, first + WARM + LONG, TEXTS):
        load.measure(at.ours, texts(step), 16)
    after, resident = servers.megabytes(at.process), at.process.memory_info().rss / 2**20
    yield f"memory growth over {LONG:,} texts", f"{after - before:.1f} MB", "< 5 MB"
    name = "memory of kiosk and line after them, its share (all that is resident)"
    yield name, f"{after:.0f} ({resident:.0f}) MB", "<= 90"


def matching() -> Iterator[Row]:
    """Measure the cost of one message as students write them: each one's best time, and the median.

    Runs each message several times, with all of the pack's whole messages, phrases and its model.
    """
    built = script()
    assert built.seen(tokenize("help")).topic, built.problem
    heard = [
        tokenize(json.loads(line)["text"])
        for line in SENTENCES.read_text(encoding="utf-8").splitlines()
    ]
    ways: list[tuple[str, Callable[..., object], str]] = [
        ("matching one message by the rules", built.matcher.find, "< 50"),
        ("the model's prediction for one message", built.seen, "-"),
    ]
    for name, way, wanted in ways:
        taken = sorted(min(_seconds(way, one) for _ in range(15)) for one in heard)
        middle, most = taken[len(taken) // 2] * 1e6, taken[int(len(taken) * 0.99)] * 1e6
        yield f"{name}, microseconds, median (99th of 100)", f"{middle:.0f} ({most:.0f})", wanted


def beside_a_commit() -> Iterator[Row]:
    """Time the rules and the model on each message, and one store commit after it."""
    built = script()
    heard = [
        json.loads(line)["text"] for line in SENTENCES.read_text(encoding="utf-8").splitlines()
    ]
    decided: list[float] = []
    committed: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/bench.db", 2_000)
        with engine.connect() as kept:  # as on the line: one connection, one commit per message
            kept.execute(text("CREATE TABLE seen (hash BLOB PRIMARY KEY)"))
            kept.commit()
            for words in heard:
                decided.append(_seconds(lambda one: decide(built, one), words))
                committed.append(_seconds(lambda one: _claim(kept, one), words))
        engine.dispose()
    decision, commit = (statistics.median(taken) * 1e6 for taken in (decided, committed))
    name = "rules and model for one message / one SQLite commit, microseconds, medians"
    yield name, f"{decision:.0f} / {commit:.0f}", "<= a commit"


def _claim(kept: Connection, words: str) -> None:
    """Store a message's hash; it is durable on return."""
    claimed = {"hash": hashlib.sha256(words.encode()).digest()}
    kept.execute(text("INSERT OR IGNORE INTO seen VALUES (:hash)"), claimed)
    kept.commit()


def _seconds(way: Callable[..., object], one: object) -> float:
    started = time.perf_counter()
    way(one)
    return time.perf_counter() - started


def print_rows(found: Iterable[Row]) -> None:
    """Print each figure as soon as it is known: the next one may take minutes."""
    for name, figure, wanted in found:
        print(f"{name:<75}  {figure:>10}  wanted {wanted}", flush=True)


if __name__ == "__main__":
    with beside() as running:
        print_rows(rows(running))
