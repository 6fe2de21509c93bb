"""The desk's templates in its languages, its icon and its styles (the kiosk's colors and fonts)."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from content.model import phone_numbers
from content.review import hold_policy
from kiosk.edition.assets import STATIC
from messages.message import has_english, in_words, pieces

if TYPE_CHECKING:
    from jinja2 import Environment

    from kiosk.desk.words import DeskWords

FOLDER = Path(__file__).parent / "templates"
LANGUAGES = {"en": "English", "es": "Español"}  # the desk's languages, each under its own name
_FONT = re.compile(r"/staff/fonts/([a-z-]+)(?:\.[0-9a-f]{12})?\.woff2")
_FACE = re.compile(r"@font-face \{.*?\}", re.DOTALL)
_COLORS = re.compile(r"/\* ---- colors.*?(?=\n\})", re.DOTALL)


class Look:
    """The desk's templates and files. ``zone``: the school's time zone."""

    def __init__(self, zone: ZoneInfo, clock: Callable[[], datetime], *, school: str) -> None:
        self._zone, self._clock, self._school = zone, clock, school
        self._environments: dict[str, Environment] = {}
        self.numbers_open = False  # whether the crisis numbers still need to be compared
        self.schools: Mapping[str, str] = {}  # school names from the table of schools, by address

    def words(self, language: str) -> "DeskWords":
        return cast("DeskWords", self._environment(language).globals["_"])

    def page(self, language: str, template: str, **view: object) -> str:
        """Render a template. ``path``, ``token``: from the visit; empty if signed out."""
        made = self._environment(language).get_template(f"{template}.html")
        own = {"school": self._school, "schools": self.schools, "numbers_open": self.numbers_open}
        return made.render(**{**own, **view})

    @cached_property
    def files(self) -> dict[str, tuple[str, bytes]]:
        """Map the address of each file that the pages use to its (type, bytes)."""
        [colors] = _COLORS.findall((STATIC / "kiosk.css").read_text("utf-8"))
        faces = "\n".join(_FACE.findall((STATIC / "fonts.css").read_text("utf-8")))
        faces = faces.replace('url("fonts/', 'url("/staff/fonts/')
        own = (FOLDER / "desk.css").read_text("utf-8")
        sheet = f":root {{\n{colors}\n}}\n{faces}\n{own}"
        return {
            "/staff/desk.css": ("text/css; charset=utf-8", sheet.encode()),
            "/staff/lamp.svg": ("image/svg+xml", (STATIC / "icon.svg").read_bytes()),
        }

    def file(self, path: str) -> tuple[str, bytes] | None:
        """Return the (type, bytes) of the file at an address; includes the screen's fonts."""
        font = _FONT.fullmatch(path)
        file = STATIC / "fonts" / f"{font[1]}.woff2" if font else None
        if file and file.is_file():
            return "font/woff2", file.read_bytes()
        return self.files.get(path)

    def _environment(self, language: str) -> "Environment":
        if language not in self._environments:
            self._environments[language] = self._made(language)
        return self._environments[language]

    def _made(self, language: str) -> "Environment":
        from kiosk.desk.words import DeskWords  # noqa: PLC0415 - heavy
        from kiosk.pages.templates_env import strict  # noqa: PLC0415 - heavy

        made = strict(FOLDER)
        words = DeskWords(language, self._zone, self._clock)
        made.globals.update(_=words, language=language, languages=LANGUAGES)
        made.filters.update(when=words.when, day=words.day)
        made.filters.update(iso=date.fromisoformat, number=phone_numbers.display)
        made.filters.update(
            said=lambda one: tuple(in_words(part, language) for part in hold_policy.said(one))
        )
        made.filters.update(
            told=lambda said: pieces(said, language),
            words=lambda said: in_words(said, language),
            has_english=lambda texts: any(has_english(pieces(text, language)) for text in texts),
        )
        return made


def language_of(chosen: str, accepted: str) -> str:
    """Return the desk's language: the chosen one, or else the browser's, or else English."""
    asked = (chosen, accepted[:2].casefold())
    return next((tag for tag in asked if tag in LANGUAGES), "en")
