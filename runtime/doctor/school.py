"""What is wrong with what the school sets, and with what its screen needs."""

import os
from collections.abc import Iterator
from datetime import date

from content.review.county_confirmation import CountyLine
from kiosk.audio import clips
from kiosk.pages import school_file as school
from settings import extras
from settings.schema import Settings
from system.finding import Finding


def of_school(settings: Settings, county: CountyLine) -> Iterator[Finding]:
    """What only the school can know. ``county``: what is true of its typed line."""
    if not settings.kiosk.school:
        yield Finding("note", "[kiosk] school is empty: the screen shows no school's name.")
    if not settings.kiosk.counties and not settings.kiosk.county_line:
        yield Finding(
            "wrong",
            "[kiosk] counties is empty: the screen cannot show a county child-abuse line. Name"
            " yours at the desk, under Set-up.",
        )
    elif county.state == "unconfirmed":
        yield Finding(
            "wrong",
            "[kiosk] county_line is not shown: no second person confirmed this number for these"
            " counties. The pack's number is shown, or Childhelp and 911. Run `porchlight desk"
            " second-passphrase` with a second person, who then confirms it at the desk, page"
            " /staff/county-line; or clear the number.",
        )
    elif not settings.kiosk.county_line:
        yield Finding(
            "note",
            "[kiosk] county_line is empty: take the line from the county's own page and type it at"
            " the desk, under Set-up.",
        )


def of_school_info(settings: Settings, day: date) -> Iterator[Finding]:
    """Whether the office's file is read whole and still holds."""
    file = settings.kiosk.school_file
    facts, problems = school.read(file)
    for problem in (*problems, *school.outdated(file, facts, day)):
        yield Finding("wrong", problem)
    left = school.days_left(facts, day)
    if left is not None and 0 <= left <= school.WARN_DAYS:
        yield Finding(
            "note",
            f"{file}: bells and lunch are shown until {facts.valid_until} only; write the next"
            " ones and their last day.",
        )


def of_screen(settings: Settings) -> Iterator[Finding]:
    """Whether the screen can print and speak."""
    if settings.kiosk.printer.startswith("/"):
        yield from of_printer(settings.kiosk.printer)
    if settings.kiosk.audio != "off" and not clips.able():
        yield Finding(
            "note",
            "The screen cannot read aloud: apt-get install espeak-ng opus-tools, or set [kiosk]"
            " audio to off.",
        )


def of_printer(device: str) -> Iterator[Finding]:
    """Whether slips can be sent to the receipt printer."""
    if extras.is_missing("printer"):
        yield Finding("wrong", f"{extras.needs('[kiosk] printer', 'printer')}.")
    if not os.access(device, os.W_OK):
        yield Finding(
            "wrong",
            f"[kiosk] printer: {device} cannot be written; is it plugged in, and in our group"
            " (lp)?",
        )


def of_paper() -> Iterator[Finding]:
    """Whether posters can be made."""
    if lacks := extras.paper_lacks():
        yield Finding("note", lacks)
