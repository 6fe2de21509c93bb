"""Removes withdrawn hotlines from a pack: their cards, topics, sentences and text messages.

It only removes content; a student who would be left without a number gets the crisis lines instead.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from typing import TypeVar

from content.model import placeholders
from content.model.attestation import Status
from content.model.pack import CLAUSES, Keyword, Pack, Resource, Topic

T = TypeVar("T")
Value = TypeVar("Value", bound=str)

_CHANNELS = frozenset({"voice", "sms", "tty", "videophone", "word", "web", "chat"})
_CALLED = frozenset({"voice", "sms"})
_ENDS = re.compile(r"((?<=[.!?।؟])\s+|(?<=[。！？]))")
_SERIES = re.compile(r"((?:topic:[^:]+:p)|(?:staff:[^:]+:b)|(?:resource:[^:]+:happens))\.(\d+)")
COUNTY = "county:"  # prefix for the code of a county whose numbers are hidden
PARTNER = "partner:"  # prefix for a partner's id in lists that name resources and partners together
_LINE, _FURTHER = "sms:line:general", "sms:line:further"
# this text has no word to translate, and the rules keep both lines live
_LAST = "{911.voice}, {988.voice}."
_FIRST_FALLBACK = "988"


def of_status(pack: Pack, status: Status) -> frozenset[str]:
    """Return the ids of the lines and partners that have this status in the pack."""
    partners = (f"{PARTNER}{one.id}" for one in pack.partners if one.status == status)
    lines = (one.id for one in pack.resources if one.status == status)
    return frozenset((*lines, *partners))


def marked(pack: Pack, ids: Set[str], *, reviewing: Set[str] = frozenset()) -> Pack:
    """Return the pack with these lines and partners withdrawn, and nothing else changed."""
    resources = tuple(_status(resource, ids, reviewing) for resource in pack.resources)
    partners = tuple(
        replace(p, status="withdrawn") if f"{PARTNER}{p.id}" in ids and p.status == "live" else p
        for p in pack.partners
    )
    same = resources == pack.resources and partners == pack.partners
    return pack if same else replace(pack, resources=resources, partners=partners)


def without_counties(pack: Pack, ids: Set[str]) -> Pack:
    """Return the pack without these counties' numbers; the same object if none is named."""
    if not any(name.startswith(COUNTY) for name in ids):
        return pack
    counties = tuple(
        replace(one, numbers=()) if f"{COUNTY}{one.fips}" in ids else one for one in pack.counties
    )
    return replace(pack, counties=counties)


def hidden(pack: Pack, ids: Set[str], *, reviewing: Set[str] = frozenset()) -> Pack:
    """Return the pack as it may be shown; the same object if nothing is hidden.

    A line in ``reviewing`` keeps its card without a number; it says that staff are checking it.
    """
    pack = marked(pack, ids, reviewing=reviewing)
    gone = frozenset(resource.id for resource in pack.resources if resource.status != "live")
    if not gone:
        return pack
    talk = frozenset(
        r.id for r in pack.resources if r.status == "live" and r.answers == "counselling"
    )
    texts = {
        tag: _texts(one, pack.texts[pack.default], gone, talk) for tag, one in pack.texts.items()
    }
    dropped = _dropped(texts[pack.default])
    fallback = _fallback(pack.resources)
    return replace(
        pack,
        topics=tuple(_topic(topic, pack.resources, fallback, dropped) for topic in pack.topics),
        partners=tuple(
            replace(p, resource=fallback) if p.resource in gone else p for p in pack.partners
        ),
        staff=tuple(
            replace(section, blocks=_left(section.blocks, dropped.get(f"staff:{section.id}:b", ())))
            for section in pack.staff
        ),
        keywords=tuple(_keyword(one, pack.line_segments) for one in pack.keywords),
        texts={tag: dict(_renumbered(one, dropped)) for tag, one in texts.items()},
        unread_by=dict(_renumbered(pack.unread_by, dropped)),
    )


def _status(resource: Resource, ids: Set[str], reviewing: Set[str]) -> Resource:
    if resource.id not in ids or resource.status != "live":
        return resource
    return replace(resource, status="reviewing" if resource.id in reviewing else "withdrawn")


def _fallback(resources: Iterable[Resource]) -> str:
    live = [
        r.id for r in resources if r.pinned and r.status == "live" and r.answers == "counselling"
    ]
    return _FIRST_FALLBACK if _FIRST_FALLBACK in live or not live else live[0]


