"""Every page of the running kiosk, in every language, mode and size: which ones to open, and what
to ask of each.

Owns the plan, taken from the server's own lists, and the questions: axe-core's rules, one
Clear in reach, nothing that scrolls sideways, what the page asked for and complained of, what it was
served as and where Tab leads. Run as a program it visits one share of the plan and prints one JSON
object a line, so that the test can use every core:
``python -m tests.browser.visits URL SHARE CHROMIUM LISTED PLAN``.
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
    # A page lives for a second: what is compiled for speed is never run.
    "--js-flags=--no-opt --no-maglev",
]
# The shell of a quick run shows all in one process: a sixth less work for each new screen.
SPARING = ["--renderer-process-limit=1", "--num-raster-threads=1"]
NOT_AHEAD = "globalThis.requestIdleCallback = () => 0"
STILL = ["--disable-threaded-compositing"]  # nothing is drawn: enough where nobody touches
SIZES = {"tall": (1080, 1920), "wide": (1920, 1080), "small": (800, 480)}
PLAIN = (
    "+".join(chosen)
    for n in range(4)
    for chosen in itertools.combinations(("big", "contrast", "down"), n)
)
# No more than there are languages: pairwise would miss a pair.
MODES = (*PLAIN, "big+huge", "big+huge+contrast+down")
VOUCHED = """async () => (await caches.open("kiosk-meta"))
    .put("/clock", new Response(String(Date.now())))"""
FRESH_AFTER = 100  # addresses; what axe leaves behind in a renderer grows to gigabytes
NAMES: dict[str, Callable[[], Iterable[str]]] = {}  # what servers of this process could make
MODELESS = ("/", "/leave")  # where a visit starts and ends: always in the defaults
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {
        "color-contrast-enhanced": {"enabled": True},
        "color-contrast": {"enabled": False},  # whatever has less than that has less than the other
        "target-size": {"enabled": True},
    },
    "resultTypes": ["violations", "incomplete"],
    "selectors": False,  # a fault is told by its markup
    "preload": False,  # no rule asked here reads a style sheet
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

# Asked where its tests are to run: most of a visit is axe.
AXE = "axe"
VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`not allowed: ${event.violatedDirective} ${event.blockedURI}`))"""
FOCUSED = "() => document.activeElement.id || document.activeElement.className"
TITLED = re.compile("<title>(.*?)</title>")
ICON = re.compile('<link rel="icon" href="([^"]+)"')
FIELDS = ("<input", "<textarea", "contenteditable", "<select")


def flags(program: str | Path, *, still: bool = False) -> list[str]:
    """How tests start this program. ``still``: the shell only lays pages out."""
    more = [*SPARING, *(STILL if still else [])] if "shell" in Path(program).name else []
    return [*FLAGS, *more]


def vouch(page: Page) -> None:
    """The server has just said that the page's own clock is right, and says nothing more."""
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
        """The page's address in its mode."""
        if not self.mode:
            return self.page
        return self.page.replace(f"/{self.language}/", f"/{self.language}/{self.mode}/", 1)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a page's address is answered with; ``fields``: what is in it that can be typed in."""

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

    ``wrong``: nothing, one hopes. ``unsure`` names axe's rules that could not decide. ``told``: what
    the console complained of, and requests that should not have been made or answered so.
    ``stops``: where Tab leads first.
    """

    visit: Visit
    served: Opened
    wrong: tuple[str, ...]
    unsure: tuple[str, ...]
    told: tuple[str, ...]
    stops: tuple[str, ...]


def pages(address: str) -> list[str]:
    """Every page that the running server lists; in a quick run every page that it could make, since
    for its list all are made."""
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
    """The first part of a page's address; "" for the two that have no language of their own."""
    return "" if page in MODELESS else page.split("/")[1]


def everything(listed: list[str]) -> Iterator[Visit]:
    """Each page in each mode on each size."""
    for page in listed:
        for mode in ("",) if page in MODELESS else MODES:
            for size in SIZES:
                yield Visit(page, language(page), mode, size)


def kind(page: str) -> str:
    """The template that a page is made of: its address without language and number."""
    return re.sub(r"\d+", "#", page.removeprefix(f"/{language(page)}"))


def pairwise(listed: list[str]) -> Iterator[Visit]:
    """Each template in each language, modes and sizes taking turns so that every two values of
    template, language, mode and size meet at least once."""
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
    """Each page once: those of ``pairwise`` as they stand there, and with the others modes and sizes
    take turns, so that every language meets every pair of them."""
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


@cache
def axe_source() -> str:
    """axe-core, as its package ships it (`make test` installs it)."""
    return (NODE / "axe-core" / "axe.min.js").read_text("utf-8")


def _parts(result: dict[str, Any], kind: str) -> Iterator[str]:
    for rule in result[kind]:
        nodes = rule["nodes"]
        yield f"{rule['id']} ({rule['impact']}, {len(nodes)}): {nodes[0]['html'][:140]}"


def letters(page: Page) -> None:
    """Wait until the page is drawn with its own fonts; the layout is what asks for them."""
    page.evaluate(
        "() => { document.body.offsetHeight; return document.fonts.ready.then(() => null) }"
    )


def ask(page: Page, visit: Visit, questions: str) -> tuple[list[str], list[str]]:
    """What is wrong with the page that is open, on this visit's size, and what axe is unsure of."""
    resize(page, visit)
    letters(page)
    wrong: list[str] = page.evaluate(REACH)
    if questions != AXE:
        return wrong, []
    result = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [*_parts(result, "violations"), *wrong], [*_parts(result, "incomplete")]


def first_stops(page: Page) -> tuple[str, ...]:
    """What has the focus after Tab, and after another."""
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
        if request.failure != "net::ERR_ABORTED":  # the visits had gone on to the next page
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
    """Make the visits in one browser. A page is opened once in each mode, and turned through its
    sizes."""
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
        if "shell" in Path(chromium).name:  # a whole run meets what a page asks for by itself
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
            stops = first_stops(page)  # last: axe looks at a page that nobody touched
            for visit, wrong, unsure in asked:
                yield Found(visit, served, tuple(wrong), tuple(unsure), tuple(told), stops)
            told.clear()
        browser.close()


def main(address: str, share: str, chromium: str, listed: str, asked: str) -> None:
    """Visit a share, as 0/2, of the pages in the file ``listed``, as in "once" or "once axe"."""
    first, shares = map(int, share.split("/"))
    plan, _, questions = asked.partition(" ")
    visits = list(PLANS[plan](json.loads(Path(listed).read_text("utf-8"))))
    opened = list(dict.fromkeys(visit.address for visit in visits))
    mine = set(opened[first::shares])
    kept = [visit for visit in visits if visit.address in mine]
    for found in run(address, kept, chromium, questions):
        print(msgspec.json.encode(found).decode(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
