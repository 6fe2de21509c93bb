"""Known answers where replies are put together: two needs at once, and any one hotline recalled."""

import re
from collections.abc import Collection, Iterator
from itertools import permutations, product, takewhile

from content.model import phone_numbers, placeholders, sms_segments
from content.model.pack import Pack, Phrase, Resource
from content.review.withdraw import hidden
from content.rules import locked_screen, rule_phrases
from messages.message import Message, message
from runtime.alarms.nightly import CRISIS, KnownAnswers
from settings.schema import Sms
from sms import replies
from sms.decide import decide
from sms.replies import ReplyDraft
from sms.script import Script

_NUMBER = re.compile(r"\d[\d-]+\d")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+")


def of_second_needs(pack: Pack, script: Script, tally: KnownAnswers) -> None:
    """Ask for every pair of needs: what is said of the second holds that need's own number."""
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
    """Return what the longer reply, which may have lost its accents, says beyond the other."""
    plain, longer = sms_segments.fold(plain), sms_segments.fold(longer)
    shared = takewhile(lambda two: two[0] == two[1], zip(plain, longer, strict=False))
    return longer[len(list(shared)) :]


def _way_of(pack: Pack, topic: str, language: str) -> str:
    """Return the number or address that the pack gives for a need that comes second."""
    text = pack.texts[pack.default].get(f"sms:{topic}:second", "")
    named = (Phrase(f"{{{name}}}", language) for name in placeholders.names(text))
    return next((placeholders.fill(phrase, pack) for phrase in named), "")


def of_watched(pack: Pack, script: Script, tally: KnownAnswers) -> None:
    """Ask as someone who is watched: the reply is theirs, and its opening gives nothing away."""
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
    """Ask for every reply that the recall of any one hotline would change."""
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
    """Yield each reply that the recall changes, and its fault. ``before``: those of now."""
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


def _numbers(resource: Resource) -> set[str]:
    return {phone_numbers.display(way.number) for way in resource.channels if way.number}
