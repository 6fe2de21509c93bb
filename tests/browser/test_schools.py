"""Several schools at one address of the web, served or as files: each has its own offline copy."""

import asyncio
import functools
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect

from content.model.pack import Topic
from kiosk import render
from kiosk.enrolled import Enrolled
from kiosk.pages.school_file import School, parsed
from kiosk.plain_screen import PlainScreen
from runtime import http_front
from runtime.district import export
from runtime.district.screens import SchoolScreens
from runtime.kiosk_door import KioskDoor
from settings import schools
from settings.schema import Kiosk, Server, Settings
from tests.browser.conftest import close
from tests.browser.stage import until
from tests.content.candidates import NOW
from tests.running import until as eventually
from tests.shipped import pack

TODAY = date(2026, 12, 1)
PEOPLE = b'[[people]]\nrole = "Nurse"\nplace = "%s"\n'
TWO = {"lincoln": "Room <12>", "elm": "Room 7"}
LANGUAGES = ("en", "es")
Visit = Callable[..., Page]
WHOLE = """async () => {
    const base = "%s";
    const meta = await caches.open("kiosk-meta" + base);
    const name = await (await meta.match("/current"))?.text();
    const record = name && await (await caches.open("pages" + base)).match("/pack.json?" + name);
    return record ? (await record.json()).more.length === 0 : false;
}"""


