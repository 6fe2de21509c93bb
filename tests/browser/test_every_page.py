"""Every page there is, asked by axe-core and by us: each template in the quick run, each page in the
other. One visit of a page answers for all tests of this file."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from queue import SimpleQueue

import msgspec
import pytest

from kiosk.pages import sensitive_words
from tests.browser import visits
from tests.browser.conftest import Visit, engine
from tests.browser.test_languages import LANGUAGES
from tests.browser.visits import Found
from tests.running import ROOT
from tests.selection import EVERY_VISIT, Run, Some

# Also beside other workers of pytest-xdist: this takes longest.
SHARES = max(1, min(4, os.cpu_count() or 1))

# What axe cannot decide by itself: the contrast of words that scroll away under the bar, or stand
# beside the edge of Clear, which lies above the page. Case 24 measures contrast from the colours as
# rendered.
UNSURE = {"color-contrast-enhanced"}
TITLE = "Student Info Desk"
WHOLE = "everything" if EVERY_VISIT else "once"


class Crawl:
    """The visits of a plan: made while the first test asks for them, kept for the others."""

    def __init__(self, plan: Iterable[visits.Visit], made: Iterator[Found]) -> None:
        self.plan = set(plan)
        self._made, self._kept = made, list[Found]()

    def __iter__(self) -> Iterator[Found]:
        """One after the other; at the end it is known that none was left out."""
        for place in itertools.count():
            if place == len(self._kept):
                found = next(self._made, None)
                if found is None:
                    break
                self._kept.append(found)
            yield self._kept[place]
        assert {each.visit for each in self._kept} == self.plan


Plans = Callable[..., Crawl]


@pytest.fixture(scope="module")
def listed(server: str) -> list[str]:
    return visits.pages(server)


@pytest.fixture(scope="module")
def plans(
    server: str,
    listed: list[str],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Plans]:
    """What is found on the visits of a plan, or of its part in one language.

    axe is asked where one of its tests is to run."""
    file = tmp_path_factory.mktemp("visits") / "listed.json"
    file.write_text(json.dumps(listed))
    questions = visits.AXE if any("axe" in item.name for item in request.session.items) else ""
    begun = []

    @cache
    def made(plan: str, tongue: str = "") -> Crawl:
        begun.append(_made(server, file, plan, tongue, questions))
        return Crawl(visits.planned(plan, listed, tongue), begun[-1])

    yield made
    for each in begun:
        each.close()


@pytest.fixture
def visited(plans: Plans) -> Crawl:
    """Every page in a whole run, in others a page of each template in each language."""
    return plans(WHOLE if Run.whole else "pairwise")


def test_case_21_axe_finds_nothing_in_any_template_with_any_pair_of_language_mode_and_size(
    visited: Crawl, listed: list[str]
) -> None:
    pairwise = set(visits.pairwise(listed))
    _sound(each for each in visited if each.visit in pairwise)
    assert pairwise <= visited.plan
    values = {
        (visits.kind(visit.page), visit.language, visit.mode, visit.size)
        for visit in pairwise
        if visit.language
    }
    for first, second in itertools.combinations(range(4), 2):
        met = {(row[first], row[second]) for row in values}
        known = [{row[place] for row in values} for place in (first, second)]
        assert met == set(itertools.product(*known))


@pytest.mark.slow
@pytest.mark.parametrize("tongue", LANGUAGES)
def test_case_21_axe_finds_nothing_on_any_page_in_any_language(
    plans: Plans, listed: list[str], some: Some, tongue: str
) -> None:
    """Each page once; each in every mode and size where PORCHLIGHT_EVERY_VISIT is 1.

    A run of a tenth asks for one language or two, because all of them take longer than a test may.
    """
    found = plans(WHOLE) if Run.whole else plans("once", tongue)
    own = [each for each in found if each.visit.language == tongue]
    _sound(own)
    made = {each.visit for each in own}
    some.covered(_summary(tongue, made))
    assert {visit.page for visit in made} == {
        page for page in listed if visits.language(page) == tongue
    }
    assert {(v.mode, v.size) for v in made} == set(itertools.product(visits.MODES, visits.SIZES))


def test_case_6_a_crawl_of_every_page_makes_no_request_elsewhere_no_csp_report_no_console_error(
    visited: Crawl, listed: list[str]
) -> None:
    assert [f"{each.visit.address}: {each.told}" for each in visited if each.told] == []
    assert len(listed) > 1000, "the pack lists hardly any page: this crawl proves nothing"


def test_case_7_every_page_has_the_same_title_and_no_topic_word_in_title_address_or_print_job_name(
    visited: Crawl, visit: Visit, listed: list[str]
) -> None:
    assert len(listed) > 200
    assert [place for place in listed if sensitive_words.named(place)] == []
    for each in visited:
        place, served = each.visit.address, each.served
        assert sensitive_words.named(place) == ""
        assert served.title == TITLE, place
        assert "icon" in served.icon, place
    assert sensitive_words.named(TITLE) == ""
    page = visit()
    for place in ("/en/r/122/print", "/es/r/122/sheet", "/en/adults/now"):
        page.goto(place)
        page.evaluate("() => { globalThis.print = () => { globalThis.job = document.title } }")
        page.locator("#print").tap()
        assert page.evaluate("globalThis.job") == TITLE  # a print job is called by the title


def test_case_9_no_page_but_search_has_anything_to_type_in(
    visited: Crawl, listed: list[str]
) -> None:
    assert len(listed) > 100
    for each in visited:
        if not each.visit.page.endswith("/search"):
            assert each.served.kind.startswith("text/html"), each.visit.address
            assert each.served.fields == (), each.visit.address


def test_case_14_clear_is_the_second_tab_stop_after_skip_on_every_page(
    visited: Crawl, listed: list[str]
) -> None:
    assert len(listed) > 50
    for each in visited:
        assert each.stops == ("skip", "clear"), each.visit.address


def _sound(found: Iterable[Found]) -> None:
    """None with a fault."""
    asked = list(found)
    assert [
        f"{each.visit.address} {each.visit.size}: {each.wrong}" for each in asked if each.wrong
    ] == []
    assert {
        each.visit.address: each.served.status for each in asked if each.served.status != 200
    } == {}
    assert [f"{each.visit.address}: {each.told}" for each in asked if each.told] == []
    assert {rule.split(" ")[0] for each in asked for rule in each.unsure} <= UNSURE


def _made(address: str, listed: Path, *asked: str) -> Generator[Found, None, None]:
    """Each visit when it is made: all shares at once, each in a process with a browser of its own."""
    lines, reading = SimpleQueue[bytes](), SHARES

    def read(process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout
        for line in process.stdout:
            lines.put(line)
        lines.put(b"")  # the end

    with ExitStack() as stack, ThreadPoolExecutor(SHARES) as readers:
        processes = []
        for share in range(SHARES):
            words = ["-m", "tests.browser.visits", address, f"{share}/{SHARES}", str(engine())]
            started = subprocess.Popen(
                [sys.executable, *words, str(listed), *asked],
                cwd=ROOT,
                stdout=subprocess.PIPE,
            )
            processes.append(stack.enter_context(started))
            readers.submit(read, started)
        try:
            while reading:
                if line := lines.get():
                    yield msgspec.json.decode(line, type=Found)
                else:
                    reading -= 1
            assert [process.wait() for process in processes] == [0] * SHARES
        finally:
            for process in processes:
                process.terminate()  # where a test failed, and none asks for the rest


def _summary(tongue: str, made: set[visits.Visit]) -> str:
    pages = len({visit.page for visit in made})
    return (
        f"{tongue}: {len(made)} visits to all {pages} pages, in {len(visits.MODES)} modes on"
        f" {len(visits.SIZES)} sizes"
    )
