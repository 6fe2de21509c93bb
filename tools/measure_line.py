"""Measures how well the text line understands files of messages; prints figures, not messages.

`python tools/measure_line.py FILE …` reads lines of {"text", "language"} with "topics" (a need),
"answer" (a second message) or neither (ordinary), or plain text with one ordinary message per line.
Quotes messages only with `--show`, which is for your own message sets.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from editor.learning.measure import MeasuredAnswer, MeasuredMessage, judge, messages, share, summary  # noqa: E402
from sms.script import Script  # noqa: E402
from tools.california import script  # noqa: E402


def read(path: Path) -> list[MeasuredMessage]:
    """Return the messages in a file of either format."""
    if path.suffix == ".jsonl":
        return list(messages(path))
    lines = path.read_text(encoding="utf-8").splitlines()
    return [MeasuredMessage(line, (), "en") for line in lines if line.strip()]


def _report(judged: Sequence[MeasuredAnswer], *, show: bool) -> None:
    for language in sorted({one.asked.language for one in judged}):
        part = [one for one in judged if one.asked.language == language]
        print(f"  {language}: {summary(part)}")
    if outright := [one for one in judged if one.asked.outright]:
        print(f"  outright: named {share(outright, 'topic'):.1%} of {len(outright)}")
    if about := [one for one in judged if one.asked.about]:
        right = sum((one.decision.about or "me") == one.asked.about for one in about)
        print(f"  about: {right / len(about):.1%} of {len(about)}")
    print(f"  how: {dict(Counter(one.decision.how for one in judged).most_common())}")
    for kind in sorted({_kind(one) for one in judged}):
        part = [one for one in judged if _kind(one) == kind]
        wrong = Counter(
            one.decision.topic or one.decision.answer or "-" for one in part if not one.topic
        )
        print(f"    {kind:12} {share(part, 'topic'):6.1%} of {len(part):4}  {dict(wrong)}")
    if show:
        for one in judged:
            if not one.topic:
                said = one.decision.topic or one.decision.answer
                print(f"  {_kind(one):14} {said!s:12} {one.decision.how:8} {one.asked.text}")


def _kind(one: MeasuredAnswer) -> str:
    return one.asked.topics[0] if one.asked.topics else one.asked.answer or "(nothing)"


def main(built: Script) -> int:
    """Print the figures for every given file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--show", action="store_true", help="quote what was answered wrongly")
    given = parser.parse_args()
    for path in given.files:
        judged = [judge(built, asked) for asked in read(path)]
        print(f"{path.name}: {summary(judged)}")
        _report(judged, show=given.show)
    return 0


if __name__ == "__main__":
    sys.exit(main(script()))
