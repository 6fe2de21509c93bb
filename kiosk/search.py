"""Ranked search in the pack. It ignores accents, tolerates typos, and takes under a millisecond.

Staff-only entries link to the pages for adults. Queries are not kept or logged.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from content.model import county_hotline, phone_numbers, zips_and_counties
from content.model.edit_distance import Nearby, fold, osa
from content.model.once_per_pack import OncePerPack
from content.model.pack import Area, Pack, Topic
from kiosk import learned_words
from kiosk.edition import display_modes
from kiosk.edition.display_modes import Modes
from kiosk.edition.links import LEAVE, Links
from kiosk.pages import home as home_page
from kiosk.pages import topic_page
from kiosk.pages.pack_texts import Texts
from kiosk.pages.ui_strings import Wording
from kiosk.word_forms import ENDINGS, SOUNDS, WORDS, is_number, sound, stem

MAX_RESULTS = 8
_MAX_WORDS = 12
_SENTENCE = 3  # words that make a query a whole sentence
_TITLE, _NAME, _LEAD, _BODY = 5.0, 4.0, 2.0, 1.0
_LEARNED = 3.0  # the weight of a learned word
_BOOST = 1.5  # raises crisis lines, so that they rank above hotlines for one kind of harm
_PREFIX, _FORM, _ONE_OFF, _TWO_OFF = 0.7, 0.7, 0.6, 0.4
_LEAST = 0.2  # a result needs at least this share of the best result's score
_PLACES = frozenset({"211"})  # a hotline that has services for every place
_ZIP = "zip"  # any ZIP code also finds this word, for state and national services
_NEAR = {"county": 5.0, "region": 4.5, "state": 3.6, "nation": 3.2}  # weight by area
SMALL = frozenset(WORDS["small"].split())
_POISON = frozenset(fold(WORDS["poison"]))  # words that also bring up Poison Control
# The screen's own pages: each one's key in _WORDS, its title and its lead.
_HEARING = ("hearing", "Deaf or hard of hearing?", "Call by videophone (ASL)")
_TALK = ("talk", "Talk to someone now", "Call, text, or see someone here.")
_GROUPS = "Groups that teach or help. Most do not answer calls."
_PROGRAMS = ("programs", "Programs and partners", _GROUPS)
_TAKEN = frozenset({"danger", "substance", "friend", "suicide"})
ADULTS = frozenset({"adults", "partners"})  # topics for staff, listed after all topics for students
# If words mean one of these topics, its hotline comes first: a number before anything to read.
_LINE_FIRST = frozenset(
    {"danger", "suicide", "abuse", "assault", "trafficking", "friend", "poison"}
)


@dataclass(frozen=True, slots=True)
class SearchHit:
    href: str
    title: str
    lead: str

    def values(self, modes: Modes) -> Mapping[str, str]:
        href = display_modes.address(self.href, modes)
        return {"href": href, "title": self.title, "lead": self.lead}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A result and its (text, weight) fields.

    ``names``: match only as a whole. ``phrases``: match as consecutive words. ``learned``: single
    words with weights that need no rarity (learned_words). ``line``: the address of the card shown
    before this entry. ``urgent``: the address of the page for danger, which goes after it.
    ``poison``: the address of Poison Control, added if someone may have taken something.
    """

    found: SearchHit
    fields: list[tuple[str, float]]
    names: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    learned: Mapping[str, float] = field(default_factory=dict)
    crisis: bool = False
    topic: bool = False
    staff: bool = False
    line: str = ""
    urgent: str = ""
    poison: str = ""


Near = tuple[tuple[str, float], ...]  # known words that a typed word may mean, with their certainty


