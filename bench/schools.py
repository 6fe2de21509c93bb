"""Compares many schools with one: `python -m bench.schools [SIZE …]`, part of `make bench`.

Measures the second and later starts, without and with the text line, until one school's page from
the pack is shown and until all schools' pages are. Measures memory then, and after forty schools
made each page in two languages and searched. Times pages, alternating with a one-school server.
Then exports the schools as files, compared with `wget --mirror` of one school on the running
server, without the display modes, which an export also leaves to the worker. All schools are
invented.
"""

import asyncio
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from bench import limits, load, servers
from bench.limits import Beginning
from bench.start import answered, page, started, until_answered
from editor.authoring import shipped_copy
from kiosk.edition.display_modes import MODES
from settings.schema import Kiosk
from settings.schools import FOLDER
from tests.running import CARRIER, environment, prepared

SIZES = (1, 40, 400)
STARTS, ROUNDS, PAGES, CONNECTIONS = 5, 15, 2_000, 4
OPENED = 40  # schools whose pages are opened
DISTRICT = 40  # schools in a county
COUNTIES = ("Sacramento", "Yolo", "Placer", "Fresno", "Kern", "Alameda", "Orange", "Napa")
HEAD = ("address", "name", "counties", "topics off")
LISTS = ("pack.json", "pack/es.json")  # each list makes every page of a language
SEEN = ("en/", "en/now", "en/t/32", "en/t/35", "es/t/62", "en/r/132", "leave")
FORM = {"content-type": "application/x-www-form-urlencoded"}
QUIET = {"PORCHLIGHT_SMS__ENABLED": "false"}
PROGRAM = [str(servers.ROOT / "server.py")]


class Taken(NamedTuple):
    """Wall and processor seconds, files and megabytes."""

    seconds: float
    processor: float
    files: int
    size: float

    def __str__(self) -> str:
        times = f"{self.seconds:.1f} s ({self.processor:.1f} s of processor)"
        return f"{times}, {self.files:,} files, {self.size:.0f} MB"


def name(number: int) -> str:
    """Return a school's address."""
    return f"school-{number:03}"


