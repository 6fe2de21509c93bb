"""The planted faults fit the code that is there, and the tests that may notice one are found."""

from collections import Counter
from pathlib import Path

import pytest
from coverage import CoverageData

from tests.running import ROOT
from tools.likely_tests import Fault, Likely
from tools.plant_faults import read

PROGRAM = "LIMIT = 5\n\ndef limited(text):\n    return text[\n        :LIMIT\n    ]\n\ndef spoken():\n    pass\n"
TESTS = {
    "tests/test_limits.py": "def test_a_text_is_cut(): ...\ndef test_a_short_text_stays(): ...\n",
    "tests/test_speech.py": "def test_a_word_is_spoken(): ...\n",
    "tests/test_else.py": "import pytest\n\n@pytest.mark.slow\ndef test_nothing_of_it(): ...\n",
}
CUT, SHORT, SPOKEN, ELSE = (
    f"{file}::{line[4 : line.index('(')]}"
    for file, text in TESTS.items()
    for line in text.splitlines()
    if line.startswith("def")
)


@pytest.fixture
def likely(tmp_path: Path) -> Likely:
    """Two tests run the first function, another file's test the second."""
    (tmp_path / "tests").mkdir()
    for name, text in {**TESTS, "program.py": PROGRAM, "style.css": "a { color: red }"}.items():
        (tmp_path / name).write_text(text, "utf-8")
    covered = CoverageData(str(tmp_path / "covered"))
    for context, lines in {
        "": [1, 3, 8],
        f"{CUT}[a text]|run": [4],
        f"{SHORT} (call)": [4],
        f"{SPOKEN}|setup": [9],
    }.items():
        covered.set_context(context)
        covered.add_lines({str(tmp_path / "program.py"): lines})
    return Likely(tmp_path, covered)


@pytest.mark.parametrize(
    ("file", "old", "first", "all_of_them"),
    [
        ("program.py", "    return text[", {CUT, SHORT}, {CUT, SHORT, SPOKEN}),
        ("program.py", "        :LIMIT", {CUT, SHORT}, {CUT, SHORT, SPOKEN}),  # inside a statement
        ("program.py", "LIMIT = 5", {CUT, SHORT, SPOKEN}, {CUT, SHORT, SPOKEN}),  # at the import
        ("program.py", "    pass", {SPOKEN}, {CUT, SHORT, SPOKEN}),
        ("style.css", "red", {CUT, SHORT, SPOKEN}, {CUT, SHORT, SPOKEN, ELSE}),
    ],
)
def test_the_tests_that_run_the_line_come_first_and_all_that_reach_its_file_follow(
    likely: Likely, file: str, old: str, first: set[str], all_of_them: set[str]
) -> None:
    rounds = list(likely.rounds(Fault("area", 0, file, old, "", "a text is cut too late")))
    assert set(rounds[0]) == first
    assert Counter(test for one in rounds for test in one) == Counter(all_of_them)


def test_the_test_whose_words_are_those_of_the_fault_comes_first(likely: Likely) -> None:
    for why, test in {"a text is never cut": CUT, "what is short does not stay": SHORT}.items():
        fault = Fault("area", 0, "program.py", "    return text[", "", why)
        assert next(likely.rounds(fault))[0] == test


def test_each_fault_changes_one_place_and_is_there_once() -> None:
    faults = read([])
    assert len(faults) > 750
    placed = [(fault, (ROOT / fault.file).read_text("utf-8").count(fault.old)) for fault in faults]
    assert [f"{one.area}, {one.why}: in {n} places" for one, n in placed if n != 1] == []
    same = Counter((fault.file, fault.old, fault.new) for fault in faults)
    assert [fault for fault, times in same.items() if times > 1] == []