class Terms:
    """The words that find entries. All languages share them, because students mix languages."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        # Partners match only by their own words or a whole name: "protect me" is not PROTECT.
        self.weights: dict[str, dict[int, float]] = defaultdict(dict)
        self.count = len(entries)
        self.boosted = {number for number, entry in enumerate(entries) if entry.crisis}
        places = {entry.found.href: number for number, entry in enumerate(entries)}
        self.lines = {n: places[e.line] for n, e in enumerate(entries) if e.line in places}
        self.urgent = {n: places[e.urgent] for n, e in enumerate(entries) if e.urgent in places}
        self.poison = {n: places[e.poison] for n, e in enumerate(entries) if e.poison in places}
        self.topics = {number for number, entry in enumerate(entries) if entry.topic}
        self.staff = {number for number, entry in enumerate(entries) if entry.staff}
        self.names = [(tuple(fold(n)), number) for number, e in enumerate(entries) for n in e.names]
        self.phrases, self.alone = (
            list[tuple[tuple[str, ...], int]](),
            defaultdict[str, list[int]](list),
        )
        for words, number, tells in sorted(set(_phrases(entries))):
            if not tells:
                self.names.append((words, number))
            elif len(words) > 1:
                self.phrases.append((words, number))
            else:
                self.alone[words[0]].append(number)
        self._weigh(entries)
        self._learn(entries)
        self._words = sorted(self.weights)
        self._whole = [word for word in self._words if _unspaced(word)]
        self._forms: dict[str, list[str]] = defaultdict(list)
        for word in self._words:  # only for topics' words: forms of a word must not find a partner
            if not self.weights[word] or not self.topics.isdisjoint(self.weights[word]):
                self._forms[stem(word)].append(word)

    def _weigh(self, entries: Sequence[_Entry]) -> None:
        plain = [e for e in entries if not e.names and not e.staff]
        learned = {word for e in plain for word in e.learned}
        ordinary = {word for e in plain for text, _weight in e.fields for word in fold(text)}
        ordinary |= learned
        # A word for a need must not find text for staff: "ice" must not lead to that agency's line.
        needs = {word for e in plain for text, w in e.fields if w >= _NAME for word in fold(text)}
        needs |= learned
        for number, one in enumerate(entries):
            for text, weight in one.fields:
                for word in fold(text):
                    if one.names and word in ordinary:
                        continue
                    if one.staff and weight == _BODY and word in needs:
                        continue
                    entry = self.weights[word]
                    if weight:
                        entry[number] = max(weight, entry.get(number, 0.0))

    def _learn(self, entries: Sequence[_Entry]) -> None:
        told: dict[str, dict[int, float]] = defaultdict(dict)
        for number, entry in enumerate(entries):
            for word, gain in entry.learned.items():
                told[word][number] = gain
        for word, gains in told.items():
            known = self.weights[word]
            rarity = self.rarity(len(known.keys() | gains.keys()))
            for number, gain in gains.items():
                weight = round(_LEARNED * gain / rarity, 1)
                known[number] = max(weight, known.get(number, 0.0))

    def rarity(self, found: int) -> float:
        """Return how much a word counts if it finds that many entries."""
        return math.log(1 + self.count / max(found, 1))

    @cached_property
    def _sounds(self) -> Mapping[str, Sequence[str]]:
        """Return the words that are not spelled as they sound, by their sound."""
        sounds = defaultdict[str, list[str]](list)
        for word in self._words:
            if (said := sound(word)) != word:
                sounds[said].append(word)
        return sounds

    @cached_property
    def _nearby(self) -> Nearby:
        """Return the index of similar words, made for the first misspelled word."""
        return Nearby([w for w in (*self._words, *self._sounds) if not is_number(w)])

    def _misspelled(self, word: str) -> Iterator[tuple[str, float]]:
        """Yield the words nearest to a misspelled one, in letters and sound together."""
        said = sound(word)
        near = {spelled for one in (word, said) for spelled in self._nearby.find(one)}
        near |= {term for one in near for term in self._sounds.get(one, ())}
        far = {t: osa(word, t) + osa(said, sound(t)) for t in near if t in self.weights}
        least = min(far.values(), default=0)
        yield from ((t, _ONE_OFF if least <= 2 else _TWO_OFF) for t in far if far[t] == least)

    def near(self, word: str, *, last: bool) -> Iterator[tuple[str, float]]:
        """Yield (known word, certainty) for a typed word; a ``last`` word may be incomplete."""
        if is_number(word):
            if word in self.weights:
                yield word, 1.0
            if len(word) == 5 and _ZIP in self.weights:
                yield _ZIP, 1.0
            return
        if word in self.weights:
            yield word, 1.0
        if last and (len(word) >= 3 or _syllable(word)):
            at = bisect_left(self._words, word)
            while at < len(self._words) and self._words[at].startswith(word):
                yield self._words[at], _PREFIX
                at += 1
        if _is_character(word):
            yield from ((term, _PREFIX) for term in self._whole if word in term[1:])
        if _unspaced(word):  # without spaces, a known word may be part of a longer one
            yield from ((term, _FORM) for term in self._whole if term in word and term != word)
        if word not in self.weights and not self.forms(word):
            yield from self._misspelled(word)

    def forms(self, word: str) -> Near:
        return tuple((term, _FORM) for term in self._forms.get(stem(word), ()) if term != word)

    def called(
        self, words: Sequence[str], telling: Sequence[str], near: Mapping[str, Near]
    ) -> Iterator[tuple[int, int]]:
        """Yield (entry, length) for each complete name or phrase typed. A single word counts only
        if nothing else is typed. An exact match counts as one word longer.

        A name counts all its words, each in its exact form; a phrase counts only words that carry
        meaning. ``near``: the known words for each typed word.
        """
        meant = {word: {term for term, _sure in near[word]} | {word} for word in words}
        forms = {word: {term for term, _sure in self.forms(word)} for word in telling}
        in_phrases = [meant[word] | forms[word] for word in telling]
        in_names = [meant[word] for word in words]
        for known, typed, parts in (
            (self.names, tuple(words), in_names),
            (self.phrases, tuple(telling), in_phrases),
        ):
            starters = set().union(*parts)
            for name, number in known:
                if name[0] in starters and _is_in(name, parts):
                    yield number, len(name) + (name == typed)
        if len(telling) == 1:
            yield from ((number, 1) for number in self.alone.get(telling[0], ()))


class SearchIndex:
    def __init__(self, terms: Terms, hits: Sequence[SearchHit]) -> None:
        self._terms = terms
        self.hits = hits  # results by entry number

    def words(self) -> dict[str, object]:
        """Return data for static/find.js (search_cases.json). ``words``: entry, weight, entry, …"""
        terms = self._terms
        flat = {
            word: [part for pair in entries.items() for part in pair]
            for word, entries in terms.weights.items()
        }
        return {
            "alone": terms.alone,
            "poison": sorted(terms.poison.items()),
            "count": terms.count,
            "crisis": sorted(terms.boosted),
            "endings": ENDINGS,
            "lines": sorted(terms.lines.items()),
            "names": terms.names,
            "phrases": terms.phrases,
            "small": sorted(SMALL),
            "sounds": SOUNDS,
            "staff": sorted(terms.staff),
            "taken": sorted(_POISON),
            "topics": sorted(terms.topics),
            "urgent": sorted(terms.urgent.items()),
            "words": flat,
        }

    def find(self, query: str, meant: Collection[str] = ()) -> list[SearchHit]:
        """Return the best entries for a query, best first.

        ``meant``: the addresses of the topics that the text line's rules find in the words.
        """
        words = fold(query[:200])[:_MAX_WORDS]
        telling = [word for word in words if word not in SMALL] or words
        scores: dict[int, float] = defaultdict(float)
        hits: dict[int, int] = defaultdict(int)
        near = {word: tuple(self._terms.near(word, last=word == words[-1])) for word in words}
        for word in telling:
            for number, score in self._of_word(word, near[word] + self._terms.forms(word)).items():
                scores[number] += score
                hits[number] += 1
        called = dict[int, int]()
        for number, length in self._terms.called(words, telling, near):
            called[number] = max(length, called.get(number, 0))
            scores[number] = max(scores[number], length * _TITLE * math.log(1 + self._terms.count))
            hits[number] = max(hits[number], length)
        for word in filter(is_number, telling):  # a ZIP code counts as naming the services nearby
            for term, _sure in near[word]:
                called.update(dict.fromkeys(self._terms.weights[term], 1))
        for number in self._terms.boosted & scores.keys():
            scores[number] *= _BOOST
        worth = {number: score * hits[number] for number, score in scores.items()}
        took = not _POISON.isdisjoint(telling)
        guessed = not any(word in self._terms.weights for word in telling)
        kept, top = self._in_order(worth, called, guessed=guessed)
        told = [number for number in sorted(self._terms.topics) if self.hits[number].href in meant]
        # For a whole sentence, trust the rules more than a name that is part of it.
        named = max((called.get(one, 0) for one in top), default=0)
        is_name = named > 0 and (len(words) < _SENTENCE or named >= len(telling))
        tops = [*top, *told] if is_name else [*told, *top]
        first = [near for one in tops for near in self._with_lines(one, took=took)]
        ranked = dict.fromkeys([*first, *kept])
        return [self.hits[number] for number in list(ranked)[:MAX_RESULTS]]

    def _with_lines(self, number: int, *, took: bool) -> list[int]:
        """Return an entry with the hotline that goes before it and the entries that go after it."""
        terms, poison = self._terms, self._terms.poison if took else {}
        near = (terms.lines.get(number), number, terms.urgent.get(number), poison.get(number))
        return [one for one in near if one is not None]

    def _in_order(
        self, worth: Mapping[int, float], called: Collection[int], *, guessed: bool
    ) -> tuple[list[int], list[int]]:
        """Return the entries worth showing, and the one to put first: a topic, unless the best
        entry was named. Unnamed text for staff is left out if a topic fits or no word is known."""
        terms = self._terms
        fit = terms.topics & worth.keys()
        left_out = terms.staff.difference(called) if fit or guessed else ()
        ranked = sorted((n for n in worth if n not in left_out), key=lambda n: (-worth[n], n))
        if not ranked:
            return [], []
        least = worth[ranked[0]] * _LEAST
        kept = [number for number in ranked if worth[number] >= least]
        best_topic = next((number for number in kept if number in fit), kept[0])
        return kept, [kept[0] if kept[0] in called else best_topic]

    def _of_word(self, word: str, near: Near) -> dict[int, float]:
        best: dict[int, float] = {}
        # Rare completions do not raise a partial word's score: "help" is not "helpline".
        known = self._terms.weights.get(word)
        for term, quality in near:
            entries = self._terms.weights[term]
            rarity = self._terms.rarity(max(len(entries), len(known or ())))
            for number, weight in entries.items():
                best[number] = max(best.get(number, 0.0), quality * weight * rarity)
        return best


def _is_in(name: Sequence[str], parts: Sequence[Collection[str]]) -> bool:
    """Return whether a name's words were typed in sequence; a single word counts only by itself."""
    starts = range(len(parts) - len(name) + 1) if len(name) > 1 else range(len(parts) == 1)
    return any(all(part in parts[at + i] for i, part in enumerate(name)) for at in starts)


