"""The main walk on a school's screen in Firefox and in WebKit, which iPads have: with the host, and
when it has gone."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from settings.schema import Settings
from tests.browser.schools import hosts
from tests.browser.schools.conftest import HELD, PLACES
from tests.browser.schools.engines import ENGINES, ESCAPE, Engine, needs_engines
from tests.browser.schools.hosts import Host

pytestmark = needs_engines
FORM_OF = {place: place.split(", ")[::-1] for place in PLACES}
# A host is asked for nothing else once the worker has every page: nothing that says what was read.
ALLOWED = {"sw.js", "pack.json", "audio.json", "app.webmanifest", "beat"}
# Each page loads the search's scripts ahead, so they say nothing about a reader either. Firefox once
# asked the host for one of them, on a busy machine, without the worker. Why is not known.
SAYS_NOTHING = re.compile(r"/static/(?:find|search)\.[0-9a-f]+\.js$")
WALK = (
    (".start", "/en/"),
    ('main a[href$="/en/t/7"]', "/en/t/7"),
    (".rows li:nth-child(2) .row", "/en/t/*"),
    (".help-acts a:not(.print)", "/en/r/*"),
    ('[data-toggle="big"]', "/en/big/r/*"),
    ('.pill[hreflang="es"]', "/es/big/r/*"),
    ('[data-toggle="contrast"]', "/es/big+contrast/r/*"),
    (".talk", "/es/big+contrast/now"),
    ("#clear", "/leave"),
)
STANDS = """(() => {
    const box = document.querySelector("#clear").getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return top?.closest("#clear") && document.documentElement.scrollWidth <= innerWidth
        && document.styleSheets[0].cssRules.length > 9;
})()"""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with ENGINES[request.param]() as started:
        yield started


@pytest.fixture(params=PLACES)
def place(
    request: pytest.FixtureRequest, district: Settings, tmp_path: Path
) -> Iterator[tuple[Host, str]]:
    """A school of a form, whose host the test stops."""
    form, name = FORM_OF[request.param]
    made = partial(request.getfixturevalue, "made")
    with hosts.of(form, district, made, tmp_path) as host:
        yield host, name


def at(engine: Engine, base: str, path: str) -> None:
    """Wait for a page of the school, drawn as it should be; a path that ends in * is its begin.

    Of a host that sends no cache-control WebKit shows School info as it was sent first, a folder's
    index, without asking the worker.
    """
    place = f"{base}{path}".rstrip("/*")
    here = "location.href.split('#')[0].replace(/\\/$/, '')"
    is_there = f"{here}.startsWith('{place}/')" if path[-1] == "*" else f"{here} === '{place}'"
    engine.until(f"{is_there} && {STANDS}", f"{path} is shown")


@pytest.mark.either("place")
def test_a_visit_in_another_engine_ends_as_in_chromium_with_the_host_and_without_it(
    engine: Engine, place: tuple[Host, str]
) -> None:
    host, name = place
    base = host.school(name)
    engine.goto(f"{base}/leave")
    engine.until(f"await ({HELD % (f'{host.root}/{name}', 0)})()", "every language is there")
    engine.goto(f"{base}/leave")
    at(engine, base, "/leave")
    entries, told = engine.evaluate("() => history.length"), len(host.asked())

    for selector, path in WALK:
        if selector.startswith(".pill"):
            engine.tap("[popovertarget]")
        engine.tap(selector)
        at(engine, base, path)
    assert engine.evaluate("() => history.length") == entries
    asked = {path for path in host.asked()[told:] if not SAYS_NOTHING.search(path)}
    assert {path for path in asked if path.rpartition("/")[2] not in ALLOWED} == set()
    engine.back()  # to School info as it was opened first, or to before the screen was opened
    is_left = f"location.protocol === 'about:' || location.href.startsWith('{base}/leave')"
    # A page that the browser kept stays hidden and goes by itself: that would end the next visit.
    is_new = "!document.body.classList.contains('gone')"
    engine.until(f"({is_left}) && {is_new}", "nothing of the visit is there")

    host.stop()
    engine.goto(f"{base}/es/big+contrast/now")
    at(engine, base, "/es/big+contrast/now")
    room = hosts.TWO[name]
    seen = "() => [document.documentElement.dataset.mode, document.body.textContent]"
    mode, text = engine.evaluate(seen)
    assert mode == "big contrast"
    assert room in text
    engine.goto(f"{base}/ar/r/121")
    at(engine, base, "/ar/r/121")
    assert engine.evaluate("() => getComputedStyle(document.body).direction") == "rtl"
    engine.goto(f"{base}/en/search")
    at(engine, base, "/en/search")
    engine.tap("#q")
    for letter in "protect":
        engine.press(letter)
    found = f"document.querySelector('.results a[href=\"{host.root}/{name}/en/r/172\"]')"
    engine.until(found, "its partner is found")
    engine.press(ESCAPE)
    at(engine, base, "/leave")
    engine.goto(f"{base}/nothing")
    at(engine, base, "/leave")
