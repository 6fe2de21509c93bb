"""Ranked search over the pack: accent-folding, typo-tolerant, under a millisecond.

Staff-only entries link to the adults' pages. Nothing asked is kept or logged.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from content.model import county_hotline, phone_numbers, zips_and_counties
from content.model.edit_distance import Nearby, fold, osa
from content.model.pack import Area, Pack, Topic
from kiosk.county_words import COUNTY_NAMES, COUNTY_WORDS
from kiosk.edition import display_modes
from kiosk.edition.display_modes import Modes
from kiosk.edition.links import Links
from kiosk.pages import topic_page
from kiosk.pages.pack_texts import Texts
from kiosk.pages.ui_strings import Wording

MAX_RESULTS = 8
_MAX_WORDS = 12
_TITLE, _NAME, _LEAD, _BODY = 5.0, 4.0, 2.0, 1.0
_BOOST = 1.5  # crisis lines, so that they rank above a hotline for one kind of harm
_PREFIX, _ONE_OFF, _TWO_OFF = 0.7, 0.6, 0.4
_PLACES = frozenset({"211"})  # knows the help at any place
_ZIP = "zip"  # what any ZIP code finds, too: services for state or nation
_NEAR = {"county": 5.0, "region": 4.5, "state": 3.6, "nation": 3.2}  # weight of a ZIP code
_HEARING = "deaf deafness hearing asl sign videophone tty relay sordo sorda sordera oir señas"
_SMALL = Path(__file__).with_name("small_words.txt")
# Where words mean one of these, its hotline stands above it: a number before anything to read.
_LINE_FIRST = frozenset({"danger", "suicide", "abuse", "assault", "trafficking"})


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One result."""

    href: str
    title: str
    lead: str

    def values(self, modes: Modes) -> Mapping[str, str]:
        """Template values of its row."""
        href = display_modes.address(self.href, modes)
        return {"href": href, "title": self.title, "lead": self.lead}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A result and its (text, weight) fields.

    ``names`` match only whole; ``line`` is the address of the card that goes before it, ``urgent``
    that of the page for danger, which goes after it.
    """

    found: SearchHit
    fields: list[tuple[str, float]]
    names: tuple[str, ...] = ()
    crisis: bool = False
    staff: bool = False
    line: str = ""
    urgent: str = ""


class Terms:
    """The words that find entries, shared by all languages: students mix them."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        # Partners match by their own words or a whole name: "protect me" is not PROTECT.
        self.weights: dict[str, dict[int, float]] = defaultdict(dict)
        self.count = len(entries)
        self.boosted = {number for number, entry in enumerate(entries) if entry.crisis}
        places = {entry.found.href: number for number, entry in enumerate(entries)}
        self.lines = {n: places[e.line] for n, e in enumerate(entries) if e.line in places}
        self.urgent = {n: places[e.urgent] for n, e in enumerate(entries) if e.urgent in places}
        self.names = [(tuple(fold(n)), number) for number, e in enumerate(entries) for n in e.names]
        plain = [e for e in entries if not e.names and not e.staff]
        ordinary = {word for e in plain for text, _weight in e.fields for word in fold(text)}
        # The word for a need finds no text for staff: "ice" must not lead to that agency's line.
        needs = {word for e in plain for text, w in e.fields if w >= _NAME for word in fold(text)}
        for number, one in enumerate(entries):
            for text, weight in one.fields:
                for word in fold(text):
                    if one.names and word in ordinary:
                        continue
                    if one.staff and weight == _BODY and word in needs:
                        continue
                    entry = self.weights[word]
                    entry[number] = max(weight, entry.get(number, 0.0))
        self._words = sorted(self.weights)

    @cached_property
    def _nearby(self) -> Nearby:
        """Made for the first misspelt word: what is sent to a browser has its own."""
        return Nearby([word for word in self._words if not _is_number(word)])

    def near(self, word: str, *, last: bool) -> Iterator[tuple[str, float]]:
        """(known word, certainty) for a typed one; the last may be partial, numbers must match."""
        if _is_number(word):
            if word in self.weights:
                yield word, 1.0
            if len(word) == 5 and _ZIP in self.weights:
                yield _ZIP, 1.0
            return
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

    def named(self, words: list[str]) -> Iterator[tuple[int, int]]:
        """(entry, length) of whole names typed; a name of one word must stand alone."""
        meant = [
            {term for term, _sure in self.near(word, last=word is words[-1])} | {word}
            for word in words
        ]
        for name, number in self.names:
            starts = range(len(words) - len(name) + 1) if len(name) > 1 else range(len(words) == 1)
            if any(all(part in meant[at + i] for i, part in enumerate(name)) for at in starts):
                yield number, len(name)


