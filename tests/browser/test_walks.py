"""A student's walks from School info to the right number: by touch, at three sizes, few words.

The walks, taps and words are those of a walk through version 0.1: 235 words at the median, and
"my boyfriend makes me sleep with others" never found from Friends and dating.
"""

from dataclasses import dataclass
from statistics import median

import pytest
from playwright.sync_api import Page

from content.model.pack import Pack
from tests.browser.conftest import SIZES, Visit
from tests.browser.watch import tap
from tests.shipped import pack

MOST_TAPS = 4
MOST_WORDS = 130  # median over the walks
BEFORE_NUMBER = 25
# Words of a page's main part that stand before an element, as a reader meets them.
BEFORE = """(element) => { const range = document.createRange();
    range.setStart(document.querySelector("main"), 0); range.setEndBefore(element);
    return range.toString().trim().split(/\\s+/).filter(Boolean).length }"""
SEEN = """(element) => { const box = element.getBoundingClientRect();
    const main = document.querySelector("main").getBoundingClientRect();
    return box.top >= main.top - 1 && box.bottom <= main.bottom + 1 && box.right <= innerWidth }"""


@dataclass(frozen=True)
class Walk:
    """``tile`` and ``topic`` of the pack; ``number``: what the panel shows."""

    tile: str
    topic: str
    number: str
    language: str = "en"


WALKS = {
    "boyfriend and other men, by Friends and dating": Walk("friends", "trafficking", "1-888-373-7888"),
    "boyfriend and other men, by Feeling safe": Walk("safe", "trafficking", "1-888-373-7888"),
    "boyfriend and other men, by Jobs and money": Walk("jobs", "trafficking", "1-888-373-7888"),
    "nudes": Walk("phones", "pictures", "takeitdown.ncmec.org"),
    "cannot go home tonight": Walk("food", "runaway", "1-800-786-2929"),
    "wants to die": Walk("feelings", "suicide", "988"),
    "a friend in trouble": Walk("friends", "friend", "988"),
    "hungry": Walk("food", "basics", "211"),
    "hurt by somebody who works here": Walk("safe", "schoolstaff", "1-916-875-5437"),
    "nudes, in Spanish": Walk("phones", "pictures", "takeitdown.ncmec.org", "es"),
}  # fmt: skip


def steps(walk: Walk, of: Pack) -> list[str]:
    """What is tapped: Start, the tile, the topic."""
    tag = walk.language
    group = next(group for group in of.groups if group.id == walk.tile)
    begin = [".start"] if tag == "en" else [f'[hreflang="{tag}"]']
    return [
        *begin,
        f'.tile[href="/{tag}/t/{group.code}"]',
        f'.row[href="/{tag}/t/{of.topic(walk.topic).codes[tag]}"]',
    ]


def walked(page: Page, walk: Walk) -> tuple[int, int]:
    """Taps and words until the number is seen. AssertionError if it is not on the first screen."""
    page.goto("/leave")
    taps = words = 0
    for selector in steps(walk, pack()):
        target = page.locator(selector).first
        inside = target.evaluate("(part) => part.closest('main') !== null")
        if inside:
            words += target.evaluate(BEFORE)
        else:
            words += page.evaluate("document.querySelector('main').innerText.split(/\\s+/).length")
        if inside and not target.evaluate(SEEN):
            taps += 1  # More
            target.scroll_into_view_if_needed()
        if not target.is_visible():
            taps += 1
            page.locator("[popovertarget]").tap()
        tap(page, selector, f"**{target.get_attribute('href')}**")
        taps += 1
    number = page.locator(".help-number")
    assert walk.number in number.inner_text().replace("\n", "")
    assert number.evaluate(SEEN), "the number is not on the first screen"
    before = number.evaluate(BEFORE)
    assert before <= BEFORE_NUMBER
    return taps, words + before


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.few(1)
def test_every_walk_ends_at_its_number_with_few_taps_and_few_words(visit: Visit, size: str) -> None:
    page = visit(size)
    found = {name: walked(page, walk) for name, walk in WALKS.items()}
    assert {name: taps for name, (taps, _) in found.items() if taps > MOST_TAPS} == {}
    assert median(words for _, words in found.values()) <= MOST_WORDS, found


def test_danger_is_one_number_across_the_screen(visit: Visit) -> None:
    page = visit("tall")
    page.goto(f"/en/t/{pack().topic('danger').codes['en']}")
    width = page.locator(".nine-number").evaluate("(part) => part.getBoundingClientRect().width")
    assert page.locator(".nine-number").inner_text() == "911"
    assert width > 1080 / 2
    assert page.locator(".talk").count() == 0


@pytest.mark.parametrize("size", ["tall", "wide"])
@pytest.mark.few(1)
def test_no_topic_scrolls_on_a_large_screen(visit: Visit, size: str) -> None:
    page = visit(size)
    long = []
    for topic in pack().topics:
        for tag in ("en", "es"):
            page.goto(f"/{tag}/t/{topic.codes[tag]}")
            page.evaluate("document.fonts.ready")
            if page.evaluate(
                "(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight > 8)(document.querySelector('main'))"
            ):
                long.append(f"{topic.id} {tag}")
    assert long == []
