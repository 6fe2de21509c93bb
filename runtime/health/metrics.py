"""/metrics on the desk's port, for Prometheus: this installation's health, but nothing about use.

It has no counts of texts, topics or pages: at a small school, scrapes before and after a text
would reveal that text. Behind a proxy, all requests come from this machine, so it needs a token.
"""

import hmac
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.alarms import rules
from runtime.health.observation import Observation
from runtime.private_status import HANGS, PATIENCE_SECONDS
from runtime.upkeep.versions import program_version
from system.bounded import SharedCall

ADDRESS = "/metrics"
SHORTEST = 16  # minimum characters in a token
HELP = "See docs/school/run.md."
NOTHING = "There is nothing here.\n"  # the same as the desk's response at any unknown address


class WithMetrics:
    """The desk, plus /metrics for anyone who has the token."""

    def __init__(self, desk: ASGIApp, token: str, measure: Callable[[], bytes]) -> None:
        self._desk, self._token = desk, token.encode()
        self._measure = SharedCall("metrics", measure, patience=PATIENCE_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._desk
        if scope["type"] == "http" and scope["path"] == ADDRESS:
            answer = await self._answer(Request(scope))
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if len(self._token) < SHORTEST or not hmac.compare_digest(given, b"Bearer " + self._token):
            return PlainTextResponse(NOTHING, 404)
        try:
            body = await self._measure()
        except TimeoutError:
            return PlainTextResponse(str(HANGS), 503)
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return Response(body, headers={"cache-control": "no-store", "content-type": kind})


def text(seen: Observation, *, ready: bool, ringing: Collection[str]) -> bytes:
    """Return the known values in Prometheus's text format."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    about = Gauge("porchlight_build_info", "The program's version.", ["version"], registry=registry)
    about.labels(program_version()).set(1)
    alarms = Gauge("porchlight_alarm", "1 while the alarm rings.", ["kind"], registry=registry)
    for kind in sorted(rules.kinds().keys() - {"test"}):
        alarms.labels(kind).set(kind in ringing)
    activated, last = seen.server.get("activated_at"), seen.on_disk.refresh
    times = {
        "pack_since": datetime.fromisoformat(activated) if isinstance(activated, str) else None,
        "publisher_verified": last.verified_at if last else None,
        "publisher_keys_end": seen.keys_end,
        "nightly": seen.nightly.at if seen.nightly else None,
    }
    values = {f"{name}_timestamp_seconds": at.timestamp() for name, at in times.items() if at}
    values |= {"ready": ready, "clock_right": seen.clock_right, "disk_free_bytes": seen.disk_free}
    if seen.screen_age is not None:
        values["screen_unseen_seconds"] = seen.screen_age
    for name in ("seen_timestamp_seconds", "current", "copied"):
        gauge = Gauge(f"porchlight_enrolled_{name}", HELP, ["school", "screen"], registry=registry)
        for one in seen.screens:
            gauge.labels(one["school"], one["screen"]).set(_of_screen(one, name))
    for name, value in values.items():
        Gauge(f"porchlight_{name}", HELP, registry=registry).set(value)
    return generate_latest(registry)


def _of_screen(screen: Mapping[str, object], name: str) -> float:
    """Return an enrolled screen's value. ``current``: whether it shows the server's pages."""
    seen = screen["seen"]
    if name == "seen_timestamp_seconds":
        return seen.timestamp() if isinstance(seen, datetime) else 0.0
    return float(
        seen is not None and seen == screen["right"] if name == "current" else bool(screen[name])
    )
