"""Two rules live twice, in Python for the server and in JavaScript for a screen without one: they
must agree."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from content.model.pack import Pack
from kiosk import offline, search
from kiosk.edition.assets import STATIC
from settings.schema import Kiosk
from tests.search_table import CASES as TABLE
from tests.search_table import says
from tests.shipped import pack as shipped

CASES = Path(__file__).parents[1] / "kiosk"
WORKER = Path(offline.__file__).with_name("sw.js")
TAGS = ("en", "es")
LINE = "+19168755437"  # of a county: without one its card is not found


def run(browser: Browser, source: Path, expression: str, argument: object) -> Any:
    """What a script's functions answer, asked on an empty page."""
    page = browser.new_page()
    try:
        page.evaluate(
            source.read_text(encoding="utf-8").replace('"use strict";', "") + ";undefined"
        )
        return page.evaluate(expression, argument)
    finally:
        page.close()


def test_the_worker_s_modes_are_those_of_the_server(browser: Browser) -> None:
    table = json.loads((CASES / "modes_cases.json").read_text(encoding="utf-8"))
    paths = [case["path"] for case in table["split"]]
    pages = [[case["html"], case["modes"]] for case in table["apply"]]

    split = run(browser, WORKER, "paths => paths.map((path) => split(path))", paths)
    applied = run(
        browser, WORKER, "pages => pages.map(([html, modes]) => apply(html, modes))", pages
    )

    assert split == [[case["base"], case["modes"]] for case in table["split"]]
    assert applied == [case["shown"] for case in table["apply"]]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return shipped()


def both(
    browser: Browser, pack: Pack, asked: list[tuple[str, str]]
) -> tuple[list[list[str]], list[list[str]]]:
    """What server and page find for each question, as addresses."""
    indexes = search.indexes(pack, sorted({*TAGS, *pack.texts}), county_line=LINE)
    words = indexes[TAGS[0]].words()
    by_server = [[hit.href for hit in indexes[tag].find(typed)] for tag, typed in asked]
    script = "([words, asked]) => { const find = finder(words); return asked.map((typed) => find(typed)); }"
    numbers = run(browser, STATIC / "find.js", script, [words, [typed for _tag, typed in asked]])
    found = zip(asked, numbers, strict=True)
    return by_server, [[indexes[tag].hits[at].href for at in each] for (tag, _typed), each in found]


def test_search_finds_what_the_table_says_in_the_page_as_on_the_server(
    browser: Browser, pack: Pack
) -> None:
    for answers in both(browser, pack, [(case["language"], case["typed"]) for case in TABLE]):
        for case, found in zip(TABLE, answers, strict=True):
            assert says(case, found), (case, found)


@pytest.mark.slow
def test_search_in_the_page_ranks_as_the_server_does(browser: Browser, pack: Pack) -> None:
    titles = [
        texts[key]
        for texts in pack.texts.values()
        for key in texts
        if key.endswith((":title", ":name"))
    ]
    long = [word for title in titles for word in title.split() if len(word) > 5]
    asked = [
        *titles[::7],
        *(word[:2] + word[3:] for word in long[::9]),
        *(word[:4] for word in long[::11]),
    ]

    by_server, by_page = both(browser, pack, [("en", typed) for typed in asked])

    differing = [
        (typed, s, p) for typed, s, p in zip(asked, by_server, by_page, strict=True) if s != p
    ]
    assert differing == []
    assert len([found for found in by_page if found]) > len(asked) // 2


def test_the_worker_s_script_is_filled_in() -> None:
    script = offline.worker(Kiosk())
    assert "@@" not in script
    assert "988" in script
