"""Every page of the running kiosk, in every language, mode and size: which ones to open, and what
to check on each.

Owns the plan, from the server's own lists, and the checks: axe-core's rules, one Clear in reach,
nothing that scrolls sideways, the page's requests and console errors, how it was served, and where
Tab leads. Run as a program, it visits one share of the plan and prints one JSON object per line, so
that the test can use every core:
``python -m tests.browser.visits URL SHARE CHROMIUM LISTED PLAN LANGUAGE AXE``.
"""

import itertools
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import msgspec
from playwright.sync_api import Page, Request, Response, sync_playwright

from tests.browser.watch import complains
from tests.running import pack_files
from tests.selection import Run

NODE = Path(__file__).parent / "node" / "node_modules"
FLAGS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    # A page lives for a second: optimized code would never run.
    "--js-flags=--no-opt --no-maglev",
]
# In a quick run, the shell shows everything in one process: a sixth less work per new screen.
SPARING = ["--renderer-process-limit=1", "--num-raster-threads=1"]
NOT_AHEAD = "globalThis.requestIdleCallback = () => 0"
STILL = ["--disable-threaded-compositing"]  # draws nothing: enough if nobody touches
SIZES = {"tall": (1080, 1920), "wide": (1920, 1080), "small": (800, 480)}
PLAIN = (
    "+".join(chosen)
    for n in range(4)
    for chosen in itertools.combinations(("big", "contrast", "down"), n)
)
# No more modes than languages, or pairwise would miss a pair.
MODES = (*PLAIN, "big+huge", "big+huge+contrast+down")
VOUCHED = """async () => (await caches.open("kiosk-meta"))
    .put("/clock", new Response(String(Date.now())))"""
FRESH_AFTER = 100  # addresses; axe's leftovers in a renderer grow to gigabytes
NAMES: dict[str, Callable[[], Iterable[str]]] = {}  # what servers in this process could make
MODELESS = ("/", "/leave")  # where a visit starts and ends: always with the defaults
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {
        "color-contrast-enhanced": {"enabled": True},
        "color-contrast": {"enabled": False},  # anything that fails this fails the other, too
        "target-size": {"enabled": True},
    },
    "resultTypes": ["violations", "incomplete"],
    "selectors": False,  # faults are identified by their markup
    "preload": False,  # no rule used here reads a style sheet
}
REACH = """() => {
    const clear = document.getElementById("clear");
    const box = clear.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const faults = [];
    if (!clear.contains(top)) faults.push("Clear is covered or out of sight");
    for (const part of document.querySelectorAll("html, body, main"))
        if (part.scrollWidth > part.clientWidth) faults.push(`${part.tagName} scrolls sideways`);
    return faults;
}"""

# Named if its tests should run: axe takes most of a visit.
AXE = "axe"
VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`not allowed: ${event.violatedDirective} ${event.blockedURI}`))"""
FOCUSED = "() => document.activeElement.id || document.activeElement.className"
TITLED = re.compile("<title>(.*?)</title>")
ICON = re.compile('<link rel="icon" href="([^"]+)"')
FIELDS = ("<input", "<textarea", "contenteditable", "<select")


def flags(program: str | Path, *, still: bool = False) -> list[str]:
    """Return the flags with which tests start this program. ``still``: only lay pages out."""
    more = [*SPARING, *(STILL if still else [])] if "shell" in Path(program).name else []
    return [*FLAGS, *more]


def vouch(page: Page) -> None:
    """Tell the page that the server has just vouched for its clock."""
    page.route("**/beat", lambda route: route.abort())
    page.goto("/leave")
    page.evaluate(VOUCHED)


@dataclass(frozen=True, slots=True)
class Visit:
    """One page in one mode on one size of screen."""

    page: str
    language: str
    mode: str
    size: str

    @property
    def address(self) -> str:
        """Return the page's address in its mode."""
        if not self.mode:
            return self.page
        return self.page.replace(f"/{self.language}/", f"/{self.language}/{self.mode}/", 1)


