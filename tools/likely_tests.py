"""Finds the tests that may notice a fault: those that run its line, the likeliest first.

Runs the quick tests once with coverage's contexts to learn which tests run a line, also in servers
and commands that tests start. Stores the result in .venv/faults by commit. Some lines run when a
module is imported, or for the first of many tests: these count as run by each test file that
reaches the module. A file that is not Python counts as run by all tests. Orders tests by searching
for the fault's words. Tests marked slow come after the best matches among the other tests.
"""

import ast
import math
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from coverage import CoverageData

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = ROOT / ".venv" / "faults"
AT_FIRST, NEXT, SLOW = 20, 60, 8  # number of tests: the likeliest, the next ones, and the slow ones
NEAR = 30  # lines; no statement is longer
_WORD = re.compile(r"[^\W\d_][a-zà-ÿ]+|[A-Z]{2,}|\d{3,}")
_SETTINGS = """[run]
branch = false
parallel = true
sigterm = true
data_file = {data}
context = ${{PYTEST_CURRENT_TEST-}}
source = {root}
omit = {root}/tests/*,{root}/.venv/*,{root}/store/migrations/*
"""


class Fault(NamedTuple):
    """A table row: which fault to plant, where, and what it would mean."""

    area: str
    case: int
    file: str
    old: str
    new: str
    why: str


class Likely:
    """A tree's tests. ``covered``: a run's coverage; ``left``: tests that failed in that run."""

    def __init__(self, root: Path, covered: CoverageData, left: Iterable[str] = ()) -> None:
        self._root, self._covered = root, covered
        self._slow = set[str]()
        words = {test: Counter(_words(text)) for test, text in self._tests()}
        for test in left:
            words.pop(test, None)
        self._of_file = defaultdict[str, set[str]](set)
        for test in words:
            self._of_file[test.partition("::")[0]].add(test)
        self._weight, self._near = _index(words)

    def rounds(self, fault: Fault) -> Iterator[Sequence[str]]:
        """Yield the tests to run until one fails: a few, more, then all others that may notice."""
        runs, reaches = self._that_run(fault)
        order = self._ordered(fault, runs | reaches)
        first = [test for test in order if test in runs - self._slow][:AT_FIRST]
        yield first
        order = [test for test in order if test not in first]
        slow = [test for test in order if test in self._slow]
        quick = [test for test in order if test not in self._slow]
        yield [*slow[:SLOW], *quick[:NEXT]]
        yield [*quick[NEXT:], *slow[SLOW:]]

    def _that_run(self, fault: Fault) -> tuple[set[str], set[str]]:
        """Return the tests that run the line, and the tests in files that reach its module."""
        every = set().union(*self._of_file.values())
        lines = self._covered.contexts_by_lineno(str(self._root / fault.file))
        if not lines:
            return every, set()
        text = (self._root / fault.file).read_text("utf-8")
        start = text[: text.index(fault.old)].count("\n") + 1
        place = range(start, start + fault.old.count("\n") + 1)
        while not any(map(lines.get, place)) and place.start > max(start - NEAR, 1):
            place = range(place.start - 1, place.stop)
        here = {context for line in place for context in lines.get(line, ())}
        reached = {_test(one).partition("::")[0] for found in lines.values() for one in found}
        reaches = set().union(*(self._of_file[file] for file in reached))
        runs = {_test(context) for context in here} & every
        return runs or reaches or every, reaches

    def _ordered(self, fault: Fault, tests: set[str]) -> list[str]:
        text = (self._root / fault.file).read_text("utf-8")
        at = text.index(fault.old)
        asked = Counter(_words(f"{fault.why} {fault.file} " * 3 + fault.old + fault.new))
        asked.update(set(_words(text[max(0, at - 600) : at + 600])))
        score = defaultdict[str, float](float)
        for word, times in asked.items():
            for test, share in self._near.get(word, ()):
                score[test] += share * math.log1p(times) * self._weight[word]
        return sorted(tests, key=lambda test: (-score[test], test))

    def _tests(self) -> Iterator[tuple[str, str]]:
        """Yield each test with the text that describes it."""
        for file in sorted(self._root.glob("tests/**/test_*.py")):
            tree = ast.parse(text := file.read_text("utf-8"))
            name, lines = file.relative_to(self._root).as_posix(), text.splitlines()
            marks = [ast.unparse(one) for one in tree.body if isinstance(one, ast.Assign)]
            slow = any(mark.startswith("pytestmark") and "slow" in mark for mark in marks)
            for within, test in _functions(tree.body):
                start = min([test.lineno, *(one.lineno for one in test.decorator_list)])
                own = "\n".join(lines[start - 1 : test.end_lineno])
                node = "::".join((name, *within, test.name))
                if slow or "mark.slow" in own:
                    self._slow.add(node)
                yield node, f"{name} {ast.get_docstring(tree)} {test.name * 3} {own}"


