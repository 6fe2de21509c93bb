"""The log has a closed list of events, every field checked, as text and as JSON."""

import ast
import io
import json
import logging
from functools import cache
from pathlib import Path

import pytest

from runtime.alarms import log_format
from runtime.alarms.log_format import EventFormatter, listed
from tests.running import command, environment
from tests.test_architecture import SOURCES, name, tree

SAYS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
CANARY = "call me at 916-555-0123, Jo"


@cache
def calls() -> list[tuple[str, ast.Call]]:
    return [
        (f"{name(path)}:{node.lineno}", node)
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in SAYS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"log", "logger", "logging"}
    ]


def test_every_log_call_is_an_event_of_the_list_with_a_name_for_each_value() -> None:
    assert len(calls()) > 30
    wrong = []
    for place, call in calls():
        template = call.args[0]
        event = (
            listed().events.get(str(template.value)) if isinstance(template, ast.Constant) else None
        )
        if event is None or len(event.fields) != len(call.args) - 1:
            wrong.append(place)
    assert wrong == []


def test_the_list_has_no_event_that_nobody_logs_and_no_unknown_field() -> None:
    used = {
        str(call.args[0].value) for _, call in calls() if isinstance(call.args[0], ast.Constant)
    }
    unused = {event.name for text, event in listed().events.items() if text not in used}
    assert all(name.startswith("server-") for name in unused)  # those are uvicorn's
    assert {field for event in listed().events.values() for field in event.fields} <= set(
        listed().shapes
    )


def record(message: str, *values: object, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord("some.library", level, "x.py", 1, message, values, None)


@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize(
    ("message", "values"),
    [
        (CANARY, ()),
        ("%s", (CANARY,)),
        ("%s failed: %s", ("watch", CANARY)),
        ("now serving release %s", (CANARY,)),
        ("a page failed: %s", (f"KeyError {CANARY}",)),
        ("store: %d writes failed before the store closed", (CANARY,)),
        ("now serving release %s", ("abc", CANARY)),
    ],
)
def test_no_number_and_no_unlisted_word_comes_through(
    style: str, message: str, values: tuple[object, ...]
) -> None:
    line = EventFormatter(style).format(record(message, *values))
    assert "0123" not in line
    if message != "%s":  # a sentence of ours, as `doctor` prints it
        assert "Jo" not in line


def test_an_error_keeps_its_class_and_place_and_loses_its_words() -> None:
    with pytest.raises(ValueError, match="Jo") as met:
        raise ValueError(CANARY)
    error = (met.type, met.value, met.tb)
    kept = logging.LogRecord("x", logging.ERROR, "x.py", 1, "a library says", (), error)
    line = EventFormatter("text").format(kept)
    assert ("Jo" in line, "ValueError in test_log_format.py:" in line) == (False, True)


def test_json_has_an_object_a_line_with_named_fields() -> None:
    formatter = EventFormatter("json")
    line = json.loads(formatter.format(record("%s failed: %s", "watch", "KeyError")))
    assert line.pop("at")[-6:] == "+00:00"
    assert line == {"level": "warning", "event": "job-failed", "name": "watch", "error": "KeyError"}
    assert formatter.counted == {"job-failed": 1}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("from +1 (916) 555-0123 today", False),
        ("19165550123", False),
        ("916.555.0123", False),
        ("since 2026-11-27 20:00 UTC", True),
        ("sms/line.toml:12: 988 and 741741", True),
        ("release 0123456789ab", True),
    ],
)
def test_a_phone_number_is_cut_out_of_a_sentence_and_a_date_is_not(text: str, kept: bool) -> None:
    assert (log_format.without_numbers(text) == text) is kept


def test_the_level_holds_and_libraries_are_heard_from_a_warning_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root, out = logging.getLogger(), io.StringIO()
    handlers, level = list(root.handlers), root.level
    monkeypatch.setattr("sys.stderr", out)
    root.handlers[:] = []
    try:
        log_format.begin("text", "warning")
        logging.getLogger("a").info("now serving release %s", "0123456789ab")
        log_format.begin("text", "info")
        logging.getLogger("a").info("now serving release %s", "fedcba987654")
        logging.getLogger("library").info("chatter")
        logging.getLogger("library").warning("trouble")
        assert log_format.counted() == {"serving": 1, "unlisted": 1}
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    lines = [line.split(" ", 2)[2] for line in out.getvalue().splitlines()]
    assert lines == [
        "INFO now serving release fedcba987654",
        "WARNING unlisted message of library",
    ]


def test_a_wrong_format_or_level_is_a_sentence(tmp_path: Path) -> None:
    for key, value in {"FORMAT": "xml", "LEVEL": "loud"}.items():
        done = command("doctor", environ=environment(tmp_path, **{f"PORCHLIGHT_LOG__{key}": value}))
        assert (done.returncode, f"instead of {value!r}." in done.stderr) == (2, True)
