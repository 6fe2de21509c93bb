"""Search over the pack: accent-folding, typo-tolerant, ranked.

Owns an index of its own, because a pack has a few hundred entries: a dictionary of words, the words with one letter
left out, and fixed weights answer in well under a millisecond, where a search library would be the largest part of
the kiosk. Refuses to remember or log what is asked. What only staff may see is found as a place on the adults' page.
"""

import math
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from content.model import Pack, Topic
from kiosk.links import COUNTY_LINE_CODE, Links
from kiosk.texts import Texts

MAX_RESULTS = 8
_MAX_WORDS = 12
_TITLE, _NAME, _LEAD, _BODY = 5.0, 4.0, 2.0, 1.0
_PREFIX, _ONE_OFF, _TWO_OFF = 0.7, 0.6, 0.4


class Mark:
    """Where the door sets words and results into the ready pages."""

    words, rows = "@@words@@", "@@rows@@"
    href, title, lead = "@@href@@", "@@title@@", "@@lead@@"


@dataclass(frozen=True, slots=True)
class Found:
    """One result as it is shown."""

    href: str
    title: str
    lead: str


def fold(text: str) -> list[str]:
    """The words of a text without case, accents and punctuation: "¿Teléfono?" is ["telefono"]."""
    bare = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in bare).split()


class Index:
    """What one language's search finds. Words of every language of the pack lead to it."""

    def __init__(self, entries: Iterable[tuple[Found, Iterable[tuple[str, float]]]]) -> None:
        self._found: list[Found] = []
        self._weights: dict[str, dict[int, float]] = defaultdict(dict)
        for number, (found, fields) in enumerate(entries):
            self._found.append(found)
            for text, weight in fields:
                for word in fold(text):
                    entry = self._weights[word]
                    entry[number] = max(weight, entry.get(number, 0.0))
        self._words = sorted(self._weights)
        self._shorter: dict[str, set[str]] = defaultdict(set)
        for word in self._words:
            if len(word) >= 4:
                for short in _without_one(word):
                    self._shorter[short].add(word)

    def find(self, query: str) -> list[Found]:
        """The best entries for a query, best first; empty for nothing found."""
        words = fold(query[:200])[:_MAX_WORDS]
        scores: dict[int, float] = defaultdict(float)
        hits: dict[int, int] = defaultdict(int)
        for word in words:
            for number, score in self._of_word(word, last=word is words[-1]).items():
                scores[number] += score
                hits[number] += 1
        ranked = sorted(scores, key=lambda n: (-scores[n] * hits[n], n))
        if not ranked:
            return []
        least = scores[ranked[0]] * hits[ranked[0]] * 0.2
        return [self._found[n] for n in ranked if scores[n] * hits[n] >= least][:MAX_RESULTS]

    def _of_word(self, word: str, *, last: bool) -> dict[int, float]:
        best: dict[int, float] = {}
        for term, quality in self._terms(word, last=last):
            entries = self._weights[term]
            rarity = math.log(1 + len(self._found) / len(entries))
            for number, weight in entries.items():
                best[number] = max(best.get(number, 0.0), quality * weight * rarity)
        return best

    def _terms(self, word: str, *, last: bool) -> Iterator[tuple[str, float]]:
        if word in self._weights:
            yield word, 1.0
        if last and len(word) >= 3:
            at = bisect_left(self._words, word)
            while at < len(self._words) and self._words[at].startswith(word):
                yield self._words[at], _PREFIX
                at += 1
        if word in self._weights or len(word) < 4:
            return
        near = set(self._shorter.get(word, ())) | {s for s in _without_one(word) if s in self._weights}
        near.update(t for short in _without_one(word) for t in self._shorter.get(short, ()))
        close = [term for term in near if _distance(word, term) <= 1]
        yield from ((term, _ONE_OFF) for term in close)
        if not close and len(word) >= 7:
            # Two slips in a long word are rare enough to be worth a look at all words with its first letter.
            for term in self._words[bisect_left(self._words, word[0]) :]:
                if term[0] != word[0]:
                    break
                if abs(len(term) - len(word)) <= 2 and _distance(word, term) <= 2:
                    yield term, _TWO_OFF