def _phrases(entries: Sequence[_Entry]) -> Iterator[tuple[tuple[str, ...], int, bool]]:
    """Yield the meaningful words of each phrase, with True. If a longer phrase has at most one
    such word, yield all its words and False: it counts only as a whole."""
    for number, entry in enumerate(entries):
        for phrase in entry.phrases:
            words = fold(phrase)
            telling = tuple(word for word in words if word not in SMALL)
            if len(telling) > 1 or len(words) == 1 == len(telling):
                yield telling, number, True
            elif len(words) > 1:
                yield tuple(words), number, False


def _unspaced(word: str) -> bool:
    """Return whether this is Chinese, which has no spaces, or Korean, where words take endings.

    Requires two Chinese characters or two Korean syllables (four letters when folded).
    """
    return (len(word) > 1 and "\u3400" <= word[0] <= "\u9fff") or (
        len(word) > 3 and "\u1100" <= word[0] <= "\u11ff"
    )


def _is_character(word: str) -> bool:
    """Return whether this is a single Chinese character that carries meaning."""
    return len(word) == 1 and "\u3400" <= word <= "\u9fff" and word not in SMALL


def _syllable(word: str) -> bool:
    """Return whether this begins with a Chinese or Korean character; one is enough for a search."""
    return _is_character(word) or (len(word) > 1 and "\u1100" <= word[0] <= "\u11ff")


