"""Check commit subjects: area, verb, object, in one short line."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def problems(subject: str, rules: Mapping[str, Any]) -> Iterator[str]:
    """Yield each problem with a subject."""
    if len(subject) > rules["longest"]:
        yield f"it has {len(subject)} characters, at most {rules['longest']}"
    if not re.match(rules["subject"], subject):
        yield "write it as “area: verb object”, in lower case"
    verb = subject.partition(": ")[2].partition(" ")[0].strip(",;:")
    if verb in rules["beginnings"]:
        yield f"begin with a verb (“fix”, “add”, “show”) instead of “{verb}”"


def check(root: Path, rules: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each wrong subject since the rule began; skip merges.

    If a clone lacks the rule's first commit, this checks nothing.
    """
    done = subprocess.run(
        ["git", "log", "--no-merges", "--format=%h %s", f"{rules['after']}..HEAD"],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    for line in done.stdout.splitlines() if done.returncode == 0 else ():
        commit, _, subject = line.partition(" ")
        for problem in problems(subject, rules):
            yield f"commit {commit} “{subject}”: {problem} (git rebase -i, reword)."
