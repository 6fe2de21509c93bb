"""Who must approve what: each difference between served and new pack, judged by one table.

Source: the content guide, 5.2; the reasons are in docs/review.md. Only a pack's signatures and
their notes count, never what it says of itself.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Set
from types import MappingProxyType
from typing import Literal, NamedTuple

import msgspec

from content.model import phone_numbers
from content.model.pack import Pack
from content.review import pack_diff
from content.review.number_changes import NAMES, WORDS, reason
from content.review.pack_diff import PackDifference
from content.review.provenance import Provenance

Verdict = Literal["auto", "hold", "refused"]
_GRAVITY: dict[Verdict, int] = {"refused": 0, "hold": 1, "auto": 2}


class ReviewRow(NamedTuple):
    """The verdicts for a pack that two persons signed and that a single one did; and why.

    ``noted``: what two persons signed passes where a note of theirs gives a reason.
    """

    two: Verdict
    one: Verdict
    why: str
    noted: bool = False


# The rows of the guide and, after them, what a careless or hostile pack could do that they do not
# name.
TABLE: dict[str, ReviewRow] = {
    "wording": ReviewRow(
        "auto", "auto", "Words changed, or where a fact was read; no number and no line."
    ),
    "less": ReviewRow("auto", "auto", "{name} promises less than before: {key}."),
    "withdrawn": ReviewRow("auto", "auto", "{name} was withdrawn: it is hidden at once."),
    "warning": ReviewRow("auto", "auto", "{name} now warns of what it may pass on."),
    "new": ReviewRow("auto", "hold", "{name} is new."),
    "number": ReviewRow(
        "hold", "hold", "The {key} of {name} changed, and no note gives a reason.", noted=True
    ),
    "number-crisis": ReviewRow(
        "hold", "refused", "The {key} of {name} changed, and students in danger are sent there."
    ),
    "number-withdrawn": ReviewRow(
        "auto", "auto", "The {key} of {name} changed, which is withdrawn: nobody sees either."
    ),
    "gone-crisis": ReviewRow(
        "hold", "refused", "{name} is missing, and students in danger are sent there."
    ),
    "many-gone": ReviewRow(
        "hold", "hold", "More than one line in five is gone: {new} of {old} are left."
    ),
    "language-gone": ReviewRow("hold", "hold", "The language {old} is gone, or no longer whole."),
    "area-shrunk": ReviewRow("hold", "hold", "{name} serves a smaller area than before."),
    "word-moved": ReviewRow(
        "hold", "hold", 'A student who texts "{key}" would get another answer.', noted=True
    ),
    "withdrawn-crisis": ReviewRow(
        "auto", "hold", "{name}, a line for students in danger, was withdrawn."
    ),
    "withdrawn-pinned": ReviewRow(
        "hold", "refused", "{name} belongs to the fixed crisis lines and was withdrawn."
    ),
    "new-crisis": ReviewRow(
        "hold", "refused", "{name} is new, and students in danger would be sent there."
    ),
    "gone": ReviewRow("auto", "hold", "{name} is missing."),
    "hours-widened": ReviewRow(
        "auto", "hold", "{name} says that it answers at more hours than before."
    ),
    "hours-widened-crisis": ReviewRow(
        "hold", "hold", "{name} says that it answers at more hours than before: is that so?"
    ),
    "organization": ReviewRow("hold", "refused", "The entry of {old} now belongs to {new}."),
    "organization-crisis": ReviewRow(
        "hold", "refused", "The crisis line {old} is now called {new}."
    ),
    "rank": ReviewRow(
        "hold", "refused", "Whether {name} counts as a line for students in danger changed."
    ),
    "purpose": ReviewRow("hold", "hold", "What {name} is for, or what it may pass on, changed."),
    "site": ReviewRow(
        "hold",
        "hold",
        "The {key} of {name} leads to another page of a site where anybody can make pages.",
    ),
    "page": ReviewRow(
        "auto", "hold", "The {key} of {name} leads to another page of the same site."
    ),
    "code-moved": ReviewRow(
        "hold", "hold", "The {key}, which may stand on posters, would lead somewhere else."
    ),
    "line-lost": ReviewRow(
        "hold", "hold", "A crisis line is no longer offered, or no longer first, for {name}."
    ),
    "line-moved": ReviewRow(
        "hold", "hold", "Students who ask for {name} would be sent to another line."
    ),
    "topic-gone": ReviewRow(
        "hold", "hold", "{name} is missing: students find no page or no answer there."
    ),
    "words-lost": ReviewRow(
        "hold", "hold", "The text line would understand far fewer words: {name}."
    ),
    "learnt": ReviewRow("auto", "hold", "The text line learnt anew from its examples."),
    "priority": ReviewRow("hold", "hold", "How urgent the text line takes {name} to be changed."),
    "reply-number": ReviewRow(
        "hold", "hold", "A text message that gave a number no longer does: {name}."
    ),
    "short-code": ReviewRow(
        "hold", "hold", "A short number was added, or belongs to another line: {key}."
    ),
    "pack": ReviewRow("hold", "hold", "This is a pack of another name, place or first language."),
    "detail": ReviewRow("auto", "hold", "A detail of {name} changed: {key}."),
}
_CHANGED = "The {key} of {name} changed."
_ASKED = "This machine asks a person about every number."
# Held of an unsigned folder, too: numbers that students in danger are sent to, and every way round
# (another line in its place, an ordinary one first, a topic that no longer leads there).
_DANGER = frozenset(
    {"number-crisis", "gone-crisis", "new-crisis", "withdrawn-pinned", "organization-crisis"}
    | {"rank", "line-lost"}
)
_KEPT_BY_SETTING = frozenset({"number", "number-crisis", "word-moved", "site"})  # by hold_numbers
# What staff should read first.
_FIRST = ("number-crisis", "number", "word-moved", "withdrawn-pinned", "gone-crisis")
_CHANNELS = {
    "voice": "number to call",
    "sms": "number to text",
    "tty": "TTY number",
    "videophone": "videophone number",
    "chat": "chat address",
    "web": "web address",
    "staff_number": "number for adults",
}
_KEYWORD, _PACK = "word to text", "the pack"
_PLACE = re.compile(r"(.+?)( \d+| \([^)]*\))?")


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference as a person reads it. ``subject`` and ``key``: where it is.

    ``what`` names what changed ("number to call"), ``name`` whose it is; ``old`` and ``new`` are as
    people write them, "" for nothing. ``number`` marks the ones to show large, with a check to make
    before a yes. ``note`` is the reason that the signers gave.
    """

    row: str
    subject: str
    key: str
    name: str
    what: str
    old: str
    new: str
    verdict: Verdict
    reason: str
    note: str = ""
    number: bool = False


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """Every difference, the gravest first. ``signatures``: how many persons signed the new pack."""

    differences: tuple[Difference, ...]
    signatures: int

    @property
    def verdict(self) -> Verdict:
        """What becomes of the pack as a whole: the gravest verdict of any difference."""
        return self.differences[0].verdict if self.differences else "auto"

    @property
    def waiting(self) -> tuple[Difference, ...]:
        """What a person must say yes to."""
        return tuple(one for one in self.differences if one.verdict == "hold")

    @property
    def refused(self) -> tuple[Difference, ...]:
        """What no yes can allow."""
        return tuple(one for one in self.differences if one.verdict == "refused")

    @property
    def hidden(self) -> tuple[str, ...]:
        """The resources to hide at once; none if so many are withdrawn that it may be an error."""
        if any(one.row == "many-gone" for one in self.differences):
            return ()
        rows = {"withdrawn", "withdrawn-crisis"}
        return tuple(
            one.subject for one in self.differences if one.row in rows and one.verdict == "auto"
        )


