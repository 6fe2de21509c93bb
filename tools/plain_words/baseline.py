"""The list of files that are not yet rewritten: how many findings and words each may have."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_HEAD = """\
# The findings that each file not yet rewritten may have, and the words that each document may have.
# Rewrite the text, then run `python -m tools.plain_words --write`. Never raise a number.
# If you move a file, move its line. If a merge conflicts here, keep the higher number of the two
# and run the command.
"""


@dataclass(frozen=True)
class Baseline:
    """Ceilings by path."""

    findings: Mapping[str, int]
    words: Mapping[str, int]

    @classmethod
    def read(cls, path: Path) -> "Baseline":
        """Read the list."""
        data = tomllib.loads(path.read_text("utf-8"))
        return cls(data["findings"], data["words"])

    def lowered(self, counted: "Baseline") -> "Baseline":
        """Return the list with every number that went down; a file without findings is left out."""
        findings = {
            path: min(most, counted.findings[path])
            for path, most in self.findings.items()
            if counted.findings.get(path)
        }
        words = {
            path: min(most, counted.words[path])
            for path, most in self.words.items()
            if path in counted.words
        }
        return Baseline(findings, words)

    def write(self, path: Path) -> None:
        """Write the list, sorted."""
        path.write_text("".join([_HEAD, *self._tables()]), "utf-8")

    def _tables(self) -> Iterator[str]:
        for name, table in (("findings", self.findings), ("words", self.words)):
            yield f"\n[{name}]\n"
            yield from (f"{json.dumps(file)} = {table[file]}\n" for file in sorted(table))
