"""Measures pages in real Chromium: first paint after a tap, size, touch, Clear, Lighthouse.

Alternates with a bare 15 KB page. ``python -m bench.paint``, part of `make bench`.
"""

import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx2
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench import servers
from tests.browser.lighthouse import scores

Row = tuple[str, str, str]
FLAGS = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking"]
TAPS, WARM = 24, 4  # pairs of taps; the first ones are not counted
COLD = 15  # fresh profiles
VISITS = 5  # fresh profiles in which we wait for the worker
SETTLE = 400  # milliseconds: kiosk.js ignores earlier touches; the bare page waits as long
SLOWER = (1, 6)
# Reads the clock in the old page and in the new one: both count from the same epoch.
TAP = """href => {
    const at = performance.timeOrigin + performance.now();
    document.querySelector(`a[href="${href}"]`).click();
    return at;
}"""
PAINT = """async () => {
    for (;;) {
        const paint = performance.getEntriesByName("first-contentful-paint")[0];
        if (paint) return performance.timeOrigin + paint.startTime;
        await new Promise(resolve => setTimeout(resolve, 4));
    }
}"""
# For taps that stay in one document: the time until the new page's heading is presented, which
# corresponds to a document's first contentful paint.
SWAP = """href => new Promise(resolve => {
    const at = performance.now();
    const seen = new PerformanceObserver(list => {
        seen.disconnect();
        resolve(list.getEntries()[0].renderTime - at);
    });
    seen.observe({ type: "element" });
    document.addEventListener("page", () => {
        document.querySelector("main h1").setAttribute("elementtiming", "seen");
    }, { once: true });
    document.querySelector(`a[href="${href}"]`).click();
})"""
# The requests that the home page makes until it is loaded, including itself and its icon. It only
# fetches pages for later taps after that, when idle.
ASKED = """() => {
    const [page] = performance.getEntriesByType("navigation");
    const asked = performance.getEntriesByType("resource")
        .filter(({ startTime }) => startTime < page.loadEventStart).map(({ name }) => name);
    const fonts = asked.filter((name) => name.endsWith(".woff2")).length;
    return [1 + asked.length - fonts, fonts];
}"""
REST = """() => new Promise(resolve => {
    let count = -1;
    const look = () => {
        const now = performance.getEntriesByType("resource").length;
        if (now === count) return resolve();
        count = now;
        setTimeout(look, 250);
    };
    look();
})"""


def opened(page: Page, href: str) -> float:
    """Return milliseconds from a tap on the link to the first paint of its document."""
    at = float(page.evaluate(TAP, href))
    page.wait_for_url(f"**{href}")
    return float(page.evaluate(PAINT)) - at


def swapped(page: Page, href: str) -> float:
    """Return the same time for a tap that stays in the document."""
    return float(page.evaluate(SWAP, href))


def screen(browser: Browser, *, worker: bool = False) -> BrowserContext:
    """Open a fresh profile."""
    return browser.new_context(
        viewport={"width": 1080, "height": 1920}, service_workers="allow" if worker else "block"
    )


def slow(page: Page, slower: int) -> None:
    """Make the page's processor seem slower."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})


def in_memory(browser: Browser, ours: str, bare: str, slower: int, *, worker: bool) -> list[float]:
    """Return medians over taps back and forth, alternating the page in memory and the bare page."""
    contexts = screen(browser, worker=worker), screen(browser)
    page, floor = (context.new_page() for context in contexts)
    page.goto(f"{ours}/en/")
    floor.goto(f"{bare}/bare/a")
    if worker:
        page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=300_000)
        page.reload()
    for each in (page, floor):
        slow(each, slower)
    times: tuple[list[float], list[float]] = [], []
    for there, other in [("/en/now", "/bare/b"), ("/en/", "/bare/a")] * (TAPS // 2):
        page.evaluate(REST)
        times[0].append(swapped(page, there))
        times[1].append(opened(floor, other))
    for context in contexts:
        context.close()
    return [statistics.median(each[WARM:]) for each in times]


def cold(browser: Browser, ours: str, bare: str, slower: int) -> list[float]:
    """Return medians of the first tap in fresh profiles, as soon as the page accepts touches."""
    times: tuple[list[float], list[float]] = [], []
    for _ in range(COLD):
        for number, (start, href, tap) in enumerate(
            ((f"{ours}/en/", "/en/now", swapped), (f"{bare}/bare/a", "/bare/b", opened))
        ):
            context = screen(browser)
            page = context.new_page()
            slow(page, slower)
            page.goto(start)
            page.wait_for_timeout(SETTLE)
            page.wait_for_selector("body:not(.new)", state="attached")
            times[number].append(tap(page, href))
            context.close()
    return [statistics.median(each) for each in times]


def started(browser: Browser, ours: str, bare: str, slower: int) -> list[float]:
    """Return medians for Start, the visit's only document load, which the worker answers."""
    contexts = screen(browser, worker=True), screen(browser)
    page, floor = (context.new_page() for context in contexts)
    page.goto(f"{ours}/en/")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=300_000)
    floor.goto(f"{bare}/bare/a")
    for each in (page, floor):
        slow(each, slower)
    times: tuple[list[float], list[float]] = [], []
    for other in ["/bare/b", "/bare/a"] * (TAPS // 2):
        page.goto(f"{ours}/leave")
        page.evaluate(REST)
        times[0].append(opened(page, "/en/"))
        times[1].append(opened(floor, other))
    for context in contexts:
        context.close()
    return [statistics.median(each[WARM:]) for each in times]


# Touches Clear and checks what is left in one evaluation, so that nothing can happen in between.
CLEAR = """() => {
    const start = performance.now();
    document.querySelector("#clear").dispatchEvent(
        new PointerEvent("pointerdown", { isPrimary: true, button: 0, bubbles: true }));
    return document.body.innerText.trim() === "" ? performance.now() - start : -1;
}"""
# From the touch to the frame that shows it, as reported by the browser (Event Timing, in steps of
# 8 ms).
SEEN = """() => new Promise(resolve => {
    new PerformanceObserver(list => {
        const touch = list.getEntries().find(entry => entry.name === "pointerdown");
        if (touch) resolve(touch.duration);
    }).observe({ type: "event", durationThreshold: 16, buffered: true });
    setTimeout(() => resolve(16), 3000); // shorter than what is reported
})"""


def wait_for_pack(address: str) -> None:
    """Wait until the verified pack replaces the built-in pages."""
    with httpx2.Client(base_url=address, trust_env=False, timeout=60) as http:
        while 'class="tiles"' not in http.get("/en/").text:
            time.sleep(1)


def first_page(address: str) -> tuple[int, int]:
    """Return the first page's bytes, sent and unpacked: with scripts and styles, without fonts."""
    with httpx2.Client(base_url=address, trust_env=False) as http:
        sent = unpacked = 0
        page = http.get("/")
        for url in ["/", *re.findall(r'"(/static/[^"]+\.(?:js|css|svg))"', page.text)]:
            answer = http.get(url, headers={"accept-encoding": "gzip"})
            sent += int(answer.headers["content-length"])
            unpacked += len(answer.content)
    return sent, unpacked


def first_visit(browser: Browser, address: str) -> Iterator[Row]:
    """Measure a fresh profile's requests until home is loaded, and when its worker takes over."""
    asked, protected = set[tuple[int, int]](), list[float]()
    for _ in range(VISITS):
        context = screen(browser, worker=True)
        page = context.new_page()
        start = time.monotonic()
        page.goto(f"{address}/en/")
        plain, fonts = page.evaluate(ASKED)
        asked.add((int(plain), int(fonts)))
        page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=300_000)
        protected.append(time.monotonic() - start)
        context.close()
    plain, fonts = max(asked)
    yield "requests of a cold home / of fonts beside them", f"{plain} / {fonts}", "<= 8"
    seconds = f"{statistics.median(protected):.1f} s"
    yield "the worker protects the first language", seconds, "<= 5 s"


