"""An import's drafts and questions, as values, as TOML and as NEEDS.md.

An unknown value is never guessed: it is written as "?", which ``check`` refuses.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from content.model.attestation import Source
from content.model.confidential import is_confidential
from content.model.pack import Channel
from messages.message import Finding, Message, message
from system import toml_edit

NEEDS = "NEEDS.md"
_MOST_FOUND = 160  # maximum characters kept from a value in the feed
_MOST = {"field": _MOST_FOUND, "found": _MOST_FOUND, "ask": 400}  # a question may quote a value
_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_BLANKS = """\
answers = "?"      # emergency | counselling | report | information | removal
urgency = "?"      # crisis | today | info
passes_on = "?"    # may-act | not-stated | police | emergency | information
confidence = "?"   # high | medium | low
review_every_days = 90"""
_AREA = """\
[area]
# us = true, or states = ["CA"], or counties = ["06001"]"""


def need(at: str, field: str, found: str, ask: Message | str, *, note: bool = False) -> Finding:
    """Return a task for a person: the row's name in its file, the field, its value and what to do.

    A ``note`` requires no action; it explains an omission.
    """
    code = "draft.found" if found else "draft.missing"
    said = {"field": field, "found": found, "ask": str(ask)}
    lines = {name: one_line(text, most=_MOST[name]) for name, text in said.items()}
    return Finding("note" if note else "wrong", message(code, **lines), file=one_line(at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A resource with all the facts in the feed. ``origin``: the publisher's service id."""

    id: str
    at: str
    origin: str
    organization: str
    channels: tuple[Channel, ...]
    texts: Mapping[str, str]
    source: Source
    needs: tuple[Finding, ...]
    minimum_age: int | None = None
    maximum_age: int | None = None


def one_line(found: str, *, most: int = _MOST_FOUND) -> str:
    """Return text from outside as one line of limited length."""
    line = _CONTROL.sub(" ", found).replace("`", "'").strip()
    return line if len(line) <= most else f"{line[:most]}…"


def toml(draft: Draft) -> str:
    """Return ``resources/<id>.toml``: known values, "?" for unknown values, needs as comments."""
    asked = [values_of(one) for one in draft.needs if one.kind != "note"]
    lines = [
        f"# Draft of the feed's service {one_line(draft.origin)}. {len(asked)} things to settle;"
        f" {NEEDS} names the rows."
    ]
    lines += [f"# {number}. {one['field']}: {one['ask']}" for number, one in enumerate(asked, 1)]
    lines += [f"id = {_quoted(draft.id)}", 'code = "?"']
    lines += [
        f"organization = {_quoted(draft.organization)}",
        'status = "draft"',
        *_confidential(draft),
        *_BLANKS.split("\n"),
    ]
    ages = (("minimum_age", draft.minimum_age), ("maximum_age", draft.maximum_age))
    lines += [f"{name} = {age}" for name, age in ages if age is not None]
    lines += ["", *_AREA.split("\n")]
    for channel in draft.channels:
        lines += ["", *_channel(channel)]
    lines += [
        "",
        "[[sources]]",
        f"kind = {_quoted(draft.source.kind)}",
        f"url = {_quoted(draft.source.url)}",
    ]
    lines += [f"date = {_quoted(draft.source.date)}", "", "[text]"]
    lines += [f"{name} = {_quoted(text)}" for name, text in draft.texts.items()]
    lines += [
        "# You must write happens = [] and private yourself: no feed says what a line may pass on."
    ]
    return "\n".join(lines) + "\n"


def _confidential(draft: Draft) -> Iterable[str]:
    described = f"{draft.organization}. {draft.texts.get('blurb', '')}"
    if is_confidential(None, [draft.texts.get("name", "")], described):
        yield "confidential = true    # this looks like a shelter or a home"


def needs_file(drafts: Sequence[Draft], others: Sequence[Finding], *, origin: str) -> str:
    """Return NEEDS.md: first the items that do not belong to a draft, then each draft's items."""
    lines = [f"# What a person must settle: {one_line(origin)}", "", *summary(drafts, others), ""]
    if others:
        lines += ["## Not in any draft", "", *map(_line, others), ""]
    for draft in drafts:
        lines += [
            f"## {draft.id}.toml: {one_line(draft.texts.get('name', ''))} ({one_line(draft.at)})",
            "",
        ]
        lines += [*map(_line, draft.needs), ""]
    return "\n".join(lines)


def summary(drafts: Sequence[Draft], others: Sequence[Finding]) -> list[str]:
    """Return a few sentences with the number of drafts and the number of needs for each field."""
    every = [*others, *(one for draft in drafts for one in draft.needs)]
    asked = [one for one in every if one.kind != "note"]
    fields = Counter(_field_name(values_of(one)["field"]) for one in asked)
    counted = ", ".join(
        f"{field} {count}"
        for field, count in sorted(fields.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    lines = [f"{len(drafts)} drafts. A person must finish each one before it can be published."]
    lines.append(f"{len(asked)} things to settle{f': {counted}' if counted else ''}.")
    lines.append(f"{len(every) - len(asked)} notes about values that were left out.")
    return lines


def _field_name(path: str) -> str:
    """Return the last name in a field's path: "phones/0/number" → "number"."""
    return next((part for part in reversed(path.split("/")) if not part.isdigit()), path)


def values_of(one: Finding) -> Mapping[str, str]:
    return {name: str(value) for name, value in one.message.args.items()}


def _line(one: Finding) -> str:
    return f"- [{'note' if one.kind == 'note' else ' '}] {one.file}, {one.message}"


def _channel(channel: Channel) -> Iterable[str]:
    yield "[[channels]]"
    yield f"kind = {_quoted(channel.kind)}"
    yield (
        f"number = {_quoted(channel.number)}" if channel.number else f"url = {_quoted(channel.url)}"
    )
    if channel.open:
        yield 'hours = "listed"'
        yield "open = ["
        for span in channel.open:
            times = {"days": span.days, "opens_at": span.opens_at, "closes_at": span.closes_at}
            yield f"  {toml_edit.toml(times)},"
        yield "]"
    if channel.languages:
        yield f"languages = {toml_edit.toml(channel.languages)}"


def _quoted(text: str) -> str:
    """Return the text as a TOML string without control characters."""
    return toml_edit.toml(_CONTROL.sub(" ", text))
