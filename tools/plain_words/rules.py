"""Read rules.toml and apply it: find places to rewrite, and count each document's words."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.plain_words.texts import Text

_ENDS = re.compile(r"(?<=[.!?])[\"”’)\]]*\s+(?=[\"“‘(\[`*…A-Z0-9])|\n\s*\n|\n\s*(?:[-*]|\d+\.)\s")
_REPORT = re.compile(r"(\d+): (\S+) ==> (.+)")
_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Finding:
    """A place in a text to rewrite, and how to do it."""

    path: str
    line: int
    words: str
    instead: str

    def __str__(self) -> str:
        words = " ".join(self.words.split())
        return f"{self.path}:{self.line}: “{words}”: {self.instead}"


@dataclass(frozen=True)
class AllowedSentence:
    """A sentence that may stay as it is."""

    file: str
    words: str
    reason: str

    def matches(self, path: str, sentence: str) -> bool:
        """Return whether the exception allows this sentence."""
        return path == self.file and self.words in " ".join(sentence.split())


@dataclass(frozen=True)
class Rules:
    """The content of rules.toml."""

    data: Mapping[str, Any]
    patterns: Sequence[tuple[re.Pattern[str], str]]
    exceptions: Sequence[AllowedSentence]

    @classmethod
    def read(cls, path: Path) -> "Rules":
        """Read and compile the file."""
        data = tomllib.loads(path.read_text("utf-8"))
        patterns = [
            (
                re.compile(rule["pattern"].replace(" ", r"\s+"), re.IGNORECASE | re.DOTALL),
                rule["instead"],
            )
            for rule in data["rule"]
        ]
        return cls(data, patterns, [AllowedSentence(**each) for each in data["exception"]])

    def reads(self, path: str) -> bool:
        """Return whether a file has texts for adults."""
        return path.endswith(tuple(self.data["files"]["read"])) and not path.startswith(
            tuple(self.data["skip"])
        )

    def is_document(self, path: str) -> bool:
        """Return whether limits on sentence and document length apply to a file."""
        return path.endswith(".md") and path.startswith(tuple(self.data["files"]["documents"]))

    def has_messages(self, path: str) -> bool:
        """Return whether the strings in a Python file are texts for adults."""
        return path.startswith(tuple(self.data["files"]["messages"]))

    def is_english(self, path: str) -> bool:
        """Return whether to check words and spelling."""
        return not path.endswith(tuple(self.data["files"]["not_english"]))

    def is_allowed(self, path: str, sentence: str) -> bool:
        """Return whether an exception names this sentence."""
        return any(each.matches(path, sentence) for each in self.exceptions)

    def unused(self, texts: Sequence[tuple[str, Text]]) -> Iterator[str]:
        """Yield a line for each exception whose sentence no longer exists."""
        for each in self.exceptions:
            if not any(each.matches(path, text.words) for path, text in texts):
                yield f"No sentence of {each.file} has “{each.words}”: remove this exception."


def findings(rules: Rules, path: str, texts: Iterable[Text]) -> Iterator[Finding]:
    """Yield the patterns' matches in a file and, in a document, each sentence that is too long."""
    longest = rules.data["limits"]["words_in_a_sentence"]
    patterns = rules.patterns if rules.is_english(path) else ()
    for text in texts:
        for start, sentence in sentences(text.words):
            if rules.is_allowed(path, sentence):
                continue
            line = text.line + text.words.count("\n", 0, start)
            for pattern, instead in patterns:
                for match in pattern.finditer(sentence):
                    at = line + sentence.count("\n", 0, match.start())
                    yield Finding(path, at, _shown(match.group(0)), instead)
            number = number_of_words(sentence)
            if rules.is_document(path) and number > longest:
                instead = f"{number} words, at most {longest}: make two sentences or a list"
                yield Finding(path, line, _shown(sentence), instead)


def number_of_words(text: str) -> int:
    """Count the words in a text; dashes and table borders do not count."""
    return sum(bool(_WORD.search(word)) for word in text.split())


def sentences(words: str) -> Iterator[tuple[int, str]]:
    """Yield each sentence and its position."""
    start = 0
    for end in [*_ENDS.finditer(words), None]:
        part = words[start : end.start() if end else None]
        if sentence := part.strip().lstrip('"“‘(…-*\x00 '):
            yield start + part.index(sentence), sentence
        start = end.end() if end else start


def spelling(rules: Rules, texts: Sequence[tuple[str, Text]]) -> Iterator[Finding]:
    """Run codespell once for all texts; yield every word in British spelling."""
    lines = [" ".join(text.words.split()) for _, text in texts]
    command = [sys.executable, "-m", "codespell_lib", "--builtin", "en-GB_to_en-US"]
    command += ["--stdin-single-line", "-"]
    if right := rules.data["spelling"]["right"]:
        command += ["--ignore-words-list", ",".join(right)]
    done = subprocess.run(
        command,
        input="\n".join(lines),
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    reports = _REPORT.findall(done.stdout)
    if done.returncode and not reports:
        raise SystemExit(f"codespell did not run, so the spelling is not checked: {done.stderr}")
    for number, wrong, better in reports:
        path, text = texts[int(number) - 1]
        if not rules.is_allowed(path, text.words):
            line = text.line + text.words.count("\n", 0, text.words.find(wrong))
            yield Finding(path, line, wrong, f"write {better}")


def _shown(words: str) -> str:
    return words if len(words) <= 60 else words[:57] + "…"
