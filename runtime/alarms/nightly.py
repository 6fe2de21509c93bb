"""Asks for every name, word, code, example, page and reply of a pack, and compares each answer with
the pack itself. This module is pure except for the iterators passed to it.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import permutations, product, takewhile

from content.model import phone_numbers, placeholders, sms_segments
from content.model.pack import Pack, Partner, Phrase, Resource
from content.review.withdraw import hidden
from content.rules import locked_screen, rule_phrases
from content.rules.answers import ANSWER, ORDINARY
from kiosk.edition.links import Links
from kiosk.pages.build import Page
from kiosk.search import SearchIndex
from messages.message import Message, message
from settings.schema import Sms
from sms import replies
from sms.decide import Decision, decide
from sms.replies import ReplyDraft
from sms.script import Script
from sms.understanding.examples import Example
from sms.understanding.names_and_codes import named_replies

# The share of a topic's examples that must lead to it. Without the model, the rules find 1 in 10.
LEAST_SHARE, FEWEST = 0.6, 20
CRISIS = ("911", "988")
_BOTH = frozenset({"now", "numbers"})  # kinds of pages that name both crisis lines
_NUMBER = re.compile(r"\d[\d-]+\d")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+")


class KnownAnswers:
    """Counts questions, and keeps a message for each wrong answer, by its code."""

    def __init__(self) -> None:
        self.asked = 0
        self.problems: list[Message] = []
        self.unasked: list[Message] = []  # questions that could not be asked here

    def expect(self, right: object, code: str, /, **wrong: object) -> None:
        self.asked += 1
        if not right:
            self.problems.append(message(code, **wrong))


def of_line(pack: Pack, sms: Sms, script: Script, tally: KnownAnswers) -> None:
    """Check every word, name and code that the line recognizes, and every reply it may give."""
    for topic, language, word in _words(pack):
        found = decide(script, word)
        is_right, where = topic in {found.topic, found.also}, _where(found)
        tally.expect(
            is_right, "answer.word", word=word, language=language, topic=topic, where=where
        )
    by_id = {f"hotline:{one.id}": one for one in pack.resources}
    for named in named_replies(pack):
        for name in named.names:
            found = decide(script, name)
            numbers = _ways(by_id[named.id]) if named.id in by_id else []
            is_right = (
                found.code.startswith(f"{named.id}:")
                or _holds_any(found.reply.text, numbers)
                or _by_partner(pack, found, named.id)
            )
            tally.expect(is_right, "answer.name", name=name, id=named.id, where=_where(found))
    for code, (topic, language) in script.codes.items():
        found = decide(script, code)
        is_right = (found.topic, found.language) == (topic, language)
        tally.expect(is_right, "answer.code", number=code, topic=topic, language=language)
    _replies(pack, sms, script, tally)


def _words(pack: Pack) -> Iterator[tuple[str, str, str]]:
    """Yield topic, language and an example message for each of the topic's rules."""
    for keyword in pack.keywords:
        for _, language, words in keyword.rules:
            classes = keyword.classes.get(language, {})
            for rule in (*words.alone, *words.phrases):
                yield keyword.topic, language, rule_phrases.example(rule, classes)


def of_examples(examples: Iterable[Example], script: Script, tally: KnownAnswers) -> None:
    """Check that most of each topic's own examples still lead to that topic."""
    all_of, right = Counter[str](), Counter[str]()
    for example in examples:
        if example.topic == ORDINARY:
            continue
        found = decide(script, example.text)
        answer = f"{ANSWER}{found.answer}" if found.answer else ""
        all_of[example.topic] += 1
        right[example.topic] += example.topic in {found.topic, found.also, answer}
    for topic, count in all_of.items():
        enough = count < FEWEST or right[topic] >= LEAST_SHARE * count
        tally.expect(enough, "answer.examples", count=count, topic=topic, right=right[topic])
    tally.asked += sum(all_of.values()) - len(all_of)


def of_search(pack: Pack, indexes: Mapping[str, SearchIndex], tally: KnownAnswers) -> None:
    """Check that the screen's search finds every hotline and program by name, in every language."""
    live = [one for one in pack.resources if one.status == "live" and "student" in one.audience]
    for language, index in indexes.items():
        links, named = Links(language), list[tuple[str, str]]()
        for one in live:
            owner = f"resource:{one.id}"
            name = placeholders.fill(pack.say(language, f"{owner}:name"), pack, owner=owner)
            named.append((name, one.code))
        named += [(partner.organization, partner.code) for partner in pack.live_partners]
        for name, code in named:
            href = links.card(code)
            is_found = href in [hit.href for hit in index.find(name)]
            tally.expect(is_found, "answer.search", name=name, language=language, href=href)


