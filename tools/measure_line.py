"""How well the text line understands: figures over files of messages, never the messages.

`python tools/measure_line.py needs.jsonl …` reads lines of {"text", "topics", "language"} and
prints how many got the right topic, and a right number. `--ordinary FILE` reads lines of {"text"}
that ask for nothing. Messages are quoted with `--show` only: for a set of your own.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sms.decide import Decision, Script, decide  # noqa: E402  the tree is put on the path first
from sms.understanding.classifier import CRISIS  # noqa: E402
from tools.california import script  # noqa: E402

_NUMBER = re.compile(r"\d[\d-]*\d")
_CODE = re.compile(r"(?:text|texto|envia|env[ií]e|manda|Español:|English:)\s+\d{2}\b")


class Asked(NamedTuple):
    """A message that names a need, and every topic that is right for it, the best first."""

    text: str
    topics: tuple[str, ...]
    language: str


class Judged(NamedTuple):
    """A message with its answer. ``number``: the reply holds a number of a right topic, and not by
    listing them all."""

    asked: Asked
    decision: Decision
    topic: bool
    number: bool


def messages(path: Path) -> Iterator[Asked]:
    """The messages of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            entry = json.loads(line)
            yield Asked(entry["text"], tuple(entry.get("topics", ())), entry.get("language", "en"))


def judge(script: Script, asked: Asked) -> Judged:
    """One message through the line's rules."""
    decision = decide(script, asked.text)
    topic = decision.topic in asked.topics
    also = decision.also in asked.topics
    wanted = {
        number for right in asked.topics for number in _numbers(script, right, decision.language)
    }
    named = decision.topic is not None or decision.how == "place"
    shared = bool(wanted & set(_NUMBER.findall(_CODE.sub("", decision.reply.text))))
    return Judged(asked, decision, topic, topic or (named and (also or shared)))


def false_alarms(script: Script, texts: Iterable[str]) -> tuple[int, Counter[str], Counter[str]]:
    """How many there were, and how many by crisis topic and by any topic."""
    crisis: Counter[str] = Counter()
    anything: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        decision = decide(script, text)
        if decision.topic is not None:
            anything[decision.topic] += 1
        if decision.topic in CRISIS:
            crisis[f"{decision.topic} ({decision.how})"] += 1
    return total, crisis, anything


def _numbers(script: Script, topic: str, language: str) -> set[str]:
    reply = script.reply(f"t:{topic}:{language}:first").text
    return set(_NUMBER.findall(_CODE.sub("", reply))) - {"911", "988"} or {"911"}


def _report(judged: list[Judged], *, show: bool) -> None:
    print(f"  right topic {_share(judged, 'topic')}   right number {_share(judged, 'number')}")
    for language in sorted({one.asked.language for one in judged}):
        part = [one for one in judged if one.asked.language == language]
        print(f"  {language}: topic {_share(part, 'topic')}   number {_share(part, 'number')}")
    general = sum(one.decision.how == "general" for one in judged)
    print(
        f"  general answer {general}   how:"
        f" {dict(Counter(one.decision.how for one in judged).most_common())}"
    )
    for topic in sorted({one.asked.topics[0] for one in judged}):
        part = [one for one in judged if one.asked.topics[0] == topic]
        wrong = Counter(str(one.decision.topic) for one in part if not one.topic)
        print(
            f"    {topic:12} {_share(part, 'topic'):>16}   instead:"
            f" {dict(wrong.most_common()) if wrong else '-'}"
        )
    if show:
        for one in judged:
            if not one.topic:
                print(
                    f"  {'/'.join(one.asked.topics):22} {one.decision.topic!s:12}"
                    f" {one.decision.how:8} {one.asked.text}"
                )


def _share(judged: list[Judged], field: str) -> str:
    right = sum(getattr(one, field) for one in judged)
    return f"{right}/{len(judged)} = {right / len(judged):.1%}"


def main() -> int:
    """Print the figures of every file named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("needs", nargs="*", type=Path)
    parser.add_argument("--ordinary", action="append", type=Path, default=[])
    parser.add_argument(
        "--show", action="store_true", help="quote what was missed: for a set of your own only"
    )
    options = parser.parse_args()
    built = script()
    for path in options.needs:
        print(f"{path.name}:")
        _report([judge(built, asked) for asked in messages(path)], show=options.show)
    for path in options.ordinary:
        total, crisis, anything = false_alarms(built, (asked.text for asked in messages(path)))
        print(
            f"{path.name}: crisis {crisis.total()}/{total} = {crisis.total() / total:.2%}"
            f" {dict(crisis.most_common())}"
        )
        print(
            f"  any topic {anything.total()} = {anything.total() / total:.2%}"
            f" {dict(anything.most_common())}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
