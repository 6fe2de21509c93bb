"""Several schools at one address of the web, served or as files: each has its own offline copy."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from content.model.pack import Topic
from settings import schools
from settings.schema import Server, Settings
from tests.browser.conftest import close
from tests.browser.schools import hosts
from tests.browser.schools.conftest import Show, install
from tests.browser.schools.hosts import TWO, Host
from tests.browser.stage import until
from tests.browser.watch import stop_time
from tests.running import until as eventually
from tests.shipped import pack

Visit = Callable[..., Page]
# Every page of a school's lists, asked for as a student would: those that are not shown.
ABSENT = """async (base) => {
    const name = await (await (await caches.open("kiosk-meta" + base)).match("/current")).text();
    const record = await (await caches.open("pages" + base)).match("/pack.json?" + name);
    const absent = [], { files } = await record.json();
    for (const [url] of files.filter(([url]) => /^\\/..\\//.test(url) || url === "/leave")) {
        const answer = await fetch(base + url).catch(() => null);
        if (!answer?.ok || !(await answer.text()).includes('id="clear"')) absent.push(url);
    }
    return [files.length, absent];
}"""


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


@pytest.fixture
def files(district: Settings, made: Path, tmp_path: Path) -> Iterator[tuple[Host, Settings]]:
    """A copy of the files below a path of a plain file server, and settings to change them by."""
    folder = Path(shutil.copytree(made, tmp_path / "kiosk"))
    own = tmp_path / schools.FOLDER
    shutil.copytree(district.server.data_dir / schools.FOLDER, own)
    with hosts.files(folder) as host:
        yield host, Settings(server=Server(data_dir=tmp_path), kiosk=district.kiosk)


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


@pytest.mark.slow
def test_without_network_every_page_of_every_language_is_there(host: Host, visit: Visit) -> None:
    page = visit(script=True)
    install(page, host, "elm")
    page.context.set_offline(True)
    many, absent = page.evaluate(ABSENT, f"{host.root}/elm")
    assert many > 500
    assert absent == []


@pytest.mark.either("host")
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
    shown: Show, visit: Visit
) -> None:
    served = shown("served")
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
    stop_time(page)

    page.clock.run_for(31_000)  # one half minute, the first of this document

    enrolled = served.enrolled.all
    eventually(lambda: any(one.seen for one in enrolled()), "it was heard")
    heard = next(one for one in enrolled() if one.seen)
    assert (heard.copied, heard.right == heard.seen) == (True, True)


@pytest.mark.either("host")
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


@pytest.mark.either("host")
def test_a_visit_leaves_no_request_that_says_what_was_read(host: Host, visit: Visit) -> None:
    page = visit(script=True)
    install(page, host, "elm")
    before = len(host.asked())
    for path in ("/en/", "/en/now", "/es/r/121", f"/en/t/{topic().codes['en']}", "/leave"):
        page.goto(host.school("elm") + path)
        page.wait_for_timeout(200)
    allowed = {"sw.js", "pack.json", "audio.json", "app.webmanifest", "beat"}
    assert {path.rpartition("/")[2] for path in host.asked()[before:]} <= allowed


def test_a_host_s_own_page_for_an_address_that_is_not_there_is_never_shown(
    shown: Show, visit: Visit
) -> None:
    page, school = visit(script=True), shown("files").school("elm")
    install(page, shown("files"), "elm")
    page.goto(f"{school}/en/r/999")
    expect(page.locator("main")).to_contain_text("988")
    expect(page.locator(".brand")).to_contain_text("Elm & Co")


def test_half_an_upload_leaves_the_screen_as_it_was(
    files: tuple[Host, Settings], visit: Visit, tmp_path: Path
) -> None:
    """The new list is there, the files that it names are not; the host answers 200 all the same."""
    (host, settings), page = files, visit(script=True)
    install(page, host, "lincoln")
    assert host.folder
    # Made elsewhere: the worker looks every minute, and would find a whole upload here.
    upload = Path(shutil.copytree(host.folder, tmp_path / "upload"))
    hosts.room(settings.server.data_dir, "lincoln", "Room 99")
    hosts.exported(settings, upload)
    before = len(host.asked())
    shutil.copytree(upload / "lincoln", host.folder / "lincoln", dirs_exist_ok=True)
    session = page.context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")  # a new one asks at once
    page.evaluate("navigator.serviceWorker.ready.then(({ active }) => active.postMessage('look'))")
    eventually(lambda: any("/files/" in path for path in host.asked()[before:]), "it asked for one")
    assert "/kiosk/lincoln/pack.json" in host.asked()[before:]
    page.wait_for_timeout(1_000)
    page.goto(f"{host.school('lincoln')}/en/now")
    expect(page.locator("main")).to_contain_text("Room <12>")


@pytest.mark.parametrize("form", ["nginx", "files"])
def test_before_the_worker_is_there_pages_lead_to_each_other(
    shown: Show, visit: Visit, form: str
) -> None:
    page, school = visit(script=False), shown(form).school("elm")
    page.goto(f"{school}/leave")
    page.locator("a.start").click()
    page.locator('main a[href$="/t/2/"]').first.click()
    assert page.url == f"{school}/en/t/2/"
    page.locator("a.talk").click()
    expect(page.locator("main")).to_contain_text("Room 7")
    page.locator("a.clear").click()
    assert page.url == f"{school}/leave/"
