"""The office changes the bells a week later, without a terminal and without a script of ours."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import close
from tests.browser.test_desk import opened, overflow, sign_in
from tests.browser.test_reading import violations
from tests.kiosk.desk.test_school_form import FILE
from tests.kiosk.desks import PASSPHRASE, staged
from tests.running import free_port, prepared, serving, until
from tests.runtime.test_desk_server import set_passphrase, with_desk
from tests.shipped import pack as shipped

FOREIGN = ('telephone = "unknown to the form"\n', 'color = "red"\n')
ENDING = FILE.replace("2026-12-18", "2026-11-30").replace(FOREIGN[0], "").replace(FOREIGN[1], "")
SHIPPED = (Path(__file__).parents[2] / "school.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The school's file, whose bells end in six days, and the desk's address."""
    root = tmp_path_factory.mktemp("office")
    with staged(root, shipped()) as (_stage, office):
        yield root / "school.toml", f"http://127.0.0.1:{office.port}"


@pytest.fixture(params=["office", "phone"])
def page(
    request: pytest.FixtureRequest, browser: Browser, desk: tuple[Path, str]
) -> Iterator[Page]:
    """Signed in, without JavaScript, before a file whose bells end within a week."""
    desk[0].write_text(ENDING, encoding="utf-8")
    context = opened(browser, desk[1], request.param, script=False)
    yield sign_in(context.new_page())
    close(context)


def change_the_bells(page: Page) -> None:
    """From Today to a saved form: by what the pages say alone."""
    bells = page.locator(".point.act", has_text="Bell times and lunch")
    bells.get_by_role("link", name="Open School info").click()
    first = page.get_by_role("group", name="Bell 1", exact=True)
    first.get_by_label("Begins").fill("08:40")
    third = page.get_by_role("group", name="Bell 3", exact=True)
    third.get_by_label("Begins").fill("10:30")
    third.get_by_label("Ends").fill("11:25")
    third.get_by_label("Name (English)").fill("Period 3")
    page.get_by_label("Last day of this schedule").fill("2027-06-11")


@pytest.mark.few(1)
def test_the_bells_are_changed_from_what_today_says(page: Page, desk: tuple[Path, str]) -> None:
    change_the_bells(page)
    page.get_by_role("button", name="Show on the cover").click()
    cover = page.frame_locator("iframe")
    expect(cover.locator(".bells li").first).to_contain_text("8:40")
    expect(cover.locator(".bells li").nth(2)).to_contain_text("Period 3")
    assert desk[0].read_text("utf-8") == ENDING
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status")).to_contain_text("Saved.")
    assert 'from = "8:40"   # as the bell rings' in desk[0].read_text("utf-8")
    page.goto("/staff/")
    page.locator("main summary", has_text="notes and checks").click()
    expect(page.get_by_text("They are valid until June 11, 2027.")).to_be_visible()


def test_what_is_wrong_is_said_beside_the_field_and_can_be_made_right(
    page: Page, desk: tuple[Path, str]
) -> None:
    page.goto("/staff/school")
    second = page.get_by_role("group", name="Bell 2", exact=True)
    second.get_by_label("Begins").fill("09:00")
    page.get_by_label("Notice (Spanish)").fill("No hay clases")
    page.keyboard.press("Enter")

    field = second.get_by_label("Begins")
    expect(field).to_have_accessible_description("This begins before “Period 1” ends.")
    expect(page.get_by_role("alert")).to_contain_text("Correct one field")
    expect(page.get_by_label("Notice (Spanish)")).to_have_value("No hay clases")
    assert overflow(page) <= 0
    assert desk[0].read_text("utf-8") == ENDING
    field.fill("09:30")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    assert "No hay clases" in desk[0].read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", ["office", "phone", "narrow"])
def test_axe_finds_nothing_in_the_form_whatever_it_says(
    browser: Browser, desk: tuple[Path, str], language: str, size: str
) -> None:
    desk[0].write_text(ENDING, encoding="utf-8")
    context = opened(browser, desk[1], size)
    page = sign_in(context.new_page())
    page.goto(f"/staff/school?language={language}")
    page.locator("[id='bells.1.from']").fill("09:00")
    page.locator("[id='bells.0.name.es']").fill("x")
    desk[0].write_text(ENDING.replace("Room 12", "Room 14"), encoding="utf-8")
    for said in ("people.0.place.en-theirs", "bells.1.from-fault"):
        page.locator("#school .primary").click()
        expect(page.locator(f"[id='{said}']")).to_be_visible()
        page.locator("main summary").first.click()
        assert violations(page) == [], said
        assert overflow(page) <= 0, said
    close(context)


def test_the_form_is_filled_and_saved_by_keyboard_and_the_cover_is_no_trap(
    page: Page, desk: tuple[Path, str]
) -> None:
    page.goto("/staff/school")
    page.locator("[id='phone.es']").focus()
    reached = []
    for _step in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))

    assert "Save" in reached
    assert "IFRAME" not in page.evaluate("document.activeElement.tagName")
    page.get_by_role("button", name=re.compile("^Add rows ?: Bell")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Bell 6", exact=True)).to_be_visible()


@pytest.mark.slow
def test_the_screen_shows_the_bells_that_the_office_wrote_a_week_later(
    browser: Browser, tmp_path: Path
) -> None:
    """The whole installation: a real server, its desk, its screen; no terminal after the start."""
    port, file = free_port(), tmp_path / "school.toml"
    file.write_text(SHIPPED, encoding="utf-8")
    environ = with_desk(tmp_path / "data", port) | {"PORCHLIGHT_KIOSK__SCHOOL_FILE": str(file)}
    set_passphrase(environ, PASSPHRASE, PASSPHRASE)
    with serving(prepared(environ)) as server:
        context = opened(browser, f"http://127.0.0.1:{port}", "office", script=False)
        page = sign_in(context.new_page())
        for begins, name in (("08:30", "Period 1"), ("08:45", "Late start")):  # a week later
            page.get_by_role("link", name=re.compile("^School info")).first.click()
            page.wait_for_url("**/staff/school")  # what was saved stands in a form like it
            first = page.get_by_role("group", name="Bell 1", exact=True)
            first.get_by_label("Begins").fill(begins)
            first.get_by_label("Ends").fill("09:25")
            first.get_by_label("Name (English)").fill(name)
            page.get_by_label("Last day of this schedule").fill("2099-06-11")
            page.get_by_role("button", name="Save").click()
            expect(page.get_by_role("status")).to_contain_text("Saved.")
            until(lambda said=name: said in server.http.get("/leave").text, "the screen shows it")
        close(context)
    assert "# Bells and lunch are shown through this day" in file.read_text("utf-8")