class SearchIndex:
    """One language's search."""

    def __init__(self, terms: Terms, hits: Sequence[SearchHit]) -> None:
        self._terms = terms
        self.hits = hits  # by entry number

    def words(self) -> dict[str, object]:
        """Data for static/find.js (search_cases.json). ``words``: number, weight, number …"""
        terms = self._terms
        flat = {
            word: [part for pair in entries.items() for part in pair]
            for word, entries in terms.weights.items()
        }
        return {
            "count": terms.count,
            "crisis": sorted(terms.boosted),
            "lines": sorted(terms.lines.items()),
            "names": terms.names,
            "small": sorted(small_words()),
            "urgent": sorted(terms.urgent.items()),
            "words": flat,
        }

    def find(self, query: str) -> list[SearchHit]:
        """The best entries for a query, best first."""
        words = fold(query[:200])[:_MAX_WORDS]
        telling = [word for word in words if word not in small_words()] or words
        scores: dict[int, float] = defaultdict(float)
        hits: dict[int, int] = defaultdict(int)
        for word in telling:
            for number, score in self._of_word(word, last=word is words[-1]).items():
                scores[number] += score
                hits[number] += 1
        for number, length in self._terms.named(words):
            scores[number] = max(scores[number], length * _TITLE * math.log(1 + self._terms.count))
            hits[number] = max(hits[number], length)
        for number in self._terms.boosted & scores.keys():
            scores[number] *= _BOOST
        ranked = sorted(scores, key=lambda n: (-scores[n] * hits[n], n))
        if not ranked:
            return []
        least = scores[ranked[0]] * hits[ranked[0]] * 0.2
        kept = [number for number in ranked if scores[number] * hits[number] >= least]
        urgent = self._terms.urgent.get(ranked[0])
        if urgent is not None:
            kept = [ranked[0], urgent, *(n for n in kept[1:] if n != urgent)]
        line = self._terms.lines.get(ranked[0])
        if line is not None:
            kept = [line, *(number for number in kept if number != line)]
        return [self.hits[number] for number in kept[:MAX_RESULTS]]

    def _of_word(self, word: str, *, last: bool) -> dict[int, float]:
        best: dict[int, float] = {}
        # A partial word gains nothing from a rare completion: "help" is not "helpline".
        known = self._terms.weights.get(word)
        for term, quality in self._terms.near(word, last=last):
            entries = self._terms.weights[term]
            rarity = math.log(1 + self._terms.count / max(len(entries), len(known or ())))
            for number, weight in entries.items():
                best[number] = max(best.get(number, 0.0), quality * weight * rarity)
        return best


@cache
def small_words() -> frozenset[str]:
    """Words that say nothing of a need, where there is another."""
    lines = _SMALL.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()


def indexes(
    pack: Pack, languages: Sequence[str], *, home: Collection[str] = (), county_line: str = ""
) -> dict[str, SearchIndex]:
    """Each language's search. ``home``, ``county_line``: as in ``hits``."""
    entries = {tag: _entries_of(pack, tag, home, county_line) for tag in languages}
    terms = Terms(entries[languages[0]])
    return {tag: SearchIndex(terms, [entry.found for entry in entries[tag]]) for tag in languages}


def hits(
    pack: Pack, language: str, *, home: Collection[str] = (), county_line: str = ""
) -> list[SearchHit]:
    """All that a search in the language can find, by entry number.

    ``home``: the school's counties. Their hotline, or the one that two people of the school
    checked (``county_line``), is found where it has a number: a card without one helps nobody.
    """
    return [entry.found for entry in _entries_of(pack, language, home, county_line)]


