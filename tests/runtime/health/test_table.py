"""The table: a row for each message of a check, and nothing that no check says."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from messages.message import catalog
from runtime.alarms import rules
from runtime.health.table import TABLE
from tests.running import ROOT

CHECKS = [
    *(ROOT / "runtime" / "health").glob("*.py"),
    ROOT / "sms" / "twilio" / "account_check.py",
]
VARIABLES = {"code", "well", "shut", "trouble", "(problem, well)"}
# How students notice a row.
NOTICED = {
    *("nothing", "only the crisis lines", "an older pack", "a dark screen", "no reply"),
    *("a late reply", "a wrong reply", "fewer texts understood", "no line of the county"),
    *("no bell times", "no paper", "no voice", "no Open now", "an unsigned pack"),
    *("another's pages", "fewer lines"),
}
# From the modules that a check asks.
ELSEWHERE = {
    *("settings.file-unreadable", "settings.value-unusable"),
    *("disk.unwritable", "disk.no-files", "directory.failed", "directory.looked-at"),
}


def constants(node: ast.AST) -> Iterator[str]:
    """Return the codes that an expression may be: either arm of a condition, no argument."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"message", "Message"}:
        yield from constants(node.args[0])


def said(path: Path) -> set[str]:
    """Return the codes that a module yields, returns or keeps in one of the variables."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Yield | ast.Return) and node.value:
            found |= {*constants(node.value)}
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in VARIABLES:
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            found |= {code for value in values for code in constants(value)}
        if isinstance(node, ast.AnnAssign | ast.Assign) and "PARTS" in ast.unparse(node):
            found |= {
                str(key.value)
                for each in ast.walk(node)
                if isinstance(each, ast.Dict)
                for key in each.keys
                if isinstance(key, ast.Constant)
            }
    return found & catalog("en").keys()


def test_every_message_of_a_check_has_a_row() -> None:
    """A code without one would end `doctor` and Today with an error."""
    made = {code for path in CHECKS for code in said(path)}
    nested = {"settings.origin", "settings.and", "today.to-fix", "today.notes", "doctor.cut-short"}

    assert made - TABLE.keys() - nested == set()
    assert TABLE.keys() - made - ELSEWHERE == set()


@pytest.mark.parametrize("code", TABLE)
def test_a_row_names_an_alarm_that_there_is_and_words_that_there_are(code: str) -> None:
    row = TABLE[code]

    assert not row.alarm or row.alarm in rules.kinds()
    assert code in catalog("en")
    assert row.group or row.today or row.alarm or row.blocks
    assert row.students in NOTICED


def test_every_alarm_has_a_row() -> None:
    assert {row.alarm for row in TABLE.values()} - {""} == rules.kinds().keys() - {"test"}
