"""Ten languages on one screen: each says so, is drawn in its own letters, fits, and is nowhere half
translated."""

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from content.model.language import direction, own_name
from content.model.pack import Pack
from kiosk.pages import font_coverage
from kiosk.pages.ui_strings import LOCALE, Wording
from tests import shipped
from tests.browser.conftest import SIZES, Visit, close
from tests.browser.visits import letters
from tests.selection import Some

LANGUAGES: tuple[str, ...] = tuple(
    tomllib.loads((shipped.PACK / "pack.toml").read_text("utf-8"))["languages"]
)
FURTHER = [tag for tag in LANGUAGES if tag != "en"]
# One of each kind: home, now, a group, a topic, two cards, a slip, a partner, partners, adults,
# search, languages.
PLACES = (
    "",
    "now",
    "t/7",
    "t/32",
    "r/121",
    "r/121/print",
    "r/311",
    "partners",
    "adults",
    "adults/now",
    "search",
    "languages",
)
FEW = ("", "now", "t/7", "r/121")  # at the other sizes
SAME = {"TTY", "Wi-Fi"}  # words that are the same in a language of this alphabet

# Every text node that is seen, with the language of the nearest element that names one.
TEXTS = """() => {
  const way = (part) => getComputedStyle(part).direction;
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const text = node.textContent.replace(/\\s+/g, " ").trim(), parent = node.parentElement;
    if (text && !parent.closest("script, style, [hidden]"))
      found.push([text, parent.closest("[lang]").lang, parent.closest("bdi") ? "" : way(parent)]);
  }
  for (const part of document.querySelectorAll("[aria-label], [placeholder], [data-down], [data-open]"))
    for (const name of ["aria-label", "placeholder", "data-down", "data-up", "data-open", "data-closed"])
      if (part.hasAttribute(name)) found.push([part.getAttribute(name), part.closest("[lang]").lang, ""]);
  return found;
}"""
# Controls and headings whose words stick out of them, or are cut off.
LABELS = "a, button, h1, h2, .fact, .status, .tile b, .tile .sub"
CUT = """(labels) => [...document.querySelectorAll(labels)].filter((part) => {
  const box = part.getBoundingClientRect();
  if (box.width <= 1 || !part.checkVisibility()) return false;
  const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), words = document.createRange();
  const sticks = (rect) => rect.width && (rect.left < box.left - 1.5 || rect.right > box.right + 1.5);
  let out = false;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node.parentElement.offsetWidth <= 1) continue; // said to a screen reader only
    words.selectNodeContents(node);
    out ||= [...words.getClientRects()].some(sticks);
  }
  const hides = getComputedStyle(part).overflow !== "visible";
  return out || (hides && (part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1));
}).map((part) => `${part.className} ${part.textContent.trim().slice(0, 60)}`)"""
BOX = """(selector) => {
  const { left, right, top } = document.querySelector(selector).getBoundingClientRect();
  return { left, right: innerWidth - right, top };
}"""
# Every number and word to send: how many lines it takes, and whether its letters run from left to
# right.
WHOLE = """() => [...document.querySelectorAll(".number, .word")].filter((p) => p.checkVisibility()).map((part) => {
  const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), lefts = [], tops = new Set();
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    for (let at = 0; at < node.length; at += 1) {
      const letter = document.createRange();
      letter.setStart(node, at); letter.setEnd(node, at + 1);
      const box = letter.getBoundingClientRect();
      if (box.width) { lefts.push(box.left); tops.add(Math.round(box.top)); }
    }
  return [part.textContent, tops.size, lefts.every((left, n) => n === 0 || left >= lefts[n - 1] - 0.5)];
})"""


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The shipped pack, read from its source."""
    return shipped.pack()


# Marks the elements whose fonts are asked for: those with a letter beyond ASCII of their own, and
# some others.
ASKED = """() => {
  let plain = 0;
  for (const part of document.querySelectorAll("body *")) {
    const own = [...part.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("").trim();
    if (own && (/[^\\x00-\\x7f]/.test(own) || (plain += 1) < 30)) part.dataset.asked = "";
  }
}"""


# Whether the mark of an unchecked translation can be seen, here or further down the page.
MARKED = """() => [...document.querySelectorAll(".unchecked, .unsigned")].some((part) => {
  if (!part.checkVisibility({ visibilityProperty: true })) return false;
  const box = part.getBoundingClientRect();
  if (box.width < 40 || box.left < 0 || box.right > innerWidth) return false;
  for (let at = part; at; at = at.parentElement) if (getComputedStyle(at).clipPath !== "none") return false;
  return true })"""
STEPS = ("", "big/", "big+huge/")
UNCHECKED = ("es", "ru")  # all is translated, and a part
UNSIGNED = ("", "t/32", "t/31", "t/7", "r/121", "now", "search")


class Sight(NamedTuple):
    """What one page of one language shows: gathered in one visit, judged by several tests."""

    root: tuple[str, str]
    texts: list[tuple[str, str, str]]
    names: list[tuple[str, str, str]]
    marked: bool
    cut: list[str]
    sideways: bool
    over: int
    foreign: list[str]


Look = Callable[..., dict[str, Sight]]


@pytest.fixture(scope="module")
def look(browser: Browser, server: str) -> Look:
    """The pages of a language at a size, by their place."""

    @cache
    def seen(tag: str, size: str = "tall") -> dict[str, Sight]:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            base_url=server,
            has_touch=True,
            service_workers="block",
        )
        page = context.new_page()
        found = {
            place: sight(page, f"/{tag}/{place}") for place in (PLACES if size == "tall" else FEW)
        }
        close(context)
        return found

    return seen


def sight(page: Tab, place: str) -> Sight:
    opened(page, place)
    root = page.locator("html")
    return Sight(
        root=(root.get_attribute("lang") or "", root.get_attribute("dir") or ""),
        texts=page.evaluate(TEXTS),
        names=page.evaluate(
            "() => [...document.querySelectorAll('[hreflang]')].map((a) => [a.lang, a.dir, a.textContent])"
        ),
        marked=page.evaluate(MARKED),
        cut=page.evaluate(CUT, LABELS),
        sideways=page.evaluate("document.documentElement.scrollWidth > innerWidth"),
        over=page.evaluate(
            "() => { const m = document.querySelector('main'); return m.scrollHeight - m.clientHeight }"
        ),
        foreign=list(foreign_fonts(page)),
    )


def opened(page: Tab, place: str) -> None:
    page.goto(place)
    letters(page)


def english(pack: Pack) -> set[str]:
    """Every English text that has a translation somewhere: the screen's own words and the pack's."""
    with (LOCALE / "es.po").open("rb") as file:
        words = {str(message.id) for message in read_po(file) if message.id}
    return {
        text for text in words | set(pack.texts["en"].values()) if re.search(r"[a-z]{2}", text)
    } - SAME


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.slow
@pytest.mark.few(2)
def test_case_39_each_language_has_its_lang_and_direction(look: Look, tag: str) -> None:
    for place, seen in look(tag).items():
        assert seen.root == (tag, direction(tag)), place
        for text, language, written in seen.texts:
            assert (
                not written or written == direction(language) or re.fullmatch(r"[\W\d]*", text)
            ), (place, text)
        for shown, way, name in seen.names:
            assert (way, name.strip()) == (direction(shown), own_name(shown)), place


@pytest.mark.parametrize("tag", FURTHER)
@pytest.mark.few(1)
def test_case_39_no_untranslated_string(look: Look, pack: Pack, tag: str) -> None:
    # A proper name may be the same (same.toml); a text is left over only where its translation is
    # another one.
    kept = set(pack.texts[tag].values()) | {said for _english, said in Wording(tag).messages()}
    left = english(pack) - kept
    for place, seen in look(tag).items():
        assert [
            text for text, language, _written in seen.texts if language == tag and text in left
        ] == [], place


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.few(1)
def test_case_39_every_page_says_that_no_native_speaker_has_checked_it(
    look: Look, pack: Pack, tag: str
) -> None:
    for place, seen in look(tag).items():
        assert seen.marked == (tag in pack.unchecked), place


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mode", STEPS)
@pytest.mark.few(4)
def test_case_39_the_mark_of_an_unchecked_translation_is_seen_at_every_size_of_letters(
    visit: Visit, pack: Pack, size: str, mode: str, some: Some
) -> None:
    page = visit(size)
    assert not set(UNCHECKED) - set(pack.unchecked)
    unseen = []
    for tag in UNCHECKED:
        for place in some(UNSIGNED, 2):
            opened(page, f"/{tag}/{mode}{place}")
            if not page.evaluate(MARKED):
                unseen.append(page.url)
    assert unseen == []


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.few(1)
def test_case_39_no_missing_glyph(look: Look, tag: str) -> None:
    table = font_coverage.coverage()
    for place, seen in look(tag).items():
        lacking = {
            (char, text)
            for text, language, _written in seen.texts
            for char in text
            if font_coverage.drawn(char)
            and ord(char) not in table[language]
            and ord(char) not in table[tag]
        }
        assert lacking == set(), place
        assert seen.foreign == [], place


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.slow
def test_case_39_home_fits_without_scrolling_and_no_label_is_clipped(
    look: Look, tag: str, size: str
) -> None:
    found = look(tag, size)
    assert {place: seen.cut for place, seen in found.items() if seen.cut} == {}
    assert [place for place, seen in found.items() if seen.sideways] == []
    assert found[""].over <= 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.few(1)
def test_case_40_arabic_layout_mirrors_and_arrows_flip(visit: Visit, size: str) -> None:
    page = visit(size)
    arrows: list[str] = []
    for place, parts in (
        ("", ("#clear", ".brand", ".talk")),
        ("r/121", ("#back", "#help-name", ".help .scan")),
    ):
        opened(page, f"/en/{place}")
        straight = [page.evaluate(BOX, part) for part in parts]
        opened(page, f"/ar/{place}")
        for part, was in zip(parts, straight, strict=True):
            now = page.evaluate(BOX, part)
            # Words are longer or shorter, so only the side from which a part is measured stays.
            near = min(abs(now["right"] - was["left"]), abs(now["left"] - was["right"]))
            assert near <= 2, (place, part, was, now)
        arrows += page.evaluate(
            "() => [...document.querySelectorAll('.flip')].filter((icon) => icon.checkVisibility())"
            ".map((icon) => getComputedStyle(icon).transform)"
        )
    assert set(arrows) == {"matrix(-1, 0, 0, 1, 0, 0)"}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.few(1)
def test_case_40_numbers_and_codes_read_left_to_right_and_unbroken(visit: Visit, size: str) -> None:
    page = visit(size)
    seen = 0
    for place in PLACES if size == "tall" else FEW:
        opened(page, f"/ar/{place}")
        for text, lines, rising in page.evaluate(WHOLE):
            seen += 1
            assert lines == 1, (place, text)
            assert rising, (place, text)
    assert seen > 10
    opened(page, "/ar/now")
    phrase = page.locator(".option .big:has(.word)").first
    word, number = (phrase.locator(f".{kind}").bounding_box() for kind in ("word", "number"))
    assert word
    assert number
    if abs(word["y"] - number["y"]) < number["height"] / 2:
        assert word["x"] > number["x"], (
            "in Arabic one reads the word first, so it stands to the right"
        )


def of_kind(page: Tab) -> str:
    """Which page it is, whatever is said of its translation."""
    return (page.locator("html").get_attribute("class") or "").split()[0]


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.slow
def test_case_40_switching_language_keeps_the_page(visit: Visit, tag: str) -> None:
    page = visit("tall")
    start = "en" if tag != "en" else "es"
    for place in ("now", "t/7", "t/32", "r/123", "r/121/print", "adults"):
        opened(page, f"/{start}/{place}")
        kind = of_kind(page)
        numbers = page.locator(".number").all_inner_texts()
        page.locator(f'a.pill[hreflang="{tag}"]').first.dispatch_event("click")
        page.wait_for_url(
            f"**/{tag}/{place.replace('t/32', 't/*')}"
        )  # a topic has a number of its own per language
        assert of_kind(page) == kind, place
        shown = page.locator(".number").all_inner_texts()
        if place in ("now", "t/32"):  # who answers a text, and what nobody has signed, differ
            assert "988" in {*shown} & {*numbers}, place
        else:
            assert set(shown) == set(numbers), place


def foreign_fonts(page: Tab) -> Iterator[str]:
    """Fonts of the system that draw a text of the page, with the text: an empty box is always one
    of those."""
    page.evaluate(ASKED)
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root: dict[str, Any] = session.send("DOM.getDocument", {"depth": 0})
    where = {"nodeId": root["root"]["nodeId"], "selector": "[data-asked]"}
    for node in session.send("DOM.querySelectorAll", where)["nodeIds"]:
        for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
            if not font["isCustomFont"] and font["glyphCount"]:
                html = session.send("DOM.getOuterHTML", {"nodeId": node})["outerHTML"]
                yield f"{font['familyName']}: {html[:120]}"
    session.detach()
