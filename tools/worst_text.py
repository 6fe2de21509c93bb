"""Finds the text that the text line takes longest to answer, and how long the answer takes.

`python tools/worst_text.py [--climb SECONDS] [--seed N]` times the decision for families of hostile
texts of 1,600 characters, changes the worst ones at random to make them slower, and prints the
slowest of each kind in milliseconds of CPU, the best of five runs. The goal is 10 ms.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from content.model.pack import Pack  # noqa: E402  the tree is put on the path first
from content.rules import rule_phrases  # noqa: E402
from sms.decide import decide  # noqa: E402
from sms.script import Script  # noqa: E402
from sms.understanding.keyword_matcher import FILLERS  # noqa: E402
from sms.understanding.normalise import MAX_CHARS  # noqa: E402
from tools import california  # noqa: E402

RUNS = 5


def cost(script: Script, text: str, *, runs: int = RUNS) -> float:
    """Return an answer's CPU milliseconds: the least of several runs, as other work adds time."""
    best = float("inf")
    for _ in range(runs):
        started = time.process_time_ns()
        decide(script, text)
        best = min(best, (time.process_time_ns() - started) / 1e6)
    return best


def full(piece: str) -> str:
    """Repeat the piece up to the maximum length that is read."""
    return (piece * (MAX_CHARS // max(len(piece), 1) + 1))[:MAX_CHARS]


def patterns(pack: Pack) -> list[str]:
    """Return every rule in the pack as somebody might type it."""
    return [
        rule_phrases.example(pattern, keyword.classes.get(language, {}))
        for keyword in pack.keywords
        for _, language, lists in keyword.rules
        for pattern in (*lists.phrases, *lists.alone)
    ]


def families(pack: Pack, dice: random.Random) -> Iterator[tuple[str, str]]:
    """Yield hostile texts by name: long, hard to fold, all misspelled, full of patterns, of
    fillers, or of unknown words."""
    known = patterns(pack)
    words = sorted({word for pattern in known for word in pattern.split()})
    yield "one letter", full("a")
    yield "spaced letters", full("h e l p ")
    yield "one character that grows eighteen-fold", full("\ufdfa")
    yield "combining marks", full("a" + "\u0301" * 40)
    yield "marks in the wrong order", full("a\u0315\u0300\u05ae\u0300\u0062")
    yield "Hangul", full("\ud55c\uae00 ")
    yield "emoji", full("\U0001f468\u200d\U0001f469\u200d\U0001f467 ")
    yield "stars and signs", full("r*p@$ ")
    yield "digits for letters", full("h3lp m3 n0w 1m 5c4r3d ")
    yield "runs", full("heeelllppp meee ")
    yield "apostrophes", full("don't can't i'm won't ")
    for filler in sorted(FILLERS)[:4]:
        yield f"a filler ({filler})", full(f"{filler} ")
    yield "a word and fillers", full("i " + "just really so " * 3)
    yield "short forms", full("idk u r 2 4 b4 cuz bc ppl ")
    for head in ("12345", "42", "988", "text", "my zip"):
        yield f"{head}, then spaces and a letter", head + " " * (MAX_CHARS - len(head) - 1) + "x"
        yield f"spaces, then {head}", " " * (MAX_CHARS - len(head) - 1) + head + "x"
    yield "stops and spaces", full(". ! ")
    for length in (5, 7, 10, 14, 20, 22):
        odd = " ".join("".join(dice.choices("bcdfghjklmnpqrstvwxz", k=length)) for _ in range(300))
        yield f"nonsense of {length} letters", full(odd)
        near = " ".join(
            misspelt(dice, word) for word in dice.choices([w for w in words if len(w) > 3], k=300)
        )
        yield f"misspelt words, {length}", full(near)
    for pattern in dice.sample(known, 60):
        yield f"a pattern ({pattern})", full(f"{pattern} ")
    for _ in range(40):
        yield "patterns", full(" ".join(dice.choices(known, k=120)))
    for _ in range(20):
        yield "words of patterns", full(" ".join(dice.choices(words, k=300)))


def misspelt(dice: random.Random, word: str) -> str:
    """Swap two letters of the word."""
    at = dice.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def climb(
    script: Script, text: str, dice: random.Random, pieces: list[str], seconds: float
) -> tuple[float, str]:
    """Change the text at random for that many seconds, keeping slower versions."""
    best, worst = cost(script, text), text
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        words = worst.split(" ")
        for _ in range(dice.randrange(1, 8)):
            at = dice.randrange(len(words))
            words[at : at + dice.randrange(3)] = [dice.choice(pieces)]
        changed = " ".join(words)[:MAX_CHARS]
        if cost(script, changed, runs=1) > best and (slow := cost(script, changed)) > best:
            best, worst = slow, changed
    return best, worst


def main() -> int:
    """Print the slowest of each kind, slowest first."""
    parser = argparse.ArgumentParser(description="How long may one answer take?")
    parser.add_argument(
        "--climb", type=float, default=0.0, metavar="SECONDS", help="for each of the five slowest"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--show", action="store_true", help="print the beginnings of the slowest texts"
    )
    given = parser.parse_args()
    dice = random.Random(given.seed)  # noqa: S311  repeatable, not secret
    pack = california.pack()
    script = Script(pack, california.SETTINGS)
    found = sorted(
        ((cost(script, text), name, text) for name, text in families(pack, dice)), reverse=True
    )
    for milliseconds, name, text in found[:12]:
        print(f"{milliseconds:8.2f} ms  {name}" + (f"  {text[:70]!r}" if given.show else ""))
    if given.climb:
        pieces = [*patterns(pack), *sorted(FILLERS)]
        for milliseconds, name, text in found[:5]:
            slow, worst = climb(script, text, dice, pieces, given.climb)
            print(
                f"{milliseconds:8.2f} → {slow:.2f} ms  {name}, changed"
                + (f"  {worst[:200]!r}" if given.show else "")
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
