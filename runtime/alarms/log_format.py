"""The log: events from a closed list (log_events.toml), as text or JSON, every field checked."""

import json
import logging
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

UNLISTED = "unlisted"
_MOST = 2000  # maximum characters in a sentence
_FRAMES = 8  # maximum frames of an error's traceback
# Matches ten or more digits, written like a phone number but not like a date.
_NUMBER = re.compile(r"(?<![\w-])(?!\d{4}-\d\d-\d\d)\+?\(?\d[\d().\- ]{7,}\d(?![\w-])")


class LogEvent(NamedTuple):
    """A row of the event list. ``fields``: the name of each value, in order."""

    name: str
    template: str
    fields: tuple[str, ...]


class LogList(NamedTuple):
    """The event list: events by their template, and the pattern for each field."""

    events: Mapping[str, LogEvent]
    shapes: Mapping[str, "re.Pattern[str] | None"]


@cache
def listed() -> LogList:
    file = Path(__file__).with_name("log_events.toml")
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    events = (LogEvent(name, row[0], tuple(row[1:])) for name, row in table["events"].items())
    shapes = {name: re.compile(text) if text else None for name, text in table["fields"].items()}
    return LogList({event.template: event for event in events}, shapes)


class EventFormatter(logging.Formatter):
    """Formats each record as one line, and counts the events by name."""

    def __init__(self, style: str) -> None:
        super().__init__()
        self._is_json = style == "json"
        self.counted: Counter[str] = Counter()

    def format(self, record: logging.LogRecord) -> str:
        event = listed().events.get(str(record.msg))
        values = _values(event, record.args)
        name = event.name if event and values is not None else UNLISTED
        self.counted[name] += 1
        at = datetime.fromtimestamp(record.created, UTC)
        error = _error(record)
        if self._is_json:
            fields = dict(_named(event, values or ()))
            line = {"at": at.isoformat(timespec="milliseconds"), "level": record.levelname.lower()}
            known = {"event": name, **fields, **({"error_at": error} if error else {})}
            unlisted = {"logger": record.name} if name == UNLISTED else {}
            return json.dumps({**line, **known, **unlisted}, ensure_ascii=False)
        said = UNLISTED + f" message of {record.name}"
        if event and values is not None:
            said = re.sub("%d", "%s", event.template) % values
        tail = f" [{error}]" if error else ""
        return (
            f"{at:%Y-%m-%d %H:%M:%S},{record.msecs:03.0f} {record.levelname} {said.strip()}{tail}"
        )


def begin(style: str = "text", level: str = "info") -> EventFormatter:
    """Start logging to standard error in this form; don't touch handlers that others set."""
    formatter, handler = EventFormatter(style), logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(lambda one: one.levelno >= logging.WARNING or str(one.msg) in listed().events)
    root = logging.getLogger()
    if all(isinstance(other.formatter, EventFormatter) for other in root.handlers):
        root.handlers[:] = [handler]
        root.setLevel(level.upper())
    return formatter


def counted() -> Mapping[str, int]:
    """Return the number of times that this process wrote each event."""
    formatters = (handler.formatter for handler in logging.getLogger().handlers)
    return next((dict(one.counted) for one in formatters if isinstance(one, EventFormatter)), {})


def _values(event: LogEvent | None, given: object) -> tuple[str, ...] | None:
    """Check the values and return them, or None if they do not fit the event."""
    values = given if isinstance(given, tuple) else ()
    if event is None or len(values) != len(event.fields):
        return None
    return tuple(
        _checked(name, str(value)) for name, value in zip(event.fields, values, strict=True)
    )


def _checked(name: str, value: str) -> str:
    shape = listed().shapes[name]
    if shape is not None:
        return value if shape.fullmatch(value) else "…"
    return without_numbers(" / ".join(value.splitlines()))[:_MOST]


def without_numbers(text: str) -> str:
    return _NUMBER.sub("(number)", text)


def _named(event: LogEvent | None, values: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield each field with its value; repeated names are numbered."""
    seen: Counter[str] = Counter()
    for name, value in zip(event.fields if event else (), values, strict=False):
        seen[name] += 1
        yield (name if seen[name] == 1 else f"{name}_{seen[name]}"), value


def _error(record: logging.LogRecord) -> str:
    """Return an error's class and location, but never its words, which may quote a text."""
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, _, trace = record.exc_info
    places = []
    while trace is not None:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{kind.__name__} in {' < '.join(reversed(places[-_FRAMES:]))}"
