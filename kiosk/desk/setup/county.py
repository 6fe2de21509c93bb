"""The page where a second person confirms the county line, and where one person can withdraw it."""

import asyncio
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from content.review import county_confirmation, crisis_comparison
from kiosk.desk import passphrase
from kiosk.desk.pages import DeskInputs, DeskPage, PageFunction, Visit, form, rendered
from kiosk.desk.sessions import DeskRefusedError, GuessPace
from kiosk.desk.templates_env import Look
from messages.message import message, verbatim
from settings import desk_file
from settings.schema import DESK
from settings.schools import shares_county_line
from system import files

COUNTY, BACK = "/staff/county-line", "/staff/county-line/back"


class CountyPages:
    """The pages, by method and address. ``writing``: the lock that is held during a write."""

    def __init__(
        self, handed: DeskInputs, look: Look, pace: GuessPace, writing: asyncio.Lock
    ) -> None:
        self._handed, self._look, self._pace, self._writing = handed, look, pace, writing
        self._kiosk, self._data_dir = handed.settings.kiosk, handed.settings.server.data_dir
        self.rooms: dict[tuple[str, str], PageFunction] = {
            ("GET", COUNTY): self._page,
            ("POST", COUNTY): form(self.confirm, self._page),
            ("POST", BACK): form(self.take_back, self._page),
        }

    async def confirm(self, visit: Visit) -> DeskPage:
        """Record that a second person, with the second passphrase, read the same number."""
        given, seen = visit.form, await self._seen()
        typed, role = self._kiosk.county_line, given.get("role", "")
        if seen["line"].state != "unconfirmed" or seen["second"] is None:
            raise DeskRefusedError(message("setup.nothing-to-confirm"), 409)
        if given.get("number", "") != typed:
            raise DeskRefusedError(message("setup.other-number"), 409)
        if role not in crisis_comparison.ROLES:
            raise DeskRefusedError(message("compare.role"))
        secret = given.get("passphrase", "")
        await self._pace.confirm(self._data_dir, secret, passphrase.SECOND)
        made = county_confirmation.confirmed(
            typed, self._kiosk.counties, role, visit.words.today, key=self._handed.hash_key
        )
        file = self._data_dir / county_confirmation.FILE
        async with self._writing:
            await self._handed.threads.run(partial(files.write_record, file, made))
        return DeskPage(go=COUNTY)

    async def take_back(self, _: Visit) -> DeskPage:
        """Withdraw the typed line and show the pack's again; one person may do this."""
        async with self._writing:
            await self._handed.threads.run(self._withdraw)
        if problem := await self._handed.changed():
            raise DeskRefusedError(verbatim(problem), 500)
        return DeskPage(go=COUNTY)

    def _withdraw(self) -> None:
        withdraw(self._data_dir, self._handed.clock())
        values, damage = desk_file.read(self._data_dir)
        if values.get("kiosk.county_line") and not damage:
            left = desk_file.encoded({**values, "kiosk.county_line": ""})
            files.replace(self._data_dir / desk_file.FILE, left, mode=0o600)

    async def _page(self, visit: Visit) -> DeskPage:
        """Show the typed county line, the one in the pack, and what to do next."""
        seen, kiosk = await self._seen(), self._kiosk
        where = self._handed.settings.origins.get("kiosk.county_line", DESK)
        counties = [c for c in self._handed.pack().counties if c.name in kiosk.counties]
        schools = self._handed.schools.items()
        other = [one for one, own in schools if not shares_county_line(own.kiosk, kiosk)]
        view = {
            "other": [self._look.schools[one] for one in other],
            "seen": seen,
            "number": kiosk.county_line,
            "counties": counties,
            "elsewhere": "" if where == DESK else where,
            "typed": visit.form,
        }
        return rendered(self._look, "county", visit, **view)

    async def _seen(self) -> dict[str, Any]:
        """Read the state from disk. ``second``: the second passphrase, None if nobody set one."""
        data_dir, in_thread = self._data_dir, self._handed.threads.run
        return {
            "line": await in_thread(self._handed.county_line),
            "record": await in_thread(partial(county_confirmation.kept, data_dir)),
            "second": await in_thread(partial(passphrase.kept, data_dir, passphrase.SECOND)),
        }


def withdraw(data_dir: Path, now: datetime) -> None:
    """Mark the confirmation, if there is one, as withdrawn. Raises OSError."""
    record = county_confirmation.kept(data_dir)
    if record is not None and record.withdrawn is None:
        left = county_confirmation.withdrawn(record, now)
        files.write_record(data_dir / county_confirmation.FILE, left)
