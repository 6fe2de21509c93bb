"""A student's walks from School info to the right number: by touch, at three sizes, few words.

The walks, taps and words are those of a walk through version 0.1: 235 words at the median, and
"my boyfriend makes me sleep with others" never found from Friends and dating.
"""

from dataclasses import dataclass
from statistics import median

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES, Visit
from tests.browser.stage import until
from tests.browser.visits import letters
from tests.browser.watch import tap
from tests.selection import Some
from tests.shipped import pack

MOST_TAPS = 4
MOST_WORDS = 90  # median over the walks, without the cover
BEFORE_NUMBER = 25
# Words of a page's main part that stand before an element, as a reader meets them.
BEFORE = """(element) => { const range = document.createRange();
    range.setStart(document.querySelector("main"), 0); range.setEndBefore(element);
    return range.toString().trim().split(/\\s+/).filter(Boolean).length }"""
# Whole above the strip in which More stands.
SEEN = """(element) => { const box = element.getBoundingClientRect();
    const main = document.querySelector("main"), top = main.getBoundingClientRect().top;
    const end = top + main.clientTop + main.clientHeight;
    return box.top >= top - 1 && box.bottom <= end + 1 && box.right <= innerWidth }"""
# What a row is found by.
READ = f"(row) => ({SEEN})(row.querySelector('b') ?? row.querySelector(':scope > span') ?? row)"
PLACE = "document.querySelector('main').scrollTop"


@dataclass(frozen=True)
class Walk:
    """``taps``: what is tapped on the way; ``number``: what stands in ``shown`` at the end.

    ``typed``: on the search page; its letters are keys, which are not counted as taps. ``before``:
    the most words of the last page that stand before what is shown. ``seen`` and ``beside``: what
    is whole on the first screen.
    """

    taps: tuple[str, ...]
    number: str
    shown: str = ".help-number"
    typed: str = ""
    before: int = BEFORE_NUMBER
    beside: str = ""

    @property
    def seen(self) -> str:
        """A partner's page is known by its name: on a small panel its number may be cut."""
        return self.shown if self.before == BEFORE_NUMBER else "main h1"


def topic(tile: str, name: str, *, tag: str = "en", mode: str = "") -> tuple[str, ...]:
    """Start, the tile, the topic, by their ids in the pack."""
    [group] = (group for group in pack().groups if group.id == tile)
    begin = ".start" if tag == "en" else f'[hreflang="{tag}"]'
    page = f"/{tag}/{mode}t/"
    return (
        f'[data-toggle="{mode.strip("/")}"]' if mode else begin,
        f'.tile[href="{page}{group.code}"]',
        f'.row[href="{page}{pack().topic(name).codes[tag]}"]',
    )


def door(name: str, *then: str) -> tuple[str, ...]:
    """Start, one of the doors of home, and what is tapped behind it."""
    return (".start", f'.doors [href="/en/{name}"]', *then)


def partner(name: str, number: str) -> Walk:
    """What it does and who answers stand first."""
    [found] = (partner for partner in pack().partners if partner.id == name)
    way = door("partners", f'.row[href="/en/r/{found.code}"]')
    return Walk(way, number, before=2 * BEFORE_NUMBER)


NHTH, COUNTY = "1-888-373-7888", "1-916-875-5437"
# How far the last of some parts goes below the foot of the page's own room, in pixels.
LAST = """parts => {
  const foot = document.querySelector("main").getBoundingClientRect().bottom;
  const ends = [...document.querySelectorAll(parts)].map(part => part.getBoundingClientRect().bottom);
  return Math.max(...ends) - foot;
}"""
TALK = (".start", ".talk")
CARD = ".help-acts a:not(.print)"
# What she types, letter by letter: the topic's words are not hers.
SENTENCE = "my boyfriend makes me have sex"
WALKS = {
    "boyfriend and other men, by Friends and dating": Walk(topic("friends", "trafficking"), NHTH),
    "boyfriend and other men, by Feeling safe": Walk(topic("safe", "trafficking"), NHTH),
    "boyfriend and other men, by Jobs and money": Walk(topic("jobs", "trafficking"), NHTH),
    "nudes": Walk(topic("phones", "pictures"), "takeitdown.ncmec.org"),
    "nudes, the card of Take It Down and its code": Walk(
        (*topic("phones", "pictures"), CARD), "takeitdown.ncmec.org", beside=".help .scan svg"
    ),
    "cannot go home tonight": Walk(topic("food", "runaway"), "1-800-786-2929"),
    "wants to die": Walk(topic("feelings", "suicide"), "988"),
    "wants to die, by Talk to someone now": Walk(TALK, "988", "section:has(> #option-2) .big"),
    "deaf, by Talk to someone now": Walk(TALK, "741741", "section:has(> #option-1) .big"),
    # The way to text stands first: it is for any worry.
    "deaf, in sign language, by Talk to someone now": Walk(
        (*TALK, '[href$="/hearing"]'),
        "1-800-273-8255",
        "section:has(> #option-1) .big",
        before=2 * BEFORE_NUMBER,
    ),
    "a friend in trouble": Walk(topic("friends", "friend"), "988"),
    "hungry": Walk(topic("food", "basics"), "211"),
    "hurt by somebody who works here": Walk(topic("safe", "schoolstaff"), COUNTY),
    "nudes, in Spanish": Walk(topic("phones", "pictures", tag="es"), "takeitdown.ncmec.org"),
}
# Of these the words were not counted, or they are no student's.
OTHERS = {
    "boyfriend and other men, by search": Walk(
        door("search", ".results .rows li:first-child .row"), NHTH, typed=SENTENCE
    ),
    "an adult who must report": Walk(door("adults", ".report-now"), COUNTY),
    "A21": partner("a21", NHTH),
    "Love Never Fails": partner("lnf", NHTH),
    "NCMEC": partner("ncmec", "1-800-843-5678"),
    "Blue Campaign": partner("blue", NHTH),
    "PROTECT": partner("protect", NHTH),
    "3Strands": partner("3strands", NHTH),
}
# Lower controls are for a high screen alone.
DOWN = {"who sits in a wheelchair": Walk(topic("friends", "trafficking", mode="down/"), NHTH)}


