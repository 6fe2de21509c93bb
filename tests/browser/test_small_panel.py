"""What a small panel, a printer and a lost server do to a page."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from settings.schema import Kiosk
from tests.browser import counter, look
from tests.browser.conftest import Visit
from tests.browser.stage import until
from tests.browser.test_talk_now import with_people
from tests.browser.visits import letters, vouch


@pytest.mark.slow
def test_digits_are_typed_by_touch_on_the_small_panel(visit: Visit) -> None:
    page = visit("small")
    page.goto("/en/search")
    expect(page.get_by_text("What you type is not saved.")).to_be_visible()
    for letter in "zz":  # nothing is found, and the keys stay
        page.get_by_role("button", name=letter, exact=True).tap()
    page.locator(".swap").tap()
    for digit in "1227":
        key = page.get_by_role("button", name=digit, exact=True)
        # Without the slight shrinking of a key that is pressed.
        assert key.evaluate("key => Math.min(key.offsetWidth, key.offsetHeight)") >= 44
        key.tap()
    expect(page.locator("#q")).to_have_value("zz1227")


def test_a_lost_server_leaves_the_crisis_lines(visit: Visit) -> None:
    page = visit()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.route("**/search/*.json", lambda route: route.abort())
    page.goto("/en/search")
    page.locator("#q").fill("help")
    expect(page.locator(".results .line").first).to_be_visible()
    assert faults == []


@pytest.mark.parametrize("place", ["/es/r/122/print", "/en/r/126/print"])
def test_a_slip_is_one_sheet(visit: Visit, place: str) -> None:
    page = visit()
    page.goto(place)
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


def test_a_card_is_open_only_where_all_its_ways_are(visit: Visit) -> None:
    page = visit()
    page.clock.set_fixed_time("2026-11-24T21:30:00-08:00")
    vouch(page)
    page.goto("/en/r/134")
    expect(page.locator(".help-open")).to_contain_text("Open now")
    expect(page.locator(".help-text")).to_contain_text("Closed now")


# A group's descriptions are heard at this size and begin the topic's page; they take no room.
TAKES_ROOM = "part => part.getBoundingClientRect().width > 4"


@pytest.mark.parametrize("place", ["/en/t/8", "/es/t/6", "/es/t/7"])
@pytest.mark.few(1)
def test_no_description_is_cut_on_the_small_panel(visit: Visit, place: str) -> None:
    page = visit("small")
    page.goto(place)
    cut = "part => part.scrollHeight > part.clientHeight + 1"
    seen = [part for part in page.locator(".row .two > span").all() if part.evaluate(TAKES_ROOM)]
    assert not any(part.evaluate(cut) for part in seen)
    assert all(part.evaluate(TAKES_ROOM) for part in page.locator(".row .two > b").all())


def test_an_address_is_as_large_as_the_text(visit: Visit) -> None:
    page = visit("small")
    page.goto("/en/r/126")
    assert page.evaluate(
        "() => parseFloat(getComputedStyle(document.querySelector('.help-number .address')).fontSize)"
        " >= parseFloat(getComputedStyle(document.documentElement).fontSize)"
    )


NOON = datetime(2026, 11, 24, 20, tzinfo=UTC)


@pytest.mark.parametrize("search", [True, False])
def test_the_keys_give_their_room_to_the_results_and_come_back(visit: Visit, search: bool) -> None:
    """Search takes the keys away, and so does a pause."""
    page = visit("small")
    page.clock.install(time=NOON)
    look.opened(page, "/en/search")
    page.clock.pause_at(NOON + timedelta(seconds=50))  # how long a tap takes says nothing
    keys, rows = page.locator("#keys"), page.locator(".results .rows .row")
    for letter in "suicide":
        page.get_by_role("button", name=letter, exact=True).tap()
    page.clock.run_for(1_000)
    expect(rows).to_have_count(2)
    expect(keys).to_be_visible()
    if search:
        page.get_by_role("button", name="Search", exact=True).tap()
    page.clock.run_for(5_000)
    expect(keys).to_be_hidden()
    assert [rows.nth(number).evaluate(look.ABOVE_MORE) for number in range(2)] == [True, True]
    assert rows.nth(0).evaluate("row => row.getBoundingClientRect().height") >= 44
    page.clock.run_for(1_000)
    page.wait_for_selector("body:not(.new)", state="attached")
    page.locator("#q").tap()
    expect(keys).to_be_visible()
    page.get_by_role("button", name="Erase all", exact=True).tap()
    expect(page.locator("#q")).to_have_value("")


def test_whoever_types_with_a_keypad_has_the_keys_for_as_long_as_they_take(visit: Visit) -> None:
    page = visit("small")
    page.clock.install(time=NOON)
    look.opened(page, "/en/search")
    page.clock.pause_at(NOON + timedelta(seconds=50))
    for letter in "suicide":
        page.get_by_role("button", name=letter, exact=True).press("Enter")
    page.clock.run_for(30_000)
    expect(page.locator(".results .rows .row")).to_have_count(2)
    expect(page.locator("#keys")).to_be_visible()


@pytest.mark.parametrize(
    ("place", "part"),
    [
        ("/en/big/t/35", ".help-number"),
        ("/es/big/t/31", ".nine"),
        ("/zh-Hant/big/now", ".option .big"),
        ("/en/big+huge/t/35", ".help-number"),
        ("/es/big+huge/t/82", ".help-number"),
        *(
            (f"/{page}", ".help-number")
            for page in ("en/big/t/33", "es/big/t/64", "es/big+huge/t/70")
        ),
        ("/fil/now", ".no-phone"),
        ("/hmn/now", ".no-phone"),
        ("/ru/now", ".no-phone"),
        *(
            (f"/{page}", ".help-text .big")
            for page in ("en/t/40", "es/t/70", "es/t/87", "hmn/t/93")
        ),
        *((f"/{page}", ".without") for page in ("en/t/32", "en/t/33", "es/t/70", "ar/t/42")),
        *((f"/{page}", ".beside .number") for page in ("en/t/36", "es/t/66", "en/t/38")),
        ("/en/t/39", ".at-once"),
        ("/en/hearing", ".option .word"),
        ("/en/languages", ".tongue-list li:last-child"),
        ("/es/t/7", ".rows li:last-child"),
    ],
)
def test_what_matters_most_is_seen_before_a_page_is_moved(
    visit: Visit, place: str, part: str
) -> None:
    page = visit("small")
    look.opened(page, place)
    assert page.locator(part).first.evaluate(look.ABOVE_MORE)


CAPTION = """code => {
  const words = code.querySelector("figcaption").getBoundingClientRect();
  const box = code.closest(".help, .option").getBoundingClientRect();
  return words.width > 4 && words.bottom <= box.bottom && words.right <= box.right;
}"""


@pytest.mark.parametrize("size", [(800, 480), (1366, 768)])
@pytest.mark.parametrize("place", ["/en/t/33", "/en/t/36", "/es/t/68", "/en/hearing", "/en/now"])
@pytest.mark.few(3)
def test_each_code_that_is_seen_says_what_it_is_for(
    visit: Visit, size: tuple[int, int], place: str
) -> None:
    page = visit("small")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    look.opened(page, place)
    seen = [code for code in page.locator(".help .scan, .option .scan").all() if code.is_visible()]
    assert [code.evaluate(CAPTION) for code in seen] == [True] * len(seen)


@pytest.mark.parametrize("place", ["/en/r/129/print", "/es/r/122/print"])
def test_who_shares_their_things_is_warned_before_a_slip_is_printed(
    visit: Visit, place: str
) -> None:
    page = visit("small")
    look.opened(page, place)
    warning, button = page.locator(".slip-words > p:not(.choices)").last, page.locator("#print")
    assert warning.evaluate(look.ABOVE_MORE)
    assert button.evaluate(look.ABOVE_MORE)
    above, below = warning.bounding_box(), button.bounding_box()
    assert above
    assert below
    assert above["y"] < below["y"]


def test_the_line_for_pay_is_one_more_away_on_the_small_panel(visit: Visit) -> None:
    page = visit("small")
    for place in ("/en/t/47", "/es/t/77"):
        with_people(page, place)
        page.locator("#more").tap()
        until(page, "document.querySelector('main').scrollTop > 0", "the page has moved")
        expect(page.locator(".beside .number").first).to_be_in_viewport(ratio=1)
        assert page.locator(".beside .cut, .beside.cut").count() == 0, place


TABLETS = [(1366, 768), (1280, 800), (1180, 820)]


@pytest.mark.parametrize("size", TABLETS)
@pytest.mark.few(1)
def test_three_ways_without_a_phone_are_above_more(visit: Visit, size: tuple[int, int]) -> None:
    """They were up to 89 pixels below it where a name or a step has two lines."""
    page = visit()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for place in (
        "/en/t/40",
        *(f"/es/{mode}t/{code}" for mode in ("", "contrast/") for code in (63, 70, 83, 88)),
    ):
        with_people(page, place)
        page.locator(".without ul").evaluate(
            "ways => ways.prepend(ways.firstElementChild.cloneNode(true))"
        )
        letters(page)  # as at a school that offers a phone, too
        assert page.locator(".without").evaluate(look.ABOVE_MORE), place


def test_in_bigger_text_no_word_covers_911_on_a_tablet(visit: Visit) -> None:
    page = visit()
    page.set_viewport_size({"width": 1180, "height": 820})
    for place in ("/en/big/t/33", "/es/big/t/63"):
        assert look.lost(look.opened(page, place)) == [], place
        talk, nine = (page.locator(part).bounding_box() for part in (".talk", ".nine-now"))
        assert talk
        assert nine
        assert talk["x"] + talk["width"] <= nine["x"]


EDGE = "main => main.getBoundingClientRect().top + main.clientTop + main.clientHeight"  # above More


def test_on_a_tablet_on_end_no_name_is_above_more_without_its_number(visit: Visit) -> None:
    page = visit()
    page.set_viewport_size({"width": 820, "height": 1180})
    for place in ("/en/t/33", "/en/t/36", "/es/t/67", "/en/t/56"):
        look.opened(page, place)
        blank = page.locator(".beside .row:not(.cut):has(.cut)")
        assert blank.count() == 0, place
        for row in page.locator(
            ".beside .row:not(.cut) > span"
        ).all():  # nor are its first words alone
            box, end = row.bounding_box(), page.locator("main").evaluate(EDGE)
            assert box
            assert not box["y"] < end < box["y"] + 0.8 * box["height"], place


def test_in_bigger_text_two_languages_are_next_to_back_on_a_tablet_on_end(browser: Browser) -> None:
    """They were one above the other, and no topic was above More on the search page."""
    with counter.kiosk(Kiosk(languages=("en", "es"))) as address:
        page = browser.new_page(viewport={"width": 820, "height": 1180}, base_url=address)
        look.opened(page, "/es/big/search")
        tops = page.locator(".top :is(.back, .pill)").evaluate_all(
            "parts => parts.map((part) => Math.round(part.getBoundingClientRect().top))"
        )
        page.close()
    assert len(tops) == 3
    assert max(tops) - min(tops) <= 2


def test_the_page_about_telling_is_whole_at_1366_by_768(visit: Visit) -> None:
    page = visit()
    page.set_viewport_size({"width": 1366, "height": 768})
    look.opened(page, "/es/tell")
    main = page.locator("main")
    assert main.evaluate("main => main.scrollHeight - main.clientHeight") == 0


def test_in_bigger_text_the_way_to_911_is_seen_on_the_small_panel(visit: Visit) -> None:
    page = visit("small")
    look.opened(page, "/en/big/t/34")
    expect(page.locator(".nine-now")).to_be_in_viewport(ratio=1)


def test_the_best_result_is_seen_above_more_while_one_types(visit: Visit) -> None:
    page = visit("small")
    page.clock.install(time=NOON)
    look.opened(page, "/en/search")
    page.clock.pause_at(NOON + timedelta(seconds=50))  # the keys go after a pause
    for letter in "bully":
        page.get_by_role("button", name=letter, exact=True).tap()
    page.clock.run_for(1_000)
    first = page.locator(".results .row").first
    expect(first).to_be_visible()
    expect(page.locator("main.long")).to_have_count(0)  # looked at since the row came: no More
    assert first.evaluate(look.ABOVE_MORE)
    expect(page.locator("#keys")).to_be_visible()
    assert first.evaluate("row => row.getBoundingClientRect().height") >= 44


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (1180, 820), (820, 1180)])
@pytest.mark.parametrize("place", ["/en/t/7", "/en/t/3", "/es/t/3"])
@pytest.mark.few(1)
def test_all_rows_of_a_group_are_seen_before_it_is_moved(
    visit: Visit, size: tuple[int, int], place: str
) -> None:
    page = visit()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    look.opened(page, place)
    assert page.locator(".rows li").last.evaluate(look.ABOVE_MORE)


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (1180, 820)])
def test_the_ways_for_deaf_students_have_columns_of_one_width(
    visit: Visit, size: tuple[int, int]
) -> None:
    page = visit()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    look.opened(page, "/en/hearing")
    widths = page.locator(".option").evaluate_all(
        "options => options.slice(0, -1).map((one) => Math.round(one.getBoundingClientRect().width))"
    )
    assert max(widths) - min(widths) <= 1
    assert page.locator(".option").nth(2).evaluate(look.ABOVE_MORE)


# Words of a related topic near its border, or on more than three lines.
CROWDED = """(link) => { const box = link.getBoundingClientRect(), words = link.firstElementChild.getBoundingClientRect();
    return words.top - box.top < 4 || box.bottom - words.bottom < 4
        || words.height > 3.5 * parseFloat(getComputedStyle(link).lineHeight) }"""


@pytest.mark.parametrize("size", [(820, 1180), (1080, 1920)])
@pytest.mark.parametrize("place", ["/es/t/65", "/es/t/78", "/en/t/35"])
@pytest.mark.few(2)
def test_related_topics_are_not_crowded_and_leave_no_hole(
    visit: Visit, size: tuple[int, int], place: str
) -> None:
    page = visit()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    look.opened(page, place)
    links = page.locator(".also .links .link")
    assert links.count() == 3
    assert [link.inner_text() for link in links.all() if link.evaluate(CROWDED)] == []
    whole = page.locator(".also .links").evaluate("list => list.getBoundingClientRect().width")
    assert links.last.evaluate("link => link.getBoundingClientRect().width") >= whole - 2


def test_at_800_by_480_the_first_law_is_whole_with_its_official_page(visit: Visit) -> None:
    page = visit("small")
    for tag in ("en", "es"):
        look.opened(page, f"/{tag}/adults/laws")
        for part in ("h2", ".address", "svg", "p:last-child"):
            assert page.locator(f".law {part}").first.evaluate(look.ABOVE_MORE), f"{tag} {part}"
        first, second = (page.locator(".law").nth(number).bounding_box() for number in (0, 1))
        assert first
        assert second
        assert second["y"] > first["y"] + first["height"] / 2, "columns are too narrow to read"


@pytest.mark.parametrize("size", [(1366, 768), (1280, 800), (1180, 820), (820, 1180)])
@pytest.mark.few(2)
def test_the_screen_has_its_whole_name_or_none(visit: Visit, size: tuple[int, int]) -> None:
    page = visit()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    cut = "part => part.checkVisibility() && part.scrollWidth > part.clientWidth + 1"
    for tag in ("en", "es", "ru", "vi", "hmn"):
        look.opened(page, f"/{tag}/t/7")
        assert not page.locator(".names b").evaluate(cut), tag


def test_on_a_tablet_on_end_two_results_are_whole_above_more(visit: Visit) -> None:
    """A row of digits took the room of the second one."""
    page = visit()
    page.set_viewport_size({"width": 820, "height": 1180})
    page.clock.install(time=NOON)
    look.opened(page, "/es/search")
    page.clock.pause_at(NOON + timedelta(seconds=50))  # the keys go after a pause
    for letter in "pago":
        page.get_by_role("button", name=letter, exact=True).tap()
    page.clock.run_for(1_000)
    rows = page.locator(".results .row")
    expect(rows.nth(1)).to_be_visible()
    expect(page.locator("#keys")).to_be_visible()
    assert [rows.nth(number).evaluate(look.ABOVE_MORE) for number in range(2)] == [True, True]
    page.locator(".swap").tap()
    expect(page.get_by_role("button", name="7", exact=True)).to_be_visible()


@pytest.mark.parametrize("size", [(1920, 1080), (1180, 820)])
def test_the_names_of_programs_in_a_row_are_on_one_line(
    visit: Visit, size: tuple[int, int]
) -> None:
    page = visit()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    look.opened(page, "/en/partners")
    above = page.locator(".groups .link").evaluate_all(
        "links => links.map((link) => Math.round(link.querySelector('b').getBoundingClientRect().top"
        " - link.getBoundingClientRect().top))"
    )
    assert len(above) > 5
    assert max(above) - min(above) <= 1
