"""What the screen's browser refuses, tried on the real Chromium under the shipped policies and
flags."""

import contextlib
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser import touches
from tests.browser.policed import WITHOUT_A_SCREEN, kiosk_browser, launcher, loosened, policies
from tests.browser.policies.conftest import WORDS
from tests.running import until

BLOCKED = "This page is blocked"
ROWS = """() => { const found = []; const walk = (root) => { for (const part of root.querySelectorAll("*")) {
    if (part.tagName === "POLICY-ROW") found.push(part.shadowRoot.textContent.trim().split(/\\s{2,}/));
    if (part.shadowRoot) walk(part.shadowRoot); } }; walk(document); return found }"""
LARGE_PAGE = """<meta name="viewport" content="width=device-width"><p>Wide and tall</p>
    <div style="width:3000px;height:5000px;background:linear-gradient(red,blue)"></div>"""
DOWNLOAD = """() => { const link = document.createElement("a"); link.download = "words.txt";
    link.href = URL.createObjectURL(new Blob(["words"])); document.body.append(link); link.click() }"""


def shown(page: Page, address: str) -> str:
    """What stands on the screen after somebody asked for this address."""
    with contextlib.suppress(PlaywrightError):
        page.goto(address, timeout=5_000)
    page.wait_for_timeout(200)
    return page.inner_text("body")


def blocked(page: Page, address: str) -> None:
    """The browser refuses this address; what it refused before is off the screen."""
    page.goto("about:blank")
    shown(page, address)
    expect(page.locator("body")).to_contain_text(BLOCKED)


def rows(page: Page) -> dict[str, list[str]]:
    """What chrome://policy says: the name of every policy that is set, and the words beside it."""
    page.goto("chrome://policy")
    found: list[list[str]] = []

    def read() -> bool:
        found[:] = page.evaluate(ROWS)
        return len(found) > 0

    until(read, "chrome://policy lists the policies")
    return {row[0]: row[1:] for row in found if "Not set." not in row}


@pytest.mark.slow
def test_this_browser_knows_every_policy_and_takes_every_value(page: Page, port: int) -> None:
    read = rows(page)
    assert read.keys() == loosened(policies(port)).keys()
    assert {
        name: row for name, row in read.items() if "OK" not in row or "Mandatory" not in row
    } == {}


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/",
        "http://localhost:{port}/",
        "https://127.0.0.1:{port}/",
        "http://192.168.1.1/",
        "http://example.org/",
        "file:///etc/passwd",
        "file://{folder}/other.html",
        "file://{folder}/",
        "data:text/html,words",
        "view-source:http://127.0.0.1:{port}/",
        "chrome://settings",
        "chrome://version",
        "chrome://flags",
        "chrome://inspect",
        "chrome://history",
        "chrome://downloads",
        "devtools://devtools/bundled/inspector.html",
        "ftp://127.0.0.1/",
    ],
)
@pytest.mark.few(3)
def test_no_other_address_opens(one_page: Page, port: int, local_page: Path, address: str) -> None:
    blocked(one_page, address.format(port=port, folder=local_page.parent))


def test_a_script_in_the_address_does_not_run(page: Page, server: str) -> None:
    page.goto(f"{server}/en/")
    before = page.inner_text("body")
    assert shown(page, "javascript:document.body.textContent='run'") == before


@pytest.mark.parametrize(
    "path", ["/staff", "/staff/", "/metrics", "/healthz", "/readyz", "/sms/inbound"]
)
@pytest.mark.few(2)
def test_what_is_not_for_students_is_closed_on_the_own_port_too(
    one_page: Page, server: str, path: str
) -> None:
    blocked(one_page, server + path)


@pytest.mark.parametrize("path", ["", "/", "/staff/", "/staff/in", "/staff/desk.css"])
@pytest.mark.few(2)
def test_the_staff_desk_on_its_own_port_is_closed_to_this_browser(
    one_page: Page, desk: str, path: str
) -> None:
    blocked(one_page, desk + path)


def test_a_page_of_the_kiosk_cannot_reach_the_desk_either(
    page: Page, server: str, desk: str
) -> None:
    page.goto(f"{server}/en/")
    asked = f"fetch('{desk}/staff/desk.css', {{ mode: 'no-cors' }}).then(() => 'reached', () => 'refused')"
    assert page.evaluate(asked) == "refused"


def test_the_kiosk_itself_opens(one_page: Page, server: str) -> None:
    one_page.goto(f"{server}/en/now")
    assert BLOCKED not in one_page.inner_text("body")
    expect(one_page.locator("#clear")).to_be_visible()


def test_the_one_local_page_opens(one_page: Page, local_page: Path) -> None:
    one_page.goto(f"file://{local_page}")
    assert WORDS in one_page.inner_text("body")


@pytest.mark.parametrize(
    "step",
    [
        "location = 'http://127.0.0.1:9/'",
        "location = 'chrome://settings'",
        "location = 'file:///etc/passwd'",
    ],
)
@pytest.mark.few(1)
def test_a_page_cannot_lead_anywhere_else(page: Page, server: str, step: str) -> None:
    page.goto(f"{server}/en/")
    with contextlib.suppress(PlaywrightError):
        page.evaluate(f"() => {{ {step} }}")
    page.wait_for_timeout(500)
    assert page.url.startswith((f"{server}/", "chrome-error:"))


