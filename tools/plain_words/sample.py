"""Draw random sentences of one kind, for a reader who has not seen them.

    python -m tools.plain_words.sample desk --count 60 --seed 7
    python -m tools.plain_words.sample desk --mixed-in FILE --where

FILE has one sentence per line, such as odd ones that a reader should notice; --where also shows
where each sentence is from.
"""

import argparse
import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from tools import tracked
from tools.plain_words.__main__ import ROOT, RULES
from tools.plain_words.rules import Rules
from tools.plain_words.rules import sentences as split
from tools.plain_words.texts import texts

_PROGRAM = (
    r"(?:cli|content|editor|kiosk|messages|runtime|settings|sms|store|system)/.*\.py|server\.py"
)
PATHS: Mapping[str, str] = {
    "school": r"docs/school/[\w-]*\.md|README\.md",
    "editor": r"docs/editor/.*\.md",
    "develop": r"docs/develop/.*\.md|CONTRIBUTING\.md",
    "desk": r"kiosk/desk/.*\.html",
    "errors": r"(?:messages|editor)/en\.toml",
    "docstrings": _PROGRAM,
    "help": r"(?:editor/)?cli/.*\.(?:py|toml)",
}
KINDS = (*PATHS, "commits")
_FEWEST = 4  # words; a text with fewer is a heading or a button
_HELPED = {"help", "description", "epilog"}


def sentences(kind: str, root: Path, rules: Rules) -> Iterator[tuple[str, str]]:
    """Yield the location and the text of each sentence of a kind."""
    if kind == "commits":
        yield from _subjects(root, rules)
        return
    for path in tracked.files(root):
        if not re.fullmatch(PATHS[kind], path):
            continue
        source = (root / path).read_text("utf-8")
        for line, words in _prose(kind, path, source, rules):
            for _, one in split(words):
                if len(one.split()) >= _FEWEST:
                    yield f"{path}:{line}", " ".join(one.split())


def _prose(kind: str, path: str, source: str, rules: Rules) -> Iterator[tuple[int, str]]:
    if kind == "help" and path.endswith(".py"):
        yield from _help(source)
        return
    if path.endswith(".toml"):
        for number, line in enumerate(source.splitlines(), 1):
            if value := re.search(r'= "(.*)"', line):
                yield number, value.group(1)
        return
    keys = rules.data["files"]["toml_keys"]
    for text in texts(path, source, messages=False, keys=keys):
        yield text.line, text.words


def _help(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg in _HELPED:
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.lineno, part.value


def _subjects(root: Path, rules: Rules) -> Iterator[tuple[str, str]]:
    since = f"{rules.data['commits']['after']}..HEAD"
    log = ["git", "log", "--no-merges", "--format=%h %s", since]
    done = subprocess.run(log, cwd=root, check=True, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        commit, _, subject = line.partition(" ")
        yield commit, subject


def drawn(
    given: Sequence[tuple[str, str]], count: int, seed: int, mixed_in: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Return ``count`` sentences in random order, each only once, with ``mixed_in`` among them."""
    dice = Random(seed)  # noqa: S311  a sample, not a secret
    once = list({words: (place, words) for place, words in given}.values())
    found = dice.sample(once, min(count, len(once)))
    found += [("mixed in", words) for words in mixed_in]
    dice.shuffle(found)
    return found


def main(arguments: Sequence[str]) -> int:
    """Print the sentences, numbered."""
    parser = argparse.ArgumentParser(prog="python -m tools.plain_words.sample")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mixed-in", type=Path, metavar="FILE")
    parser.add_argument("--where", action="store_true")
    given = parser.parse_args(arguments)
    others = given.mixed_in.read_text("utf-8").splitlines() if given.mixed_in else []
    every = list(sentences(given.kind, ROOT, Rules.read(RULES)))
    found = drawn(every, given.count, given.seed, others)
    for number, (place, words) in enumerate(found, 1):
        print(f"{number}. {words}" + (f"  [{place}]" if given.where else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
