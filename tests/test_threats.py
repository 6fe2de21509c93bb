"""docs/threats.md: behind each promise stands a test that is there."""

import re

from tests.running import ROOT

TEXT = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
PROMISES = TEXT.partition("## Promises")[2].partition("##")[0].splitlines()


def test_each_promise_names_a_test_that_is_there() -> None:
    rows = [line.split("|")[3] for line in PROMISES if line.startswith("| ")][1:]
    assert len(rows) > 15
    named = [re.findall(r"`(tests/[\w/]+\.py)`", row) for row in rows]
    assert all(named)
    assert [path for row in named for path in row if not (ROOT / path).is_file()] == []