def write_schools(folder: Path, size: int) -> Path:
    """Write the table and each school's own facts; every tenth school turns a topic off."""
    table = folder / "schools.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEAD)
        for number in range(size):
            county = COUNTIES[number // DISTRICT % len(COUNTIES)]
            off = "immigration" if number % 10 == 9 else ""
            rows.writerow([name(number), f"Invented {number} High", county, off])
            own = folder / "data" / FOLDER / name(number)
            own.mkdir(parents=True)
            people = f'[[people]]\nrole = "Nurse"\nplace = "Room {number}"\n'
            (own / "school.toml").write_text(people, encoding="utf-8")
    return table


def settings(folder: Path, size: int) -> Mapping[str, str]:
    """Return the environment of an installation with ``size`` schools, already started once."""
    folder.mkdir()
    table = write_schools(folder, size)
    given = {
        "PORCHLIGHT_CONTENT__PACK": str(folder.parent / "pack"),
        "PORCHLIGHT_KIOSK__LANGUAGES": json.dumps(Kiosk().languages),
        "PORCHLIGHT_KIOSK__SCHOOLS": str(table),
    }
    return prepared(environment(folder / "data", **given))


@contextmanager
def running(environ: Mapping[str, str]) -> Iterator[tuple[int, psutil.Process, Beginning]]:
    """Run a server that shows every school; yield its port, process and start figures."""
    port, begun = servers.free_port(), time.monotonic()
    own = {**environ, "PORCHLIGHT_SERVER__PORT": str(port)}
    with started(PROGRAM, own, Path(environ["PORCHLIGHT_SERVER__DATA_DIR"])) as process:
        until_answered(port, page(f"/{name(0)}/en/r/132"))
        first, times = time.monotonic() - begun, process.cpu_times()
        until_answered(port, page("/readyz"))
        whole = time.monotonic() - begun
        time.sleep(1)
        began = Beginning(first, times.user + times.system, whole, servers.megabytes(process))
        yield port, process, began


def beginnings(every: Mapping[int, Mapping[str, str]], own: Mapping[str, str]) -> None:
    """Start each size in turn, several times; print the medians, and the memory in use."""
    found: dict[int, list[Beginning]] = {size: [] for size in every}
    used = dict.fromkeys(every, 0.0)
    for turn in range(STARTS):
        for size, environ in every.items():
            with running({**environ, **own}) as (port, process, beginning):
                found[size].append(beginning)
                if turn == STARTS - 1:
                    open_all(port, min(size, OPENED))
                    used[size] = servers.megabytes(process)
    bases = next(iter(found.values()))
    for size, several in found.items():
        ratios = [
            Beginning(*(a / b for a, b in zip(one[:4], base[:4], strict=True)))
            for one, base in zip(several, bases, strict=True)
        ]
        one = median(several)._replace(used=used[size])
        print(limits.schools_row(size, one, median(ratios)), flush=True)


def median(several: list[Beginning]) -> Beginning:
    """Return the median of each figure."""
    return Beginning(*map(statistics.median, zip(*several, strict=True)))


def open_all(port: int, many: int) -> None:
    """Make every page of ``many`` schools, and search in each school."""
    for number in range(many):
        for path in LISTS:
            until_answered(port, page(f"/{name(number)}/{path}"))
        searched = answered(port, f"/{name(number)}/en/search", "q=food", FORM)
        if searched != 200:
            raise RuntimeError(f"a search at {name(number)} was answered with {searched}")


def requests(size: int) -> list[bytes]:
    """Return requests for pages of every school in turn."""
    head = "Host: 127.0.0.1\r\nAccept-Encoding: gzip"
    return [
        f"GET /{name(n % size)}/{SEEN[n % len(SEEN)]} HTTP/1.1\r\n{head}\r\n\r\n".encode()
        for n in range(max(PAGES, size * len(SEEN)))
    ]


def late(port: int, size: int) -> float:
    """Return the 99th percentile of page times, in seconds."""
    asked = requests(size)
    result = asyncio.run(load.run(port, asked, connections=CONNECTIONS))
    if set(result.statuses) != {200}:
        raise RuntimeError(f"expected 200 to everything, got {result.statuses}")
    return result.p99_seconds


def pages_beside(size: int, many: Mapping[str, str], single: Mapping[str, str]) -> None:
    """Print the 99th percentile of opened pages, compared with one school in the same turns."""
    with running(single) as (one_port, *_), running(many) as (port, *_):
        late(port, size), late(one_port, 1)
        turns = [(late(port, size), late(one_port, 1)) for _ in range(ROUNDS)]
    ours, base = (statistics.median(figures) * 1000 for figures in zip(*turns, strict=True))
    ratio = statistics.median(ours / base for ours, base in turns)
    print(limits.page_row(size, ours, base, ratio), flush=True)


def exported(environ: Mapping[str, str], folder: Path) -> Taken:
    """Export all schools as files."""
    return taken([sys.executable, *PROGRAM, "export", str(folder)], folder, environ)


def mirrored(environ: Mapping[str, str], folder: Path) -> Taken:
    """Mirror one school with `wget`; processor time is wget's plus the server's."""
    options = ["--mirror", "--no-verbose", "--no-parent", "-e", "robots=off"]
    options += ["--reject-regex", f"/({'|'.join(MODES)})[+/]", "-P", str(folder)]
    with running(environ) as (port, process, _):
        before = process.cpu_times()
        command = ["wget", *options, f"http://127.0.0.1:{port}/{name(0)}/"]
        found = taken(command, folder, os.environ, fine=(0, 8))  # 8: an address did not exist
        after = process.cpu_times()
    server = after.user + after.system - before.user - before.system
    return found._replace(processor=found.processor + server)


def taken(
    command: list[str], folder: Path, environ: Mapping[str, str], *, fine: tuple[int, ...] = (0,)
) -> Taken:
    """Run a command that fills a folder. ``fine``: exit codes that mean success."""
    before, begun = os.times(), time.monotonic()
    done = subprocess.run(command, env=dict(environ), capture_output=True, text=True, check=False)
    seconds, after = time.monotonic() - begun, os.times()
    if done.returncode not in fine:
        raise RuntimeError(done.stdout[-500:] + done.stderr[-500:])
    processor = after.children_user + after.children_system
    processor -= before.children_user + before.children_system
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Taken(seconds, processor, len(files), sum(one.stat().st_size for one in files) / 2**20)


def files_rows(every: Mapping[int, Mapping[str, str]], folder: Path) -> None:
    """Print the cost of an export, of another export after it, and of mirroring one school."""
    for size, environ in every.items():
        out = folder / f"export-{size}"
        print(f"export of {size:3}: {exported(environ, out)}", flush=True)
        print(f"  again, nothing changed: {exported(environ, out).seconds:.1f} s", flush=True)
        shutil.rmtree(out)
    if shutil.which("wget"):
        single = next(iter(every.values()))
        print(f"wget --mirror of one school: {mirrored(single, folder / 'mirror')}")


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print everything; the other sizes are compared with the first."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shipped_copy.write(servers.ROOT / "content/packs/california", folder / "pack")
        every = {size: settings(folder / str(size), size) for size in sizes}
        print(f"schools; load {os.getloadavg()[0]:.1f}")
        for title, own in (("the screens alone", QUIET), ("with the text line", CARRIER)):
            print(title, flush=True)
            beginnings(every, own)
        quiet = {size: {**environ, **QUIET} for size, environ in every.items()}
        for size in sizes[1:]:
            pages_beside(size, quiet[size], quiet[sizes[0]])
        files_rows(quiet, folder)
        print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