def indexes(
    pack: Pack, languages: Sequence[str], *, home: Collection[str] = (), county_line: str = ""
) -> dict[str, SearchIndex]:
    """Return each language's search index. ``home``, ``county_line``: as in ``hits``."""
    entries = {tag: list(_entries(Texts(pack, tag), home, county_line)) for tag in languages}
    terms = Terms(entries[languages[0]])
    return {tag: SearchIndex(terms, [entry.found for entry in entries[tag]]) for tag in languages}


shared_indexes = OncePerPack(indexes)  # takes six megabytes


def hits(
    pack: Pack, language: str, *, home: Collection[str] = (), county_line: str = ""
) -> list[SearchHit]:
    """Return everything that a search in this language can find, in the order of entries.

    ``home``: the school's counties. Search finds their hotline, or the one that two people at the
    school checked (``county_line``), but only if it has a number: a card without one helps nobody.
    """
    return [entry.found for entry in _entries(Texts(pack, language), home, county_line)]


def _entries(texts: Texts, home: Collection[str], county_line: str) -> Iterator[_Entry]:
    pack, links = texts.pack, Links(texts.language)
    here = {county.fips for county in pack.counties if county.name in home}
    known = {c.name for c in pack.counties if c.name in home and (c.numbers or county_line)}
    yield from _topics(texts, links)
    if pack.facts.get("relay"):
        yield _page(texts, links, "hearing", _HEARING)
    yield _page(texts, links, "now", _TALK)
    if pack.live_partners:  # below a student's topic, and first only for the name of its button
        doors = tuple(Wording(tag)("Programs") for tag in pack.texts)
        yield replace(_page(texts, links, "partners", _PROGRAMS), topic=False, phrases=doors)
    for group in (one for one in pack.groups if home_page.href(one, links) == LEAVE):
        title, lead = (texts.plain(f"group:{group.id}:{name}") for name in ("title", "lead"))
        school = SearchHit(links.listing(group.code), title, lead)
        yield _Entry(school, [(WORDS["school"], _TITLE)], phrases=(title,), topic=True)
    zips = _zips()
    yield from _resources(texts, links, here, zips)
    if known or county_line:
        yield _county_line(links)
    yield from _counties(pack, links, known, zips)
    for partner in pack.live_partners:
        key = f"partner:{partner.id}"
        names = (partner.organization, partner.id, *partner.names)
        fields = [*((name, _TITLE) for name in names), *_said(texts, key, {"does": _BODY})]
        # The text for students says if a partner has not been confirmed.
        lead = texts.plain(
            f"{key}:{'does' if partner.standing == 'active' else 'student'}", owner=key
        )
        yield _Entry(
            SearchHit(links.card(partner.code), partner.organization, lead), fields, names=names
        )
    yield from _adult_entries(texts, links)


