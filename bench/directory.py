"""Measures the cost of searching a growing directory, and of refreshing it after one change.

Uses a real publisher's metadata, served over TLS on loopback, and the kiosk's own client and index,
with each refresh in a separate process. The peer is a kiosk that has no directory yet. All services
are invented. Usage: python -m bench.directory [SIZE …]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from content.directory import index as directory_index
from content.directory import refresh as directory_refresh
from content.directory.model import AreaServed, read_index
from content.directory.search import search
from content.model.edit_distance import fold
from content.model.zips_and_counties import Place
from content.trust.blob_store import Blobs
from content.trust.tuf_client import Trust, repository
from editor.directory.build import build
from tests.content import hub as wire
from tests.content import invented_services
from tests.content.hub import Hub
from tests.content.machine import numbered
from tests.content.publisher import NOW, Publisher

SIZES = (100, 1_000, 10_000, 100_000)
QUERIES = 1_500
SECONDS = 900.0
PLACES = (
    ("the whole state", None),
    ("a county", Place(("06067",))),
    ("a ZIP code", Place(("06001",), "94608")),
)


@dataclass(frozen=True)
class Cost:
    """The cost of one directory refresh."""

    requests: int
    kilobytes: float
    cpu_ms: float

    def __str__(self) -> str:
        return f"{self.requests:>9} {self.kilobytes:>10,.1f} {self.cpu_ms:>10,.0f}"


@dataclass(frozen=True)
class Site:
    """A publisher's folder and its server."""

    folder: Path
    publisher: Publisher
    hub: Hub

    def publish(self, many: int, **change: str) -> int:
        """Publish that many services, changing the middle one; return the number of shards."""
        source, out = self.folder / "services", self.folder / "built"
        with source.open("w", encoding="utf-8") as file:
            for number, service in enumerate(invented_services.services(many)):
                file.write(
                    json.dumps({**service, **(change if number == many // 2 else {})}) + "\n"
                )
        made = build(
            source,
            out,
            name="Invented 211",
            origin="made up",
            day=date(2026, 11, 1),
            area=AreaServed(states=("CA",)),
        )
        if made.index is None:
            raise RuntimeError(str(made.problems[:3]))
        self.publisher.directory({path.name: path.read_bytes() for path in out.iterdir()})
        return len(made.index.shards)

    def refresh(self, data: Path) -> Cost:
        """Run one refresh in a separate process."""
        seen = len(self.hub.requests)
        command = [sys.executable, "-m", "bench.directory", "--refresh", self.hub.address]
        done = subprocess.run(
            [*command, str(self.publisher.trust), str(data)],
            capture_output=True,
            text=True,
            check=True,
        )
        asked = [self.hub.folder / path.lstrip("/") for path in self.hub.requests[seen:]]
        weighed = sum(file.stat().st_size for file in asked if file.is_file())
        return Cost(len(asked), weighed / 1024, float(done.stdout))


def refresh(address: str, root: Path, data: Path) -> float:
    """Refresh the directory like content.refresh; return CPU milliseconds, excluding imports."""
    began = time.process_time()
    trust, blobs = Trust(root=root.read_bytes(), folder=data / "trust"), Blobs(data / "blobs")
    now = NOW + timedelta(hours=1)
    with repository(address, trust, blobs, now=now, synchronised=True, seconds=SECONDS) as found:
        fetched = directory_refresh.fetch(found, data)
    record = directory_refresh.take(fetched, data, now=NOW)
    if record is None or record.failed:
        raise RuntimeError(str(record))
    return (time.process_time() - began) * 1000


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """Yield a publisher with a small pack, served over TLS."""
    folder.mkdir()
    os.environ |= {"SSL_CERT_FILE": str(wire.authority(folder)), "NO_PROXY": "127.0.0.1"}
    publisher = Publisher(folder / "site")
    publisher.release(numbered(1))
    with wire.serving(publisher.folder, certificate=wire.certificate(folder)) as hub:
        yield Site(folder, publisher, hub)


def slip(word: str, chance: Random) -> str:
    """Drop, double, change or swap one letter of a word; leave short words unchanged."""
    if len(word) < 5:
        return word
    at, letter = chance.randrange(1, len(word) - 1), chance.choice("aeiorstn")
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def queries(many: int) -> list[str]:
    """Return what students might type, half with typos: kinds, names, cities, sentences."""
    chance = Random(7)
    services = list(invented_services.services(min(many, 4_000)))
    typed = []
    for number in range(QUERIES):
        one = chance.choice(services)
        kind, city, name = one["categories"][0], one["address"]["city"], one["name"].split()[0]
        words = (
            kind,
            f"{name} {kind}",
            f"{kind} {city}",
            one["organization"],
            f"free food for young people {city}",
        )
        text = words[number % len(words)]
        typed.append(" ".join(slip(word, chance) for word in text.split()) if number % 2 else text)
    return typed


def search_rows(data: Path, many: int) -> Iterator[str]:
    typed = [fold(words) for words in queries(many)]
    for name, place in PLACES:
        wall, cpu, empty = [], [], 0
        for words in typed:
            began, spent = time.perf_counter(), time.process_time()
            results = search(directory_index.path_in(data), words, place=place)
            wall.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - spent) * 1000)
            empty += not (results and results.total)
        wall.sort()
        cpu.sort()
        middle, late = QUERIES // 2, QUERIES * 99 // 100
        yield (
            f"search, {name:<16} p50 {wall[middle]:6.1f} ms  p99 {wall[late]:6.1f} ms  (CPU"
            f" {cpu[middle]:.1f} and {cpu[late]:.1f})  nothing found: {empty} of {QUERIES}"
        )


def main(sizes: tuple[int, ...]) -> None:
    """Print a row per size: with everything new, one service changed, and nothing changed. Then
    search the largest directory."""
    print(f"{'':>17}{'all anew':^31} {'one service changed':^31} {'nothing changed':^31}")
    print(f"{'services shards':>17}" + f"{'requests':>10} {'KB':>10} {'CPU ms':>10}" * 3)
    with tempfile.TemporaryDirectory() as folder:
        for many in sizes:
            data = Path(folder) / f"data-{many}"
            with site(Path(folder) / str(many)) as made:
                shards = made.publish(many)
                whole = made.refresh(data)
                made.publish(many, hours="Closed for the summer")
                changed, still = made.refresh(data), made.refresh(data)
            print(f"{many:>10} {shards:>6}{whole} {changed} {still}", flush=True)
        print(*search_rows(data, many), sep="\n")
        size = directory_index.path_in(data).stat().st_size
        listed = read_index((Path(folder) / str(many) / "built" / "index.json").read_bytes())
        print(f"the file of {listed.services} services: {size / 2**20:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--refresh"]:
        print(refresh(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])))
    else:
        main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
