"""The desk's list of screens: which are running, what each one shows, and how to enroll one."""

from functools import partial

from kiosk.desk.pages import DeskInputs, DeskPage, PageFunction, Visit, rendered
from kiosk.desk.templates_env import Look
from kiosk.enrolled import LONGEST_NAME, Screen
from messages.message import Message, cause, message
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
            ("POST", ADDRESS): self.enroll,
            ("POST", REMOVE): self.remove,
        }

    async def show(self, visit: Visit) -> DeskPage:
        return self._page(visit)

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
            return self._page(visit, message("screens.school"), 400)
        have = {one.school for one in enrolled.all()}
        schools = [one for one in listed if one not in have] if school == EACH else [school]
        try:
            made = await self._handed.threads.run(
                lambda: all(enrolled.enroll(one, label) for one in schools)
            )
        except OSError as problem:
            return self._page(visit, message("desk.disk", cause=cause(problem)), 500)
        return DeskPage(go=ADDRESS) if made else self._page(visit, message("screens.label"), 400)

    async def remove(self, visit: Visit) -> DeskPage:
        """Forget a screen that is no longer used."""
        school, name = visit.form.get("school", ""), visit.form.get("name", "")
        try:
            await self._handed.threads.run(partial(self._handed.enrolled.remove, school, name))
        except OSError as problem:
            return self._page(visit, message("desk.disk", cause=cause(problem)), 500)
        return DeskPage(go=ADDRESS)

    def _address(self, screen: Screen) -> str:
        server = self._handed.settings.server.public_url.rstrip("/")
        return f"{server}/{screen.school}/?screen={screen.name}".replace("//?", "/?")

    def _page(self, visit: Visit, wrong: Message | None = None, status: int = 200) -> DeskPage:
        view = {
            "screens": self._handed.standings(),
            "address": self._address,
            "server": self._handed.settings.server.public_url,
            "longest": LONGEST_NAME,
            "wrong": wrong,
        }
        return rendered(self._look, "screens", visit, status, **view)