def index(pack: Pack, language: str) -> Index:
    """The index of one language's pages."""
    return Index(_entries(Texts(pack, language), Links(language)))


def _entries(texts: Texts, links: Links) -> Iterator[tuple[Found, list[tuple[str, float]]]]:
    pack = texts.pack
    for topic in pack.topics:
        key = f"topic:{topic.id}"
        found = Found(links.topic(topic), texts.plain(f"{key}:title"), texts.plain(f"{key}:lead"))
        yield found, _topic_fields(texts, topic)
    for resource in pack.resources:
        if resource.status != "live" or "student" not in resource.audience:
            continue
        key = f"resource:{resource.id}"
        name, blurb = texts.plain(f"{key}:name", owner=key), texts.plain(f"{key}:blurb", owner=key)
        fields = [(name, _TITLE), (resource.organization, _TITLE), (resource.id, _NAME)]
        fields += [(text, _LEAD) for text in texts.all(f"{key}:blurb")]
        fields += [(text, _BODY) for text in texts.all(f"{key}:for")]
        yield Found(links.card(resource.code), name, blurb), fields
    for partner in pack.partners:
        key = f"partner:{partner.id}"
        fields = [(partner.organization, _TITLE), *((name, _TITLE) for name in (partner.id, *partner.names))]
        fields += [(text, _BODY) for text in texts.all(f"{key}:does")]
        yield Found(links.card(partner.code), partner.organization, texts.plain(f"{key}:does", owner=key)), fields
    yield from _adult_entries(texts, links)


def _topic_fields(texts: Texts, topic: Topic) -> list[tuple[str, float]]:
    key = f"topic:{topic.id}"
    fields = [(topic.id, _NAME), *((text, _TITLE) for text in texts.all(f"{key}:title"))]
    fields += [(text, _LEAD) for text in texts.all(f"{key}:lead")]
    for number in range(1, topic.paragraphs + 1):
        fields += [(text, _BODY) for text in texts.all(f"{key}:p.{number}")]
    for keyword in texts.pack.keywords:
        if keyword.topic == topic.id:
            for words in keyword.words.values():
                fields += [(word, _NAME) for word in (*words.aliases, *words.alone)]
                fields += [(phrase, _LEAD) for phrase in words.phrases]
    return fields


def _adult_entries(texts: Texts, links: Links) -> Iterator[tuple[Found, list[tuple[str, float]]]]:
    pack, page = texts.pack, links.adults()
    for number, law in enumerate(pack.laws, start=1):
        title = texts.plain(f"law:{law.id}:title", owner=f"law:{law.id}")
        fields = [(law.citation, _TITLE), (law.id, _NAME)]
        fields += [(text, _NAME) for text in texts.all(f"law:{law.id}:title")]
        fields += [(text, _BODY) for text in texts.all(f"law:{law.id}:text")]
        yield Found(f"{page}#l{number}", title, law.citation), fields
    for number, section in enumerate(sorted(pack.staff, key=lambda s: s.order), start=1):
        key = f"staff:{section.id}"
        fields = [(text, _NAME) for text in texts.all(f"{key}:title")]
        for block in range(1, len(section.blocks) + 1):
            fields += [(text, _BODY) for text in texts.all(f"{key}:b.{block}")]
        title = texts.plain(f"{key}:title", owner=key)
        first = texts.plain(f"{key}:b.1", owner=key) if section.blocks else ""
        yield Found(f"{page}#s{number}", title, first), fields
    for county in pack.counties:
        found = Found(links.card(COUNTY_LINE_CODE), county.name, "")
        yield Found(f"{page}#c{county.fips}", found.title, ""), [(f"{county.name} county condado", _NAME)]


def _without_one(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _distance(left: str, right: str) -> int:
    """Letters to add, drop, change, or swap with a neighbour."""
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, a in enumerate(left, start=1):
        line = [row]
        for column, b in enumerate(right, start=1):
            best = min(above[column] + 1, line[-1] + 1, above[column - 1] + (a != b))
            if row > 1 and column > 1 and a == right[column - 2] and left[row - 2] == b:
                best = min(best, before[column - 2] + 1)
            line.append(best)
        before, above = above, line
    return above[-1]
