"""The list of files not yet rewritten, and how many findings each may have."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_HEAD = """\
# The findings that each file not yet rewritten may have.
# Rewrite the text, then run `python -m tools.plain_words --write`. Never raise a number.
# If you move a file, move its line. If a merge conflicts here, keep the higher number of the two
# and run the command.
"""


@dataclass(frozen=True)
class Baseline:
    """Limits by path."""

    findings: Mapping[str, int]

    @classmethod
    def read(cls, path: Path) -> "Baseline":
        """Read the list."""
        data = tomllib.loads(path.read_text("utf-8"))
        return cls(data["findings"])

    def lowered(self, counted: "Baseline") -> "Baseline":
        """Return the list with lower limits for improved files, and without clean files."""
        findings = {
            path: min(most, counted.findings[path])
            for path, most in self.findings.items()
            if counted.findings.get(path)
        }
        return Baseline(findings)

    def write(self, path: Path) -> None:
        """Write the list, sorted."""
        rows = (f"{json.dumps(file)} = {self.findings[file]}\n" for file in sorted(self.findings))
        path.write_text("".join([_HEAD, "\n[findings]\n", *rows]), "utf-8")
