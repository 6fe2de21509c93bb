"""The screens of a district's schools, each below its address from the table."""

import asyncio
from collections.abc import Callable

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from content.model.pack import Pack
from content.review import topics_off
from runtime.kiosk_door import KioskDoor
from runtime.school_watch import SchoolWatch
from settings.schema import Settings
from settings.schools import Schools
from system import files
from system.bounded import Pool

READERS = 4  # threads for all schools' files; one per school could mean a thousand threads
MakeDoor = Callable[[Settings, SchoolWatch], KioskDoor]


class SchoolScreens:
    """A district's screens. ``screens``: each school's screen by its address. ``unserved``: why
    other schools in the table have none."""

    def __init__(self, table: Schools, make: MakeDoor) -> None:
        readers = Pool("school files", READERS)
        schools, self.unserved = table.settings, table.unserved
        self.screens = {
            address: make(settings, SchoolWatch(settings.kiosk.school_file, pool=readers))
            for address, settings in schools.items()
        }
        self.settings = schools
        self._off = {address: own.sms.topics_off for address, own in schools.items()}

    def show(self, pack: Pack, *, directory: files.Stamp) -> None:
        """Show this pack at each school, without the topics that the school turned off. Blocks."""
        packs = topics_off.packs(pack, self._off.values())
        for address, screen in self.screens.items():
            screen.show(packs[self._off[address]], directory=directory)

    def renew(self) -> bool:
        """Remake a school's pages if anything has changed there; return whether it has. Blocks."""
        renewed = [screen.renew() for screen in self.screens.values()]
        return any(renewed)

    async def turn(self) -> None:
        """Read each school's file, in parallel because a share may hang."""
        await asyncio.gather(*(screen.school.turn() for screen in self.screens.values()))

    def end(self) -> None:
        for screen in self.screens.values():
            screen.school.end()

    @property
    def unmade(self) -> object:
        """Return why a school's pages are not from this pack; None if all are."""
        return next((screen.unmade for screen in self.screens.values() if screen.unmade), None)

    def before(self, own: ASGIApp) -> ASGIApp:
        """Return an application for schools' addresses; it passes other requests to ``own``."""
        apps = {address: screen.app for address, screen in self.screens.items()}

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            address, slash, path = scope["path"].removeprefix("/").partition("/")
            app = apps.get(address)
            if app is None:
                await own(scope, receive, send)
            elif slash:
                await app({**scope, "path": f"/{path}"}, receive, send)
            else:
                await RedirectResponse(f"/{address}/")(scope, receive, send)

        return answer if apps else own
