"""A real server with a small pack: do page, reply and status come from one and the same pack?

The packs differ in the number of a hotline that has a card on the screen and that a text asks for
by name.
"""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from content.model import built_pack, phone_numbers
from content.model.pack import Pack
from content.releases.record import id_of
from tests.content.reviewed import NEW, OLD, line, small
from tests.running import CARRIER, Server, command, environment, until

LINE = OLD.resource("line")
FORGED = small(line("+19165550199"), line("+19164455000", "other"))  # nobody made this pack
SENT = itertools.count()


def number_in(pack: Pack) -> str:
    """Return the pack's number for the hotline; "" if it has none."""
    numbers = [one.channels[0].number for one in pack.resources if one.id == LINE.id]
    return phone_numbers.display(numbers[0]) if numbers else ""


def agrees(server: Server, pack: Pack, *, ready: bool = True) -> Mapping[str, Any]:
    """Whether the page, the reply to a signed text and the status are from only this pack."""
    number, sent = number_in(pack), next(SENT)
    page = server.http.get(f"/en/r/{LINE.code}")
    reply = server.text(LINE.organization, sid=f"SM-{sent}", sender=f"+1916555{1000 + sent}")
    assert reply.status_code == 200
    for told in (page.text, reply.text):
        for other in (OLD, NEW, FORGED):
            assert (number_in(other) in told) == (number_in(other) == number)
    detail = server.detail()
    assert (detail["serving"], detail["release"]) == ("release", id_of(pack.version))
    assert (server.answers("/readyz"), detail["ready"], detail["wrong"] is None) == (ready,) * 3
    return detail


def comes(server: Server, pack: Pack, *, never: Pack = FORGED) -> None:
    """Wait until the pack is shown; ``never`` must not be shown in the meantime."""

    def is_shown() -> bool:
        assert number_in(never) not in server.http.get(f"/en/r/{LINE.code}").text
        detail = server.detail()
        return bool(detail["ready"]) and detail["release"] == id_of(pack.version)

    until(is_shown, f"{pack.name} is shown")
    agrees(server, pack)


class Author(NamedTuple):
    """An installation that shows what an author writes, and the author's folder."""

    folder: Path
    environ: Mapping[str, str]

    def writes(self, pack: Pack) -> None:
        built_pack.write_built(built_pack.build(pack), self.folder)

    def refreshes(self, **settings: str) -> None:
        done = command("refresh", environ={**self.environ, **settings})
        assert done.returncode == 0, done.stdout + done.stderr


def author(place: Path, **settings: str) -> Author:
    """Return one with a carrier and the pack OLD."""
    folder = place / "pack"
    given = {
        "PORCHLIGHT_CONTENT__PACK": str(folder),
        "PORCHLIGHT_CONTENT__SOURCE": str(folder),
        "PORCHLIGHT_CONTENT__UNSIGNED": "true",
        **CARRIER,
        **settings,
    }
    made = Author(folder, environment(place / "data", **given))
    made.writes(OLD)
    return made