def _topic(
    topic: Topic, resources: Iterable[Resource], fallback: str, dropped: Mapping[str, Set[int]]
) -> Topic:
    """Return the topic; a crisis line replaces a hidden one if no line to talk to is left."""
    live = {r.id: r for r in resources if r.status == "live"}
    talk = [
        name for name in topic.resources if name in live and live[name].answers == "counselling"
    ]
    known = {r.id for r in resources}
    hidden_at = (n for n, name in enumerate(topic.resources) if name in known - live.keys())
    lost = next(hidden_at, -1)
    lines = topic.resources
    if lost >= 0 and not any(live[name].urgency == "crisis" for name in talk):
        lines = (*lines[:lost], fallback, *(name for name in lines[lost:] if name != fallback))
    gone = dropped.get(f"topic:{topic.id}:p", frozenset())
    return replace(topic, resources=lines, paragraphs=topic.paragraphs - len(gone))


def _keyword(keyword: Keyword, line: Mapping[str, Mapping[str, int]]) -> Keyword:
    """Return the keyword with room for the general answer, which may replace a topic's reply."""
    general = line.get("general", {})
    room = {name: max(own, general.get(name, own)) for name, own in keyword.max_segments.items()}
    return replace(keyword, max_segments=room)


def _texts(
    texts: Mapping[str, str], default: Mapping[str, str], gone: Set[str], talk: Set[str]
) -> dict[str, str]:
    """Return one language's texts without sentences that say how to reach a removed line."""
    made = {}
    for key, text in texts.items():
        left = _without(text, key, gone)
        if left == text:
            made[key] = text
        elif _is_clause(key):
            made[key] = left
        elif key.startswith("sms:") or key.endswith(":sms"):
            made[key] = left if _talks(left, talk) else _general(key, texts, default, gone, talk)
        elif left or _SERIES.fullmatch(key):
            made[key] = left
        else:
            made[key] = placeholders.without(text).strip()
    return made


def _is_clause(key: str) -> bool:
    """Whether the text is part of another reply, so that it must never become a whole reply."""
    kind, _, rest = key.partition(":")
    entry, _, part = rest.partition(":")
    return kind == "sms" and entry != "line" and part in CLAUSES


def _without(text: str, key: str, gone: Set[str]) -> str:
    if not any(_leads(name, key, gone) for name in placeholders.names(text)):
        return text
    parts = _ENDS.split(text)
    kept = [
        f"{sentence}{end}"
        for sentence, end in zip(parts[::2], [*parts[1::2], ""], strict=True)
        if not any(_leads(name, key, gone) for name in placeholders.names(sentence))
    ]
    return "".join(kept).strip()


def _leads(name: str, key: str, gone: Set[str]) -> bool:
    """Whether a placeholder, in the text with that key, is a way to reach a removed line."""
    entry, dot, kind = name.rpartition(".")
    if not dot:
        owner = key.split(":")
        entry = owner[1] if owner[0] == "resource" else ""
    return kind in _CHANNELS and entry in gone


def _talks(text: str, talk: Set[str]) -> bool:
    """Whether a text message still gives the number of someone to talk to."""
    named = (name.rpartition(".") for name in placeholders.names(text))
    return any(kind in _CALLED and entry in talk for entry, _, kind in named)


def _general(
    key: str, texts: Mapping[str, str], default: Mapping[str, str], gone: Set[str], talk: Set[str]
) -> str:
    """Return the general answer, which names the crisis lines, if the reply lost its number."""
    general = _FURTHER if key.endswith(":further") else _LINE
    left = _without(texts.get(general) or default.get(general, ""), general, gone)
    return left if _talks(left, talk) else f"{left} {_LAST}".strip()


def _dropped(texts: Mapping[str, str]) -> dict[str, frozenset[int]]:
    """Return the numbers of empty parts in the default language's texts, by series."""
    found: dict[str, set[int]] = {}
    for key, text in texts.items():
        if not text and (place := _SERIES.fullmatch(key)):
            found.setdefault(place[1], set()).add(int(place[2]))
    return {series: frozenset(numbers) for series, numbers in found.items()}


def _renumbered(
    texts: Mapping[str, Value], dropped: Mapping[str, Set[int]]
) -> Iterator[tuple[str, Value]]:
    for key, text in texts.items():
        place = _SERIES.fullmatch(key)
        gone = dropped.get(place[1], frozenset()) if place else frozenset()
        if place is None or (not gone and text):
            yield key, text
        elif text and int(place[2]) not in gone:
            number = int(place[2])
            yield f"{place[1]}.{number - sum(one < number for one in gone)}", text


def _left(blocks: tuple[T, ...], gone: Iterable[int]) -> tuple[T, ...]:
    return tuple(block for number, block in enumerate(blocks, 1) if number not in set(gone))
