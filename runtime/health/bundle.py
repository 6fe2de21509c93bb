"""A text file with the facts that remote support needs; a person can read it before sending it.

It contains nothing that a person wrote: messages have "…" for every text in them, the server's
states are from a fixed list, and most settings only show whether they are set.
"""

import platform
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path

import msgspec

from content.releases.generations import Releases
from content.releases.state import State
from messages.message import VERBATIM, Finding, Message, Value
from runtime.alarms import log_format, watch
from runtime.alarms.rules import CHANNELS
from runtime.health.observation import free_bytes, last_nightly
from runtime.upkeep.versions import program_version, requirements
from settings.schema import Settings
from system import files

HIDDEN = "…"
_MOST_COUNT = 10**6  # a larger number could be a phone number
_DAY = re.compile(
    r"(?:20[23]\d|1970)-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?(?:\.\d{1,6})?(?: UTC|\+00:00)?"
)
_TELLS = tomllib.loads(Path(__file__).with_name("bundle.toml").read_text("utf-8"))


def hidden(said: Message, ids: Collection[str]) -> Message:
    """Return the message with "…" for every text except days, short numbers and release ids."""
    if said.code == VERBATIM:
        return Message(VERBATIM, args={"text": HIDDEN})
    return Message(said.code, args={name: _value(one, ids) for name, one in said.args.items()})


def _value(one: Value, ids: Collection[str]) -> Value:
    if isinstance(one, Message):
        return hidden(one, ids)
    if isinstance(one, int):
        return one if abs(one) < _MOST_COUNT else HIDDEN
    if isinstance(one, tuple):
        return HIDDEN
    return one if one in ids or _DAY.fullmatch(one) else HIDDEN


def _of_server(server: Mapping[str, object], ids: Collection[str]) -> dict[str, object]:
    """Return the server's states that are on the list, and the counts of logged events."""
    known = {name: _state(one, ids) for name, one in server.items() if name in _TELLS["states"]}
    counted, names = server.get("events"), {one.name for one in log_format.listed().events.values()}
    if isinstance(counted, Mapping):
        events = {name: of for name, of in counted.items() if name in names}
        known["events"] = {name: _state(of, ids) for name, of in events.items()}
    return known


def _state(one: object, ids: Collection[str]) -> object:
    if isinstance(one, Message):
        return str(hidden(one, ids))
    if isinstance(one, str):
        return one if one in _TELLS["words"] or one in ids or _DAY.fullmatch(one) else HIDDEN
    if isinstance(one, int | float):
        return one if abs(one) < _MOST_COUNT else HIDDEN
    return None if one is None else HIDDEN


def collect(
    settings: Settings,
    doctor: Mapping[str, Sequence[Finding]],
    server: Mapping[str, object],
    now: datetime,
) -> dict[str, object]:
    """Return the whole bundle. Reads files."""
    data_dir, packages = settings.server.data_dir, _packages()
    releases = Releases(data_dir)
    state = releases.state()
    kept = releases.list(state)
    ids = {one.id for one in kept}
    versions = {
        "porchlight": program_version(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    found: dict[str, object] = {
        "at": now.isoformat(timespec="seconds"),
        "settings": _settings(settings),
        "set_by": {  # an unnamed file, unless it is the desk or an environment variable
            name: by if by in {"", "desk"} or by.startswith("PORCHLIGHT_") else "a file"
            for name, by in settings.origins.items()
        },
        "doctor": {
            group: [{"kind": one.kind, **_said(one.message, ids)} for one in findings]
            for group, findings in doctor.items()
        },
        "server": _of_server(server, ids),
        "releases": [
            {"id": one.id, "state": one.state, "origin": one.origin, "signatures": one.signatures}
            for one in kept
        ],
        **_states(state, data_dir, ids),
    }
    return {"versions": versions, "packages": packages, **found, "sizes": _sizes(data_dir)}


def _packages() -> dict[str, str]:
    """Return the versions of the program's installed libraries."""
    found = {}
    for line in requirements():
        name = re.split(r"[^\w.-]", line, maxsplit=1)[0]
        if name == "porchlight":  # one extra includes another extra
            continue
        try:
            found[str(metadata(name)["Name"])] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _settings(settings: Settings) -> dict[str, dict[str, object]]:
    """Return switches, numbers and choices; for texts, paths and names, only if they are set."""
    return {
        section: {
            key: _telling(f"{section}.{key}", getattr(values, key))
            for key in values.__struct_fields__
        }
        for section, values in msgspec.structs.asdict(settings).items()
        if isinstance(values, msgspec.Struct)
    }


def _telling(name: str, value: object) -> object:
    if isinstance(value, bool | int | float):
        return value
    each = value if isinstance(value, tuple | list) else (value,)
    shape = _TELLS["settings"].get(name)
    if shape and all(re.fullmatch(shape, str(one)) for one in each):
        return value
    return "set" if value else "empty"


def _said(said: Message, ids: Collection[str]) -> dict[str, str]:
    return {"code": said.code, "sentence": str(hidden(said, ids))}


def _states(state: State, data_dir: Path, ids: Collection[str]) -> dict[str, object]:
    """Return the last refresh, the last nightly check, the pack on hold, and active alarms."""
    held, refused, refresh = state.held, state.refusal, state.refresh
    night, memory = last_nightly(data_dir), watch.remembered(data_dir)
    return {
        "held": {"id": held.id, "since": held.since.isoformat()} if held else None,
        "refused": [_said(one, ids) for one in refused.messages] if refused else [],
        "refresh": {
            "at": refresh.at.isoformat(),
            "outcome": refresh.outcome,
            "failure": refresh.failure,
            "alarm": refresh.alarm,
            **_said(refresh.message, ids),
        }
        if refresh
        else None,
        "nightly": {
            "at": night.at.isoformat(),
            "problems": [_said(one, ids) for one in night.messages],
        }
        if night
        else None,
        "alarms": {
            "ringing": {kind: since.isoformat() for kind, since in memory.ringing.items()},
            "failures": {
                name: one.failures for name, one in memory.channels.items() if name in CHANNELS
            },
        },
    }


def _sizes(data_dir: Path) -> dict[str, int]:
    """Return bytes used by the growing parts of data_dir and by all of it, and bytes free."""
    grows = {name: _bytes(data_dir / name) for name in ("releases", "porchlight.db", "audio")}
    return {**grows, "all": _bytes(data_dir), "free": free_bytes(data_dir)}


def _bytes(path: Path) -> int:
    """Return the total size of the readable files below the path."""
    found = 0
    with suppress(OSError):
        for one in files.files_below(path) if path.is_dir() else [path]:
            found += one.lstat().st_size
    return found
