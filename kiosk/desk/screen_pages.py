"""The desk's list of screens: which are running, what each one shows, and how to enroll one."""

from functools import partial

from kiosk.desk.pages import DeskInputs, DeskPage, PageFunction, Visit, form, rendered
from kiosk.desk.sessions import DeskRefusedError
from kiosk.desk.templates_env import Look
from kiosk.enrolled import LONGEST_NAME, Screen
from messages.message import message
from system import csv_cells

ADDRESS, REMOVE = "/staff/screens", "/staff/screens/remove"
SHEET, NEW_SHEET = "/staff/screens.csv", "/staff/screens/new.csv"
NEW = f"{ADDRESS}#unopened"  # the page's list of addresses that no device has opened yet
EACH = "*"  # the form's word for every school that has no screen yet


class ScreenPages:
    """The pages: a table that maps method and address to a function."""

    def __init__(self, handed: DeskInputs, look: Look) -> None:
        self._handed, self._look = handed, look
        self.rooms: dict[tuple[str, str], PageFunction] = {
            ("GET", ADDRESS): self.show,
            ("GET", SHEET): self.sheet,
            ("GET", NEW_SHEET): partial(self.sheet, new=True),
            ("POST", ADDRESS): form(self.enroll, self.show),
            ("POST", REMOVE): form(self.remove, self.show),
        }

    async def sheet(self, _: Visit, *, new: bool = False) -> DeskPage:
        """Return the list as CSV, for a device-management system or a label printer.

        ``new``: only the addresses that no device has opened yet.
        """
        screens = [one for one in self._handed.enrolled.all() if not (new and one.seen)]
        rows = [("school", "screen", "address"), *map(self._row, screens)]
        body = csv_cells.written(rows).encode("utf-8-sig")
        return DeskPage(file=("screens.csv", "text/csv; charset=utf-8", body))

    async def enroll(self, visit: Visit) -> DeskPage:
        """Create an address for one more screen, or for one at each school without a screen."""
        school, label = visit.form.get("school", ""), visit.form.get("name", "")
        listed, enroll = self._look.schools, self._handed.enrolled.enroll_all
        if school not in {*listed, *((EACH,) if listed else ("",))}:
            raise DeskRefusedError(message("screens.school"))
        each = school == EACH
        made = partial(enroll, listed if each else [school], label, missing=each)
        if await self._handed.threads.run(made) is None:
            raise DeskRefusedError(message("screens.label"))
        return DeskPage(go=NEW)

    async def remove(self, visit: Visit) -> DeskPage:
        """Forget a screen that is no longer used."""
        school, name = visit.form.get("school", ""), visit.form.get("name", "")
        await self._handed.threads.run(partial(self._handed.enrolled.remove, school, name))
        return DeskPage(go=ADDRESS)

    def _row(self, screen: Screen) -> tuple[str, str, str]:
        """Return the names of the school and the screen, and the screen's address."""
        school = self._look.schools.get(screen.school, screen.school)
        return school, screen.label, self._address(screen)

    def _address(self, screen: Screen) -> str:
        server = self._handed.settings.server.public_url.rstrip("/")
        return f"{server}/{screen.school}/?screen={screen.name}".replace("//?", "/?")

    async def show(self, visit: Visit) -> DeskPage:
        screens = self._handed.standings()
        have = {one.school for one, _ in screens}
        view = {
            "screens": [pair for pair in screens if pair[1] != "never"],
            "unopened": [pair for pair in screens if pair[1] == "never"],
            "without": [one for one in self._look.schools if one not in have],
            "row": self._row,
            "each": EACH,
            "server": self._handed.settings.server.public_url,
            "longest": LONGEST_NAME,
        }
        return rendered(self._look, "screens", visit, **view)