def of_pages(pack: Pack, pages: Iterable[Page], tally: KnownAnswers) -> None:
    """Check that every page can be made and contains the numbers that it must show."""
    cards = {one.code: one for one in pack.resources if one.status == "live"}
    partners = {one.code: one for one in pack.live_partners}
    by_code = {code: topic for topic in pack.topics for code in topic.codes.values()}
    for page in pages:
        try:
            html = page.make()
        except Exception as error:  # noqa: BLE001  templates raise anything
            name = type(error).__name__
            tally.expect(False, "answer.page-unmade", path=page.path, error=name)
            continue
        wanted: list[Sequence[str]] = []
        folder, _, rest = page.path.strip("/").partition("/r/")
        code = rest.partition("/")[0]
        if folder and code in cards:
            wanted = _card(cards[code], page.kind)
        elif folder and code in partners:
            wanted = _partner(pack, partners[code])
        elif page.kind == "topic":
            topic = by_code[page.path.rpartition("/")[2]]
            named = [one for one in pack.resources if one.id in topic.resources]
            wanted = [[way for one in named for way in _ways(one)]]
        elif page.kind in _BOTH or page.path.startswith("missing/"):
            wanted = [[number] for number in CRISIS]
        lacking = [ways for ways in wanted if ways and not _holds_any(html, ways)]
        ways = " or ".join(*lacking[:1] or ("",))
        tally.expect(not lacking, "answer.page-lacks", path=page.path, ways=ways)


def _card(resource: Resource, kind: str) -> list[Sequence[str]]:
    """Return the texts that a page must show: a card shows each number, a slip any one of them."""
    shown = _numbers(resource)
    numbers: list[Sequence[str]] = [[number] for number in shown]
    return numbers if kind == "card" else [shown]


def _partner(pack: Pack, partner: Partner) -> list[Sequence[str]]:
    found = [one for one in pack.resources if one.id == partner.resource and one.status == "live"]
    return [_ways(one) for one in found if one.area.us or one.pinned]


def _replies(pack: Pack, sms: Sms, script: Script, tally: KnownAnswers) -> None:
    """Check that every reply fits and has all the numbers that its text in the pack names."""
    for draft in replies.drafts(pack, sms):
        reply, language = script.reply(draft.code), _language(draft.code, pack)
        phrase = pack.say(language, draft.key)
        must = [] if draft.key == replies.HOTLINE else [*_named(pack, draft.key, phrase)]
        if draft.code.startswith("line:limited:"):  # this reply is shortened in a partial language
            must = list(CRISIS)
        lacking = [value for value in must if value not in reply.text]
        is_whole = reply.text and not lacking and reply.segments <= draft.budget
        what = tuple(lacking) or message("answer.its-text")
        tally.expect(is_whole, "answer.reply-lacks", reply=draft.code, what=what)
        if draft.key == replies.HOTLINE:
            ways = _ways(pack.resource(draft.code.split(":")[1]))
            tally.expect(_holds_any(reply.text, ways), "answer.no-number", reply=draft.code)


def _named(pack: Pack, key: str, phrase: Phrase) -> Iterator[str]:
    """Yield the numbers that a text in the pack names, in the form that the reply uses."""
    for name in placeholders.names(phrase.text):
        if name.rpartition(".")[2] in {"voice", "sms", "tty"}:
            yield placeholders.fill(Phrase(f"{{{name}}}", phrase.language), pack, owner=key)


def _language(code: str, pack: Pack) -> str:
    return next((part for part in code.split(":") if part in pack.languages), pack.default)


def _ways(resource: Resource) -> list[str]:
    """Return the hotline's numbers, or its web addresses if it has no numbers."""
    return _numbers(resource) or [
        placeholders.bare(way.url) for way in resource.channels if way.url
    ]


def _holds_any(text: str, ways: Iterable[str]) -> bool:
    return any(way in text for way in ways)


def _by_partner(pack: Pack, found: Decision, name: str) -> bool:
    """Return whether the answer is a partner whose program is the hotline with that name."""
    partner = found.code.split(":")[1] if found.code.startswith("partner:") else ""
    return any(
        one.id == partner and f"hotline:{one.resource}" == name for one in pack.live_partners
    )