def _functions(body: list[ast.stmt]) -> Iterator[tuple[list[str], ast.FunctionDef]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from (([node.name, *within], test) for within, test in _functions(node.body))
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield [], node


def _words(text: str) -> Iterator[str]:
    return (word.casefold() for word in _WORD.findall(text))


def _index(
    tests: dict[str, Counter[str]],
) -> tuple[dict[str, float], dict[str, list[tuple[str, float]]]]:
    """Return each word's weight, and its share in each test that contains it."""
    known = Counter(word for words in tests.values() for word in words)
    weight = {word: math.log1p(len(tests) / times) for word, times in known.items()}
    near = defaultdict[str, list[tuple[str, float]]](list)
    for test, words in tests.items():
        shares = {word: (1 + math.log(times)) * weight[word] for word, times in words.items()}
        length = math.hypot(*shares.values())
        for word, share in shares.items():
            near[word].append((test, share / length))
    return weight, near


def _test(context: str) -> str:
    """Return the test that a context names: pytest-cov writes "test[case]|run"; pytest's own
    variable, which child processes inherit, contains "test[case] (call)"."""
    return re.split(r"\[|\|| \(", context, maxsplit=1)[0]


def likely(tests: Sequence[str]) -> Likely:
    """Return this commit's tests in these folders or files; run them if no run is stored."""
    head = ["git", "rev-parse", "--short=16", "HEAD"]
    commit = subprocess.run(head, cwd=ROOT, capture_output=True, text=True, check=True)
    folder = SCRATCH / "-".join(
        [commit.stdout.strip(), *(test.replace("/", ".") for test in tests)]
    )
    kept, failed = folder / "coverage", folder / "failed"
    if not failed.exists():
        folder.mkdir(parents=True, exist_ok=True)
        failed.write_text("\n".join(_run(folder, kept, tests)), "utf-8")
    covered = CoverageData(str(kept))
    covered.read()
    left = failed.read_text("utf-8").split("\n")
    if any(left):
        print("These tests fail even without a fault, so they are left out:", *left, sep="\n  ")
    return Likely(ROOT, covered, left)


def _run(folder: Path, data: Path, tests: Sequence[str]) -> set[str]:
    """Run the quick tests once, record what each runs, and return those that failed."""
    settings = folder / "settings"
    settings.write_text(_SETTINGS.format(data=data, root=ROOT), "utf-8")
    print("Running the quick tests once, to find out which lines each of them runs", flush=True)
    workers = str(2 if tests else 2 * (os.cpu_count() or 1))
    run = [sys.executable, "-m", "pytest", "-q", "-n", workers, "--dist", "loadfile", *tests]
    run += ["--no-loadscope-reorder", "--slow=none", "-p", "no:cacheprovider"]
    run += ["--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report="]
    environ = {**os.environ, "COVERAGE_PROCESS_START": str(settings)}
    done = subprocess.run(run, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise SystemExit(f"The tests did not run: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return {_test(one) for one in re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)}