def _entries_of(pack: Pack, language: str, home: Collection[str], county_line: str) -> list[_Entry]:
    here = {county.fips for county in pack.counties if county.name in home}
    known = {c.name for c in pack.counties if c.name in home and (c.numbers or county_line)}
    lined = bool(known or county_line)
    return list(_entries(Texts(pack, language), known, here, lined=lined))


def _entries(
    texts: Texts, home: Collection[str], here: Collection[str], *, lined: bool
) -> Iterator[_Entry]:
    pack, links = texts.pack, Links(texts.language)
    for topic in pack.topics:
        key = f"topic:{topic.id}"
        found = SearchHit(
            links.topic(topic), texts.plain(f"{key}:title"), texts.plain(f"{key}:lead")
        )
        line = links.card(_first_line(pack, topic)) if topic.id in _LINE_FIRST else ""
        urgent = (
            links.topic(pack.topic(topic_page.DANGER)) if topic_page.at_once(topic, texts) else ""
        )
        yield _Entry(found, _topic_fields(texts, topic), line=line, urgent=urgent)
    if pack.facts.get("relay"):
        yield _hearing(texts, links)
    zips = _zips()
    yield from _resources(texts, links, here, zips)
    if lined:
        yield _county_line(links)
    yield from _counties(pack, links, home, zips)
    for partner in pack.live_partners:
        key = f"partner:{partner.id}"
        names = (partner.organization, partner.id, *partner.names)
        fields = [(name, _TITLE) for name in names]
        fields += [(text, _BODY) for text in texts.all(f"{key}:does")]
        # The student's text of an unconfirmed partner says so.
        lead = texts.plain(
            f"{key}:{'does' if partner.standing == 'active' else 'student'}", owner=key
        )
        yield _Entry(
            SearchHit(links.card(partner.code), partner.organization, lead), fields, names=names
        )
    yield from _adult_entries(texts, links)


def _resources(
    texts: Texts, links: Links, here: Collection[str], zips: Mapping[str, list[str]]
) -> Iterator[_Entry]:
    """The hotlines and services for students."""
    pack = texts.pack
    for resource in pack.resources:
        if resource.status != "live" or "student" not in resource.audience:
            continue
        key = f"resource:{resource.id}"
        name, blurb = texts.plain(f"{key}:name", owner=key), texts.plain(f"{key}:blurb", owner=key)
        hit = SearchHit(links.card(resource.code), name, blurb)
        if resource.area.is_elsewhere(here) and not resource.pinned:
            # Its name, or a place that it serves, finds it; no other word does.
            names = (resource.organization, *texts.all(f"{key}:name"), *resource.names)
            yield _Entry(hit, list(_near(resource.area, zips)), names=names)
            continue
        fields = [(resource.organization, _TITLE), (resource.id, _NAME)]
        fields += [(text, _TITLE) for text in texts.all(f"{key}:name")]
        fields += [(text, _LEAD) for text in texts.all(f"{key}:blurb")]
        fields += [(text, _BODY) for text in texts.all(f"{key}:for")]
        crisis = resource.pinned and resource.answers in {"emergency", "counselling"}
        if crisis:
            fields.append(("help ayuda", _TITLE))
        if resource.id in _PLACES:
            fields.append((f"{_ZIP} code código postal", _TITLE))
            fields.append((" ".join(county.name for county in pack.counties), _LEAD))
        elif not crisis:  # those are on every page
            fields += _near(resource.area, zips)
        yield _Entry(hit, fields, crisis=crisis)


def _hearing(texts: Texts, links: Links) -> _Entry:
    """The page for students who cannot hear a call."""
    here, title = Wording(links.language), "Deaf or hard of hearing?"
    fields = [(_HEARING, _TITLE)]  # a title's other words are "hard" and "or"
    fields += [(Wording(tag)(title), _BODY) for tag in texts.pack.texts]
    hit = SearchHit(links.hearing(), here(title), here("Call by videophone (ASL)"))
    return _Entry(hit, fields)


def _first_line(pack: Pack, topic: Topic) -> str:
    """The code of a topic's first hotline; "" for none."""
    codes = {one.id: one.code for one in pack.resources}
    return next((codes[one] for one in topic.resources if one in codes), "")


