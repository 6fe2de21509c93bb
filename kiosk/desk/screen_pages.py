"""The desk's list of screens: which are running, what each one shows, and how to enroll one."""

from functools import partial

from kiosk.desk.pages import DeskInputs, DeskPage, PageFunction, Visit, rendered
from kiosk.desk.templates_env import Look
from kiosk.enrolled import LONGEST_NAME
from messages.message import Message, cause, message

ADDRESS, REMOVE = "/staff/screens", "/staff/screens/remove"


class ScreenPages:
    """The pages: a table that maps method and address to a function."""

    def __init__(self, handed: DeskInputs, look: Look) -> None:
        self._handed, self._look = handed, look
        self.rooms: dict[tuple[str, str], PageFunction] = {
            ("GET", ADDRESS): self.show,
            ("POST", ADDRESS): self.enroll,
            ("POST", REMOVE): self.remove,
        }

    async def show(self, visit: Visit) -> DeskPage:
        return self._page(visit)

    async def enroll(self, visit: Visit) -> DeskPage:
        """Create an address for one more screen."""
        school, label = visit.form.get("school", ""), visit.form.get("name", "")
        if school not in self._look.schools and (school or self._look.schools):
            return self._page(visit, message("screens.school"), 400)
        enroll = partial(self._handed.enrolled.enroll, school, label)
        try:
            made = await self._handed.threads.run(enroll)
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

    def _page(self, visit: Visit, wrong: Message | None = None, status: int = 200) -> DeskPage:
        view = {
            "screens": self._handed.standings(),
            "server": self._handed.settings.server.public_url.rstrip("/"),
            "longest": LONGEST_NAME,
            "wrong": wrong,
        }
        return rendered(self._look, "screens", visit, status, **view)
