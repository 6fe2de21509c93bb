"""What a helper from far needs, as one text file that a person can read before sending it.

Every word of it is a word of the program: names, numbers, texts, addresses and secrets, wherever
they stand, become "…". So it needs no list of what is private.
"""

import platform
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import get_type_hints

import msgspec

from content.releases import held_pack, last_refresh
from content.releases.generations import Releases
from messages.message import Finding, catalog
from runtime.alarms import log_format, watch
from runtime.health.observation import free_bytes, last_nightly
from runtime.upkeep.versions import program_version, requirements
from settings.places import ROOT
from settings.schema import Settings
from system import files

HIDDEN = "…"
# Where the sentences of doctor, desk and log are written.
_SPEAKERS = (
    *(
        "runtime",
        "store",
        "settings",
        "system",
        "content/releases",
        "content/trust",
        "content/review",
    ),
    *("content/authoring", "content/directory", "kiosk/desk", "kiosk/audio", "sms/twilio"),
    *("sms/modem", "sms/voice"),
)
_SPEAKING_FILES = ("kiosk/pages/school_file.py", "sms/alarms.py")
_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"' r"|'((?:[^'\\\n]|\\.)*)'")
_WORD = re.compile(r"[^\W\d_]+")
# Digits are taken together with all that stands between them, words that hold some included:
# a number is one, however it is written.
_TOKEN = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?)(?:\.\d{1,6})?(?:Z|\+00:00)?(?![\w-])"
    r"|(?P<id>\b[0-9a-f]{12}\b)|(?P<version>\b\d+(?:\.\w+)+\b)"
    r"|(?P<number>[^\W_]*\d[^\W_]*(?:[\W_]*[^\W_]*\d[^\W_]*)*)"
    r"|(?P<word>[^\W\d_]+)|(?P<other>.)",
    re.DOTALL,
)
_MOST_DIGITS, _MOST_COUNT = 3, 10**6
_EARLIEST, _AHEAD = date(2026, 1, 1), timedelta(days=400)  # else a date may be a birthday
_UNSET = date(1970, 1, 1)  # by a clock that nobody set
# Settings whose values are words of the program, numbers or switches; of the others only whether
# they are set.
_TELLING = frozenset(
    {
        *("kiosk.audio", "kiosk.printer", "kiosk.languages", "sms.carrier", "sms.modem_connection"),
        *("sms.topics_off", "alarms.smtp_security", "log.format", "log.level", "content.schedule"),
    }
)