def _county_line(links: Links) -> _Entry:
    title, blurb, *_rest = COUNTY_WORDS.get(links.language, COUNTY_WORDS["en"])
    fields = [
        (text, _TITLE) for text in (*COUNTY_NAMES, *(words[0] for words in COUNTY_WORDS.values()))
    ]
    return _Entry(
        SearchHit(links.card(county_hotline.CODE), title, blurb), [*fields, (_ZIP, _NAME)]
    )


def _zips() -> Mapping[str, list[str]]:
    """Each county's ZIP codes."""
    zips: dict[str, list[str]] = defaultdict(list)
    for zip_code in zips_and_counties.known():
        for fips in zips_and_counties.counties_of(zip_code):
            zips[fips].append(zip_code)
    return zips


def _near(area: Area, zips: Mapping[str, list[str]]) -> Iterator[tuple[str, float]]:
    """ZIP codes that find what serves an area, with weights."""
    tier = zips_and_counties.tier(area, area.counties)
    if tier in ("county", "region"):
        yield (
            " ".join(zip_code for county in area.counties for zip_code in zips.get(county, ())),
            _NEAR[tier],
        )
    elif tier:
        yield _ZIP, _NEAR[tier]


def _counties(
    pack: Pack, links: Links, home: Collection[str], zips: Mapping[str, list[str]]
) -> Iterator[_Entry]:
    """Each county by name and ZIP codes."""
    _title, blurb, named, told, unknown = COUNTY_WORDS.get(links.language, COUNTY_WORDS["en"])
    for county in pack.counties:
        number = phone_numbers.display(county_hotline.usual_number(county))
        lead = told % {"number": number} if number else unknown
        found = SearchHit(
            f"{links.staff('counties')}#c{county.fips}", named % {"county": county.name}, lead
        )
        if county.name in home:
            found = SearchHit(links.card(county_hotline.CODE), found.title, blurb)
        fields = [
            (f"{county.name} county condado", _NAME),
            (" ".join(zips.get(county.fips, ())), _NEAR["county"]),
        ]
        yield _Entry(found, fields, staff=True)


def _topic_fields(texts: Texts, topic: Topic) -> list[tuple[str, float]]:
    key = f"topic:{topic.id}"
    fields = [(word, _NAME) for word in (topic.id, *topic.search)]
    fields += [(text, _TITLE) for text in texts.all(f"{key}:title")]
    fields += [(text, _LEAD) for text in texts.all(f"{key}:lead")]
    for number in range(1, topic.paragraphs + 1):
        fields += [(text, _BODY) for text in texts.all(f"{key}:p.{number}")]
    for keyword in texts.pack.keywords:
        if keyword.topic == topic.id:
            for words in (
                words for tag, words in keyword.words.items() if tag not in texts.pack.partial
            ):
                fields += [(word, _NAME) for word in words.alone]
                fields += [(phrase, _LEAD) for phrase in words.phrases]
    return fields


def _adult_entries(texts: Texts, links: Links) -> Iterator[_Entry]:
    pack, page = texts.pack, links.staff("laws")
    for number, law in enumerate(pack.laws, start=1):
        title = texts.plain(f"law:{law.id}:title", owner=f"law:{law.id}")
        fields = [(law.citation, _TITLE), (law.id, _NAME)]
        fields += [(text, _NAME) for text in texts.all(f"law:{law.id}:title")]
        fields += [(text, _BODY) for text in texts.all(f"law:{law.id}:text")]
        yield _Entry(SearchHit(f"{page}#l{number}", title, law.citation), fields, staff=True)
    for number, section in enumerate(sorted(pack.staff, key=lambda s: s.order), start=1):
        key = f"staff:{section.id}"
        fields = [(text, _NAME) for text in texts.all(f"{key}:title")]
        for block in range(1, len(section.blocks) + 1):
            fields += [(text, _BODY) for text in texts.all(f"{key}:b.{block}")]
        title = texts.plain(f"{key}:title", owner=key)
        first = texts.plain(f"{key}:b.1", owner=key) if section.blocks else ""
        yield _Entry(SearchHit(links.section(section.id, number), title, first), fields, staff=True)
