"""All checks of an installation: table.toml, one row per code, read by report.py."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from messages.message import Message, Severity
from runtime.health import alarms, line, live, machine, pack, school
from runtime.health.observation import Observation

Check = Callable[[Observation], Iterator[Message]]
_MODULES = {
    module.__name__.rpartition(".")[2]: module
    for module in (alarms, line, live, machine, pack, school)
}


class HealthRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of table.toml, which explains its columns. ``check``: a Check."""

    check: Any
    severity: Severity
    group: Literal["", "machine", "content", "school", "desk", "alarms", "line", "carrier"] = ""
    today: Literal["", "act", "know", "good", "listed"] = ""
    students: str = "nothing"
    alarm: str = ""
    value: str = ""
    keeps: bool = False
    blocks: bool = False


def _check(name: str) -> Check:
    module, _, function = name.partition(".")
    check: Check = getattr(_MODULES[module], function)
    return check


def _table() -> dict[str, HealthRow]:
    rows = tomllib.loads(Path(__file__).with_name("table.toml").read_text("utf-8"))
    checked = {code: {**row, "check": _check(row["check"])} for code, row in rows.items()}
    return msgspec.convert(checked, dict[str, HealthRow])


TABLE = _table()
