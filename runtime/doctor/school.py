"""What is wrong with what the school sets, and with what its screen needs."""

import os
from collections.abc import Iterator
from datetime import date

from content.review.county_confirmation import CountyLine
from kiosk.audio import clips
from kiosk.pages import school_file as school
from messages.message import Finding, message, verbatim
from settings import extras
from settings.schema import Settings


def of_school(settings: Settings, county: CountyLine) -> Iterator[Finding]:
    """What only the school can know. ``county``: what is true of its typed line."""
    if not settings.kiosk.school:
        yield Finding("note", message("school.no-name"))
    if not settings.kiosk.counties and not settings.kiosk.county_line:
        yield Finding(
            "wrong",
            message("county.none"),
        )
    elif county.state == "unconfirmed":
        yield Finding(
            "wrong",
            message("county.unconfirmed"),
        )
    elif not settings.kiosk.county_line:
        yield Finding(
            "note",
            message("county.no-line"),
        )


def of_school_info(settings: Settings, day: date) -> Iterator[Finding]:
    """Whether the office's file is read whole and still holds."""
    file = settings.kiosk.school_file
    facts, problems = school.read(file)
    for problem in (*problems, *school.outdated(file, facts, day)):
        yield Finding("wrong", verbatim(problem))
    left = school.days_left(facts, day)
    if left is not None and 0 <= left <= school.WARN_DAYS:
        yield Finding(
            "note",
            message("school.bells-end", file=file, valid_until=facts.valid_until),
        )


def of_screen(settings: Settings) -> Iterator[Finding]:
    """Whether the screen can print and speak."""
    if settings.kiosk.printer.startswith("/"):
        yield from of_printer(settings.kiosk.printer)
    if settings.kiosk.audio != "off" and not clips.able():
        yield Finding(
            "note",
            message("screen.no-voice"),
        )


def of_printer(device: str) -> Iterator[Finding]:
    """Whether slips can be sent to the receipt printer."""
    if extras.is_missing("printer"):
        yield Finding(
            "wrong",
            message("extras.needed", lacks=extras.needs("[kiosk] printer", "printer")),
        )
    if not os.access(device, os.W_OK):
        yield Finding(
            "wrong",
            message("printer.unwritable", device=device),
        )


def of_paper() -> Iterator[Finding]:
    """Whether posters can be made."""
    if lacks := extras.paper_lacks():
        yield Finding("note", lacks)
