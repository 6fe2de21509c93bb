"""How the desk's pages are made: their templates, their style sheet in the kiosk's own colours,
their two files.

Owns the template environment and what a browser may fetch beside a page. Refuses a script, and a
colour of its own: the colours are read from the kiosk's sheet. Jinja is loaded when the first page
is asked for, not with the server.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from content.model import phone_numbers
from kiosk.edition.assets import STATIC

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "templates"
_COLOURS = re.compile(r"/\* ---- colours.*?(?=\n\})", re.DOTALL)


class Look:
    """The templates and files of the desk. ``zone`` is where the school is."""

    def __init__(self, zone: ZoneInfo, clock: Callable[[], datetime], *, school: str) -> None:
        self._zone, self._clock, self._school = zone, clock, school

    def page(self, template: str, **view: object) -> str:
        """The page of a template."""
        return self._environment.get_template(f"{template}.html").render(
            school=self._school, **view
        )

    @cached_property
    def files(self) -> dict[str, tuple[str, bytes]]:
        """Address to (type, bytes) of what a page refers to."""
        colours = _COLOURS.search((STATIC / "kiosk.css").read_text(encoding="utf-8"))
        sheet = f":root {{\n{colours[0] if colours else ''}\n}}\n" + (
            FOLDER / "desk.css"
        ).read_text(encoding="utf-8")
        font = (STATIC / "fonts" / "atkinson-latin.woff2").read_bytes()
        return {
            "/staff/desk.css": ("text/css; charset=utf-8", sheet.encode()),
            "/staff/latin.woff2": ("font/woff2", font),
            "/staff/lamp.svg": ("image/svg+xml", (STATIC / "icon.svg").read_bytes()),
        }

    def when(self, moment: datetime) -> str:
        """A moment as people here say it: "today at 2:05 pm", "on Tuesday 24 November at 9:00 am"."""
        local = moment.astimezone(self._zone)
        clock = f"{local:%I:%M}".lstrip("0") + (" am" if local.hour < 12 else " pm")
        return f"{self.day(local.date())} at {clock}"

    def day(self, day: date) -> str:
        """A day as people here say it, seen from today."""
        today = self._clock().astimezone(self._zone).date()
        if day == today:
            return "today"
        if (today - day).days == 1:
            return "yesterday"
        year = "" if day.year == today.year else f" {day.year}"
        return f"on {day:%A} {day.day} {day:%B}{year}"

    @cached_property
    def _environment(self) -> "Environment":
        from jinja2 import (
            Environment,
            FileSystemLoader,
            StrictUndefined,
        )

        made = Environment(
            loader=FileSystemLoader(FOLDER),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        filters: dict[str, Callable[..., Any]] = {
            "when": self.when,
            "day": self.day,
            "number": phone_numbers.display,
        }
        made.filters.update(filters)
        return made
