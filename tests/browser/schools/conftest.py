"""A screen of a school of each form, with its worker: tests open pages below the school's address."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from settings.schema import Settings
from tests.browser.conftest import Visit, close, touch_screen
from tests.browser.schools import hosts
from tests.browser.schools.hosts import FORMS, TWO, Host
from tests.browser.stage import until
from tests.browser.visits import NOT_AHEAD

PLACES = tuple(f"{school}, {form}" for form in FORMS for school in TWO)
# The first language is held; "whole": every language.
HELD = """async () => {
    const base = "%s";
    const name = await (await (await caches.open("kiosk-meta" + base)).match("/current"))?.text();
    const record = name && await (await caches.open("pages" + base)).match("/pack.json?" + name);
    return record ? (await record.json()).more.length <= %d : false;
}"""
Show = Callable[[str], Host]


@pytest.fixture(scope="package")
def district(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of forty schools, and their files. Only slow tests open more than four
    languages, and a screen takes its time to store each."""
    is_slow = any(item.get_closest_marker("slow") for item in request.session.items)
    return hosts.table(tmp_path_factory.mktemp("district"), "" if is_slow else "en,es,ar,vi")


@pytest.fixture(scope="package")
def made(district: Settings) -> Path:
    """Their screens as files. Copy the folder to change it."""
    folder = district.server.data_dir / "kiosk"
    hosts.exported(district, folder)
    return folder


@pytest.fixture(scope="package")
def shown(
    district: Settings, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Show]:
    """Shows the schools in a form, until the tests of this package end."""
    with ExitStack() as stack:

        @cache
        def show(form: str) -> Host:
            made = partial(request.getfixturevalue, "made")
            scratch = tmp_path_factory.mktemp(form)
            return stack.enter_context(hosts.of(form, district, made, scratch))

        yield show


@pytest.fixture(params=FORMS)
def host(request: pytest.FixtureRequest, shown: Show) -> Host:
    return shown(request.param)


@pytest.fixture(params=PLACES)
def school(request: pytest.FixtureRequest, shown: Show) -> tuple[Host, str]:
    """One of two schools in each form."""
    name, form = request.param.split(", ")
    return shown(form), name


@pytest.fixture
def visit(browser: Browser, school: tuple[Host, str]) -> Iterator[Visit]:
    """Opens a fresh touch screen of a school, as tests/browser/conftest.py opens the only one."""
    host, name = school
    contexts: list[BrowserContext] = []

    def opened(size: str = "tall", *, script: bool = True, ahead: bool = False) -> Page:
        context = touch_screen(browser, size, None, script=script)
        contexts.append(context)
        page = context.new_page()
        if script:
            install(page, host, name, whole=False)
            if not ahead:
                context.add_init_script(NOT_AHEAD)
            page.close()  # what its history holds is no part of a test
            page = context.new_page()
        below(page, host.school(name))
        return page

    yield opened
    for context in contexts:
        close(context)


def install(page: Page, host: Host, name: str, *, whole: bool = True) -> None:
    """Open School info, and wait until the worker has every language, or the first."""
    page.goto(f"{host.school(name)}/leave")
    held = HELD % (f"{host.root}/{name}", 0 if whole else 99)
    until(page, held, "the pages are there")
    page.goto(f"{host.school(name)}/leave")


def below(page: Page, base: str) -> None:
    """From now on this page opens addresses below that of its school."""
    go = page.goto

    def goto(place: str, **how: Any) -> Any:
        return go(base + place if place.startswith("/") else place, **how)

    setattr(page, "goto", goto)  # noqa: B010  mypy would refuse an assignment
