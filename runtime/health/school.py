"""Checks of the school's own settings and facts."""

from collections.abc import Iterator, Sequence
from typing import cast

from kiosk.pages import school_file
from messages.message import Message, message
from runtime.health.observation import Observation
from settings import schools


def named(seen: Observation) -> Iterator[Message]:
    """Check that the screen can name its school."""
    if _knows_settings(seen) and not all(kiosk.school for kiosk in seen.kiosks):
        yield message("school.no-name")


def county(seen: Observation) -> Iterator[Message]:
    """Check that the screen shows the county's own child-abuse line."""
    number = seen.settings.kiosk.county_line
    if seen.county.lost:
        yield message("county.lost")
    if not _knows_settings(seen):
        return
    without = [one.base.strip("/") for one in seen.kiosks if not one.counties]
    if not number and without:
        yield message("county.none", more=tuple(filter(None, without)))
    elif seen.county.state == "unconfirmed":
        yield message("county.unconfirmed", number=number)
    elif seen.county.state == "confirmed":
        yield message("county.confirmed", number=number)
    elif not number:
        yield message("county.no-line")


def _knows_settings(seen: Observation) -> bool:
    """Return whether the running server is using these settings."""
    return seen.is_server or seen.state("desk_settings") == "ok"


def info(seen: Observation) -> Iterator[Message]:
    """Check that the office's file can be read completely and is still up to date."""
    file, (facts, problems) = seen.settings.kiosk.school_file, seen.school
    for problem in (*problems, *school_file.outdated(file, facts, seen.day)):
        yield message("school.problem", why=problem)
    if facts.wrong:
        yield message("school.wrong")
    left, until = school_file.days_left(facts, seen.day), facts.valid_until
    if left is None:
        yield message("school.no-bells")
    elif left < 0:
        yield message("school.bells-over")
    elif left <= school_file.WARN_DAYS:
        yield message("school.bells-end", file=file, left=left, until=until)
    else:
        yield message("school.bells", until=until)


def served(seen: Observation) -> Iterator[Message]:
    """Check that each row in the schools' table is served by the running server, if there is one.

    For /readyz, reads no file if the server has reported.
    """
    told = _told(seen)
    if unserved := seen.table.unserved if told is None else told:
        yield message("schools.unserved", more=tuple(unserved))


def _told(seen: Observation) -> Sequence[Message] | None:
    """Return why the running server does not serve some schools; None if it has not said."""
    return cast("Sequence[Message] | None", seen.server.get("unserved"))


def table(seen: Observation) -> Iterator[Message]:
    """Check the schools' table, and each school's own files, as they are on the disk."""
    found, folder = seen.table, seen.settings.server.data_dir / schools.FOLDER
    files = [own.kiosk.school_file for own in found.settings.values()]
    wrong = (*found.damaged, *(one for file in files for one in school_file.read(file)[1]))
    told = _told(seen)
    if told is not None and set(found.unserved) - set(told):
        yield message("schools.kept", more=found.unserved)
    if wrong:
        yield message("schools.wrong", more=wrong)
    for problem in (*found.unserved, *wrong):
        yield message("schools.problem", why=problem)
    if found.settings and not found.unserved:  # a row that can't be read may be the folder's
        for stray in sorted(folder.glob("*/")):
            if stray.name not in found.settings:
                yield message("schools.stray", folder=stray)
