"""The sections of settings.toml as types, with defaults and rules for valid values."""

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from settings.places import ROOT, data_dir

DESK = "desk"  # set on the desk's page; see desk_file.py


class Server(msgspec.Struct, frozen=True):
    """The host and port, the folder for state, and the public address that the carrier signs."""

    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    data_dir: Path = data_dir(os.environ)


class Kiosk(msgspec.Struct, frozen=True):
    """The screen: the school's own facts, languages (BCP 47), idle times, and the device.

    ``panel_inches`` is the panel's diagonal. ``printer``: off, browser, or an ESC/POS device.
    Derived values (see DERIVED): ``unsigned`` from [content], which the screen's cover shows;
    ``text_line``, the number from [sms], no matter which machine answers it; ``uncompared`` until
    somebody compares the crisis numbers (content/review/crisis_comparison.py); ``confirmed_line``:
    ``county_line`` if a second person confirmed it, otherwise "". Pages show only the confirmed
    line (content/review/county_confirmation.py). For a school in the table ``schools``: ``base``,
    the path before its addresses ("/lincoln"), and ``zone``, its time zone. ``plain``: pages are
    written as files, for a host that runs none of our code.
    """

    enabled: bool = True
    school: str = ""
    school_file: Path = ROOT / "school.toml"
    schools: Path | None = None
    counties: tuple[str, ...] = ()
    county_line: str = ""
    languages: tuple[str, ...] = ("en", "es", "vi", "zh-Hant", "fil", "ar", "ko", "pa", "hmn", "ru")
    idle_seconds: int = 60
    warn_seconds: int = 30
    scan_seconds: float = 2.0
    panel_inches: float = 21.5
    audio: str = "headset"
    printer: str = "browser"
    unsigned: bool = False
    text_line: str = ""
    uncompared: bool = False
    confirmed_line: str = ""
    base: str = ""
    plain: bool = False
    zone: str = ""


class Sms(msgspec.Struct, frozen=True):
    """The text line: its number (E.164), and the details in its HELP reply.

    ``carrier``: twilio, or modem for a modem in this machine. ``modem_device``: gammu's name.
    ``topics_off``: topics that are off here and on the screen.
    ``terms``: the web address of the terms and privacy page, as printed on posters.
    """

    enabled: bool = True
    carrier: str = "twilio"
    modem_device: str = "/dev/ttyUSB0"
    number: str = ""
    program_name: str = "Porchlight"
    contact: str = ""
    terms: str = ""
    topics_off: tuple[str, ...] = ()


class Content(msgspec.Struct, frozen=True):
    """The source of the pack, and the schedule for checking for a new one (five cron fields, UTC).

    ``root``: the publisher's root.json. ``hold_numbers``: a person at this school must approve
    every changed number, regardless of its signatures.
    """

    pack: Path = ROOT / "content" / "packs" / "california"
    source: str = ""
    root: Path | None = None
    district: str = ""
    unsigned: bool = False
    schedule: str = "17 */6 * * *"
    hold_numbers: bool = False


class Desk(msgspec.Struct, frozen=True):
    """The staff desk: the host and number of its separate port, and the address that staff type.

    Behind a proxy, the name in ``address`` is an allowed Host, and https makes the cookie Secure.
    """

    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = 8001
    address: str = ""


class AlarmSettings(msgspec.Struct, frozen=True):
    """Recipients of alarms if something fails: e-mail through ``smtp_host``, and a JSON post.

    ``heartbeat``: an address that gets a post every 15 minutes while everything is ready and no
    alarm is active.

    ``smtp_security``: starttls, tls or none (for a relay on this machine, without a password).
    ``no_school``: days, or first and last days of a period, on which screens may be off.
    """

    mail_to: tuple[str, ...] = ()
    mail_from: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    webhook: str = ""
    heartbeat: str = ""
    no_school: tuple[str, ...] = ()

    def is_holiday(self, day: date) -> bool:
        return any(first <= day <= last for first, last in map(_days, self.no_school))

    @property
    def channels(self) -> tuple[str, ...]:
        is_named = {"mail": self.mail_to and self.smtp_host, "webhook": self.webhook}
        return tuple(name for name, named in is_named.items() if named)


class LogSettings(msgspec.Struct, frozen=True):
    """The log: ``format`` is text or json; ``level`` is info, warning or error."""

    format: str = "text"
    level: str = "info"


class StoreSettings(msgspec.Struct, frozen=True):
    """The database as an SQLAlchemy address; "" means SQLite in the data directory."""

    url: str = ""


class Settings(msgspec.Struct, frozen=True):
    """Every section of settings.toml.

    ``origins``: "kiosk.school" → source: DESK, a file or a variable. Defaults have no origin.
    ``retired``: a sentence about settings that were given but no longer exist, or "".
    """

    server: Server = Server()
    kiosk: Kiosk = Kiosk()
    sms: Sms = Sms()
    content: Content = Content()
    desk: Desk = Desk()
    alarms: AlarmSettings = AlarmSettings()
    log: LogSettings = LogSettings()
    store: StoreSettings = StoreSettings()
    origins: dict[str, str] = {}
    retired: str = ""

    @property
    def store_url(self) -> str:
        return self.store.url or f"sqlite:///{self.server.data_dir / 'porchlight.db'}"


