"""A newcomer's walk in real Chromium, without a script: from a fresh start to a kiosk with its own
school, by what the screen says alone and without a file that is edited."""

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.desk.setup import first_start
from settings.schema import Desk
from tests.browser.conftest import close
from tests.browser.test_desk import SIZES, opened, overflow, sign_in
from tests.browser.test_reading import violations
from tests.browser.visits import letters
from tests.kiosk.desks import staged
from tests.running import PATIENCE, ROOT, environment, free_port, prepared, serving, until
from tests.shipped import pack as shipped

WORDS = "quiet ladder orbit mustard"
PLACES = ("/staff/setup", "/staff/numbers", "/staff/open", "/staff/county-line")


@pytest.fixture(params=["office", "phone"])
def fresh(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The first page of a machine that nobody set up, on each size."""
    with staged(tmp_path, shipped(), passphrase="", settings=Desk()) as (_stage, office):
        context = opened(browser, f"http://127.0.0.1:{office.port}", request.param)
        page = context.new_page()
        page.goto(first_start.address("", first_start.made_code(tmp_path)))
        yield page
        close(context)


@pytest.mark.parametrize("language", ["English", "Español"])
@pytest.mark.few(1)
def test_the_first_page_is_readable_and_so_are_its_faults(fresh: Page, language: str) -> None:
    if language != "English":
        fresh.get_by_role("link", name=language).click()
        expect(fresh.locator("html")).to_have_attribute("lang", "es")
    assert (violations(fresh), overflow(fresh) <= 0) == ([], True)
    go_on(fresh)
    fresh.locator("#zips").fill("10001")
    fresh.locator("#county_line").fill("12")
    go_on(fresh)

    expect(fresh.get_by_role("alert")).to_contain_text("2")
    expect(fresh.locator(".fault")).to_have_count(2)
    expect(fresh.locator("#zips")).to_have_value("10001")
    expect(fresh.locator("#zips")).to_have_attribute("aria-invalid", "true")
    assert (violations(fresh), overflow(fresh) <= 0) == ([], True)
    fresh.locator("#zips").fill("95814")
    fresh.locator("#county_line").fill("")
    for _step in range(4):  # the county that was found, languages, text line, summary
        go_on(fresh)
        assert (violations(fresh), overflow(fresh) <= 0) == ([], True)
    for name in ("passphrase", "again"):
        fresh.locator(f"#{name}").fill("school")
    go_on(fresh)
    expect(fresh.locator(".fault")).to_have_count(1)
    assert (violations(fresh), overflow(fresh) <= 0) == ([], True)


def go_on(page: Page) -> None:
    """Press the one button that leads on: Continue, or Save."""
    page.locator("main button.primary").click()


@pytest.mark.parametrize("size", ["office", "phone"])
@pytest.mark.few(1)
def test_the_first_page_asks_for_the_code(browser: Browser, tmp_path: Path, size: str) -> None:
    code, desk = first_start.made_code(tmp_path), Desk(address="https://127.0.0.1")
    with staged(tmp_path, shipped(), passphrase="", settings=desk) as (_stage, office):
        context = opened(browser, f"http://127.0.0.1:{office.port}", size)
        context.set_extra_http_headers({"via": "1.1 desk"})
        page = context.new_page()
        page.goto("/staff/")
        assert (violations(page), overflow(page) <= 0) == ([], True)
        go_on(page)
        page.get_by_label("ZIP code of the school, or several ZIP codes").fill("95814")
        for _step in range(4):
            go_on(page)
        for typed, shown in (
            ("AAAA-AAAA", "Set up this computer"),
            (code, "Before students use it"),
        ):
            page.get_by_label("This computer’s code").fill(typed)
            for name in ("passphrase", "again"):
                page.locator(f"#{name}").fill(WORDS)
            go_on(page)
            expect(page.get_by_role("heading", level=1)).to_have_text(shown)
            if typed != code:
                expect(page.locator("#code-fault")).to_have_text("That code is not correct.")
            assert (violations(page), overflow(page) <= 0) == ([], True)
        close(context)


@pytest.mark.few(1)
def test_the_first_page_is_filled_in_by_keyboard_alone(fresh: Page) -> None:
    keys = fresh.keyboard
    fresh.locator("#school").focus()
    keys.press("Control+a")
    keys.type("Lincoln High School")
    keys.press("Enter")
    fresh.locator("#zips").focus()
    keys.type("95814")
    keys.press("Enter")  # finds the county, and saves nothing yet
    expect(fresh.get_by_role("alert")).to_have_count(0)
    expect(fresh.get_by_label("Sacramento")).to_be_checked()
    expect(fresh.locator("#school")).to_have_value("Lincoln High School")
    for field in ("county_line", "printer", "number"):
        fresh.locator(f"#{field}").focus()
        keys.press("Tab" if field == "printer" else "Enter")
        if field == "printer":
            keys.press("Enter")
    for name in ("passphrase", "again"):
        fresh.locator(f"#{name}").focus()
        keys.type(WORDS)
    keys.press("Enter")

    saved = fresh.get_by_role("heading", name="Before students use it")
    expect(saved).to_be_visible(timeout=30_000)  # the lists of zxcvbn, and an honest scrypt
    expect(fresh.get_by_text("Lincoln High School")).to_be_hidden()  # no server takes it up here


def test_the_names_of_languages_are_drawn_by_fonts_of_ours(fresh: Page) -> None:
    """Also where the office's computer has none for them."""
    chromium = fresh.context.new_cdp_session(fresh)
    for domain in ("DOM", "CSS"):
        chromium.send(f"{domain}.enable")
    go_on(fresh)
    fresh.locator("#zips").fill("95814")
    for _step in range(2):
        go_on(fresh)
    expect(fresh.locator("fieldset .pick [lang]")).to_have_count(10)
    letters(fresh)
    root = chromium.send("DOM.getDocument")["root"]["nodeId"]
    asked = {"nodeId": root, "selector": "fieldset .pick [lang]"}
    names = chromium.send("DOM.querySelectorAll", asked)["nodeIds"]

    assert len(names) == 10
    for node in names:
        drawn = chromium.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert all(font["isCustomFont"] for font in drawn), drawn


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["English", "Español"])
def test_axe_finds_nothing_on_the_pages_of_the_set_up(
    browser: Browser, tmp_path: Path, size: str, language: str
) -> None:
    with staged(tmp_path, shipped()) as (_stage, office):
        context = opened(browser, f"http://127.0.0.1:{office.port}", size)
        page = sign_in(context.new_page())
        if language != "English":
            page.get_by_role("link", name=language).click()
            expect(page.locator("html")).to_have_attribute("lang", "es")
        for place in PLACES:
            page.goto(place)
            assert (violations(page), overflow(page) <= 0) == ([], True), place
        close(context)


