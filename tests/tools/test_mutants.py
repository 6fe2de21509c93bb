"""The table of the modules that are changed one thing at a time fits the tree."""

import tomllib

from tests.running import ROOT
from tools.mutants import TABLE


def test_each_module_has_tests_and_each_reason_is_of_a_line_that_is_there() -> None:
    table = tomllib.loads(TABLE.read_text("utf-8"))
    assert len(table["tests"]) > 10
    files = {file for tests in table["tests"].values() for file in tests} | set(table["tests"])
    assert [file for file in files if not (ROOT / file).is_file()] == []
    for row in table.get("reason", ()):
        lines = {line.strip() for line in (ROOT / row["module"]).read_text("utf-8").splitlines()}
        assert row["old"] in lines, row
        assert row["why"].endswith("."), row
