"""Cases 16, 18 and 19: home names no harm, a card tells everything, hours follow the clock."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Browser, expect

from kiosk.pages import sensitive_words
from kiosk.pages.ui_strings import Wording
from tests.browser.conftest import Visit, close
from tests.browser.stage import staged
from tests.browser.visits import vouch
from tests.running import until
from tests.shipped import pack

# One card of each kind: a crisis line, one that may act, hours listed, hours unknown, police, a web
# page, the county's.
CARDS = ("121", "122", "123", "134", "140", "125", "126", "120", "150")
NOTHING = {"en": "Not yet checked by a person", "es": "Todavía no lo ha revisado una persona"}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.few(1)
def test_case_16_home_holds_no_stop_list_word(visit: Visit, language: str) -> None:
    page = visit()
    for path in (f"/{language}/", "/leave"):
        page.goto(path)
        assert sensitive_words.named(page.locator("body").inner_text()) == "", path
        assert sensitive_words.named(page.title() + page.url) == "", path


def test_case_16_the_stop_list_would_find_a_word(visit: Visit) -> None:
    page = visit()
    for language in ("en", "es"):
        page.goto(f"/{language}/r/121")
        assert sensitive_words.named(page.locator("main").inner_text())


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.few(1)
def test_case_18_every_card_says_what_happens_and_what_is_private_and_the_checked_date_on_request(
    visit: Visit, language: str
) -> None:
    page, _ = visit("wide"), Wording(language)
    for code in CARDS:
        page.goto(f"/{language}/r/{code}")
        main = page.locator("main")
        expect(main.get_by_role("heading", name=_("What happens"))).to_be_visible()
        expect(main.get_by_role("heading", name=_("Is it private?"))).to_be_visible()
        assert page.locator("#private ~ p").first.inner_text(), (code, "privacy")
        for unknown in ("not listed", "not known", "no se sabe", "no indicado"):
            assert unknown not in main.inner_text(), (code, unknown)
        page.locator("summary").tap()
        if code != "150":
            assert NOTHING[language] in main.inner_text(), (code, "checked")
            assert _("Source:") in main.inner_text(), (code, "source")


def test_case_18_a_card_of_a_line_that_may_act_says_when(visit: Visit) -> None:
    page = visit()
    for code in ("122", "123", "124"):
        page.goto(f"/en/r/{code}")
        expect(page.locator("main")).to_contain_text(
            "They may have to tell someone if you are in danger or being hurt."
        )


def test_case_18_the_number_comes_first_and_the_caution_is_seen_with_it(visit: Visit) -> None:
    page = visit()
    for path, number in (("/en/r/122", ".help-number"), ("/en/now", ".option .big")):
        page.goto(path)
        caution = page.get_by_text("Does someone else check your phone?").bounding_box()
        first = page.locator(number).first.bounding_box()
        assert caution
        assert first
        assert first["y"] + first["height"] < 1920 * 0.25
        assert first["y"] < caution["y"] < 1920 * 0.8


# Trans Lifeline: Monday to Friday, 10 to 18 in California. Winter is UTC-8, summer UTC-7.
@pytest.mark.parametrize(
    ("now", "starts"),
    [
        ("2026-12-07T17:59:00Z", "Closed now"),
        ("2026-12-07T18:00:00Z", "Open now"),
        ("2026-12-08T01:59:00Z", "Open now"),
        ("2026-12-08T02:00:00Z", "Closed now"),
        ("2026-03-06T17:30:00Z", "Closed now"),  # the Friday before clocks go forward, 9:30
        ("2026-03-09T17:30:00Z", "Open now"),  # the Monday after, 10:30
        ("2026-10-30T17:30:00Z", "Open now"),  # the Friday before clocks go back, 10:30
        ("2026-11-02T17:30:00Z", "Closed now"),  # the Monday after, 9:30
        ("2026-11-26T20:00:00Z", "Holiday today"),  # Thanksgiving, noon
        ("2026-11-26T12:00:00Z", "Closed now"),  # and at four in the morning
    ],
)
@pytest.mark.few(2)
def test_case_19_open_and_closed_follow_the_clock(visit: Visit, now: str, starts: str) -> None:
    page = visit()
    page.clock.set_fixed_time(now)
    vouch(page)
    page.goto("/en/r/132")
    status = page.locator(".help-open .status")
    expect(status).to_have_text(re.compile(rf"^\s*{starts}"))
    expect(status).to_contain_text("10:00\u00a0AM to 6:00\u00a0PM")


def test_case_19_a_card_changes_while_it_is_shown(visit: Visit) -> None:
    page = visit()
    page.clock.install(time="2026-12-07T17:59:20Z")
    vouch(page)
    page.goto("/en/r/132")
    expect(page.locator(".help-open .status")).to_contain_text("Closed now")
    page.clock.run_for(75_000)
    expect(page.locator(".help-open .status")).to_contain_text("Open now")


@pytest.mark.parametrize(
    ("server", "starts"),
    [
        pytest.param("2026-12-07T18:00:00+00:00", "Open now", id="it agrees with the screen's"),
        pytest.param("2026-12-07T14:00:00+00:00", "Monday to Friday", id="the screen's is wrong"),
        pytest.param("", "Monday to Friday", id="the server's own cannot be trusted"),
    ],
)
def test_case_19_open_is_said_only_by_a_clock_that_the_server_vouches_for(
    browser: Browser, server: str, starts: str
) -> None:
    with staged(trusted_clock=lambda: datetime.fromisoformat(server) if server else None) as stage:
        context = browser.new_context(base_url=stage.address)
        page = context.new_page()
        page.clock.install(time="2026-12-07T18:00:10Z")
        page.goto("/en/")
        page.clock.run_for(25_000)  # the beat falls on the half minutes
        until(lambda: "POST /beat" in stage.asked, "it was heard")
        page.wait_for_timeout(500)
        page.goto("/en/r/132")
        page.wait_for_timeout(200)
        expect(page.locator(".help-open .status")).to_have_text(re.compile(rf"^\s*{starts}"))
        close(context)


def test_case_19_what_the_server_vouched_for_two_minutes_ago_says_nothing_now(visit: Visit) -> None:
    page = visit()
    page.clock.set_fixed_time("2026-12-07T18:00:00Z")
    vouch(page)
    page.clock.set_fixed_time("2026-12-07T18:02:00Z")
    page.goto("/en/r/132")
    page.wait_for_timeout(200)
    expect(page.locator(".help-open .status")).to_have_text(re.compile(r"^\s*Monday to Friday"))


def test_case_19_unknown_hours_are_never_called_open(visit: Visit) -> None:
    page = visit()
    for code in ("140", "125", "139", "142", "143", "145"):
        page.goto(f"/en/r/{code}")
        assert page.locator(".help .status").count() == 0
        assert "Open" not in page.locator(".help").inner_text()


def test_eight_tiles_lead_by_which_sounds_like_you_to_every_topic(visit: Visit) -> None:
    topics = {f"/en/t/{topic.codes['en']}" for topic in pack().topics}
    page = visit()
    page.goto("/en/")
    tiles = [tile.get_attribute("href") or "" for tile in page.locator(".tile").all()]
    assert len(tiles) == 8
    reached: set[str] = set()
    for href in tiles:
        page.goto(href)
        if href != "/leave":
            expect(page.get_by_role("heading", name="Which sounds like you?")).to_be_visible()
            reached |= {row.get_attribute("href") or "" for row in page.locator(".row").all()}
    # Two are for adults and about programs: the doors at the foot of home lead to their pages.
    doors = {f"/en/t/{pack().topic(name).codes['en']}" for name in ("adults", "partners")}
    assert reached == topics - doors
    assert len(topics) == 32