@pytest.mark.slow
def test_a_newcomer_sets_a_kiosk_up_by_what_the_screen_says(
    browser: Browser, tmp_path: Path
) -> None:
    """Seen from ``make run``: the printed address, one form, the screen, the two comparisons."""
    port, file = free_port(), tmp_path / "school.toml"
    shutil.copy(ROOT / "school.toml", file)  # the checkout keeps its own
    environ = environment(
        tmp_path / "data",
        PORCHLIGHT_DESK__ENABLED="true",
        PORCHLIGHT_DESK__PORT=str(port),
        PORCHLIGHT_KIOSK__SCHOOL_FILE=str(file),
    )
    del environ["PORCHLIGHT_KIOSK__LANGUAGES"]
    began = time.monotonic()
    with serving(prepared(environ)) as server:
        until(lambda: "Set it up: http" in server.log(), "it says where it is set up")
        address = server.log().split("Set it up: ")[1].split("\n")[0]
        context = opened(browser, address, "office", script=False)
        page = context.new_page()
        page.goto(address)
        until(lambda: looked(page).get_by_label("Name of the school").is_visible(), "the form")
        fill_in(page)
        saved = page.get_by_role("heading", name="Before students use it")
        expect(saved).to_be_visible(timeout=30_000)

        expect(page.get_by_text("Lincoln High School").first).to_be_visible(timeout=30_000)
        until(lambda: shows(server.http, "/en/", "Lincoln High School"), "the screen names it")
        until(lambda: shows(server.http, "/en/r/150", "1-916-875-5437"), "and the county's line")
        assert shows(server.http, "/en/adults", "has not finished checking")
        assert server.http.get("/ko/").status_code == 404  # it was not ticked
        compare(page, "Nurse")
        page.get_by_role("button", name="Sign out").click()
        sign_in_with(page, WORDS)  # one sign-in counts as one person
        compare(page, "Principal")
        until(lambda: not shows(server.http, "/en/adults", "has not finished checking"), "compared")
        write_bells(page)
        until(lambda: shows(server.http, "/leave", "Homeroom"), "the cover has the bells")
        assert save_a_poster(page).startswith(b"%PDF")
        page.get_by_role("button", name="Sign out").click()
        sign_in_with(page, WORDS)
        assert "Traceback" not in server.log()
        close(context)
    assert time.monotonic() - began < 600


