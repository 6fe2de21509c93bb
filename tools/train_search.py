"""Writes kiosk/learned_words.txt: topics indicated by single words in the pack's examples.

python tools/train_search.py takes ten seconds; the same examples give the same file.
"""

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from content.model.edit_distance import Nearby, fold  # noqa: E402
from content.rules.answers import ORDINARY  # noqa: E402
from kiosk import learned_words, search  # noqa: E402  the tree is put on the path
from sms.understanding import examples as examples_file  # noqa: E402
from tools.california import PACK, pack  # noqa: E402

EXAMPLES, WRITERS = 10, 3  # minimum for a word: repetition by one writer means little
KEPT = 2  # topics per word
LEAST = 0.9  # how much likelier a topic must be if the word is present, as a power of e
ADDED, UNSEEN = 300, 0.02  # examples added to each topic, so that small topics do not win by chance
SLIP = 10  # a word this many times rarer than one that differs by a letter is a typo
HEAD = "# Written by tools/train_search.py from sms/examples.csv. Do not edit.\n"
PRIOR = 0.5  # advantage of topics with more examples: 0 is none, 1 is proportional


def learn(messages: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Yield words with their likeliest topics. ``messages``: topic, writer and text."""
    sizes = Counter[str]()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    writers: dict[str, set[str]] = defaultdict(set)
    for topic, writer, text in messages:
        sizes[topic] += 1
        for word in set(fold(text)) - search.SMALL:
            counts[word][topic] += 1
            writers[word].add(writer)
    common = {
        word: count
        for word, count in sorted(counts.items())
        if count.total() >= EXAMPLES and len(writers[word]) >= WRITERS and word.isalpha()
    }
    frequent = {word for word, count in common.items() if count.total() >= SLIP * EXAMPLES}
    nearby = Nearby(frequent, most=1)
    for word, count in common.items():
        meant = () if word in frequent else nearby.find(word)
        if any(common[one].total() > SLIP * count.total() for one in meant):
            continue  # the search tolerates typos
        shares = {
            topic: (count[topic] + UNSEEN) / (size + ADDED) * size**PRIOR
            for topic, size in sizes.items()
        }
        even = sum(shares.values()) / len(shares)
        gains = {topic: math.log(share / even) for topic, share in shares.items()}
        best = sorted(gains.items(), key=lambda pair: (-pair[1], pair[0]))
        told = [(topic, gain) for topic, gain in best if gain > LEAST and topic != ORDINARY]
        if told:
            yield word, dict(told[:KEPT])


def written(words: Iterable[tuple[str, Mapping[str, float]]]) -> str:
    """Return the text of the file with these words."""
    lines = (
        " ".join(
            [
                word,
                *(f"{topic} {round(gain * learned_words.TENTHS)}" for topic, gain in gains.items()),
            ]
        )
        for word, gains in words
    )
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Write the file."""
    shipped = pack()
    topics = {ORDINARY, *(topic.id for topic in shipped.topics)} - search.ADULTS
    rows = list(examples_file.rows((PACK / examples_file.FILE).read_bytes()))[1:]
    messages = (
        (topic.split(".")[0], writer, text)
        for _line, (text, topic, _about, language, writer, _note) in rows
        if language in learned_words.LANGUAGES and topic.split(".")[0] in topics
    )
    words = list(learn(messages))
    learned_words.FILE.write_text(written(words), encoding="utf-8")
    print(f"{learned_words.FILE.name}: {len(words)} words")
    return 0


if __name__ == "__main__":
    sys.exit(main())
