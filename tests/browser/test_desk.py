"""The desk in real Chromium, without a script of ours: signed in, looked at by axe, used by
keyboard, on a phone."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from playwright.sync_api import Browser, BrowserContext, Page, expect

from content.model.attestation import Source
from content.releases.state import LastRefresh
from content.review.provenance import Provenance
from kiosk.desk.templates_env import LANGUAGES
from kiosk.desk.usb_sticks import Stick, key_of
from messages.message import Finding, verbatim
from store.published_counts import TermCounts
from tests.browser.conftest import close
from tests.browser.test_reading import violations
from tests.content.reviewed import Kiosk, line, noted, signed, small
from tests.kiosk.desks import NOON, PASSPHRASE, Stage, ended, staged
from tests.shipped import pack as shipped

SIZES = {"office": (1280, 800), "phone": (390, 844), "narrow": (320, 640)}
PLACES = [
    "/staff/",
    "/staff/held",
    "/staff/refresh",
    "/staff/releases",
    "/staff/releases/back",
    "/staff/due",
]
PLACES += [
    "/staff/school",
    "/staff/school/saved",
    "/staff/partners",
    "/staff/work",
    "/staff/phone",
    "/staff/nothing",
]
PLACES += [
    "/staff/screens",
    "/staff/take-out",
    "/staff/posters",
    "/staff/counts",
    "/staff/details",
    "/staff/guide",
]
OWN_PAGE = Source(kind="own page", url="https://line.example.org/contact")
EVIL = '<iframe src="{address}/staff/"></iframe><form method="post" action="{address}/staff/refresh"></form>'
LONG = "/media/office/A_STICK_WITH_A_VERY_LONG_NAME_AND_NO_SPACE_IN_IT_AT_ALL_REALLY"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, str]]:
    """A desk that has something to say of everything, and its address."""
    machine = waiting_machine(tmp_path_factory.mktemp("desk"))
    with staged(machine.releases.root, shipped()) as (stage, office):
        furnish(stage)
        yield stage, f"http://127.0.0.1:{office.port}"


def waiting_machine(folder: Path) -> Kiosk:
    """A machine on which an office's number, a crisis line's number and a word wait for a yes."""
    helpful = {"organization": "Sacramento County Family Resource Center", "urgency": "today"}
    urgent = {"organization": "County Crisis Line", "urgency": "crisis", "sources": (OWN_PAGE,)}
    before = small(
        line("+19164454000", **helpful), line("+19164455000", "other", **urgent), name="before"
    )
    after = small(
        line("+19164453000", **helpful), line("+19164450550", "other", **urgent), name="after"
    )
    machine = Kiosk(folder, hold_numbers=True).start(small(name="first"))
    assert machine.accept(before, Provenance(origin="shipped")).state == "active"
    assert machine.accept(after, signed(2, *noted(before, after)[:1])).state == "held"
    return machine


def furnish(stage: Stage) -> None:
    stage.sticks = [
        Stick(key_of(path), path, path.rpartition("/")[2])
        for path in ("/media/office/COUNTY", LONG)
    ]
    stage.counted = [
        TermCounts("fall", 2026, over=False, months={24319: 40, 24320: None}, topics={}),
        TermCounts(
            "spring",
            2026,
            over=True,
            months=dict.fromkeys(range(24312, 24317), 60),
            topics={"basics": 130, "bullying": 41, "general:en": 55},
        ),
    ]
    stage.findings = [
        Finding("wrong", verbatim("[kiosk] counties is empty: name yours.")),
        Finding("note", verbatim("28 of 28 lines are not checked.")),
    ]
    problems = ['resources/rainn.toml:12: "+19005550123" is a premium number', "a" * 90]
    refused = {"at": NOON.isoformat(), "problems": problems}
    school = "".join(
        f'[[bells]]\nname = "Period {n}"\nfrom = "{n}:00"\nto = "{n}:50"\n' for n in (8, 9)
    )
    (stage.root / "school.toml").write_text(f"valid_until = 2026-11-28\n{school}", encoding="utf-8")
    stage.detail = {
        **stage.detail,
        "screen_age": 700,
        "screen_seen": True,
        "refused": refused,
        "replies": "replies have not been arriving since 2026-11-24 19:00 UTC",
    }
    said = "Something answered in the publisher's place with a web page, as a sign-in page does. What is shown stays."
    last = LastRefresh(at=NOON, outcome="refused", sentence=said)
    stage.releases.change(
        lambda state: structs.replace(state, refresh=last).take_out("fbi", now=NOON)
    )
    for name in ("lobby", "front office"):
        assert stage.enrolled.enroll("", name)


@pytest.fixture(params=SIZES)
def page(
    request: pytest.FixtureRequest, browser: Browser, stage: tuple[Stage, str]
) -> Iterator[Page]:
    """Signed in, on each size."""
    context = opened(browser, stage[1], request.param)
    yield sign_in(context.new_page())
    close(context)


@pytest.fixture
def office(browser: Browser, stage: tuple[Stage, str]) -> Iterator[BrowserContext]:
    """A browser in the office without JavaScript, not signed in."""
    context = opened(browser, stage[1], "office", script=False)
    yield context
    close(context)


def opened(browser: Browser, address: str, size: str, *, script: bool = True) -> BrowserContext:
    width, height = SIZES[size]
    return browser.new_context(
        viewport={"width": width, "height": height},
        base_url=address,
        java_script_enabled=script,
        locale="en-US",
    )


def sign_in(page: Page) -> Page:
    page.goto("/staff/")
    page.get_by_label("The desk’s passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    return page


def overflow(page: Page) -> Any:
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.slow
def test_axe_finds_nothing_on_any_page_and_nothing_hangs_over_the_edge(page: Page) -> None:
    for place in PLACES:
        for language in LANGUAGES:
            page.goto(f"{place}?language={language}")
            assert violations(page) == [], (place, language)
            assert overflow(page) <= 0, (place, language)


def test_the_sign_in_and_a_wrong_passphrase_are_readable(
    browser: Browser, stage: tuple[Stage, str]
) -> None:
    context = opened(browser, stage[1], "phone")
    page = context.new_page()
    page.goto("/staff/")
    assert violations(page) == []
    page.get_by_label("The desk’s passphrase").fill("something else")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("That passphrase is not correct.")
    assert violations(page) == []
    close(context)


def looked_at(page: Page, what: str) -> None:
    """What the page is about stands there, and axe finds nothing in any language."""
    expect(page.locator("main")).to_contain_text(what)
    assert violations(page) == [], what
    assert overflow(page) <= 0, what


@pytest.mark.slow
@pytest.mark.parametrize("size", ["office", "phone"])
def test_axe_finds_nothing_where_something_went_wrong(
    browser: Browser, stage: tuple[Stage, str], size: str
) -> None:
    context = opened(browser, stage[1], size)
    page, before = sign_in(context.new_page()), (stage[0].counted, stage[0].poster)
    stage[0].counted = verbatim("The database cannot be read.")
    stage[0].poster = verbatim("No paper can be made.")
    page.goto("/staff/counts")
    looked_at(page, "The database cannot be read.")
    page.goto("/staff/posters")
    page.get_by_role("button", name="Make the PDF").click()
    looked_at(page, "No paper can be made.")
    stage[0].counted, stage[0].poster = before
    page.goto(f"/staff/held/{'0' * 64}/approve")
    looked_at(page, "")
    page.goto("/staff/releases/back")
    page.locator("input[name=to]").evaluate("field => { field.value = 'another' }")
    page.get_by_label("The desk’s passphrase, once more").fill(PASSPHRASE)
    page.get_by_role("button", name="Yes, go back").click()
    assert page.locator("h1").inner_text() != "Go back to the previous numbers?"
    looked_at(page, "")
    page.goto("/staff/releases/back")
    page.locator("input[name=token]").evaluate_all("all => all.forEach(one => one.value = 'old')")
    page.get_by_label("The desk’s passphrase, once more").fill(PASSPHRASE)
    page.get_by_role("button", name="Yes, go back").click()
    looked_at(page, "open for too long")
    page.goto("/staff/held?language=es")
    page.locator("a[href$=approve]").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    looked_at(page, "")
    context.clear_cookies()
    page.goto("/staff/in?language=es")
    looked_at(page, "Frase de acceso")
    close(context)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_where_the_desk_is_shut_or_waits(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    (tmp_path / "new").mkdir()
    with staged(tmp_path, shipped(), patience=0.5) as (hung, office):
        context = opened(browser, f"http://127.0.0.1:{office.port}", "phone")
        page = sign_in(context.new_page())
        page.goto(f"/staff/held?language={language}")
        hung.disk_answers.clear()
        answer = page.goto("/staff/")
        hung.disk_answers.set()
        assert answer
        assert answer.status == 503
        looked_at(page, "")
        close(context)
    with staged(tmp_path / "new", shipped(), passphrase="") as (fresh, office):
        context = opened(browser, f"http://127.0.0.1:{office.port}", "phone")
        page, fresh.detail = context.new_page(), {"serving": "built-in"}
        answer = page.goto(f"/staff/first?language={language}")
        assert answer
        assert answer.status == 503
        looked_at(page, "")
        context.set_extra_http_headers({"via": "1.1 proxy"})
        page.goto("/staff/")
        expect(page.locator("html")).to_have_attribute("lang", language)
        looked_at(page, "")
        close(context)


def test_a_refresh_from_a_stick_works_without_a_script(
    office: BrowserContext, stage: tuple[Stage, str]
) -> None:
    stage[0].processes.says = ended(0, "The new pack passed every check and is now shown.")
    page = sign_in(office.new_page())
    page.get_by_role("link", name="Use a USB stick").click()
    page.get_by_label("COUNTY", exact=True).check()
    page.get_by_role("button", name="Use this stick").click()

    expect(page.get_by_role("heading", name="Use the stick COUNTY: done")).to_be_visible()
    assert stage[0].processes.started[-1] == ("refresh", "--from", "/media/office/COUNTY")


def test_a_roll_back_is_asked_about_first(office: BrowserContext, stage: tuple[Stage, str]) -> None:
    page = sign_in(office.new_page())
    page.goto("/staff/releases")
    page.get_by_role("link", name="Go back to the previous set").click()
    expect(page.get_by_role("heading", name="Go back to the previous numbers?")).to_be_visible()
    page.get_by_label("The desk’s passphrase, once more").fill(PASSPHRASE)
    page.get_by_role("button", name="Yes, go back").click()

    expect(
        page.get_by_role("heading", name="Go back to the previous numbers: done")
    ).to_be_visible()
    assert stage[0].processes.started[-1] == ("rollback",)


@pytest.mark.slow
def test_approving_names_the_pack_and_asks_for_a_tick(page: Page, stage: tuple[Stage, str]) -> None:
    page.goto("/staff/held")
    expect(page.get_by_text("Never call this line to test it.")).to_be_visible()
    expect(page.get_by_text("Call it now.")).to_be_visible()
    page.get_by_role("link", name="Approve …").click()
    expect(page.get_by_role("heading", name="Approve these changes?")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) <= 0
    page.get_by_role("button", name="Yes, approve").click()
    expect(
        page.get_by_role("heading", name="Approve these changes?")
    ).to_be_visible()  # the browser asks for the tick
    page.get_by_label("I checked each change").check()
    page.get_by_label("The desk’s passphrase, once more").fill(PASSPHRASE)
    page.get_by_role("button", name="Yes, approve").click()

    expect(page.get_by_role("heading", name="Approve the changes: done")).to_be_visible()
    version = page.goto("/staff/held") and page.locator("a", has_text="Approve").get_attribute(
        "href"
    )
    assert stage[0].processes.started[-1] == ("approve", str(version).split("/")[3])
    assert violations(page) == []


@pytest.mark.slow
def test_the_changed_numbers_are_the_largest_letters_of_the_page(page: Page) -> None:
    page.goto("/staff/held")
    sizes = """[...document.querySelectorAll("main :not(h1, dd, mark)")]
        .map(part => parseFloat(getComputedStyle(part).fontSize))"""
    largest = max(page.evaluate(sizes))
    number = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.large dd')).fontSize)"
    )

    assert number >= 24
    assert number > largest * 1.15


def test_the_drawn_phone_shows_the_reply(office: BrowserContext) -> None:
    page = sign_in(office.new_page())
    page.goto("/staff/phone")
    page.get_by_label("Message", exact=True).fill("FOOD")
    page.keyboard.press("Enter")

    expect(page.locator(".bubble")).to_have_text(["You: FOOD", "Call 211 for food. <b>"])
    assert page.url.endswith("/staff/phone")


def test_every_page_is_reached_by_keyboard_from_the_first(office: BrowserContext) -> None:
    page = sign_in(office.new_page())
    menu = page.locator("nav.wide a").all_inner_texts()
    reached = []
    for _step in range(len(menu) + 3):  # the way past it, Sign out, the other language
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))

    assert reached[:2] == ["Skip to the page", "Sign out"]
    assert len(menu) == 7
    assert reached[-len(menu) :] == menu


def test_on_a_phone_the_header_is_one_row_and_a_menu_without_a_script(
    browser: Browser, stage: tuple[Stage, str]
) -> None:
    context = opened(browser, stage[1], "phone", script=False)
    page = sign_in(context.new_page())
    header = page.locator("header").bounding_box()
    expect(page.get_by_role("link", name="Held changes", exact=True)).to_be_hidden()
    page.locator("summary", has_text="Menu").click()
    expect(page.locator(".menu nav a")).to_have_count(7)
    expect(page.locator(".menu").get_by_role("button", name="Sign out")).to_be_visible()
    page.get_by_role("link", name="Held changes", exact=True).click()

    expect(page.get_by_role("heading", name="Held changes", level=1)).to_be_visible()
    assert header
    assert header["height"] < 2 * 48
    close(context)


def test_signed_out_nothing_of_the_desk_is_left_in_the_browser(office: BrowserContext) -> None:
    page = sign_in(office.new_page())
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert office.cookies() == []
    page.go_back()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_page_of_another_site_can_neither_frame_the_desk_nor_send_its_forms(
    browser: Browser, stage: tuple[Stage, str], tmp_path: Path
) -> None:
    context = opened(browser, stage[1], "office")
    sign_in(context.new_page())
    before = list(stage[0].processes.started)
    evil = context.new_page()
    evil.route(
        "http://evil.example/",
        lambda route: route.fulfill(content_type="text/html", body=EVIL.format(address=stage[1])),
    )
    evil.goto("http://evil.example/")
    evil.wait_for_timeout(500)

    assert "Today</h1>" not in "".join(frame.content() for frame in evil.frames)
    evil.evaluate("document.forms[0].submit()")
    evil.wait_for_timeout(500)
    assert stage[0].processes.started == before
    close(context)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_checklist_prints_each_point_and_box_and_nothing_to_press(
    office: BrowserContext, tmp_path: Path, language: str
) -> None:
    page, paper = sign_in(office.new_page()), tmp_path / "checklist.pdf"
    page.goto(f"/staff/open?language={language}")
    points = page.locator(".lines :is(h2, .badge, p)").all_inner_texts()
    boxes = page.locator(".boxes li").all_inner_texts()
    away = page.locator(":is(nav a, header .button, header button)").all_inner_texts()
    page.emulate_media(media="print")
    for box in page.locator(".boxes li").all():
        drawn = box.evaluate("li => parseFloat(getComputedStyle(li, '::before').borderTopWidth)")
        assert drawn > 0
    for shut in page.locator(":is(nav, .menu, header a, button, .skip)").all():
        expect(shut).to_be_hidden()

    page.pdf(path=paper, format="Letter")
    text = subprocess.run(["pdftotext", "-raw", paper, "-"], capture_output=True, check=True).stdout
    said = " ".join(text.decode().split())

    assert (len(points) > 20, len(boxes) >= 4, len(away) > 15) == (True, True, True)
    assert [part for part in (*points, *boxes) if " ".join(part.split()) not in said] == []
    for word in ("Held changes", "Sign out") if language == "en" else ("Cerrar sesión",):
        assert word not in said


@pytest.mark.few(1)
def test_a_poster_is_asked_for_and_saved_by_keyboard_alone(page: Page) -> None:
    page.goto("/staff/posters")
    page.get_by_label("Wallet cards").focus()
    page.keyboard.press("Space")
    page.get_by_label("Second language").select_option("ar")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Make the PDF").press("Enter")
    assert saved.value.suggested_filename == "poster-wallet-en-ar.pdf"