def _where(found: Decision) -> str:
    return found.topic or found.answer or found.code.rpartition(":")[0]


def of_second_needs(pack: Pack, script: Script, tally: KnownAnswers) -> None:
    """Ask for every pair of needs: the part about the second need must give its number."""
    nothing = message("answer.nothing")
    for language, (first, second) in product(pack.complete, permutations(script.priority, 2)):
        plain = script.reply(f"t:{first}:{language}:first")
        code = f"t:{first}:{language}:first+{second}"
        both = script.reply(code)
        added = added_to(plain.text, both.text)
        wanted = _way_of(pack, second, language)
        said = added == "" or (wanted in added and {*_NUMBER.findall(added)} <= {wanted})
        right = said and (wanted or not added) and both.segments <= replies.MAX_SEGMENTS
        way = wanted or nothing
        tally.expect(right, "answer.second-need", reply=code, wanted=way, added=added)


def added_to(plain: str, longer: str) -> str:
    """Return the text that the longer reply, perhaps without accents, adds to the shorter reply."""
    plain, longer = sms_segments.fold(plain), sms_segments.fold(longer)
    shared = takewhile(lambda two: two[0] == two[1], zip(plain, longer, strict=False))
    return longer[len(list(shared)) :]


def _way_of(pack: Pack, topic: str, language: str) -> str:
    """Return the number or address that the pack gives for a need mentioned second."""
    text = pack.texts[pack.default].get(f"sms:{topic}:second", "")
    named = (Phrase(f"{{{name}}}", language) for name in placeholders.names(text))
    return next((placeholders.fill(phrase, pack) for phrase in named), "")


def of_watched(pack: Pack, script: Script, tally: KnownAnswers) -> None:
    """Ask as someone being watched. The reply must suit them, and its opening must be neutral."""
    for language, key in product(pack.complete, pack.texts[pack.default]):
        if locked_screen.is_for_watched(key):
            words = locked_screen.given_away(pack, key, language)
            given = " ".join(words)
            tally.expect(
                not words, "answer.locked-screen", words=given, text=key, language=language
            )
    for keyword in pack.keywords:
        case, topic = keyword.case.get(locked_screen.NEAR), keyword.topic
        for language, rules in case.words.items() if case else ():
            classes = keyword.classes.get(language, {})
            for rule in (*rules.alone, *rules.phrases):
                code = decide(script, rule_phrases.example(rule, classes)).code
                right = code.startswith(f"t:{topic}:") and code.endswith(f":{locked_screen.NEAR}")
                tally.expect(right, "answer.watched", word=rule, language=language, reply=code)


def of_recalls(pack: Pack, sms: Sms, tally: KnownAnswers) -> None:
    """Ask for every reply that would change if any single hotline were recalled."""
    before = {draft.code: draft.text for draft in replies.drafts(pack, sms)}
    for resource in pack.resources:
        if resource.status != "live" or resource.id in CRISIS:
            continue
        for draft, fault in faults_without(pack, sms, {resource.id}, before):
            right, code = fault is None, draft.code
            tally.expect(right, "answer.recall", id=resource.id, reply=code, fault=fault)


def faults_without(
    pack: Pack, sms: Sms, recalled: Collection[str], before: dict[str, str]
) -> Iterator[tuple[ReplyDraft, Message | None]]:
    """Yield each reply that the recall changes, with its fault. ``before``: current replies."""
    shown = hidden(pack, frozenset(recalled))
    live = {number for one in shown.resources if one.status == "live" for number in _numbers(one)}
    gone = {number for name in recalled for number in _numbers(pack.resource(name))} - live
    for draft in replies.drafts(shown, sms):
        if draft.text != before.get(draft.code):
            yield draft, _fault(draft, gone, live)


def _fault(draft: ReplyDraft, gone: Collection[str], live: Collection[str]) -> Message | None:
    reply = replies.ready(draft.text, budget=draft.budget)
    numbers = set(re.findall(r"[\d-]+", reply.text))
    sentences = _SENTENCE_ENDS.split(reply.text)
    if numbers & set(gone):
        return message("answer.still-gives")
    if not numbers & set(live):
        return message("answer.gives-none")
    if len(set(sentences)) < len(sentences):
        return message("answer.says-twice")
    return message("answer.too-long") if reply.segments > draft.budget else None


def _numbers(resource: Resource) -> list[str]:
    return [phone_numbers.display(way.number) for way in resource.channels if way.number]
