"""A document's table of acceptance cases: the sentences stand there, the names of the tests come
from the tests."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

HEAD = "|case|sentence|tests|\n|---|---|---|\n"
_TEST = re.compile(r"^ *(?:async )?def (test_case_(\d+)_\w+)", re.MULTILINE)

Tests = dict[int, dict[str, list[str]]]  # of each case, by the file they stand in


def tests_in(files: Iterable[Path], *, named: Callable[[Path], str]) -> Tests:
    """The tests of each case. ``named`` is how the document calls a file."""
    found: Tests = defaultdict(dict)
    for file in files:
        for name, case in _TEST.findall(file.read_text(encoding="utf-8")):
            found[int(case)].setdefault(named(file), []).append(name)
    return found


def filled(text: str, known: Tests, *, without: str = "") -> str:
    """The document, which ends with its table, with the tests as they are now; ``without`` where a
    case has none."""
    before, after = text.split(HEAD)
    rows = []
    for row in after.strip().splitlines():
        _, case, sentence, *_rest = (cell.strip() for cell in row.split("|"))
        listed = [
            f"`{file}`: {', '.join(f'`{name}`' for name in names)}"
            for file, names in known[int(case)].items()
        ]
        rows.append(f"|{case}|{sentence}|{'; '.join(listed) or without}|\n")
    return before + HEAD + "".join(rows)
