"""Search over the pack: accent-folding, typo-tolerant, ranked.

Owns an index of its own, because a pack has a few hundred entries: a dictionary of words, the words near a misspelt
one, and fixed weights answer in well under a millisecond, where a search library would be the largest part of
the kiosk. Refuses to remember or log what is asked. What only staff may see is found as a place on the adults' page.
"""

import math
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from content.model import Pack, Topic
from content.spelling import Nearby, osa
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


class Terms:
    """The words by which entries are found, the same for every language's page: a student may mix them."""

    def __init__(self, entries: Iterable[Iterable[tuple[str, float]]]) -> None:
        """Each entry is its texts with the weight of the field they stand in."""
        self.weights: dict[str, dict[int, float]] = defaultdict(dict)
        self.count = 0
        for number, fields in enumerate(entries):
            self.count += 1
            for text, weight in fields:
                for word in fold(text):
                    entry = self.weights[word]
                    entry[number] = max(weight, entry.get(number, 0.0))
        self._words = sorted(self.weights)
        self._nearby = Nearby(self._words)

    def near(self, word: str, *, last: bool) -> Iterator[tuple[str, float]]:
        """The known words meant by a typed one, and how surely. The last word typed may still be growing."""
        if word in self.weights:
            yield word, 1.0
        if last and len(word) >= 3:
            at = bisect_left(self._words, word)
            while at < len(self._words) and self._words[at].startswith(word):
                yield self._words[at], _PREFIX
                at += 1
        if word not in self.weights:
            for term in self._nearby.find(word):
                yield term, _ONE_OFF if osa(word, term) == 1 else _TWO_OFF


class Index:
    """What one language's search finds."""

    def __init__(self, terms: Terms, found: Sequence[Found]) -> None:
        self._terms = terms
        self._found = found

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
        for term, quality in self._terms.near(word, last=last):
            entries = self._terms.weights[term]
            rarity = math.log(1 + self._terms.count / len(entries))
            for number, weight in entries.items():
                best[number] = max(best.get(number, 0.0), quality * weight * rarity)
        return best


def indexes(pack: Pack, languages: Sequence[str]) -> dict[str, Index]:
    """The search of each language's pages. They share their words, which are the larger part."""
    entries = {tag: list(_entries(Texts(pack, tag), Links(tag))) for tag in languages}
    terms = Terms([fields for _, fields in entries[languages[0]]])
    return {tag: Index(terms, [found for found, _ in entries[tag]]) for tag in languages}


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
        fields = [(resource.organization, _TITLE), (resource.id, _NAME)]
        fields += [(text, _TITLE) for text in texts.all(f"{key}:name")]
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
