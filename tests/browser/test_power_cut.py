"""Case 35: the power fails in the middle of an update. What starts again shows one whole pack,
every time."""

import contextlib
import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from tests.browser.power import Relay, Screen
from tests.browser.stage import FIRST, SECOND, WHOLE, install, until
from tests.browser.test_offline import school
from tests.browser.visits import language
from tests.running import Server, environment, pack_files, prepared, serving
from tests.selection import EVERY_VISIT, Some

# Fifty for an hour where every visit is made, too. The last of them fall after the last file: into
# the switch itself.
CUTS, LAST = (50, 4) if EVERY_VISIT else (12, 2)
SLOW = 240  # seconds after which a busy machine is no excuse
PLACES = ("/leave", "/en/", "/es/r/121", "/en/big/t/32", "/es/now")
FEW = ("/leave", "/en/", "/en/big/r/121")  # half of the files, in one language


class House:
    """A browser with a profile of its own, and a server for each of the two packs. Both can lose
    their power."""

    def __init__(self, playwright: Playwright, folder: Path, places: tuple[str, ...]) -> None:
        self.places = places
        self.relay = Relay()
        self.screen = Screen(playwright, folder / "profile")
        self.servers: dict[str, Server] = {}
        self._playwright, self._folder = playwright, folder
        self._running: dict[str, contextlib.ExitStack] = {}

    def start(self, name: str) -> Server:
        """The server of this pack, from now on or again."""
        stack = self._running[name] = contextlib.ExitStack()
        data = self._folder / name.split(maxsplit=1)[0]
        tongues = sorted({language(place) for place in self.places} - {""})
        fewer = {"PORCHLIGHT_KIOSK__LANGUAGES": json.dumps(tongues)}
        environ = environment(data, PORCHLIGHT_KIOSK__SCHOOL=name, **fewer)
        self.servers[name] = stack.enter_context(serving(prepared(environ)))
        return self.servers[name]

    def changes(self) -> set[str]:
        """The files of an update: those that the one pack has and the other has not."""
        first, second = (
            {(file["url"], file["sha256"]) for file in _files(server)}
            for server in self.servers.values()
        )
        return {url for url, _hash in second - first}

    def update(self, name: str, *, stalls_at: int = 0) -> None:
        """School info is shown, and behind the relay the server has this pack."""
        self.relay.upstream = self.servers[name].port
        self.relay.arm(stalls_at)
        self.screen.page.goto(f"{self.relay.address}/leave")

    def power_cut(self, name: str) -> None:
        """SIGKILL to the browser and to the server that has this pack; the browser alone starts
        again."""
        self.screen.kill()
        self.servers[name].process.kill()
        self._running.pop(name).close()
        self.relay.release()
        self.relay.upstream = 0
        self.screen = Screen(self._playwright, self._folder / "profile")

    def wait_for(self, name: str) -> None:
        """Until School info opened itself anew with this pack."""
        shown = f"() => document.body.textContent.includes('{name}')"
        until(self.screen.page, shown, "the new pack is shown", seconds=SLOW)

    def schools(self, page: Page) -> set[str]:
        """Which packs a walk through the screen shows."""
        seen = set()
        for place in self.places:
            page.goto(self.relay.address + place)
            seen.add(school(page))
        return seen

    def close(self) -> None:
        self.screen.kill()
        for stack in self._running.values():
            stack.close()
        self.relay.close()


@pytest.fixture
def house(playwright: Playwright, tmp_path: Path, some: Some) -> Iterator[House]:
    made = House(playwright, tmp_path, PLACES if some.whole else FEW)
    try:
        yield made
    finally:
        made.close()


def test_case_35_power_cut_in_the_middle_of_an_update_restart_serves_one_whole_version(
    house: House, some: Some
) -> None:
    relay = house.relay
    relay.upstream = house.start(FIRST).port
    install(house.screen.page, f"{relay.address}/en/")
    house.start(SECOND)
    files = len(house.changes())
    held, coming = FIRST, SECOND

    cuts = some(enumerate(_numbers(files)), 1)
    some.covered(f"{len(cuts)} power cuts within {files} files of an update")
    for cut, number in cuts:
        house.update(coming, stalls_at=number)
        if number:
            assert relay.stalled.wait(SLOW), f"file {number} of {files} was not asked for"
        else:
            _wait(relay, files, then=(cut - CUTS + LAST) * 0.4)
        house.power_cut(coming)

        page = house.screen.page  # and the server is not there yet
        assert len(house.schools(page)) == 1, f"cut {cut} at file {number} of {files}"
        assert page.evaluate(WHOLE) == [], f"cut {cut} at file {number} of {files}"
        _whole_from(house.start(coming))
        house.update(coming)
        house.wait_for(coming)
        # Our profile is wiped at each start.
        assert house.schools(house.screen.wiped()) == {coming}
        print(f"cut {cut}: at file {number} of {files}", flush=True)
        held, coming = coming, held


def _numbers(files: int) -> Iterator[int]:
    """The files to stall at, from the first to the last; 0: let all of them through."""
    inside = CUTS - LAST
    yield from (1 + at * (files - 1) // max(1, inside - 1) for at in range(inside))
    yield from (0 for _ in range(LAST))


def _wait(relay: Relay, files: int, *, then: float) -> None:
    end = time.monotonic() + SLOW
    while relay.count() < files:
        assert time.monotonic() < end, f"{relay.count()} of {files} files were asked for"
        time.sleep(0.01)
    time.sleep(then)


def _files(server: Server) -> list[dict[str, str]]:
    return pack_files(lambda path: server.http.get(path).json())


def _whole_from(server: Server) -> None:
    """The restarted server serves one whole version."""
    for file in _files(server):
        body = server.http.get(file["url"]).content
        assert hashlib.sha256(body).hexdigest() == file["sha256"], file["url"]