def e164(number: str) -> str:
    """Return a US number as +1 and ten digits, or "" for "". Raises ValueError for other values."""
    if not number:
        return ""
    digits = re.sub(r"[\s().+-]", "", number)
    digits = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    if not re.fullmatch(r"[2-9]\d{9}", digits, re.ASCII):
        raise ValueError(number)
    return f"+1{digits}"


def _is_address(url: str, shape: str) -> bool:
    """Whether the URL matches this form. A port must be valid, and brackets must be closed."""
    try:
        return not url or bool(re.fullmatch(shape, url) and (urlsplit(url).port or True))
    except ValueError:
        return False


def is_page(url: str) -> bool:
    """Whether the value is a complete web address or empty."""
    return _is_address(url, r"https?://[^/\s]+(/[^\s#]*)?")


def _days(written: str) -> tuple[date, date]:
    """Return both days of "2026-12-21 to 2027-01-01", or one day twice. Raises ValueError."""
    first, _, last = written.partition(" to ")
    return date.fromisoformat(first), date.fromisoformat(last or first)


def _are_days(written: str) -> bool:
    try:
        first, last = _days(written)
    except ValueError:
        return False
    return first <= last


def _is_own_or_https(url: str) -> bool:
    shape = r"(https://[^/\s@]+|http://(127\.0\.0\.1|localhost)(:\d+)?)(/[^\s#]*)?"
    return _is_address(url, shape)


def is_mail(address: str) -> bool:
    """Whether the value is one e-mail address."""
    return bool(re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", address))


def _is_number(number: str) -> bool:
    try:
        e164(number)
    except ValueError:
        return False
    return True


MAY_BE_OFF = frozenset({"health", "immigration"})  # this never includes a safety topic

# The form that SQLAlchemy parses. Its errors quote a bad port, which may be part of a password.
_DATABASE = (
    r"sqlite:///|postgres(ql)?(\+psycopg)?://([^:/]*(:[^@]*)?@)?"
    r"(\[[^/?]+\]|[^/:?]+)?(:[0-9]*)?([/?].*)?$"
)
DERIVED = frozenset(
    {"kiosk.unsigned", "kiosk.text_line", "kiosk.uncompared", "kiosk.confirmed_line"}
    | {"kiosk.base", "kiosk.plain", "kiosk.zone"}
)  # values derived from other settings, which nobody may write

RETIRED = {
    "kiosk.card_idle_seconds": "90 seconds now",
    "sms.late_minutes": "15 minutes now",
    "sms.modem_connection": 'now "at"',
    "sms.port": "screen and text line share [server] port",
    "sms.voice_handoff": "no call is put through",
    "sms.voice_handoff_agreed": "no call is put through",
}  # settings of earlier versions → the current behavior, regardless of their values

MEANINGS: dict[str, Callable[[Any], object]] = {
    "server.port": lambda port: 0 <= port <= 65535,
    "desk.host": bool,
    "desk.port": lambda port: 0 <= port <= 65535,
    "desk.address": lambda address: _is_address(address, r"https?://[^/\s@]+/?"),
    "alarms.mail_to": lambda addresses: all(map(is_mail, addresses)),
    "alarms.mail_from": lambda address: not address or is_mail(address),
    "alarms.smtp_port": lambda port: 1 <= port <= 65535,
    "alarms.smtp_security": lambda name: name in {"starttls", "tls", "none"},
    "alarms.webhook": _is_own_or_https,
    "alarms.heartbeat": _is_own_or_https,
    "alarms.no_school": lambda days: all(map(_are_days, days)),
    "log.format": lambda name: name in {"text", "json"},
    "log.level": lambda name: name in {"info", "warning", "error"},
    "server.public_url": is_page,
    "store.url": lambda url: not url or re.match(_DATABASE, url),
    "kiosk.idle_seconds": lambda seconds: seconds >= 5,
    "kiosk.scan_seconds": lambda seconds: 0.5 <= seconds <= 10,
    "kiosk.panel_inches": lambda inches: 5 <= inches <= 100,
    "kiosk.audio": lambda way: way in {"off", "headset", "speaker"},
    "kiosk.printer": lambda way: way in {"off", "browser"} or way.startswith("/dev/"),
    # WCAG 2.2.1: people need at least 20 seconds to react to a warning.
    "kiosk.warn_seconds": lambda seconds: seconds >= 20,
    "kiosk.languages": bool,
    "kiosk.county_line": _is_number,
    "sms.carrier": lambda name: name in {"twilio", "modem"},
    "sms.modem_device": bool,
    "content.root": lambda root: root is None or root.is_file(),
    "content.district": lambda name: re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", name),
    "content.pack": Path.is_dir,
    "sms.number": _is_number,
    "sms.program_name": lambda name: len(name) <= 20,
    "sms.topics_off": lambda topics: set(topics) <= MAY_BE_OFF,
    "sms.terms": is_page,
    "sms.contact": lambda contact: len(contact) <= 40,
}  # checks for values of the right type; messages/en.toml lists the valid values
