"""What a helper from far needs, as one text file that a person can read before sending it.

Every word of it is a word of the program: names, numbers, texts, addresses and secrets, wherever
they stand, become "…". So it needs no list of what is private.
"""

import platform
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path

import msgspec

from content.model.finding import Finding
from content.releases import held_pack, last_refresh
from content.releases.generations import Releases
from runtime.alarms import watch
from runtime.alarms.facts import free_bytes, last_nightly
from runtime.upkeep.versions import program_version, requirements
from settings.places import ROOT
from settings.schema import Settings

HIDDEN = "…"
# Where the sentences of doctor, desk and log are written.
_SPEAKERS = (
    *("runtime", "store", "settings", "content/releases", "content/trust", "content/review"),
    *("content/authoring", "content/directory", "kiosk/desk", "kiosk/audio", "sms/twilio"),
    *("sms/modem", "sms/voice"),
)
_SPEAKING_FILES = ("kiosk/pages/school_file.py", "content/model/durable_files.py", "sms/alarms.py")
_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"' r"|'((?:[^'\\\n]|\\.)*)'")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:\+00:00)?)?(?![\w-]))"
    r"|(?P<id>\b[0-9a-f]{12}\b)|(?P<version>\b\d+(?:\.\w+)+\b)|(?P<word>[^\W\d_]+)"
    r"|(?P<number>\d[\d\-. ()]*\d|\d)|(?P<other>.)",
    re.DOTALL,
)
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

    def __init__(self, ids: Sequence[str], versions: Sequence[str]) -> None:
        self._ids, self._versions = frozenset(ids), frozenset(versions)
        self._words = vocabulary()

    def passed(self, value: object) -> object:
        """The same value with every string in it checked; keys are the program's own."""
        if isinstance(value, Mapping):
            return {key: self.passed(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.passed(one) for one in value]
        return _TOKEN.sub(self._token, value) if isinstance(value, str) else value

    def _token(self, found: "re.Match[str]") -> str:
        text, kind = found[0], found.lastgroup
        allowed = {
            "version": text in self._versions,
            "word": text in self._words,
            "id": text in self._ids,
            "number": len(text) <= 3 and text.isdigit(),
        }
        return text if allowed.get(str(kind), True) else HIDDEN


@cache
def vocabulary() -> frozenset[str]:
    """Every word in a string of the modules that speak to operators."""
    files = [path for folder in _SPEAKERS for path in (ROOT / folder).rglob("*.py")]
    files += [ROOT / name for name in _SPEAKING_FILES]
    words: set[str] = set()
    for path in files:
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
            group: [{"kind": one.kind, "sentence": one.sentence} for one in findings]
            for group, findings in doctor.items()
        },
        "server": dict(server),
        "releases": [
            {"id": one.id, "state": one.state, "origin": one.origin, "signatures": one.signatures}
            for one in kept
        ],
        **_states(releases),
        "sizes": _sizes(data_dir),
    }
    gate = WordGate([one.id for one in kept], list(packages.values()))
    told = {name: gate.passed(value) for name, value in found.items()}
    return {"versions": versions, "packages": packages, **told}


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
    inside = path.rglob("*") if path.is_dir() else [path]
    return sum(one.lstat().st_size for one in inside if one.is_file())