class WordGate:
    """Lets through what the program itself can say. ``ids``: of releases; ``versions``."""

    def __init__(self, ids: Sequence[str], versions: Sequence[str], now: datetime) -> None:
        self._ids, self._versions, self._today = frozenset(ids), frozenset(versions), now.date()
        self._words = vocabulary()

    def passed(self, value: object) -> object:
        """The same value with every string, key and number in it checked."""
        if isinstance(value, Mapping):
            return {self._text(str(key)): self.passed(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.passed(one) for one in value]
        if isinstance(value, int | float):
            return value if abs(value) < _MOST_COUNT else HIDDEN
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        return _TOKEN.sub(self._token, text)

    def _token(self, found: "re.Match[str]") -> str:
        text, kind = found[0], found.lastgroup
        if kind == "time":
            return found["time"] if self._is_ours(found["time"]) else HIDDEN
        digits = sum(letter.isdigit() for letter in text)
        allowed = {
            "version": text in self._versions,
            "word": text in self._words,
            "id": text in self._ids,
            "number": digits <= _MOST_DIGITS and self._words.issuperset(_WORD.findall(text)),
        }
        return text if allowed.get(str(kind), True) else HIDDEN

    def _is_ours(self, time: str) -> bool:
        """Whether it is a moment that anything of the program could tell."""
        try:
            day = datetime.fromisoformat(time).date()
        except ValueError:
            return False
        last = max(self._today, _EARLIEST) + _AHEAD
        return _EARLIEST <= day <= last or day in {self._today, _UNSET}


@cache
def vocabulary() -> frozenset[str]:
    """Every word in a string of the modules that speak to operators, and in the name of a
    setting or of an event."""
    speaking = [path for folder in _SPEAKERS for path in (ROOT / folder).rglob("*.py")]
    speaking += [ROOT / name for name in _SPEAKING_FILES]
    sections = get_type_hints(Settings).items()
    names = [f"{name} {key}" for name, of in sections for key in getattr(of, "__annotations__", ())]
    names += [event.name for event in log_format.listed().events.values()]
    texts = (" ".join(one) if isinstance(one, tuple) else one for one in catalog("en").values())
    words = set(_WORD.findall(" ".join((*names, *texts))))
    for path in speaking:
        for literal in _LITERAL.findall(path.read_text(encoding="utf-8")):
            words.update(_WORD.findall(" ".join(literal)))
    return frozenset(words)


def collect(
    settings: Settings,
    doctor: Mapping[str, Sequence[Finding]],
    server: Mapping[str, object],
    now: datetime,
) -> dict[str, object]:
    """The whole bundle. Reads files."""
    data_dir, packages = settings.server.data_dir, _packages()
    releases = Releases(data_dir)
    kept = releases.list()
    versions = {
        "porchlight": program_version(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    found: dict[str, object] = {
        "at": now.isoformat(timespec="seconds"),
        "settings": _settings(settings),
        "set_by": settings.origins,
        "doctor": {
            group: [{"kind": one.kind, "sentence": str(one.message)} for one in findings]
            for group, findings in doctor.items()
        },
        "server": dict(server),
        "releases": [
            {"id": one.id, "state": one.state, "origin": one.origin, "signatures": one.signatures}
            for one in kept
        ],
        **_states(releases),
    }
    gate = WordGate([one.id for one in kept], list(packages.values()), now)
    told = {name: gate.passed(value) for name, value in found.items()}
    return {"versions": versions, "packages": packages, **told, "sizes": _sizes(data_dir)}


def _packages() -> dict[str, str]:
    """The libraries of the program and their versions; those that are not there are left out."""
    found = {}
    for line in requirements():
        name = re.split(r"[^\w.-]", line, maxsplit=1)[0]
        if name == "porchlight":  # an extra that brings another
            continue
        try:
            found[str(metadata(name)["Name"])] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _settings(settings: Settings) -> dict[str, dict[str, object]]:
    """Switches, numbers and choices; of texts, paths and names only whether they are set."""
    return {
        section: {
            key: _telling(f"{section}.{key}", getattr(values, key))
            for key in values.__struct_fields__
        }
        for section, values in msgspec.structs.asdict(settings).items()
        if isinstance(values, msgspec.Struct)
    }


def _telling(name: str, value: object) -> object:
    if name in _TELLING or isinstance(value, bool | int | float):
        return value
    return "set" if value else "empty"


def _states(releases: Releases) -> dict[str, object]:
    """What became of the last refresh and the last night, what is on hold, which alarms ring."""
    held, refused = held_pack.waiting(releases), releases.refused()
    records = {
        "refresh": last_refresh.last(releases),
        "nightly": last_nightly(releases.root),
        "alarms": watch.remembered(releases.root),
    }
    return {
        "held": {"id": held.id, "since": held.since.isoformat()} if held else None,
        "refused": list(refused.problems) if refused else [],
        **{name: msgspec.to_builtins(record) for name, record in records.items()},
    }


def _sizes(data_dir: Path) -> dict[str, int]:
    """Bytes of what grows in data_dir, of all in it, and how much room there is."""
    grows = {name: _bytes(data_dir / name) for name in ("releases", "porchlight.db", "audio")}
    return {**grows, "all": _bytes(data_dir), "free": free_bytes(data_dir)}


def _bytes(path: Path) -> int:
    """As far as it can be looked through."""
    found = 0
    with suppress(OSError):
        for one in files.files_below(path) if path.is_dir() else [path]:
            found += one.lstat().st_size
    return found
