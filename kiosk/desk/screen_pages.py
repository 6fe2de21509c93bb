"""The desk's list of screens: which are running, what each one shows, and how to enroll one."""

from functools import partial

from kiosk.desk.pages import DeskInputs, DeskPage, PageFunction, Visit, form, rendered
from kiosk.desk.sessions import DeskRefusedError
from kiosk.desk.templates_env import Look
from kiosk.enrolled import LONGEST_NAME, Screen
from messages.message import message
from system import csv_cells

ADDRESS, REMOVE, SHEET = "/staff/screens", "/staff/screens/remove", "/staff/screens.csv"
EACH = "*"  # the form's choice of every school that has no screen yet


class ScreenPages:
    """The pages: a table that maps method and address to a function."""

    def __init__(self, handed: DeskInputs, look: Look) -> None:
        self._handed, self._look = handed, look
        self.rooms: dict[tuple[str, str], PageFunction] = {
            ("GET", ADDRESS): self.show,
            ("GET", SHEET): self.sheet,
            ("POST", ADDRESS): form(self.enroll, self.show),
            ("POST", REMOVE): form(self.remove, self.show),
        }

    async def sheet(self, _: Visit) -> DeskPage:
        """Return the list as CSV, for a device-management system or a label printer."""
        enrolled = self._handed.enrolled.all()
        rows = [(one.school, one.label, self._address(one)) for one in enrolled]
        body = csv_cells.written([("school", "place", "address"), *rows]).encode("utf-8-sig")
        return DeskPage(file=("screens.csv", "text/csv; charset=utf-8", body))

    async def enroll(self, visit: Visit) -> DeskPage:
        """Create an address for one more screen, or for one at each school without a screen."""
        school, label = visit.form.get("school", ""), visit.form.get("name", "")
        enrolled, listed = self._handed.enrolled, self._look.schools
        if school not in {*listed, *((EACH,) if listed else ("",))}:
            raise DeskRefusedError(message("screens.school"))
        have = {one.school for one in enrolled.all()}
        schools = [one for one in listed if one not in have] if school == EACH else [school]
        made = await self._handed.threads.run(
            lambda: all(enrolled.enroll(one, label) for one in schools)
        )
        if not made:
            raise DeskRefusedError(message("screens.label"))
        return DeskPage(go=ADDRESS)

    async def remove(self, visit: Visit) -> DeskPage:
        """Forget a screen that is no longer used."""
        school, name = visit.form.get("school", ""), visit.form.get("name", "")
        await self._handed.threads.run(partial(self._handed.enrolled.remove, school, name))
        return DeskPage(go=ADDRESS)

    def _address(self, screen: Screen) -> str:
        server = self._handed.settings.server.public_url.rstrip("/")
        return f"{server}/{screen.school}/?screen={screen.name}".replace("//?", "/?")

    async def show(self, visit: Visit) -> DeskPage:
        view = {
            "screens": self._handed.standings(),
            "address": self._address,
            "server": self._handed.settings.server.public_url,
            "longest": LONGEST_NAME,
        }
        return rendered(self._look, "screens", visit, **view)
