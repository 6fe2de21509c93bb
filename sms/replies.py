"""Makes the reply for each code: fills in the pack's texts and fits them to segments."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from content.model import phone_numbers, placeholders, sms_segments
from content.model.county_hotline import usual_number
from content.model.pack import ABOUT, County, Keyword, Pack, Resource
from content.rules import answers
from settings.schema import Sms

MAX_SEGMENTS = sms_segments.MOST_SEGMENTS  # limit for a reply that has no budget in the pack
LINE = "sms:line:"
PLACE = "sms:line:place"
ALSO = "sms:line:also"
PERHAPS_TWO = "sms:line:perhaps_two"  # the general reply, with two topics that the sender may mean
PERHAPS = "sms:line:perhaps"  # the general reply, with one topic that the sender may mean
OTHER = "sms:line:other"  # appended if it fits: the word to text for the other language
HOTLINE = "sms:line:hotline"
OFFICE = "sms:line:office"  # not a reply: the contact in HELP if the settings name no contact
FURTHER = "further"  # replies in partial languages
GENERAL_IN_PART = f"{LINE}{FURTHER}"
_NO_REPLY = frozenset({PLACE, ALSO, PERHAPS, PERHAPS_TWO, OTHER, OFFICE, HOTLINE, GENERAL_IN_PART})
# All other replies are in both languages or offer the other language themselves.
_OFFERING = frozenset({"help", "start", "optout"})
_SPOKEN = "sms:line:voice_"  # texts for calls: sms/voice/twiml.py
# The part of the general reply from 911 to 988. Partial languages use it as "limited".
_SHORT = re.compile(r"[^.。।\n]*(?<!\d)911(?!\d).*?(?<!\d)988(?!\d)", re.DOTALL)
_NUMBERS = re.compile(r"\d[\d-]+\d")


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply. ``segments``: as billed, 0 for silence; ``encoding``: GSM-7, UCS-2 or ""."""

    text: str
    segments: int
    encoding: str


SILENCE = Reply("", 0, "")


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """A reply before it is fitted: its text's key and its budget in segments."""

    code: str
    key: str
    text: str
    budget: int


def ready(text: str, *, budget: int) -> Reply:
    """Return the reply. If it is over budget, drop its accents when that saves segments."""
    measured = sms_segments.measure(text)
    if measured.count > budget:
        folded = sms_segments.fold(text)
        cheaper = sms_segments.measure(folded)
        if cheaper.count < measured.count:
            text, measured = folded, cheaper
    return Reply(text, measured.count, measured.encoding)


def drafts(pack: Pack, sms: Sms) -> Iterator[ReplyDraft]:
    """Yield all replies except those for places. Raises KeyError for an unknown placeholder."""
    words = {tag: own.alone[0].upper() for tag, own in pack.line_words.items() if own.alone}
    for language in pack.complete:
        for keyword in pack.keywords:
            codes = _codes(pack, keyword)
            for part in ("first", "more", *ABOUT, *keyword.case_parts):
                key = f"sms:{keyword.topic}:{part}"
                budget = keyword.budget(part, language)
                if has(pack, key):
                    text = say(pack, sms, language, key, {"code": codes.get(language, "")})
                    if part == "first":
                        text = with_other(pack, sms, text, codes, language=language, budget=budget)
                    yield ReplyDraft(f"t:{keyword.topic}:{language}:{part}", key, text, budget)
        for key in sorted(key for key in pack.texts[pack.default] if key.startswith(LINE)):
            if key not in _NO_REPLY and not key.startswith(_SPOKEN):
                name = key.rpartition(":")[2]
                budget = line_budget(pack, name, language)
                text = say(pack, sms, language, key, {})
                if name in _OFFERING:
                    text = with_other(pack, sms, text, words, language=language, budget=budget)
                yield ReplyDraft(f"line:{name}:{language}", key, text, budget)
        yield from _perhaps(pack, sms, language)
        yield from _by_name(pack, sms, language)
        for answer in answers.ANSWERS:
            yield from _answer(pack, sms, answer, language, f"{answers.KEY}{answer}")
    for language in pack.partial:
        yield from _in_part(pack, sms, language)


