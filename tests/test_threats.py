"""docs/threats.md: behind each promise, and each finding that was mended, stands a test that is
there."""

import re

from tests.running import ROOT

TEXT = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
PROMISES = TEXT.partition("## Promises")[2].partition("##")[0].splitlines()


OLDER = TEXT.partition("## What an older version did")[2].partition("##")[0]


def test_each_promise_names_a_test_that_is_there() -> None:
    rows = [line.split("|")[3] for line in PROMISES if line.startswith("| ")][1:]
    assert len(rows) > 15
    named = [re.findall(r"`(tests/[\w/]+\.py)`", row) for row in rows]
    assert all(named)
    assert [path for row in named for path in row if not (ROOT / path).is_file()] == []


def test_each_finding_names_a_test_that_is_there() -> None:
    rows = [line for line in OLDER.splitlines() if line.startswith("| S")]
    assert {row.split()[1] for row in rows} == {f"S{number}" for number in range(1, 14)}
    named = [re.findall(r"`(tests/[\w/]+\.py)`", row) for row in rows]
    assert all(named)
    assert [path for row in named for path in row if not (ROOT / path).is_file()] == []