def judge(
    old: Pack,
    new: Pack,
    provenance: Provenance,
    *,
    hold_numbers: bool,
    known: Set[str] = frozenset(),
    remembered: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Review:
    """Compare the served pack with a new one; both have passed every rule.

    ``known``: ids live when a person last looked. ``remembered``: the numbers of withdrawn entries
    as they were shown last. Of an unsigned folder, which the settings must
    allow, only what concerns crisis lines and what ``hold_numbers`` asks for is put on hold.
    Everything else counts as signed by one person unless two or more did.
    """
    judged = (
        _judged(found, old, new, provenance, hold_numbers)
        for found in pack_diff.between(old, new, known, remembered)
    )
    return Review(differences=tuple(sorted(judged, key=_order)), signatures=provenance.signatures)


def _judged(
    found: PackDifference, old: Pack, new: Pack, provenance: Provenance, hold_numbers: bool
) -> Difference:
    row = TABLE[found.row]
    note = reason(found.change, provenance.notes) if found.change else ""
    signed = provenance.origin == "signed"
    two = provenance.signatures > 1 and found.subject not in provenance.local
    verdict: Verdict = row.two if two else row.one
    if not signed:
        verdict = "hold" if found.row in _DANGER else "auto"
    elif row.noted and note and two:
        verdict = "auto"
    name = name_of(found.subject, new, old)
    place = what(found.key)
    why = row.why.format(name=name, key=place, old=found.old, new=found.new)
    if row.noted and verdict == "auto":
        why = _CHANGED.format(key=place, name=name)
    if hold_numbers and found.row in _KEPT_BY_SETTING and verdict == "auto":
        verdict = "hold"
        why += f" {_ASKED}"
    return Difference(
        row=found.row,
        subject=found.subject,
        key=found.key,
        name=name,
        what=place,
        old=phone_numbers.display(found.old),
        new=phone_numbers.display(found.new),
        verdict=verdict,
        reason=why,
        note=note,
        number=found.row in _KEPT_BY_SETTING or found.row == "number-withdrawn",
    )


def sentences() -> tuple[str, ...]:
    """All that ``said`` asks to have said in another language."""
    whys = (row.why for row in TABLE.values())
    return (*whys, _CHANGED, _ASKED, *_CHANNELS.values(), _KEYWORD, _PACK)


def said(one: Difference, say: Callable[[str], str]) -> tuple[str, str, str]:
    """Whose it is, what changed, and why it waits, where ``say`` translates a sentence."""
    words = {english: say(english) for english in sentences()}
    found = _PLACE.fullmatch(one.what)
    place = words.get(found[1], found[1]) + (found[2] or "") if found else ""
    name = words.get(one.name, one.name)
    parts = {"name": one.name, "key": one.what, "old": one.old, "new": one.new}
    row = TABLE.get(one.row)
    for why in (row.why if row else "", _CHANGED):
        if why and one.reason.startswith(why.format(**parts)):
            asked = words[_ASKED] if one.reason.endswith(_ASKED) else ""
            reason = words[why].format(**parts | {"name": name, "key": place})
            return name, place, f"{reason} {asked}".strip()
    return name, place, one.reason  # as another version told it


def _order(one: Difference) -> tuple[int, int, str, str]:
    first = _FIRST.index(one.row) if one.row in _FIRST else len(_FIRST)
    return _GRAVITY[one.verdict], first, one.subject, one.key


def what(key: str) -> str:
    """What stands at that place of an entry, in words: "voice.1" is the "number to call"."""
    place, _, rest = key.partition(".")
    ordinal, _, more = rest.partition(".")
    if more.startswith("keyword."):
        return f"{_KEYWORD} ({more.removeprefix('keyword.')})"
    if more:
        return f"{more.partition('.')[0]} of the {_CHANNELS.get(place, place)}"
    again = f" {ordinal}" if ordinal.isdigit() and ordinal != "1" else ""
    return f"{_CHANNELS.get(place, place)}{again}".replace("_", " ")


def name_of(subject: str, *packs: Pack) -> str:
    """What people call an entry: organization, title, county; from the first pack that has it."""
    return next(
        (name for pack in packs for name in _names(subject, pack) if name),
        subject.replace(":", " "),
    )


def _names(subject: str, pack: Pack) -> Iterator[str]:
    kind, _, rest = subject.partition(":")
    entry = rest.partition(":")[0]
    if not rest:
        yield from (r.organization for r in pack.resources if r.id == subject)
        yield {"pack": _PACK, NAMES: "the names"}.get(subject, "")
    elif kind == "partner":
        yield from (p.organization for p in pack.partners if p.id == entry)
    elif kind == "county":
        yield from (f"{c.name} County" for c in pack.counties if c.fips == entry)
    elif f"{kind}:" == WORDS:
        yield f"the text line ({entry})"
    elif kind in ("topic", "group", "sms"):
        owner = "topic" if kind == "sms" else kind
        title = pack.texts[pack.default].get(f"{owner}:{entry}:title", "")
        yield f"“{title}”" if title and "{" not in title else ""
