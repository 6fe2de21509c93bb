"""Modes in an address and in a page, by the table that the worker in the browser is held to as
well."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.edition import display_modes
from kiosk.pages.build import Page

CASES: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "modes_cases.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", CASES["split"], ids=lambda case: case["path"])
def test_an_address_tells_its_page_and_its_modes(case: dict[str, Any]) -> None:
    assert display_modes.split(case["path"]) == (case["base"], tuple(case["modes"]))


@pytest.mark.parametrize("case", CASES["address"], ids=lambda case: case["path"])
def test_a_page_in_some_modes_has_one_address(case: dict[str, Any]) -> None:
    assert display_modes.address(case["base"], tuple(case["modes"])) == case["path"]


@pytest.mark.parametrize("case", CASES["apply"], ids=lambda case: case["says"])
def test_a_page_in_some_modes_keeps_them_on_every_link(case: dict[str, Any]) -> None:
    shown = display_modes.apply(case["html"], tuple(case["modes"]))
    assert shown == case["shown"]
    assert (
        display_modes.apply(case["html"].encode(), tuple(case["modes"])) == case["shown"].encode()
    )


def test_every_page_of_the_pack_can_be_marked(book: dict[str, Page]) -> None:
    for path, page in book.items():
        if page.body.lstrip().startswith("<!doctype"):  # some parts are a piece of a page, or data
            assert page.body.count(display_modes.MARK) == 1, path