def fill_in(page: Page) -> None:
    page.get_by_label("Name of the school").fill("Lincoln High School")
    go_on(page)
    page.get_by_label("ZIP code of the school").fill("95814")
    page.get_by_role("button", name="Find the county").click()
    expect(page.get_by_label("Sacramento")).to_be_checked()
    page.get_by_label("The county’s child-abuse line").fill("916-875-5437")
    go_on(page)
    expect(page.get_by_label("Korean")).not_to_be_checked()
    go_on(page)
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()
    go_on(page)
    expect(page.get_by_text("Lincoln High School").first).to_be_visible()
    page.get_by_label("A new passphrase").fill(WORDS)
    page.get_by_label("The same passphrase again").fill(WORDS)
    page.get_by_role("button", name="Save").last.click()


def compare(page: Page, role: str) -> None:
    page.goto("/staff/open")
    page.get_by_role("link", name="Two people checked").click()
    expect(page.get_by_role("heading", name="Compare the crisis numbers")).to_be_visible()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_label("Your role at this school").select_option(role)
    page.get_by_role("button", name="I opened each page").click()
    expect(page.get_by_text(role).first).to_be_visible()


def write_bells(page: Page) -> None:
    """From the checklist: School info is on the screen once it is saved."""
    page.goto("/staff/open")
    page.get_by_role("link", name="School info: bells").click()
    first = page.get_by_role("group", name="Bell 1", exact=True)
    first.get_by_label("Begins").fill("08:40")
    first.get_by_label("Ends").fill("09:30")
    first.get_by_label("Name (English)").fill("Homeroom")
    page.get_by_label("Last day of this schedule").fill("2099-06-11")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")


def save_a_poster(page: Page) -> bytes:
    """From the checklist, as the office's browser saves it."""
    page.goto("/staff/open")
    page.get_by_role("link", name="Posters and cards").click()
    with page.expect_download(timeout=120_000) as saving:
        page.get_by_role("button", name="Make the PDF").click()
    return saving.value.path().read_bytes()


def looked(page: Page) -> Page:
    """The page once more: until the pack is there it says to wait."""
    if not page.get_by_label("Name of the school").is_visible():
        page.reload()
    return page


def shows(http: httpx2.Client, path: str, said: str) -> bool:
    with contextlib.suppress(httpx2.TransportError):
        return said in http.get(path, timeout=PATIENCE).text
    return False


def sign_in_with(page: Page, words: str) -> None:
    page.get_by_label("The desk’s passphrase").fill(words)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
