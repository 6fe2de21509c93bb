"""The package's extras: the libraries that each one installs, and the fix if one is missing."""

import ctypes
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from msgspec.structs import replace

from messages.message import Message, message
from settings.load import SettingsError
from settings.places import ROOT
from settings.schema import Settings

LIBRARIES = {
    "line": ("sqlalchemy", "alembic", "twilio"),
    "postgres": ("psycopg",),
    "modem": ("gammu",),
    "printer": ("escpos",),
    "phone": (),  # older machines' settings may still name this extra
    "publisher": ("bcrypt",),
    "author": ("numpy",),
    "paper": ("weasyprint",),
    "charts": ("leather",),
}

EDITORS = frozenset({"publisher", "author"})  # in porchlight-editor, which kiosks never have

# System libraries that WeasyPrint loads by name.
PANGO = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")


def is_missing(extra: str) -> bool:
    """Whether any of the extra's libraries is not installed. This does not load the libraries."""
    return any(find_spec(library) is None for library in LIBRARIES[extra])


def of_library(name: str | None) -> str:
    """Return the extra that installs this module, or "" if no extra installs it."""
    top = (name or "").partition(".")[0]
    return next((extra for extra, libraries in LIBRARIES.items() if top in libraries), "")


def cure(extra: str, root: Path = ROOT, etc: Path = Path("/etc/porchlight")) -> str:
    """Return the command to install an extra, or a list of extras, here. ``root``: our folder."""
    is_editors = extra in EDITORS
    if not (root / "pyproject.toml").is_file():
        if is_editors:
            return f'pipx inject --force porchlight "porchlight-editor[{extra}]"'
        return f'pipx install --force "porchlight[{extra}]"'
    if (root / ".whole").is_file():  # this is a kiosk, which deploy/setup.sh made without uv
        wanted = " ".join(dict.fromkeys([*_line(etc / "extras").split(), *extra.split(",")]))
        if checkout := _line(root / ".checkout"):
            return f'sudo sh {checkout}/deploy/setup.sh --with "{wanted}"'
        return (
            f'sudo sh install.sh --with "{wanted}" from a USB stick made with'
            f' EXTRAS="{wanted}" (docs/school/set-up.md)'
        )
    uv = "uv" if which("uv") else ".venv/bin/uv"
    package = " --package porchlight-editor" if is_editors else ""
    return f"{uv} sync --inexact{package} --extra {extra.replace(',', ' --extra ')}"


def _line(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except OSError:
        return ""


def needs(what: Message | str, extra: str) -> Message:
    """Return a message that says which part needs the missing extra, and what to do."""
    return message("extras.missing", what=what, extra=extra, cure=cure(extra))


def paper_lacks() -> Message | None:
    """Return the reason why posters cannot be made here, or None if they can."""
    if is_missing("paper"):
        return message("extras.needed", lacks=needs(message("extras.poster"), "paper"))
    try:
        for library in PANGO:
            ctypes.CDLL(library)  # this check takes 1 MB; WeasyPrint itself would take 50
    except OSError as error:
        return without_pango(error)
    return None


def without_pango(error: OSError) -> Message:
    """Return the message for a machine that lacks the libraries for drawing text on paper."""
    return message("extras.no-pango", error=error)


def without_missing_line(settings: Settings) -> Settings:
    """Disable a text line that lacks libraries. Raises SettingsError if nothing else is enabled."""
    lacks = line_lacks(settings) if settings.sms.enabled else None
    if not lacks:
        return settings
    if not settings.kiosk.enabled:
        raise SettingsError(f"{lacks}.")
    return replace(
        settings,
        sms=replace(settings.sms, enabled=False),
        kiosk=replace(settings.kiosk, text_line=""),
    )


def line_lacks(settings: Settings) -> Message | None:
    """Return the reason why these settings' text line cannot run here, or None if it can."""
    wanted = {
        "line": True,
        "modem": settings.sms.carrier == "modem",
        "postgres": settings.store_url.startswith("postgres"),
    }
    absent = [extra for extra, is_wanted in wanted.items() if is_wanted and is_missing(extra)]
    return needs(message("extras.text-line"), ",".join(absent)) if absent else None