def touched(browser: Browser, address: str, slower: int) -> tuple[float, float]:
    """Return median milliseconds until a tile shows a touch, and until Clear hides a card."""
    context = browser.new_context(
        viewport={"width": 1080, "height": 1920},
        has_touch=True,
        service_workers="block",
        base_url=address,
    )
    page = context.new_page()
    seen, hidden = [], []
    for _ in range(7):
        page.goto("/en/")
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        box = page.locator(".tile").nth(2).bounding_box()
        assert box is not None
        points = [{"x": box["x"] + 50, "y": box["y"] + 50}]
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})
        seen.append(float(page.evaluate(SEEN)))
        session.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})
        page.goto("/en/r/121")
        hidden.append(float(page.evaluate(CLEAR)))
        page.wait_for_url("**/leave")
    context.close()
    return statistics.median(seen), max(hidden)


def taps(browser: Browser, ours: str, bare: str, slower: int) -> Iterator[Row]:
    """Yield the tap-to-paint rows, each compared with the bare page in the same minutes."""
    at = f"processor {slower} x slower"
    near = "<= 0.5" if slower == 1 else "<= 0.7"
    ways: tuple[tuple[str, Callable[..., list[float]], str], ...] = (
        ("page in memory, worker", partial(in_memory, worker=True), near),
        ("page in memory, no worker", partial(in_memory, worker=False), near),
        ("first tap of a fresh profile", cold, "<= 1.0"),
        ("Start, from the worker", started, ""),
    )
    for what, way, wanted in ways:
        kiosk, floor = way(browser, ours, bare, slower)
        name = f"tap to paint, {at}: {what} (bare: {floor:.0f} ms)"
        yield name, f"{kiosk / floor:.2f}", wanted


def table() -> Iterator[Row]:
    """Yield each measurement's name, figure and target."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        ours, bare = servers.free_port(), servers.free_port()
        environ = {
            "PORCHLIGHT_SERVER__PORT": str(ours),
            "PORCHLIGHT_SERVER__DATA_DIR": str(Path(folder) / "data"),
        }
        with (
            servers.running(["server.py"], ours, environ),
            servers.running(servers.bare(bare), bare, {}),
        ):
            address = f"http://127.0.0.1:{ours}"
            wait_for_pack(address)
            sent, unpacked = first_page(address)
            size = f"{sent:,} / {unpacked:,} B"
            yield "first page without fonts, as sent / unpacked", size, "< 60 KB"
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            yield from first_visit(browser, address)
            for slower in SLOWER:
                yield from taps(browser, address, f"http://127.0.0.1:{bare}", slower)
                seen, hidden = touched(browser, address, slower)
                touch = f"a touch is seen, {slower} x slower (steps of 8 ms)"
                yield touch, f"{seen:.0f} ms", "<= 100 ms"
                clear = f"Clear has hidden a card, {slower} x slower, longest"
                yield clear, f"{hidden:.1f} ms", "<= 50 ms"
            browser.close()
            found = scores(f"{address}/")
            for name in ("performance", "accessibility", "best-practices", "layout-shift"):
                wanted = "0" if name == "layout-shift" else "100"
                yield f"Lighthouse {name}", f"{found[name]:g}", wanted


def main() -> None:
    """Print each row as soon as it is measured: later ones may fail."""
    for name, figure, wanted in table():
        print(f"{name:<72} {figure:>20}  wanted {wanted}", flush=True)


if __name__ == "__main__":
    main()