@dataclass
class Host:
    """``root``: the path below which the schools are. ``asked``: paths, in order."""

    address: str
    root: str
    folder: Path | None = None
    asked: list[str] = field(default_factory=list)
    enrolled: Enrolled | None = None

    def school(self, name: str) -> str:
        return f"{self.address}{self.root}/{name}"


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens a browser with an empty profile; its workers may run."""
    contexts: list[BrowserContext] = []

    def opened(*, script: bool) -> Page:
        contexts.append(browser.new_context(java_script_enabled=script, has_touch=True))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        close(context)


def facts(name: str) -> School:
    return parsed(Path("school.toml"), PEOPLE % TWO[name].encode())[0]


def exported(folder: Path, **rooms: bytes) -> None:
    def screen(name: str) -> PlainScreen:
        kiosk = Kiosk(school=f"{name.title()} & Co", languages=LANGUAGES, audio="off")
        own = parsed(Path("x"), rooms[name])[0] if name in rooms else facts(name)
        return PlainScreen(name, pack(), kiosk, render.Beside(school=own), TODAY, "r1")

    export.write(folder, map(screen, TWO), prune=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("schools") / "kiosk"
    exported(folder)
    return folder


class _Files(SimpleHTTPRequestHandler):
    host: Host

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""

    def send_head(self) -> object:  # type: ignore[override]
        self.host.asked.append(self.path)
        return super().send_head()

    def send_error(self, code: int, *_args: object) -> None:
        """Answer as some hosts do: with their page, and 200."""
        body = b"<title>Host</title><p>Buy hosting"
        self.send_response(200 if code == 404 else code)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def files(made: Path, tmp_path: Path) -> Iterator[Host]:
    """The export below a path of a plain file server, which knows none of our headers."""
    shutil.copytree(made, tmp_path / "kiosk")
    handler = type("Files", (_Files,), {})
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(tmp_path))
    )
    host = Host(f"http://127.0.0.1:{server.server_port}", "/kiosk", tmp_path / "kiosk")
    handler.host = host  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield host
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Host]:
    """Both schools in one process of ours."""
    table = tmp_path / "schools.csv"
    rows = [f"{name},{name.title()} & Co" for name in TWO]
    table.write_text("\n".join(["address,name", *rows]), encoding="utf-8")
    settings = Settings(
        server=Server(data_dir=tmp_path),
        kiosk=Kiosk(schools=table, languages=LANGUAGES, audio="off"),
    )
    enrolled = Enrolled(tmp_path, lambda: NOW)
    screens = SchoolScreens(
        schools.read(settings).settings,
        lambda own, watch: KioskDoor(own, watch, clock=lambda: NOW, enrolled=enrolled),
    )
    for name, screen in screens.screens.items():
        screen.school.facts = facts(name)
    screens.show(pack(), directory=())

    async def nothing(_scope: object, _receive: object, _send: object) -> None:
        raise AssertionError("a page of a school left it")

    listening = http_front.listen("127.0.0.1", 0)
    config = uvicorn.Config(screens.before(nothing), lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    yield Host(f"http://127.0.0.1:{listening.getsockname()[1]}", "", enrolled=enrolled)
    server.should_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture(params=["served", "files"])
def host(request: pytest.FixtureRequest) -> Host:
    found: Host = request.getfixturevalue(request.param)
    return found


def install(page: Page, host: Host, name: str) -> None:
    """Open School info, and wait until the worker has every language."""
    page.goto(f"{host.school(name)}/leave")
    until(page, WHOLE % f"{host.root}/{name}", "every language is there")
    page.goto(f"{host.school(name)}/leave")


def topic() -> Topic:
    return next(one for one in pack().topics if one.id == "feelings")


def test_a_school_s_screen_works_without_network(host: Host, visit: Visit) -> None:
    page = visit(script=True)
    install(page, host, "lincoln")
    school = host.school("lincoln")
    page.context.set_offline(True)

    page.goto(f"{school}/")
    page.locator('main a[href$="/en/t/2"]').first.click()
    expect(page).to_have_url(f"{school}/en/t/2")
    page.goto(f"{school}/es/big+contrast/now")
    assert page.locator("html").get_attribute("data-mode") == "big contrast"
    expect(page.locator("main")).to_contain_text("Room <12>")
    expect(page.locator(".brand")).to_contain_text("Lincoln & Co")
    page.goto(f"{school}/en/t/{topic().codes['en']}")
    expect(page.locator(".without")).to_contain_text("Room <12>")
    page.goto(f"{school}/en/search")
    page.locator("#q").fill("protect")
    expect(page.locator(f'.results a[href$="{host.root}/lincoln/en/r/172"]')).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{school}/leave")
    page.goto(f"{school}/nothing")
    assert page.url == f"{school}/leave"


def test_two_schools_in_one_browser_never_show_each_other_s_pages(host: Host, visit: Visit) -> None:
    page = visit(script=True)
    for name in TWO:
        install(page, host, name)
    page.context.set_offline(True)
    for name, room in TWO.items():
        page.goto(f"{host.school(name)}/en/now")
        expect(page.locator(".brand")).to_contain_text(f"{name.title()} & Co")
        expect(page.locator("main")).to_contain_text(room)


def test_an_enrolled_screen_says_which_pages_it_shows_and_that_it_holds_all(
    served: Host, visit: Visit
) -> None:
    assert served.enrolled
    screen = served.enrolled.enroll("lincoln", "lobby")
    assert screen
    page = visit(script=True)
    install(page, served, "lincoln")
    page.clock.install(time="2026-12-01T10:00:10")
    page.goto(f"{served.school('lincoln')}/?screen={screen.name}")
    noted = "caches.match('/screen', { cacheName: 'kiosk-meta' }).then(Boolean)"
    until(page, noted, "its name is noted")
    page.goto(f"{served.school('lincoln')}/en/r/121")

    page.clock.run_for(31_000)

    eventually(lambda: any(one.seen for one in served.enrolled.all()), "it was heard")
    (heard,) = served.enrolled.all()
    assert (heard.copied, heard.right == heard.seen) == (True, True)


def test_chromium_finds_nothing_that_keeps_it_from_being_installed(
    host: Host, visit: Visit
) -> None:
    page = visit(script=True)
    install(page, host, "lincoln")
    devtools = page.context.new_cdp_session(page)
    told = devtools.send("Page.getAppManifest")
    assert told["url"] == f"{host.school('lincoln')}/app.webmanifest"
    assert told["errors"] == []
    found = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The test's own browser keeps nothing: that is all it says.
    assert {one["errorId"] for one in found} <= {"in-incognito"}


def test_a_visit_leaves_no_request_that_says_what_was_read(files: Host, visit: Visit) -> None:
    page = visit(script=True)
    install(page, files, "elm")
    files.asked.clear()
    for path in ("/en/", "/en/now", "/es/r/121", f"/en/t/{topic().codes['en']}", "/leave"):
        page.goto(files.school("elm") + path)
        page.wait_for_timeout(200)
    allowed = {"sw.js", "pack.json", "audio.json", "app.webmanifest"}
    assert {path.rpartition("/")[2] for path in files.asked} <= allowed


def test_a_host_s_own_page_for_an_address_that_is_not_there_is_never_shown(
    files: Host, visit: Visit
) -> None:
    page = visit(script=True)
    install(page, files, "elm")
    page.goto(f"{files.school('elm')}/en/r/999")
    expect(page.locator("main")).to_contain_text("988")
    expect(page.locator(".brand")).to_contain_text("Elm & Co")


def test_half_an_upload_leaves_the_screen_as_it_was(files: Host, visit: Visit) -> None:
    """The new list is there, the files that it names are not; the host answers 200 all the same."""
    assert files.folder
    page = visit(script=True)
    install(page, files, "lincoln")
    old = {path.name for path in (files.folder / "files").iterdir()}
    exported(files.folder, lincoln=PEOPLE % b"Room 99")
    for path in (files.folder / "files").iterdir():
        if path.name not in old:
            path.unlink()
    files.asked.clear()
    session = page.context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")  # a new one asks at once
    page.evaluate("navigator.serviceWorker.ready.then(({ active }) => active.postMessage('look'))")
    page.wait_for_timeout(2_000)
    assert "/kiosk/lincoln/pack.json" in files.asked
    assert any("/files/" in path for path in files.asked)
    page.goto(f"{files.school('lincoln')}/en/now")
    expect(page.locator("main")).to_contain_text("Room <12>")


def test_before_the_worker_is_there_pages_lead_to_each_other(files: Host, visit: Visit) -> None:
    page = visit(script=False)
    page.goto(f"{files.school('elm')}/leave")
    page.locator("a.start").click()
    page.locator('main a[href$="/t/2/"]').first.click()
    assert page.url == f"{files.school('elm')}/en/t/2/"
    page.locator("a.talk").click()
    expect(page.locator("main")).to_contain_text("Room 7")
    page.locator("a.clear").click()
    assert page.url == f"{files.school('elm')}/leave/"