def _perhaps(pack: Pack, sms: Sms, language: str) -> Iterator[ReplyDraft]:
    """Yield the general reply with each topic's code and its words for people it may concern."""
    for keyword in pack.keywords if has(pack, PERHAPS) else ():
        key, code = f"sms:{keyword.topic}:perhaps", _codes(pack, keyword).get(language, "")
        if code and has(pack, key) and (need := say(pack, sms, language, key, {})):
            text = say(pack, sms, language, PERHAPS, {"need": need, "code": code})
            of = f"line:general:{language}+{keyword.topic}"
            yield ReplyDraft(of, PERHAPS, text, MAX_SEGMENTS)


def _by_name(pack: Pack, sms: Sms, language: str) -> Iterator[ReplyDraft]:
    """Yield replies that people ask for by name or number: partners, laws and hotlines."""
    named = [("partner", partner.id) for partner in pack.live_partners]
    named += [("law", law.id) for law in pack.laws]
    for kind, entry in named:
        key = f"{kind}:{entry}:sms"
        if has(pack, key):
            text = say(pack, sms, language, key, {})
            yield ReplyDraft(f"{kind}:{entry}:{language}", key, text, MAX_SEGMENTS)
    for resource in pack.resources if has(pack, HOTLINE) else ():
        if resource.asked_by_name:
            text = _hotline(pack, sms, resource, language)
            yield ReplyDraft(f"hotline:{resource.id}:{language}", HOTLINE, text, MAX_SEGMENTS)


def _hotline(pack: Pack, sms: Sms, resource: Resource, language: str) -> str:
    """Return a hotline's name and card text, plus any missing number or address that fits."""
    owner = f"resource:{resource.id}"
    name, about = (
        placeholders.fill(pack.say(language, f"{owner}:{part}"), pack, owner=owner)
        for part in ("name", "blurb")
    )
    ways = _ways(resource, language)
    needed = [] if any(way in about for way in ways) else [f"{ways[0]}."]
    address = [] if ways[-1] in about else [f"{ways[-1]}."]
    for parts in (
        dict.fromkeys((f"{name}: {about}", *needed, *address)),
        (f"{name}: {about}", *needed),
        (about, *needed),
        (f"{name}:", f"{ways[0]}."),
    ):
        text = say(pack, sms, language, HOTLINE, {"hotline": " ".join(parts)})
        if ready(text, budget=MAX_SEGMENTS).segments <= MAX_SEGMENTS:
            break
    return text


def _ways(resource: Resource, language: str) -> list[str]:
    """Return a hotline's numbers, then its chat in this language or, without a chat, its page."""
    numbers = [phone_numbers.display(way.number) for way in resource.channels if way.number]
    chats = [
        way.url for way in resource.channels if way.kind == "chat" and language in way.languages
    ]
    pages = [way.url for way in resource.channels if way.kind in {"chat", "web"}]
    return [*numbers, *(placeholders.bare(url) for url in (chats or pages)[:1])]


def _in_part(pack: Pack, sms: Sms, language: str) -> Iterator[ReplyDraft]:
    """Yield the general and crisis replies of a partial language that has a general reply."""
    texts = pack.texts.get(language, {})
    if GENERAL_IN_PART not in texts:
        return
    budget = line_budget(pack, FURTHER, language)
    text = say(pack, sms, language, GENERAL_IN_PART, {})
    yield ReplyDraft(f"line:general:{language}", GENERAL_IN_PART, text, budget)
    if short := _SHORT.search(text):
        yield ReplyDraft(f"line:limited:{language}", GENERAL_IN_PART, short[0].strip(), 1)
    for keyword in pack.keywords:
        key = f"sms:{keyword.topic}:{FURTHER}"
        if key in texts:
            codes = {f"code.{other}": code for other, code in _codes(pack, keyword).items()}
            budget = keyword.budget(FURTHER, language)
            text = say(pack, sms, language, key, codes)
            yield ReplyDraft(f"t:{keyword.topic}:{language}:first", key, text, budget)
    for answer in answers.IN_PART:
        key = f"{answers.KEY}{answer}{answers.FURTHER}"
        if key in texts:
            yield from _answer(pack, sms, answer, language, key)


def _answer(pack: Pack, sms: Sms, answer: str, language: str, key: str) -> Iterator[ReplyDraft]:
    """Yield the answer to a follow-up question if the pack has one."""
    if has(pack, key):
        text = say(pack, sms, language, key, {})
        yield ReplyDraft(
            f"a:{answer}:{language}", key, text, answers.budget(pack, answer, language)
        )


