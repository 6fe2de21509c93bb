"""Finds every difference between two packs, and its row in the approval table.

Anything that no rule here names falls under "detail": a field added to the model never passes
unreviewed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import fields
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from content.model import placeholders
from content.model.county_hotline import COUNTY
from content.model.pack import Group, Pack, Topic
from content.review import number_changes
from content.review.number_changes import Change
from content.review.resource_diff import different, is_crisis

MANY_GONE = 0.2  # the largest share of live resources that may disappear, from the guide
MANY_WORDS = 0.2  # the largest share of a topic's words in one language
_WORDING = frozenset(
    {"icon", "tint", "sources", "paragraphs", "blocks", "order", "max_segments", "line_segments"}
    | {"search"}  # the words for the screen's search
)
_NUMBERS = frozenset({"voice", "sms", "tty", "videophone", "word"})
_PACK_HANDLED = {
    *("version", "name", "scope", "default", "languages", "texts", "short_codes", "line_words"),
    "model",
    *("resources", "topics", "groups", "partners", "counties", "laws", "staff", "keywords"),
}


class PackDifference(NamedTuple):
    """One difference: its row of the table, the entry, the place in it, before and after."""

    row: str
    subject: str
    key: str = ""
    old: str = ""
    new: str = ""
    change: Change | None = None


def between(
    old: Pack,
    new: Pack,
    known: Set[str] = frozenset(),
    remembered: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Iterator[PackDifference]:
    """Yield all differences, unsorted. ``known``: ids that were live when a person last looked.
    ``remembered``: see ``number_changes.between``."""
    yield from _pack(old, new)
    yield from _numbers(old, new, remembered)
    yield from (PackDifference(*row) for row in different(old, new))
    yield from _gone(old, new, known)
    yield from _codes(old, new)
    yield from _listed(old, new)
    yield from _others(old, new)
    yield from _words(old, new)
    yield from _texts(old, new)


def _pack(old: Pack, new: Pack) -> Iterator[PackDifference]:
    for key in ("name", "scope", "default"):
        if getattr(old, key) != getattr(new, key):
            yield PackDifference("pack", "pack", key, getattr(old, key), getattr(new, key))
    for tag in set(old.languages) - set(new.languages):
        yield PackDifference("language-gone", "pack", "languages", tag)
    for tag in set(old.complete) & set(new.partial):
        yield PackDifference("language-gone", "pack", "partial", tag, f"{tag} in part")
    for tag in set(new.languages) - set(old.languages):
        yield PackDifference("wording", "pack", "languages", "", tag)
    known = {(code.number, kind): code.owner for code in old.short_codes for kind in code.kinds}
    for code in new.short_codes:
        for kind in code.kinds:
            if known.get((code.number, kind)) != code.owner:
                before = known.get((code.number, kind), "")
                yield PackDifference(
                    "short-code", "pack", f"{code.number} {kind}", before, code.owner
                )
    if old.model != new.model:
        yield PackDifference("learnt" if new.model else "words-lost", "pack", "model")
    yield from _fields("pack", old, new, _PACK_HANDLED)


def _numbers(
    old: Pack, new: Pack, remembered: Mapping[str, Mapping[str, str]]
) -> Iterator[PackDifference]:
    """Yield numbers, words to send and hosts, each with the change that a note must name."""
    crisis = {r.id for pack in (old, new) for r in pack.resources if is_crisis(r)}
    pinned = {r.id for pack in (old, new) for r in pack.resources if r.pinned}
    withdrawn = {r.id for r in new.resources if r.status == "withdrawn"} - pinned
    withdrawn |= {f"partner:{p.id}" for p in new.partners if p.status == "withdrawn"}
    for change in number_changes.between(old, new, remembered):
        moved = change.resource == number_changes.NAMES or change.resource.startswith(
            number_changes.WORDS
        )
        row = "word-moved" if moved else "number-crisis" if change.resource in crisis else "number"
        row = "number-withdrawn" if change.resource in withdrawn else row
        yield PackDifference(row, change.resource, change.key, change.old, change.new, change)


def _gone(old: Pack, new: Pack, known: Set[str]) -> Iterator[PackDifference]:
    """Also compare with what a person last saw; otherwise, hotlines could disappear one by one."""
    after = {r.id for r in new.resources if r.status == "live"}
    for before in (frozenset(r.id for r in old.resources if r.status == "live"), frozenset(known)):
        if len(before - after) > MANY_GONE * len(before):
            yield PackDifference(
                "many-gone", "pack", "resources", str(len(before)), str(len(before & after))
            )
            return


def _codes(old: Pack, new: Pack) -> Iterator[PackDifference]:
    """Yield changed codes: posters and sent texts use the old ones."""
    before, after = _owners(old), _owners(new)
    for code in before.keys() & after.keys():
        if before[code] != after[code]:
            yield PackDifference("code-moved", "pack", f"code {code}", before[code], after[code])
    for code in before.keys() ^ after.keys():
        yield PackDifference(
            "wording", "pack", f"code {code}", before.get(code, ""), after.get(code, "")
        )


def _owners(pack: Pack) -> dict[str, str]:
    found = {code: f"topic:{topic.id}" for topic in pack.topics for code in topic.codes.values()}
    found |= {group.code: f"group:{group.id}" for group in pack.groups}
    found |= {partner.code: f"partner:{partner.id}" for partner in pack.partners}
    return found | {resource.code: resource.id for resource in pack.resources}


def _listed(old: Pack, new: Pack) -> Iterator[PackDifference]:
    """Yield changed topics and tiles that may no longer lead to their lines, crisis lines first."""
    crisis = {COUNTY} | {
        r.id for pack in (old, new) for r in pack.resources if is_crisis(r) and r.status == "live"
    }
    for kind, before, after in (
        ("topic", _by(old.topics, "id"), _by(new.topics, "id")),
        ("group", _by(old.groups, "id"), _by(new.groups, "id")),
    ):
        for name in before.keys() - after.keys():
            yield PackDifference("topic-gone", f"{kind}:{name}")
        for name in after.keys() - before.keys():
            yield PackDifference("detail", f"{kind}:{name}", "", "", name)
        for name in before.keys() & after.keys():
            yield from _lines(f"{kind}:{name}", before[name], after[name], crisis)
            yield from _fields(
                f"{kind}:{name}", before[name], after[name], {"id", "code", "codes", "resources"}
            )


def _lines(
    subject: str, old: Topic | Group, new: Topic | Group, crisis: set[str]
) -> Iterator[PackDifference]:
    before, after = old.resources, new.resources
    lost = [name for name in before if name in crisis and name not in after]
    demoted = bool(before and after) and before[0] in crisis and after[0] not in crisis
    if lost or demoted:
        yield PackDifference("line-lost", subject, "resources", ", ".join(before), ", ".join(after))
    elif set(after) - set(before):
        yield PackDifference("detail", subject, "resources", ", ".join(before), ", ".join(after))
    elif before != after:
        yield PackDifference("wording", subject, "resources", ", ".join(before), ", ".join(after))


def _others(old: Pack, new: Pack) -> Iterator[PackDifference]:
    own: tuple[tuple[str, str, str, set[str], dict[str, str]], ...] = (
        ("partner", "partners", "id", {"code", "web", "staff_number", "names", "status"}, _PARTNER),
        (
            "county",
            "counties",
            "fips",
            {"numbers"},
            {"name": "organization", "always_open": "hours-widened"},
        ),
        ("law", "laws", "id", set(), {}),
        ("staff", "staff", "id", set(), {}),
    )
    for kind, many, key, handled, rows in own:
        before, after = _by(getattr(old, many), key), _by(getattr(new, many), key)
        for name in before.keys() - after.keys():
            yield PackDifference(
                "area-shrunk" if kind == "county" else "detail", f"{kind}:{name}", "", name, ""
            )
        for name in after.keys() - before.keys():
            yield PackDifference("detail", f"{kind}:{name}", "", "", name)
        for name in before.keys() & after.keys():
            yield from _fields(f"{kind}:{name}", before[name], after[name], {key, *handled}, rows)
            if kind == "partner" and before[name].status != after[name].status:
                row = "withdrawn" if after[name].status == "withdrawn" else "detail"
                yield PackDifference(
                    row, f"{kind}:{name}", "status", before[name].status, after[name].status
                )
    for partner in new.partners:
        known = next((one.names for one in old.partners if one.id == partner.id), partner.names)
        if set(known) != set(partner.names):
            yield PackDifference(
                "detail",
                f"partner:{partner.id}",
                "names",
                ", ".join(known),
                ", ".join(partner.names),
            )


_PARTNER = {"organization": "organization", "resource": "line-moved"}


def _words(old: Pack, new: Pack) -> Iterator[PackDifference]:
    """Yield changes in what the text line understands, and in what it treats as urgent."""
    before, after = _by(old.keywords, "topic"), _by(new.keywords, "topic")
    for topic in before.keys() - after.keys():
        yield PackDifference("topic-gone", f"sms:{topic}")
    for topic in after.keys() - before.keys():
        yield PackDifference("detail", f"sms:{topic}", "", "", topic)
    for topic in before.keys() & after.keys():
        subject = f"sms:{topic}"
        if before[topic].priority != after[topic].priority:
            yield PackDifference(
                "priority",
                subject,
                "priority",
                str(before[topic].priority),
                str(after[topic].priority),
            )
        yield from _vocabulary(subject, before[topic].words, after[topic].words)
        for name, case in before[topic].case.items():
            left = after[topic].case.get(name)
            yield from _vocabulary(f"{subject}:{name}", case.words, left.words if left else {})
            yield from _vocabulary(f"{subject}:{name}", case.friend, left.friend if left else {})
        yield from _fields(subject, before[topic], after[topic], {"topic", "priority", "words"})
    yield from _vocabulary("sms:line", old.line_words, new.line_words)


def _vocabulary(
    subject: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[PackDifference]:
    for language in sorted(old.keys() | new.keys()):
        before = number_changes.spoken(old[language]) if language in old else frozenset()
        after = number_changes.spoken(new[language]) if language in new else frozenset()
        lost = before - after
        if len(lost) > MANY_WORDS * len(before):
            yield PackDifference(
                "words-lost", subject, language, str(len(before)), str(len(before & after))
            )
        elif before != after or old.get(language) != new.get(language):
            yield PackDifference(
                "detail", subject, f"words {language}", f"-{len(lost)}", f"+{len(after - before)}"
            )


def _texts(old: Pack, new: Pack) -> Iterator[PackDifference]:
    """Yield changed texts, once per entry, and text line replies that lost or gained a number."""
    reworded: dict[str, set[str]] = {}
    kept = {_owner(key) for key in new.texts[new.default]}
    for language in set(old.languages) & set(new.languages):
        before, after = old.texts.get(language, {}), new.texts.get(language, {})
        for key in before.keys() | after.keys():
            one, other = before.get(key, ""), after.get(key, "")
            if one != other:
                reworded.setdefault(_owner(key), set()).add(language)
                if _owner(key) in kept and (key.startswith("sms:") or key.endswith(":sms")):
                    yield from _reply(key, language, one, other)
    for key, languages in reworded.items():
        yield PackDifference(
            "wording", key.removeprefix("resource:"), "text", "", ", ".join(sorted(languages))
        )


def _owner(key: str) -> str:
    return ":".join(key.split(":")[:2])


def _reply(key: str, language: str, old: str, new: str) -> Iterator[PackDifference]:
    before, after = _named(old), _named(new)
    if before - after:
        yield PackDifference("reply-number", key, language, old, new)
    elif after - before:
        yield PackDifference("detail", key, language, old, new)


def _named(text: str) -> frozenset[str]:
    return frozenset(
        name for name in placeholders.names(text) if name.rpartition(".")[2] in _NUMBERS
    )


def _fields(
    subject: str, old: object, new: object, handled: set[str], rows: Mapping[str, str] | None = None
) -> Iterator[PackDifference]:
    """Yield the fields of one entry that no other rule checks."""
    for field in sorted(fields(old), key=lambda field: field.name):  # type: ignore[arg-type]
        key, one, other = field.name, getattr(old, field.name), getattr(new, field.name)
        if key not in handled and one != other:
            row = (rows or {}).get(key) or ("wording" if key in _WORDING else "detail")
            yield PackDifference(
                row,
                subject,
                key,
                _plain(msgspec.to_builtins(one)),
                _plain(msgspec.to_builtins(other)),
            )


def _by(entries: Iterable[Any], key: str) -> dict[str, Any]:
    return {getattr(entry, key): entry for entry in entries}


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {value[key]}" for key in sorted(value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_plain(item) for item in value)
    return str(value)
