"""Times kiosk, line and desk under attack: `python -m bench.attacks`, part of `make bench`.

Runs the full attacks from tests/attacks.py. Prints the slowest request of each kind, next to the
slowest one without an attack.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx2

from bench import servers
from tests.attacks import ATTACKS, FLOODS, Installation, flooded, many_files, under
from tests.running import CARRIER, PATIENCE, environment, prepared, serving

ASKED = 20  # requests of each kind
LIMIT = 1.0  # seconds, on a quiet machine


def slowest(ask: Callable[[int], httpx2.Response], *, status: int = 200) -> float:
    """Return how long the slowest of several requests took; all must return this status."""
    worst = 0.0
    for turn in range(ASKED):
        begun = time.monotonic()
        found = ask(turn).status_code
        worst = max(worst, time.monotonic() - begun)
        if found != status:
            raise RuntimeError(f"answered with {found}")
    return worst


def measured(at: Installation, name: str) -> list[float]:
    """Return the slowest times for the process's state, a page, a signed text and the desk."""
    http = at.server.http
    return [
        slowest(lambda _: http.get("/healthz", timeout=PATIENCE)),
        slowest(lambda _: http.get("/en/now", timeout=PATIENCE)),
        slowest(
            lambda turn: at.server.text(
                "im not safe",
                sid=f"SM-{name}-{turn}",
                sender=f"+1916555{len(name) * 100 + turn:04d}",
            )
        ),
        # A desk without a passphrase says how to set one.
        slowest(
            lambda _: httpx2.get(f"http://127.0.0.1:{at.desk}/staff/in", timeout=PATIENCE),
            status=503,
        ),
    ]


def main() -> None:
    """Print the table."""
    desk = servers.free_port()
    with tempfile.TemporaryDirectory() as folder:
        own = {"PORCHLIGHT_DESK__ENABLED": "true", "PORCHLIGHT_DESK__PORT": str(desk)}
        environ = environment(Path(folder) / "data", **own, **CARRIER)
        with serving(prepared(environ)) as server, many_files() as enough:
            if not enough:
                print(
                    "the attacks were not measured, because too few files may be open (ulimit -Hn)"
                )
                return
            at = Installation(server, desk)
            print(f"{'slowest answer, in seconds':32}{'state':>8}{'page':>8}{'text':>8}{'desk':>8}")
            row("no attack", measured(at, ""))
            for name, attack in ATTACKS.items():
                with under(attack, at, attack.many):
                    row(name, measured(at, name))
            for name, flood in FLOODS.items():
                with flooded(flood, server, flood.many):
                    row(name, measured(at, name))


def row(name: str, seconds: list[float]) -> None:
    """Print a line of the table, marked if it exceeds a limit."""
    mark = "" if max(seconds) <= LIMIT else f"   more than {LIMIT:.0f} s"
    print(f"{name:32}{''.join(f'{one:8.3f}' for one in seconds)}{mark}", flush=True)


if __name__ == "__main__":
    main()