@dataclass(frozen=True, slots=True)
class Opened:
    """The answer at a page's address; ``fields``: its fields to type in."""

    status: int
    kind: str
    title: str
    icon: str
    fields: tuple[str, ...]

    @classmethod
    def of(cls, answer: Response) -> "Opened":
        text = answer.text()
        title, icon = TITLED.search(text), ICON.search(text)
        return cls(
            answer.status,
            answer.headers.get("content-type", ""),
            title[1] if title else "",
            icon[1] if icon else "",
            tuple(word for word in FIELDS if word in text.casefold()),
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What a visit found.

    ``wrong``: nothing, we hope. ``unsure`` names axe rules that could not decide. ``told``: console
    errors, and requests that should not have been made or answered this way. ``stops``: where Tab
    leads first.
    """

    visit: Visit
    served: Opened
    wrong: tuple[str, ...]
    unsure: tuple[str, ...]
    told: tuple[str, ...]
    stops: tuple[str, ...]


def pages(address: str) -> list[str]:
    """Return every page that the running server lists; in a quick run, every page that it could
    make, because making its list makes all pages."""
    if address in NAMES and not Run.whole:
        listed = sorted(name for name in NAMES[address]() if name.startswith("/"))
    else:
        with httpx2.Client(base_url=address, trust_env=False, timeout=60) as client:
            files = pack_files(lambda path: client.get(path).raise_for_status().json())
        listed = [file["url"] for file in files]
    return [
        url
        for url in listed
        if "." not in url.rpartition("/")[2] and not url.startswith(("/static/", "/audio/"))
    ]


def language(page: str) -> str:
    """Return the first part of a page's address; "" for the two pages without a language."""
    return "" if page in MODELESS else page.split("/")[1]


def everything(listed: list[str]) -> Iterator[Visit]:
    """Yield each page in each mode and size."""
    for page in listed:
        for mode in ("",) if page in MODELESS else MODES:
            for size in SIZES:
                yield Visit(page, language(page), mode, size)


def kind(page: str) -> str:
    """Return a page's template: its address without language and number."""
    return re.sub(r"\d+", "#", page.removeprefix(f"/{language(page)}"))


def pairwise(listed: list[str]) -> Iterator[Visit]:
    """Yield each template in each language, rotating modes and sizes so that every two values of
    template, language, mode and size occur together at least once."""
    pages_of: dict[tuple[str, str], list[str]] = {}
    for page in listed:
        if page in MODELESS:
            yield from (Visit(page, "", "", size) for size in SIZES)
        else:
            pages_of.setdefault((kind(page), language(page)), []).append(page)
    kinds, sizes = sorted({made for made, _ in pages_of}), tuple(SIZES)
    tongues = sorted({tongue for _, tongue in pages_of})
    for (made, tongue), pages_ in sorted(pages_of.items()):
        row, column = kinds.index(made), tongues.index(tongue)
        page = pages_[column % len(pages_)]  # not the same topic in every language
        yield Visit(
            page, tongue, MODES[(row + column) % len(MODES)], sizes[(row + 2 * column) % len(sizes)]
        )


def once(listed: list[str]) -> Iterator[Visit]:
    """Yield each page once: those from ``pairwise`` unchanged; others rotate modes and sizes so
    that every language occurs with every pair of them."""
    turns = list(itertools.product(MODES, SIZES))
    first = list(pairwise(listed))
    yield from first
    chosen, seen = {visit.page for visit in first}, Counter[str]()
    for page in listed:
        if page not in chosen:
            tongue = language(page)
            mode, size = turns[seen[tongue] % len(turns)]
            seen[tongue] += 1
            yield Visit(page, tongue, mode, size)


PLANS = {"pairwise": pairwise, "once": once, "everything": everything}


def planned(plan: str, listed: list[str], tongue: str = "") -> list[Visit]:
    """Return a plan's visits: all, or those in one language."""
    return [each for each in PLANS[plan](listed) if tongue in ("", each.language)]


@cache
def axe_source() -> str:
    """Return axe-core as its package ships it (`make test` installs it)."""
    return (NODE / "axe-core" / "axe.min.js").read_text("utf-8")


def _parts(result: dict[str, Any], kind: str) -> Iterator[str]:
    for rule in result[kind]:
        nodes = rule["nodes"]
        yield f"{rule['id']} ({rule['impact']}, {len(nodes)}): {nodes[0]['html'][:140]}"


def letters(page: Page) -> None:
    """Wait until the page is drawn with its own fonts, which the layout requests."""
    page.evaluate(
        "() => { document.body.offsetHeight; return document.fonts.ready.then(() => null) }"
    )


def ask(page: Page, visit: Visit, questions: str) -> tuple[list[str], list[str]]:
    """Return what is wrong with the open page at this visit's size, and what axe is unsure of."""
    resize(page, visit)
    letters(page)
    wrong: list[str] = page.evaluate(REACH)
    if questions != AXE:
        return wrong, []
    result = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [*_parts(result, "violations"), *wrong], [*_parts(result, "incomplete")]


def first_stops(page: Page) -> tuple[str, ...]:
    """Return what has the focus after one Tab and after two."""
    stops = []
    for _ in range(2):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    return tuple(stops)


def resize(page: Page, visit: Visit) -> None:
    width, height = SIZES[visit.size]
    if page.viewport_size != {"width": width, "height": height}:
        page.set_viewport_size({"width": width, "height": height})


def _listen(page: Page, here: str, told: list[str]) -> None:
    def asked(request: Request) -> None:
        if urlsplit(request.url).netloc != here:
            told.append(request.url)

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the visit had moved on to the next page
            told.append(f"{request.url}: {request.failure}")

    def answered(answer: Response) -> None:
        if answer.status >= 400:
            told.append(f"{answer.status} {answer.url}")

    page.on("console", lambda said: told.append(said.text) if complains(said) else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", asked)
    page.on("requestfailed", failed)
    page.on("response", answered)


def run(address: str, visits: list[Visit], chromium: str, questions: str) -> Iterator[Found]:
    """Make the visits in one browser. Opens a page once per mode, and goes through its sizes."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=flags(chromium, still=True)
        )
        context = browser.new_context(
            base_url=address,
            has_touch=True,
            service_workers="block",
            timezone_id="America/Los_Angeles",
        )
        context.add_init_script(VIOLATIONS)
        if "shell" in Path(chromium).name:  # a full run tests what a page requests by itself
            context.add_init_script(NOT_AHEAD)
        if questions == AXE:
            # Through the debugger: the page's own policy would refuse a script.
            context.add_init_script(axe_source())
        page, told = context.new_page(), list[str]()
        for number, (place, group) in enumerate(
            itertools.groupby(visits, key=lambda visit: visit.address)
        ):
            sizes = list(group)
            if number % FRESH_AFTER == 0:
                page.close()
                page = context.new_page()
                _listen(page, urlsplit(address).netloc, told)
            resize(page, sizes[0])  # before it is laid out
            answer = page.goto(place)
            assert answer
            served = Opened.of(answer)
            asked = [(visit, *ask(page, visit, questions)) for visit in sizes]
            stops = first_stops(page)  # last: axe needs a page that nobody has touched
            for visit, wrong, unsure in asked:
                yield Found(visit, served, tuple(wrong), tuple(unsure), tuple(told), stops)
            told.clear()
        browser.close()


def main(address: str, share: str, chromium: str, listed: str, *asked: str) -> None:
    """Visit a share, such as 0/2, of the pages in the file ``listed``; ``asked``: the plan, its
    language or "", and "axe" or ""."""
    first, shares = map(int, share.split("/"))
    plan, tongue, questions = asked
    visits = planned(plan, json.loads(Path(listed).read_text("utf-8")), tongue)
    opened = list(dict.fromkeys(visit.address for visit in visits))
    mine = set(opened[first::shares])
    kept = [visit for visit in visits if visit.address in mine]
    for found in run(address, kept, chromium, questions):
        print(msgspec.json.encode(found).decode(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
