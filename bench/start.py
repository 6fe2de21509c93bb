"""Measures memory, and time to the first page: `python -m bench.start`, part of `make bench`.

Measures the second and later starts of an installation, as after a power outage: the kiosk, the
kiosk with the line, and the line on a machine without a kiosk, where the first answer is to a text,
which waits for the pack (sms/pack_wait.py). Then the first start of both, on an empty folder. The
pack is built, as in an installation. The whole pack is shown when a page deep in it answers 200
and the server reports that it is ready.

The peers are bare Starlette, and datasette with an empty database. Prints medians of five starts,
or of one start with `--once`. Memory is the proportional share (PSS) a second after the server is
ready, and after every page was made or some texts were answered.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil

from bench import limits, servers
from bench.limits import Start
from editor.authoring import shipped_copy
from settings.schema import Kiosk
from tests.running import CARRIER, environment, message, prepared, signature

STARTS = 1 if "--once" in sys.argv[1:] else 5
LONGEST = 120  # seconds until the whole pack is shown
TEXT = ("text", "im not safe")
WORDS = ("im not safe", "FOOD", "me quiero morir", "he makes me have sex for money")
Ask = Callable[[int], int]  # port → the answer's status


def answered(port: int, path: str, body: str = "", headers: Mapping[str, str] | None = None) -> int:
    """Return the answer's status, or 0 if nothing answers yet. ``body``: posted if given."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST" if body else "GET", path, body or None, headers or {})
        answer = connection.getresponse()
        answer.read()
    except OSError:
        return 0
    finally:
        connection.close()
    return answer.status


def page(path: str) -> Ask:
    """Return a request for a page."""
    return partial(answered, path=path)


def text(words: str) -> Ask:
    """Return a delivery of a text like the carrier's."""
    fields = message(words, sid=words, sender="+19165550123")
    headers = {
        "X-Twilio-Signature": signature(fields),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return partial(
        answered, path="/sms/inbound", body=urllib.parse.urlencode(fields), headers=headers
    )


DEEP = page("/en/r/132")  # a hotline of the pack
# The first request and later ones: a language's list makes all its pages.
PAGES = [page(path) for path in ("/", "/pack.json")]
PAGES += [page(f"/pack/{tag}.json") for tag in Kiosk().languages[1:]]
TEXTS = [text(words) for words in WORDS]
WHOLE = (DEEP, page("/readyz"))


def until_answered(port: int, ask: Ask) -> None:
    """Wait for a 200. Raises TimeoutError after ``LONGEST`` seconds."""
    end = time.monotonic() + LONGEST
    while ask(port) != 200:
        if time.monotonic() > end:
            raise TimeoutError(f"port {port} did not answer within {LONGEST} s")
        time.sleep(0.02)  # polling more often would take processor time from the measured server


@contextmanager
def started(
    command: list[str], environ: Mapping[str, str], folder: Path
) -> Iterator[psutil.Process]:
    """Yield the process from its first moment."""
    with subprocess.Popen(
        [sys.executable, *command],
        env=environ,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def start(
    command: list[str],
    port: int,
    environ: Mapping[str, str],
    *,
    whole: Sequence[Ask] = (),
    asks: list[Ask] = PAGES,
) -> Start:
    """Measure one start. ``whole``: requests that return 200 once everything is shown. ``asks``:
    the first request, and those made before memory is read."""
    begun = time.monotonic()
    folder = Path(environ.get("PORCHLIGHT_SERVER__DATA_DIR", servers.ROOT))
    with started(command, environ, folder) as process:
        until_answered(port, asks[0])
        seconds, times = time.monotonic() - begun, process.cpu_times()
        for ask in whole:
            until_answered(port, ask)
        shown = time.monotonic() - begun
        time.sleep(1)
        rest = servers.megabytes(process)
        for ask in asks[1:]:
            ask(port)
        return Start(seconds, shown, times.user + times.system, rest, servers.megabytes(process))


def ours(data: Path, **settings: str) -> Start:
    """Return the median start of an installation that was started before."""
    port = servers.free_port()
    environ = prepared(environment(data, PORCHLIGHT_SERVER__PORT=str(port), **settings))
    program = [str(servers.ROOT / "server.py")]
    return median(start(program, port, environ, whole=WHOLE) for _ in range(STARTS))


def ours_first(data: Path, **settings: str) -> Start:
    """Return the median first start, each on an empty folder."""
    port = servers.free_port()
    program = [str(servers.ROOT / "server.py")]

    def once(number: int) -> Start:
        folder = data / str(number)
        folder.mkdir(parents=True)
        environ = environment(folder, PORCHLIGHT_SERVER__PORT=str(port), **settings)
        return start(program, port, environ, whole=WHOLE)

    return median(map(once, range(STARTS)))


def line_alone(data: Path, **settings: str) -> Start:
    """Return the median start of a machine that serves only the line."""
    port = servers.free_port()
    own = {"PORCHLIGHT_SERVER__PORT": str(port), "PORCHLIGHT_KIOSK__ENABLED": "false"}
    environ = prepared(environment(data, **own, **CARRIER, **settings))
    program = [str(servers.ROOT / "server.py")]
    ready = [page("/readyz")]
    return median(start(program, port, environ, whole=ready, asks=TEXTS) for _ in range(STARTS))


def peer(command: list[str], port: int) -> Start:
    """Return the median start of another server."""
    environ = {**os.environ, "PYTHONPATH": str(servers.ROOT)}
    return median(start(command, port, environ) for _ in range(STARTS))


def median(starts: Iterable[Start]) -> Start:
    """Return the median of each figure."""
    return Start(*(statistics.median(figure) for figure in zip(*starts, strict=True)))


def seconds_of_text(data: Path, **settings: str) -> float:
    """Return how long it takes to answer a text in the terminal."""
    environ, taken = prepared(environment(data, **settings)), []
    for _ in range(STARTS):
        begun = time.monotonic()
        command = [sys.executable, str(servers.ROOT / "server.py"), *TEXT]
        subprocess.run(command, env=environ, check=True, capture_output=True)
        taken.append(time.monotonic() - begun)
    return statistics.median(taken)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        shipped_copy.write(servers.ROOT / "content/packs/california", at / "pack")
        own = {"PORCHLIGHT_CONTENT__PACK": str(at / "pack")}
        every = {"PORCHLIGHT_KIOSK__LANGUAGES": json.dumps(Kiosk().languages), **own}
        port = servers.free_port()
        found = {
            "bare Starlette": peer(servers.bare(port), port),
            "datasette": peer(["-m", "datasette", "--port", str(port)], port),
            "the kiosk alone": ours(at / "kiosk", PORCHLIGHT_SMS__ENABLED="false", **every),
            "the kiosk and the line": ours(at / "both", **CARRIER, **every),
            "both, on an empty folder": ours_first(at / "first", **CARRIER, **every),
            "the line alone": line_alone(at / "line", **every),
        }
        seconds = seconds_of_text(at / "text", **own)
    print(limits.HEAD)
    for name, one in found.items():
        print(limits.row(name, one, found["bare Starlette"]))
    print(limits.text_row(seconds))


if __name__ == "__main__":
    main()
