"""Forty invented schools in each form that a district may choose: pages of one process of ours,
their files behind nginx, and their files below a path of a file server that knows no headers."""

import asyncio
import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import uvicorn
from starlette.types import Receive, Scope, Send

from kiosk.enrolled import Enrolled
from runtime import http_front
from runtime.district import export
from runtime.district.screens import SchoolScreens
from runtime.kiosk_door import KioskDoor
from settings import schools
from settings.schema import Kiosk, Server, Settings
from tests.content.candidates import NOW
from tests.deploy.test_screens_proxy import behind_nginx
from tests.shipped import pack

FORMS = ("served", "nginx", "files")
TWO = {"lincoln": "Room <12>", "elm": "Room 7"}  # the schools that tests open
OTHERS = tuple(f"school-{number:02}" for number in range(3, 41))
PEOPLE = '[[people]]\nrole = "Nurse"\nplace = "%s"\n'


@dataclass
class Host:
    """``root``: the path below which the schools are. ``asked``: paths, in order. ``stop``: from
    then on nobody answers there."""

    address: str
    root: str
    stop: Callable[[], None]
    folder: Path | None = None
    asked: Callable[[], list[str]] = list
    enrolled: Enrolled | None = None

    def school(self, name: str) -> str:
        return f"{self.address}{self.root}/{name}"


def table(folder: Path, languages: str) -> Settings:
    """Write the table and each school's file; return the settings that name them.

    ``languages``: of the two schools, as written there ("" is all ten); the others have English.
    """
    written = folder / "schools.csv"
    tags = dict.fromkeys(TWO, languages) | dict.fromkeys(OTHERS, "en")
    rows = [f'{name},{name.title()} & Co,"{each}"' for name, each in tags.items()]
    written.write_text("\n".join(["address,name,languages", *rows]), encoding="utf-8")
    for name in tags:
        room(folder, name, TWO.get(name, "Room 1"))
    kiosk = Kiosk(schools=written, audio="off")
    return Settings(server=Server(data_dir=folder), kiosk=kiosk)


def room(folder: Path, name: str, place: str) -> None:
    """Write a school's file."""
    own = folder / schools.FOLDER / name / "school.toml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(PEOPLE % place, encoding="utf-8")


def exported(settings: Settings, folder: Path) -> None:
    """Write the screens of the table's schools as files."""
    found = schools.read(settings)
    assert found.problems == ()
    made = export.screens(
        settings, found.settings, pack(), release="r1", line_works=True, key=b"", now=NOW
    )
    export.write(folder, made, prune=False)


@contextmanager
def served(settings: Settings) -> Iterator[Host]:
    """All schools in one process of ours."""
    enrolled, asked = Enrolled(settings.server.data_dir, lambda: NOW), list[str]()
    screens = SchoolScreens(
        schools.read(settings),
        lambda own, watch: KioskDoor(own, watch, clock=lambda: NOW, enrolled=enrolled),
    )
    for screen in screens.screens.values():
        screen.school.look()
    screens.show(pack(), directory=())

    async def nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError("a page of a school left it")

    answer = screens.before(nothing)

    async def noted(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["path"])
        await answer(scope, receive, send)

    listening = http_front.listen("127.0.0.1", 0)
    config = uvicorn.Config(
        noted, lifespan="off", log_level="critical", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()

    def stop() -> None:
        server.should_exit = True
        thread.join(10)
        listening.close()

    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        yield Host(address, "", stop, asked=lambda: [*asked], enrolled=enrolled)
    finally:
        stop()
        screens.end()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_args: object) -> None:
        """Keep quiet: a browser that closes leaves answers unread."""


class _Files(SimpleHTTPRequestHandler):
    asked: list[str]

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""

    def send_head(self) -> object:  # type: ignore[override]
        self.asked.append(self.path)
        return super().send_head()

    def send_error(self, code: int, *_args: object) -> None:
        """Answer as some hosts do: with their page, and 200."""
        body = b"<title>Host</title><p>Buy hosting"
        self.send_response(200 if code == 404 else code)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def files(folder: Path) -> Iterator[Host]:
    """The export in this folder below a path, its name, of a plain file server."""
    asked = list[str]()
    handler = type("Files", (_Files,), {"asked": asked})
    server = _Server(("127.0.0.1", 0), functools.partial(handler, directory=str(folder.parent)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def stop() -> None:
        server.shutdown()
        thread.join(10)
        server.server_close()

    address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield Host(address, f"/{folder.name}", stop, folder, lambda: [*asked])
    finally:
        stop()


@contextmanager
def nginx(folder: Path, scratch: Path) -> Iterator[Host]:
    """The export in this folder behind a real nginx with the shipped file."""
    with behind_nginx(scratch, folder, school=next(iter(TWO))) as running:
        yield Host(running.address, "", running.stop, folder, running.asked)


def of(
    form: str, settings: Settings, made: Callable[[], Path], scratch: Path
) -> AbstractContextManager[Host]:
    """Show the schools in a form. ``made``: gives their files; ``scratch``: an empty folder."""
    if form == "served":
        return served(settings)
    return files(made()) if form == "files" else nginx(made(), scratch)