def _topics(texts: Texts, links: Links) -> Iterator[_Entry]:
    pack = texts.pack
    codes = {one.id: one.code for one in pack.resources}
    poison = links.card(codes["poison"]) if "poison" in codes else ""
    for topic in pack.topics:
        key = f"topic:{topic.id}"
        found = SearchHit(
            links.topic(topic), texts.plain(f"{key}:title"), texts.plain(f"{key}:lead")
        )
        first = next((codes[one] for one in topic.resources if one in codes), "")
        line = links.card(first) if topic.id in _LINE_FIRST else ""
        urgent = (
            links.topic(pack.topic(topic_page.DANGER)) if topic_page.at_once(topic, texts) else ""
        )
        student = topic.id not in ADULTS
        yield _Entry(
            found,
            _topic_fields(texts, topic),
            phrases=topic.search,
            learned=learned_words.of_topics().get(topic.id, {}),
            topic=student,
            staff=not student,
            line=line,
            urgent=urgent,
            poison=poison if topic.id in _TAKEN else "",
        )


def _resources(
    texts: Texts, links: Links, here: Collection[str], zips: Mapping[str, list[str]]
) -> Iterator[_Entry]:
    pack = texts.pack
    for resource in pack.resources:
        if resource.status != "live" or "student" not in resource.audience:
            continue
        key = f"resource:{resource.id}"
        name, blurb = texts.plain(f"{key}:name", owner=key), texts.plain(f"{key}:blurb", owner=key)
        hit = SearchHit(links.card(resource.code), name, blurb)
        if resource.area.is_elsewhere(here) and not resource.pinned:
            # A line that serves other places is found only by its name or by one of them.
            names = (resource.organization, *texts.all(f"{key}:name"), *resource.names)
            yield _Entry(hit, list(_near(resource.area, zips)), names=names)
            continue
        phrases = (resource.organization, *texts.all(f"{key}:name"), *resource.names)
        if resource.id.isdigit():
            phrases += (resource.id,)
        fields = [(resource.organization, _TITLE), (resource.id, _NAME)]
        fields += _said(texts, key, {"name": _TITLE, "blurb": _LEAD, "for": _BODY})
        crisis = resource.pinned and resource.answers in {"emergency", "counselling"}
        if crisis:
            fields.append(("help ayuda", _TITLE))
            phrases += tuple(WORDS["crisis"])
        if resource.id in _PLACES:
            fields.append((f"{_ZIP} code código postal", _TITLE))
            fields.append((" ".join(county.name for county in pack.counties), _LEAD))
        elif not crisis:  # crisis lines are on every page
            fields += _near(resource.area, zips)
        if resource.id == "poison":
            fields.append((WORDS["poison"], _NAME))
        yield _Entry(hit, fields, phrases=phrases, crisis=crisis)


def _page(texts: Texts, links: Links, name: str, says: tuple[str, str, str]) -> _Entry:
    here, (words, title, lead) = Wording(links.language), says
    fields = [(WORDS[words], _TITLE)]  # not the title's words: these include "hard" and "or"
    fields += [(Wording(tag)(title), _BODY) for tag in texts.pack.texts]
    return _Entry(SearchHit(links.page(name), here(title), here(lead)), fields, topic=True)


