"""The screen with script switched off: everything but speed works by plain links."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES, Visit
from tests.browser.watch import tap

MODE = "() => document.documentElement.dataset.mode"


def in_spanish(page: Page, url: str) -> None:
    if not page.locator('.pill[hreflang="es"]').first.is_visible():
        page.locator("[popovertarget]").tap()
    tap(page, '.pill[hreflang="es"]', url)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.slow
def test_case_36_script_off_home_topic_card_leave_language_and_size_by_links(
    visit: Visit, size: str
) -> None:
    page = visit(size, script=False)
    page.goto("/en/")
    tap(page, '[data-toggle="big"]', "**/en/big/")
    expect(page.locator("html")).to_have_attribute("data-mode", "big")
    tap(page, '.tile[href="/en/big/t/7"]', "**/en/big/t/7")
    tap(page, ".rows li:nth-child(2) .row", "**/en/big/t/**")
    tap(page, ".help-acts a:not(.print)", "**/en/big/r/**")
    in_spanish(page, "**/es/big/r/**")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    tap(page, '[data-toggle="contrast"]', "**/es/big+contrast/r/**")
    tap(page, '[data-toggle="big"]', "**/es/big+huge+contrast/r/**")
    tap(page, '[data-toggle="big"]', "**/es/contrast/r/**")
    tap(page, "#clear", "**/leave")
    tap(page, '.start[lang="en"]', "**/en/")
    expect(page.locator("html")).to_have_attribute("data-mode", "")


def test_case_36_script_off_search_keeps_language_and_size_and_puts_no_word_in_an_address(
    visit: Visit,
) -> None:
    page = visit(script=False)
    page.goto("/es/big/search")
    page.locator("#q").fill("traficking")
    with page.expect_navigation():
        page.locator("form button").first.tap()
    expect(page.locator(".results .row").first).to_have_attribute(
        "href", re.compile(r"^/es/big/[rt]/\d+$")
    )
    assert page.url.endswith("/es/big/search")