def _codes(pack: Pack, keyword: Keyword) -> Mapping[str, str]:
    return next((topic.text_codes for topic in pack.topics if topic.id == keyword.topic), {})


def with_other(
    pack: Pack, sms: Sms, text: str, asks: Mapping[str, str], *, language: str, budget: int
) -> str:
    """Add the other complete language's ``asks`` (a code or word) if that adds no segment."""
    other = next((asks[tag] for tag in pack.complete if tag != language and tag in asks), "")
    if not other or not has(pack, OTHER):
        return text
    longer = f"{text.removesuffix('.')}. {say(pack, sms, language, OTHER, {'code': other})}"
    plain, offered = ready(text, budget=budget), ready(longer, budget=budget)
    return (
        longer if (offered.encoding, offered.segments) == (plain.encoding, plain.segments) else text
    )


def line_budget(pack: Pack, name: str, language: str) -> int:
    """Return the number of segments that one of the text line's own replies may take."""
    return pack.line_segments.get(name, {}).get(language, MAX_SEGMENTS)


def say(pack: Pack, sms: Sms, language: str, key: str, extra: Mapping[str, str]) -> str:
    """Return the text for ``key`` with all placeholders filled, including the line's own."""
    contact = sms.contact or (pack.say(language, OFFICE).text if has(pack, OFFICE) else "")
    own = {"program": sms.program_name, "contact": contact, **extra}
    return placeholders.fill(pack.say(language, key), pack, owner=key, extra=own)


def place(pack: Pack, sms: Sms, *, counties: Sequence[County], language: str) -> Reply | None:
    """Return as many of the counties' hotlines as fit; None if no hotline fits or may be shown."""
    known = [(county.name, number) for county in counties if (number := usual_number(county))]
    budget = line_budget(pack, "place", language)
    while known and has(pack, PLACE):
        lines = {
            "county": " / ".join(name for name, _ in known),
            "county_number": " / ".join(phone_numbers.display(number) for _, number in known),
        }
        reply = ready(say(pack, sms, language, PLACE, lines), budget=budget)
        if reply.segments <= budget:
            return reply
        known.pop()
    return None


def with_second(
    pack: Pack, sms: Sms, first: Reply, *, topic: str, code: str, language: str
) -> Reply:
    """Add the pack's words for a second need to the first reply if both fit in two segments."""
    key = f"sms:{topic}:second"
    need = say(pack, sms, language, key, {}) if has(pack, key) and has(pack, ALSO) else ""
    if not need:
        return first
    more = say(pack, sms, language, ALSO, {"need": need, "code": code})
    offer = say(pack, sms, language, OTHER, {"code": ""}) if has(pack, OTHER) else ""
    without_offer = first.text.rpartition(f". {offer}")[0] if offer else ""
    for text in (first.text, without_offer):
        reply = ready(f"{text.removesuffix('.')}. {more}", budget=MAX_SEGMENTS)
        if text and reply.segments <= MAX_SEGMENTS:
            return reply
    return first


def unsure_of_two(pack: Pack, sms: Sms, *, first: str, second: str, language: str) -> Reply | None:
    """Return the general reply plus two topics' words for people whom they may concern.

    Returns None if that takes over two segments, or if the second topic adds no words or number.
    """
    keys = f"sms:{first}:perhaps", f"sms:{second}:second"
    if not all(has(pack, key) for key in (*keys, PERHAPS_TWO)):
        return None
    need, clause = (say(pack, sms, language, key, {}) for key in keys)
    code = next((topic.text_code(language) for topic in pack.topics if topic.id == first), "")
    filled = {"need": need, "clause": f"{clause[:1].upper()}{clause[1:]}", "code": code}
    reply = ready(say(pack, sms, language, PERHAPS_TWO, filled), budget=MAX_SEGMENTS)
    others = say(pack, sms, language, PERHAPS_TWO, {**filled, "clause": ""})
    is_new = set(_NUMBERS.findall(clause)) - set(_NUMBERS.findall(others))
    return reply if need and code and is_new and reply.segments <= MAX_SEGMENTS else None


def has(pack: Pack, key: str) -> bool:
    return key in pack.texts.get(pack.default, {})
