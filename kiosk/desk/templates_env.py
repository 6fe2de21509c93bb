"""The desk's templates, style sheet (in the kiosk's colours), font and icon."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from content.model import phone_numbers
from kiosk.edition.assets import STATIC

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "templates"
_COLOURS = re.compile(r"/\* ---- colours.*?(?=\n\})", re.DOTALL)


class Look:
    """The desk's templates and files. ``zone``: the school's."""

    def __init__(self, zone: ZoneInfo, clock: Callable[[], datetime], *, school: str) -> None:
        self._zone, self._clock, self._school = zone, clock, school

    def page(self, template: str, **view: object) -> str:
        """Render a template."""
        return self._environment.get_template(f"{template}.html").render(
            school=self._school, **view
        )

    @cached_property
    def files(self) -> dict[str, tuple[str, bytes]]:
        """Address to (type, bytes) of what pages refer to."""
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
        """A moment in words: "today at 2:05 pm", "on Tuesday 24 November at 9:00 am"."""
        local = moment.astimezone(self._zone)
        clock = f"{local:%I:%M}".lstrip("0") + (" am" if local.hour < 12 else " pm")
        return f"{self.day(local.date())} at {clock}"

    def day(self, day: date) -> str:
        """A day in words, relative to today."""
        today = self._clock().astimezone(self._zone).date()
        if day == today:
            return "today"
        if (today - day).days == 1:
            return "yesterday"
        year = "" if day.year == today.year else f" {day.year}"
        return f"on {day:%A} {day.day} {day:%B}{year}"

    @cached_property
    def _environment(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - heavy

        made = Environment(
            loader=FileSystemLoader(FOLDER),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters.update(when=self.when, day=self.day, number=phone_numbers.display)
        return made
