"""Check that no file has more odd sentences than baseline.toml allows.

Usage: python -m tools.plain_words [--write] [--since COMMIT] [FILE ...]
"""

import argparse
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools import tracked
from tools.plain_words import commits
from tools.plain_words.baseline import Baseline
from tools.plain_words.rules import Finding, Rules, findings, number_of_words, spelling
from tools.plain_words.texts import Text, texts

ROOT = Path(__file__).resolve().parents[2]
RULES = Path(__file__).with_name("rules.toml")
BASELINE = Path(__file__).with_name("baseline.toml")
_WORTH_PROCESSES = 50  # minimum number of files
_SHOWN = 20  # findings per file, if git cannot tell which lines are new
_COMMAND = "python -m tools.plain_words"


def files(root: Path, rules: Rules) -> list[str]:
    """List the files to read among those that git tracks or would add."""
    return [name for name in tracked.files(root) if rules.reads(name)]


@dataclass(frozen=True)
class Reading:
    """All findings, their number per file, each document's word count, and unused exceptions."""

    findings: Sequence[Finding]
    counted: Baseline
    words: Mapping[str, int]
    unused: Sequence[str]


def read(root: Path, rules: Rules, paths: Sequence[str]) -> Reading:
    """Read the files, several at a time."""
    one = partial(_read, root, rules)
    if len(paths) > _WORTH_PROCESSES:
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            done = list(pool.map(one, paths, chunksize=25))
    else:
        done = [one(path) for path in paths]
    files_read = list(zip(paths, done, strict=True))
    prose = [(path, text) for path, (_, some, _) in files_read for text in some]
    found = [each for some, _, _ in done for each in some]
    found += spelling(rules, [each for each in prose if rules.is_english(each[0])])
    found.sort(key=lambda each: (each.path, each.line))
    words = {path: number for path, (_, _, number) in files_read if rules.is_document(path)}
    counted = Baseline(Counter(each.path for each in found))
    return Reading(found, counted, words, list(rules.unused(prose)))


def _read(root: Path, rules: Rules, path: str) -> tuple[list[Finding], list[Text], int]:
    source = (root / path).read_text("utf-8")
    keys = rules.data["files"]["toml_keys"]
    prose = list(texts(path, source, messages=rules.has_messages(path), keys=keys))
    return list(findings(rules, path, prose)), prose, number_of_words(source)


def report(
    rules: Rules, listed: Baseline, reading: Reading, new: Collection[tuple[str, int]]
) -> Iterator[str]:
    """Yield a line for each problem; in a file, report only findings on new lines."""
    counted = reading.counted
    for path, number in sorted(counted.findings.items()):
        most = listed.findings.get(path, 0)
        if number > most:
            inside = [each for each in reading.findings if each.path == path]
            shown = [each for each in inside if (path, each.line) in new] or inside[:_SHOWN]
            yield from map(str, shown)
            yield (
                f"{path} has {number} findings, at most {most}: rewrite {number - most} or more"
                f" (all of them: {_COMMAND} {path}). Never raise the number in the list."
            )
    yield from over_budget(rules, reading.words)
    if listed.lowered(counted) != listed:
        yield f"Some files are better than the list says: run {_COMMAND} --write"
    yield from reading.unused


def over_budget(rules: Rules, words: Mapping[str, int]) -> Iterator[str]:
    """Yield a line for each document, and each reader's set of documents, with too many words."""
    limits = rules.data["limits"]
    for start, most in limits["words_each"].items():
        for path, number in sorted(words.items()):
            if path.startswith(start) and number > most:
                yield f"{path} has {number} words, at most {most}: cut {number - most}."
    for start, most in limits["words_together"].items():
        number = sum(many for path, many in words.items() if path.startswith(start))
        if number > most:
            name = start or "All documents"
            yield f"{name}: {number} words together, at most {most}: cut {number - most}."


def changed(root: Path, since: str) -> set[tuple[str, int]]:
    """Return the path and number of each line that this branch added since forking at ``since``."""
    done = subprocess.run(
        ["git", "diff", "--unified=0", "--no-ext-diff", "--merge-base", since, "--"],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    path, lines = "", set()
    for line in done.stdout.splitlines():
        if line.startswith("+++ b/"):
            path = line[6:]
        elif block := re.match(r"@@ \S+ \+(\d+)(?:,(\d+))? @@", line):
            first, number = int(block[1]), int(block[2] or 1)
            lines |= {(path, each) for each in range(first, first + number)}
    return lines


def main(arguments: Sequence[str], root: Path = ROOT, baseline: Path = BASELINE) -> int:
    """Print all problems; return 1 if there are any. ``--write`` lowers the numbers in the list."""
    parser = argparse.ArgumentParser(prog=_COMMAND, description=__doc__)
    parser.add_argument("--write", action="store_true", help="lower the numbers that went down")
    parser.add_argument("--since", default="main", help="show lines newer than this; default: main")
    parser.add_argument("files", nargs="*", help="show every finding in these files")
    given = parser.parse_args(arguments)
    rules = Rules.read(RULES)
    if given.files:
        reading = read(root, rules, [name for name in given.files if rules.reads(name)])
        print(*reading.findings, sep="\n", end="\n" if reading.findings else "")
        return int(bool(reading.findings))
    reading, listed = read(root, rules, files(root, rules)), Baseline.read(baseline)
    if given.write:
        listed = listed.lowered(reading.counted)
        listed.write(baseline)
    lines = [*report(rules, listed, reading, changed(root, given.since))]
    lines += commits.check(root, rules.data["commits"])
    print(*lines, sep="\n", end="\n" if lines else "")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
