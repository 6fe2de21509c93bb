"""docs/school/privacy.md and docs/develop/attacks.md name an existing test for each promise, and for
each finding that was fixed."""

import re

import pytest

from tests.running import ROOT

TEXT = (ROOT / "docs/school/privacy.md").read_text(encoding="utf-8")
PROMISES = TEXT.partition("## Promises")[2].partition("##")[0].splitlines()
ATTACKS = (ROOT / "docs/develop/attacks.md").read_text(encoding="utf-8")
OLDER = ATTACKS.partition("## Attacks that once worked")[2].partition("##")[0]


def test_each_promise_names_a_test_that_is_there() -> None:
    rows = [line.split("|")[2] for line in PROMISES if line.startswith("|")][2:]
    assert len(rows) > 15
    named = [re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", row) for row in rows]
    assert all(named)
    assert [row.count("`") for row in rows] == [2 * len(found) for found in named]
    gone = [
        f"{path}::{test}"
        for found in named
        for path, test in found
        if not (ROOT / path).is_file()
        or (test and f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert gone == []


def test_each_finding_names_a_test_that_is_there() -> None:
    rows = [line for line in OLDER.splitlines() if line.startswith("| S")]
    assert {row.split()[1] for row in rows} == {f"S{number}" for number in range(1, 14)}
    named = [re.findall(r"`(tests/[\w/]+\.py)`", row) for row in rows]
    assert all(named)
    assert [path for row in named for path in row if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize(
    "word", ["backup", "restore", "counts", "one-time code", "poster", "alarm"]
)
def test_what_leaves_the_machine_or_is_shown_of_it_has_a_promise(word: str) -> None:
    assert any(word in line.lower() for line in PROMISES if line.startswith("|"))