def _county_line(links: Links) -> _Entry:
    title = "Your county’s child protection line"
    names = (*WORDS["county"], *(Wording(tag)(title) for tag in ("en", "es")))
    _ = Wording(links.language)
    blurb = _("The county child protection line takes reports about children who are not safe.")
    hit = SearchHit(links.card(county_hotline.CODE), _(title), blurb)
    return _Entry(hit, [*((name, _TITLE) for name in names), (_ZIP, _NAME)], phrases=names)


def _zips() -> Mapping[str, list[str]]:
    zips: dict[str, list[str]] = defaultdict(list)
    for zip_code in zips_and_counties.known():
        for fips in zips_and_counties.counties_of(zip_code):
            zips[fips].append(zip_code)
    return zips


def _near(area: Area, zips: Mapping[str, list[str]]) -> Iterator[tuple[str, float]]:
    """Yield the ZIP codes that find services for an area, with their weights."""
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
    _ = Wording(links.language)
    for county in pack.counties:
        number = phone_numbers.display(county_hotline.usual_number(county))
        href = f"{links.staff('counties')}#c{county.fips}"
        lead = _("We have no sure number. Call 211 and ask, or ask any adult at school.")
        if county.name in home:
            href = links.card(county_hotline.CODE)
            lead = _(
                "The county child protection line takes reports about children who are not safe."
            )
        elif number:
            lead = _(
                "Child protection line: %(number)s. It is in the list for school staff. You can"
                " call it too.",
                number=number,
            )
        found = SearchHit(href, _("%(county)s County", county=county.name), lead)
        fields = [
            (f"{county.name} county condado", _NAME),
            (" ".join(zips.get(county.fips, ())), _NEAR["county"]),
        ]
        names = (county.name, f"{county.name} county")
        yield _Entry(found, fields, phrases=names, staff=True)


def _said(texts: Texts, key: str, weights: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Yield an entry's texts with these names, in every language, with their weights."""
    for name, weight in weights.items():
        yield from ((text, weight) for text in texts.all(f"{key}:{name}"))


def _topic_fields(texts: Texts, topic: Topic) -> list[tuple[str, float]]:
    key = f"topic:{topic.id}"
    # A phrase matches only as a whole: no single word in it names the need.
    fields = [(word, 0.0 if " " in word else _NAME) for word in (topic.id, *topic.search)]
    learned = topic.id in learned_words.of_topics()
    for tag, said in texts.pack.texts.items():
        if learned and tag in learned_words.LANGUAGES:  # learned words count more than text
            weights = {"title": _LEAD}
        else:
            weights = {"title": _TITLE, "lead": _LEAD}
            weights |= {f"p.{number}": _BODY for number in range(1, topic.paragraphs + 1)}
        keys = ((f"{key}:{name}", weight) for name, weight in weights.items())
        fields += [(said[at], weight) for at, weight in keys if at in said]
    for keyword in (one for one in texts.pack.keywords if one.topic == topic.id):
        for tag, words in keyword.words.items():
            if tag not in texts.pack.partial:
                fields += [(word, _NAME) for word in words.alone]
                fields += [(phrase, _LEAD) for phrase in words.phrases if not learned]
    return fields


def _adult_entries(texts: Texts, links: Links) -> Iterator[_Entry]:
    pack, page = texts.pack, links.staff("laws")
    for number, law in enumerate(pack.laws, start=1):
        key = f"law:{law.id}"
        title = texts.plain(f"{key}:title", owner=key)
        fields = [(law.citation, _TITLE), (law.id, _NAME)]
        fields += _said(texts, key, {"title": _NAME, "text": _BODY})
        found = SearchHit(f"{page}#l{number}", title, law.citation)
        yield _Entry(found, fields, phrases=(law.citation,), staff=True)
    for number, section in enumerate(sorted(pack.staff, key=lambda s: s.order), start=1):
        key = f"staff:{section.id}"
        blocks = {f"b.{block}": _BODY for block in range(1, len(section.blocks) + 1)}
        fields = list(_said(texts, key, {"title": _NAME, **blocks}))
        title = texts.plain(f"{key}:title", owner=key)
        first = texts.plain(f"{key}:b.1", owner=key) if section.blocks else ""
        yield _Entry(SearchHit(links.section(section.id, number), title, first), fields, staff=True)
