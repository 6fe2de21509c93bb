"""The page where one person hides a hotline at once, and where a second person shows it again.

A county's child-abuse line needs a second person both times. The fixed crisis lines always stay.
"""

from asyncio import sleep
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from content.model.pack import Pack
from content.releases.generations import BusyError
from content.releases.state import State
from content.review import hold_policy
from content.review.withdraw import COUNTY
from kiosk.desk import passphrase
from kiosk.desk.pages import DeskInputs, DeskPage, PageFunction, Visit, form, rendered
from kiosk.desk.sessions import DeskRefusedError, GuessPace
from kiosk.desk.templates_env import Look
from kiosk.enrolled import Screen, Standing, natural
from messages.message import message, of_error

ADDRESS, BACK, SHOWN = "/staff/take-out", "/staff/take-out/back", "/staff/take-out/shown"
MOST = 3  # maximum hidden lines at a time: more would mean a mistake or an intruder at the desk
TRIES = 15  # attempts, one second apart: a refresh may hold the releases' lock


class SchoolReceipts(NamedTuple):
    """The names of a school's screens that are silent, still show a hidden line, or do not."""

    school: str
    silent: list[str]
    showing: list[str]
    without: list[str]


class TakeOutPages:
    """The pages: a table that maps method and address to a function."""

    def __init__(self, handed: DeskInputs, look: Look, pace: GuessPace) -> None:
        self._handed, self._look, self._pace = handed, look, pace
        self._data_dir = handed.settings.server.data_dir
        self.rooms: dict[tuple[str, str], PageFunction] = {
            ("GET", ADDRESS): self._page,
            ("GET", SHOWN): self._page,
            ("POST", ADDRESS): form(self.take_out, self._page),
            ("POST", BACK): form(self.put_back, self._page),
        }

    async def take_out(self, visit: Visit) -> DeskPage:
        """Hide the line from every screen of this server and from the text line."""
        name, now = visit.form.get("line", ""), self._handed.clock()
        if name not in self._lines():
            raise DeskRefusedError(message("desk.no-line"))
        await self._confirm(visit, "passphrase", passphrase.FILE)
        if name.startswith(COUNTY):
            await self._confirm(visit, "second", passphrase.SECOND)

        def step(state: State) -> State:
            is_full = len(state.put_back(name).taken_out) >= MOST
            return state if is_full else state.take_out(name, now=now)

        after = await self._change(step)
        if name not in {entry.id for entry in after.taken_out}:
            raise DeskRefusedError(message("desk.most-out"), 409)
        return DeskPage(go=ADDRESS)

    async def put_back(self, visit: Visit) -> DeskPage:
        """Show the line again, after a second person confirms it."""
        await self._confirm(visit, "second", passphrase.SECOND)
        name = visit.form.get("line", "")
        await self._change(lambda state: state.put_back(name))
        return DeskPage(go=SHOWN)

    async def _confirm(self, visit: Visit, field: str, file: str) -> None:
        """Raise DeskRefusedError unless the typed passphrase matches the one in the file."""
        kept = partial(passphrase.kept, self._data_dir, file)
        if await self._handed.threads.run(kept) is None:
            raise DeskRefusedError(message("desk.no-second"), 409)
        typed = visit.form.get(field, "")
        if not typed and file == passphrase.SECOND:
            raise DeskRefusedError(message("desk.second-missing"), 400)
        await self._pace.confirm(self._data_dir, typed, file)

    async def _change(self, step: Callable[[State], State]) -> State:
        """Save the state that the step returns. Raises DeskRefusedError or OSError."""
        change = partial(self._handed.releases.change, step)
        for _ in range(TRIES - 1):
            with suppress(BusyError):
                return await self._handed.threads.run(change)
            await sleep(1)
        try:
            return await self._handed.threads.run(change)
        except BusyError as problem:
            raise DeskRefusedError(of_error(problem), 503) from problem

    def _lines(self) -> Mapping[str, str]:
        """Return the lines that may be hidden and their names, without the fixed ones."""
        pack = self._handed.pack()
        live = [one for one in pack.resources if one.status == "live" and not one.pinned]
        found = {one.id: hold_policy.name_of(one.id, pack) for one in live}
        settings = (self._handed.settings, *self._handed.schools.values())
        here = {county for own in settings for county in own.kiosk.counties}
        counties = [one for one in pack.counties if one.name in here and one.numbers]
        found |= {f"{COUNTY}{one.fips}": one.name for one in counties}
        return dict(sorted(found.items(), key=lambda pair: (pair[0].startswith(COUNTY), pair[1])))

    async def _page(self, visit: Visit) -> DeskPage:
        state = await self._handed.threads.run(self._handed.releases.state)
        pack, screens = self._handed.pack(), self._handed.standings()
        enrolled = {one.school for one, _ in screens}
        gone = {one.id: _is_gone(one.id, pack) for one in state.taken_out}
        view = {
            "lines": self._lines(),
            "taken_out": [
                (one, _name(one.id, pack), gone[one.id], receipts(screens, is_gone=gone[one.id]))
                for one in state.taken_out
            ],
            "mute": [one for one in self._handed.schools if one not in enrolled],
            "county": COUNTY,
            "most": MOST,
        }
        return rendered(self._look, "take_out", visit, **view)


def receipts(
    screens: Iterable[tuple[Screen, Standing]], *, is_gone: bool
) -> Sequence[SchoolReceipts]:
    """Group the screens by school: first those with a silent screen, then those that show the line.

    ``is_gone``: whether the newest pages no longer have the line.
    """
    found: dict[str, SchoolReceipts] = {}
    for one, standing in screens:
        school = found.setdefault(one.school, SchoolReceipts(one.school, [], [], []))
        if standing in {"never", "silent"}:
            school.silent.append(one.label)
        elif is_gone and standing == "newest":
            school.without.append(one.label)
        else:
            school.showing.append(one.label)
    return sorted(
        found.values(), key=lambda one: (not one.silent, not one.showing, natural(one.school))
    )


def _name(name: str, pack: Pack) -> str:
    codes = {f"{COUNTY}{one.fips}": one.name for one in pack.counties}
    return codes.get(name) or hold_policy.name_of(name, pack)


def _is_gone(name: str, pack: Pack) -> bool:
    """Return whether the served pack no longer has the line."""
    live = {one.id for one in pack.resources if one.status == "live"}
    return name not in live | {f"{COUNTY}{one.fips}" for one in pack.counties if one.numbers}
