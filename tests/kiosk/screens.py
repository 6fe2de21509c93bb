"""A kiosk that shows a pack, and one request to it: one way to do each."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from starlette.types import Receive, Scope, Send

from content.directory import index
from content.model.pack import Pack
from kiosk import render
from kiosk.app import KioskApp
from kiosk.edition import last_resort
from kiosk.edition.edition import Edition
from kiosk.enrolled import Enrolled, Screen, ServedPages
from settings.schema import Kiosk
from system import files
from tests.kiosk.conftest import SCHOOL, TODAY
from tests.kiosk.outline import Outline

Clock = Callable[[], datetime | None]


def starting(settings: Kiosk = SCHOOL, trusted_clock: Clock = lambda: None) -> KioskApp:
    """Return a kiosk whose pack has not been read yet."""
    return KioskApp(settings, fallback=last_resort.edition(settings), trusted_clock=trusted_clock)


def showing(pack: Pack, settings: Kiosk = SCHOOL, data_dir: Path | None = None) -> KioskApp:
    """Return a kiosk that shows a pack, with the clips and the directory in ``data_dir``."""
    made = starting(settings)
    show(made, edition(pack, settings, data_dir), pack, data_dir)
    return made


def edition(pack: Pack, settings: Kiosk, data_dir: Path | None = None) -> Edition:
    """Return its pages."""
    beside = render.Beside(
        data_dir=data_dir, services=data_dir is not None and index.is_ours(index.path_in(data_dir))
    )
    return render.edition(pack, settings, today=TODAY, beside=beside)


def show(app: KioskApp, made: Edition, pack: Pack, data_dir: Path | None = None) -> None:
    """Show these pages from the next request on."""
    directory = files.stamp(index.path_in(data_dir)) if data_dir else ()
    app.show(made, pack, data_dir=data_dir, directory=directory)


class Answer(NamedTuple):
    """An answer of the kiosk."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes

    @property
    def page(self) -> Outline:
        return Outline.of(self.body.decode())


App = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]


def ask(app: App, path: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
    """Make one request, as a server passes it on. The body comes in pieces of 500 bytes."""
    return asyncio.run(asked(app, path, method=method, body=body, **headers))


async def asked(
    app: App, path: str, *, method: str = "GET", body: bytes = b"", **headers: str
) -> Answer:
    """Do the same in a running event loop."""
    sent: list[Any] = []
    pieces = [body[at : at + 500] for at in range(0, len(body), 500)] or [b""]

    async def receive() -> dict[str, Any]:
        if not pieces:
            await asyncio.Event().wait()  # the client waits for the answer
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        sent.append(message)

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    path, _, query = path.partition("?")
    scope: Scope = {"type": "http", "method": method, "path": path, "headers": pairs}
    scope["query_string"] = query.encode()
    await app(scope, receive, send)
    start, end = sent
    return Answer(start["status"], dict(start["headers"]), end.get("body", b""))


def report(enrolled: Enrolled, screen: Screen, said: bytes, shown: ServedPages) -> bytes:
    """Report to the server as a screen does: without a word, then with that of the answer."""
    query = f"screen={screen.name}".encode()
    first = enrolled.hear(screen.school, query, b" " + said, shown)
    assert first
    assert not first.counts
    whole = first.word.encode() + b" " + said
    second = enrolled.hear(screen.school, query, whole, shown)
    assert second
    assert second.counts
    return whole