def typed(page: Page, words: str, result: str) -> None:
    """Each letter by touch, until the topic's hotline is the first result."""
    page.wait_for_load_state("networkidle")  # what is searched has come
    for letter in words:
        name = "Space" if letter == " " else letter
        page.get_by_role("button", name=name, exact=True).tap()
    address = f"/en/r/{pack().resource('nhth').code}"
    expect(page.locator(result)).to_have_attribute("href", address)


def further(page: Page) -> None:
    """More, and the page has moved: a tap is told of a moment after its touch."""
    place = page.evaluate(PLACE)
    page.locator("#more").tap()
    until(page, f"{PLACE} !== {place}", "the page has moved")


def walked(page: Page, walk: Walk) -> tuple[int, int]:
    """Taps and words until the number is seen. AssertionError if it is not."""
    page.goto("/leave")
    taps = words = 0
    for selector in walk.taps:
        if selector.startswith(".results"):
            typed(page, walk.typed, selector)
        target = page.locator(selector).first
        inside = target.evaluate("(part) => part.closest('main') !== null")
        if page.url.endswith("/leave"):
            words = 0  # the cover has the school's own text
        elif inside:
            words += target.evaluate(BEFORE)
        else:
            words += page.evaluate("document.querySelector('main').innerText.split(/\\s+/).length")
        while inside and not target.evaluate(READ):
            further(page)
            taps += 1
            assert taps <= MOST_TAPS, selector
        if not target.is_visible():
            taps += 1
            page.locator("[popovertarget]").tap()
        tap(page, selector, f"**{target.get_attribute('href')}**")
        taps += 1
    number = page.locator(walk.shown)
    assert walk.number in number.inner_text().replace("\n", "")
    for part in filter(None, (walk.seen, walk.beside)):
        assert page.locator(part).evaluate(SEEN), f"{part} is not on the first screen"
    before = number.evaluate(BEFORE)
    assert before <= walk.before
    return taps, words + before


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.few(1)
def test_every_walk_ends_at_its_number_with_few_taps_and_few_words(visit: Visit, size: str) -> None:
    page = visit(size)
    found = {name: walked(page, walk) for name, walk in WALKS.items()}
    assert {name: taps for name, (taps, _) in found.items() if taps > MOST_TAPS} == {}
    assert median(words for _, words in found.values()) <= MOST_WORDS, found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.few(1)
def test_by_search_lowered_of_staff_and_to_partners_every_walk_ends_with_few_taps(
    visit: Visit, size: str, some: Some
) -> None:
    page = visit(size)
    walks = OTHERS | (DOWN if size == "tall" else {})
    found = {name: walked(page, walks[name]) for name in some(walks, 2)}
    assert {name: taps for name, (taps, _) in found.items() if taps > MOST_TAPS} == {}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.few(1)
def test_by_keys_alone_help_is_three_away_and_the_first_tile_three(visit: Visit, size: str) -> None:
    """Who cannot see: in version 0.1 they were 24 and 13 keys away."""
    page = visit(size)
    page.goto("/leave")
    for _ in range(3):
        page.keyboard.press("Tab")
    with page.expect_navigation(url="**/en/"):
        page.keyboard.press("Enter")
    for key in ("Tab", "Enter", "Tab"):  # Skip leads past the top
        page.keyboard.press(key)
    expect(page.locator(".tile").first).to_be_focused()
    page.goto("/en/")
    for _ in range(3):
        page.keyboard.press("Tab")
    with page.expect_navigation(url="**/en/now"):
        page.keyboard.press("Enter")
    assert "741741" in page.locator("section:has(> #option-1) .big").inner_text()


def test_danger_is_one_number_across_the_screen(visit: Visit) -> None:
    page = visit("tall")
    page.goto(f"/en/t/{pack().topic('danger').codes['en']}")
    width = page.locator(".nine-number").evaluate("(part) => part.getBoundingClientRect().width")
    assert page.locator(".nine-number").inner_text() == "911"
    assert width > 1080 / 2
    assert page.locator(".talk").count() == 0


@pytest.mark.parametrize("size", ["tall", "wide"])
@pytest.mark.few(1)
def test_on_a_large_screen_a_topic_shows_number_ways_without_a_phone_and_steps_at_once(
    visit: Visit, size: str, some: Some
) -> None:
    page = visit(size)
    below = []
    for topic in some(pack().topics, 12):
        for tag in ("en", "es"):
            page.goto(f"/{tag}/t/{topic.codes[tag]}")
            letters(page)
            # A row for 911, or Spanish on a wide screen, leaves related topics to More.
            whole = (tag == "en" or size == "tall") and not page.locator(".at-once").count()
            last = "main > *" if whole else ".steps, .without, .help"
            if page.evaluate(LAST, last) > 8:
                below.append(f"{topic.id} {tag}")
    assert below == []
