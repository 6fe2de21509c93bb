"""A document's table of acceptance cases: the sentences are in the document, and the tests supply
their names."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

HEAD = "|case|sentence|tests|\n|---|---|---|\n"
_TEST = re.compile(r"^ *(?:async )?def (test_case_(\d+)_\w+)", re.MULTILINE)

Tests = dict[int, dict[str, list[str]]]  # by case, then by file


def tests_in(files: Iterable[Path], *, named: Callable[[Path], str]) -> Tests:
    """Return each case's tests. ``named``: how the document names a file."""
    found: Tests = defaultdict(dict)
    for file in files:
        for name, case in _TEST.findall(file.read_text(encoding="utf-8")):
            found[int(case)].setdefault(named(file), []).append(name)
    return found


def filled(text: str, known: Tests, *, without: str = "") -> str:
    """Return the document, which ends with its table, with the current tests; ``without`` for a
    case that has none."""
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