def test_a_page_opens_no_second_window(page: Page, screen: BrowserContext, server: str) -> None:
    page.goto(f"{server}/en/")
    before = len(screen.pages)
    # Playwright's own evaluate counts as a touch, and what a touch opens is allowed; no page of
    # ours opens anything.
    asked = {"expression": "window.open('/en/now')", "userGesture": False}
    screen.new_cdp_session(page).send("Runtime.evaluate", asked)
    page.wait_for_timeout(500)
    assert len(screen.pages) == before


def test_nothing_is_downloaded(page: Page, server: str, tmp_path: Path) -> None:
    page.goto(f"{server}/en/")
    arrived: list[str | None] = []
    page.on("download", lambda download: arrived.append(download.failure()))
    page.evaluate(DOWNLOAD)
    page.wait_for_timeout(1500)
    assert [failure for failure in arrived if failure is None] == []


@pytest.mark.parametrize("path", ["/en/", "/en/r/122", "/leave"])
@pytest.mark.few(1)
def test_two_fingers_do_not_change_the_size(
    page: Page, screen: BrowserContext, server: str, path: str
) -> None:
    page.goto(server + path)
    fingers = screen.new_cdp_session(page)
    touches.pinch(fingers, (500, 900), start=60, end=420, steps=12)
    page.wait_for_timeout(500)
    assert page.evaluate("visualViewport.scale") == 1


def test_a_swipe_leads_to_no_earlier_page(
    page: Page, screen: BrowserContext, local_page: Path
) -> None:
    # The local page has no script and no style that could keep the finger from it: the flags must.
    for part in ("earlier", "later"):
        page.goto("about:blank")
        page.goto(f"file://{local_page}?{part}")
    fingers = screen.new_cdp_session(page)
    for start, end in [
        ((5, 900), (1000, 900)),
        ((1070, 900), (40, 900)),
        ((300, 900), (1000, 900)),
    ]:
        touches.swipe(fingers, start, end, steps=12)
        page.wait_for_timeout(700)
        assert page.url.endswith("?later")


def test_no_earlier_page_stays_alive_behind_the_one_that_is_shown(page: Page, server: str) -> None:
    page.goto(f"{server}/en/t/7")
    page.evaluate("() => { window.alive = true }")
    page.goto(f"{server}/en/")
    with contextlib.suppress(PlaywrightError):
        page.go_back(timeout=3_000)
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.alive === true") is False


def test_a_long_press_and_a_right_click_bring_no_menu(
    page: Page, screen: BrowserContext, server: str
) -> None:
    page.goto(f"{server}/en/now")
    page.evaluate(
        "() => { window.menus = []; addEventListener('contextmenu', (e) => menus.push(e.defaultPrevented)) }"
    )
    heading = page.locator("h1").first.bounding_box()
    assert heading is not None
    middle = (heading["x"] + 20, heading["y"] + heading["height"] / 2)
    touches.long_press(screen.new_cdp_session(page), middle)
    page.mouse.click(*middle, button="right")
    until(lambda: page.evaluate("menus.length") > 0, "the press or the click asked for a menu")
    page.wait_for_timeout(300)
    assert all(page.evaluate("menus")), "a menu would have opened"


def test_nothing_of_a_visit_is_in_the_profile(
    playwright: Playwright, server: str, port: int, tmp_path: Path
) -> None:
    profile, typed = tmp_path / "profile", "xylophone quilt"
    seen = (typed, "/es/t/7", "/en/r/122", "1-888-373-7888", "Clear screen")
    program = launcher(tmp_path, loosened(policies(port)))
    with kiosk_browser(playwright, program, profile, f"{server}/") as context:
        page = context.pages[0]
        for path in ("/en/", "/es/t/7", "/en/r/122", "/en/r/122/print"):
            page.goto(server + path)
        search(page, server, typed)
        while_open = traces(profile, *seen)
    assert while_open == [], "the visit lay in the profile while the browser ran"
    assert traces(profile, *seen) == []


def search(page: Page, server: str, words: str) -> None:
    """Send words as the search page does: in the body of a request, whose answer is the page."""
    page.goto(f"{server}/en/search")
    with page.expect_navigation():
        page.evaluate(
            """(words) => { const form = document.querySelector("form[method=post]"); const field = form.elements.q
                || form.appendChild(Object.assign(document.createElement("input"), { name: "q" }));
                field.value = words; HTMLFormElement.prototype.submit.call(form) }""",
            words,
        )
    assert words in page.content()


def traces(folder: Path, *words: str) -> list[tuple[str, str]]:
    """The files that hold one of these words, as UTF-8 or as the UTF-16 that Chromium also writes."""
    found = []
    for file in folder.rglob("*"):
        with contextlib.suppress(OSError):  # sockets, and files that go while the browser runs
            held = file.read_bytes() if file.is_file() else b""
            found += [
                (file.name, word)
                for word in words
                if word.encode() in held or word.encode("utf-16-le") in held
            ]
    return found


@pytest.mark.parametrize(("policy", "opens"), [("shipped", False), ("loosened", True)])
@pytest.mark.few(1)
def test_nobody_attaches_a_debugger(
    server: str, port: int, tmp_path: Path, policy: str, opens: bool
) -> None:
    strict: dict[str, Any] = policies(port)
    program = launcher(tmp_path, strict if policy == "shipped" else loosened(strict))
    profile = tmp_path / "profile"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        debug = probe.getsockname()[1]
    browser = subprocess.Popen(
        [
            program,
            *WITHOUT_A_SCREEN,
            f"--user-data-dir={profile}",
            f"--remote-debugging-port={debug}",
            f"{server}/",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert answers(debug, seconds=60 if opens else 6) is opens
    finally:
        browser.terminate()
        browser.wait(20)


def answers(port: int, *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        time.sleep(0.2)
    return False
