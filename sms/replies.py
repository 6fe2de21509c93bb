"""Every reply the line can give, written out once: its text, its TwiML and what it costs.

Owns filling in the pack's texts, fitting them to their segments, and the XML around them. A reply has a code that maps
back to it ("t:danger:es:first", "line:general:en", "place:06067:en"), which is all the ledger keeps. Refuses to choose.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from content import numbers, placeholders, segments
from content.model import County, Pack
from settings import Sms

MAX_SEGMENTS = 2  # of a reply for which the pack sets no budget of its own
PLACE = "sms:line:place"
OFFICE = "sms:line:office"  # no reply: whom HELP names while the settings name nobody
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?><Response>'


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished reply. ``segments`` is what it costs to send, 0 for silence; ``encoding`` is GSM-7, UCS-2 or ""."""

    text: str
    twiml: bytes
    segments: int
    encoding: str


SILENCE = Reply("", b'<?xml version="1.0" encoding="UTF-8"?><Response/>', 0, "")


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply before it is fitted: where its words come from and how many segments it may take."""

    code: str
    key: str
    text: str
    budget: int


def twiml(text: str) -> bytes:
    """One message as the carrier's XML, without the characters XML 1.0 forbids."""
    return f"{_HEAD}<Message>{escape(_ILLEGAL.sub('', text))}</Message></Response>".encode()


def ready(text: str, *, budget: int) -> Reply:
    """The reply as written if it fits its budget; without accents if that makes too long a reply cheaper."""
    measured = segments.measure(text)
    if measured.count > budget:
        folded = segments.fold(text)
        cheaper = segments.measure(folded)
        if cheaper.count < measured.count:
            text, measured = folded, cheaper
    return Reply(text, twiml(text), measured.count, measured.encoding)


def drafts(pack: Pack, sms: Sms) -> Iterator[Draft]:
    """Every reply of the pack in every language, places excepted. KeyError for a placeholder that nothing fills."""
    for language in pack.languages:
        for keyword in pack.keywords:
            code = next((t.codes.get(language, "") for t in pack.topics if t.id == keyword.topic), "")
            budget = keyword.max_segments.get(language, MAX_SEGMENTS)
            for part in ("first", "more"):
                key = f"sms:{keyword.topic}:{part}"
                if _has(pack, key):
                    text = say(pack, sms, language, key, {"code": code})
                    yield Draft(f"t:{keyword.topic}:{language}:{part}", key, text, budget)
        for key in sorted(key for key in pack.texts[pack.default] if key.startswith("sms:line:")):
            if key not in {PLACE, OFFICE}:
                name = key.rpartition(":")[2]
                budget = line_budget(pack, name, language)
                yield Draft(f"line:{name}:{language}", key, say(pack, sms, language, key, {}), budget)
        for partner in pack.partners:
            key = f"partner:{partner.id}:sms"
            if _has(pack, key):
                yield Draft(f"partner:{partner.id}:{language}", key, say(pack, sms, language, key, {}), MAX_SEGMENTS)


def line_budget(pack: Pack, name: str, language: str) -> int:
    """The segments that one of the line's own replies may take."""
    return pack.line_segments.get(name, {}).get(language, MAX_SEGMENTS)


def say(pack: Pack, sms: Sms, language: str, key: str, extra: Mapping[str, str]) -> str:
    """The text under ``key`` with its placeholders filled, the line's own among them."""
    contact = sms.contact or (pack.say(language, OFFICE).text if _has(pack, OFFICE) else "")
    own = {"program": sms.program_name, "contact": contact, **extra}
    return placeholders.fill(pack.say(language, key), pack, owner=key, extra=own)


def place(pack: Pack, sms: Sms, *, counties: Sequence[County], language: str) -> Reply | None:
    """The reply that names these counties' lines, or as many of them as fit; None if none may be printed or fits."""
    known = [(county.name, number) for county in counties if (number := daily_number(county))]
    budget = line_budget(pack, "place", language)
    while known and _has(pack, PLACE):
        lines = {
            "county": " / ".join(name for name, _ in known),
            "county_number": " / ".join(numbers.display(number) for _, number in known),
        }
        reply = ready(say(pack, sms, language, PLACE, lines), budget=budget)
        if reply.segments <= budget:
            return reply
        known.pop()
    return None


def daily_number(county: County) -> str:
    """The number of a county's line for any hour, else the one for office hours; "" if neither may be printed."""
    when = {number.when: number.number for number in reversed(county.numbers)}
    return when.get("any", "") or when.get("office-hours", "")


def _has(pack: Pack, key: str) -> bool:
    return key in pack.texts.get(pack.default, {})
