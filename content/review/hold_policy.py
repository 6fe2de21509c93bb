"""Decides whether a person must approve a new pack's changes, using a table of verdicts.

The reasons are in docs/editor/review.md. Only a pack's signatures and their notes count, never the
pack's own statements.
"""

from collections.abc import Iterator, Mapping, Set
from types import MappingProxyType
from typing import Literal, NamedTuple

import msgspec

from content.model import phone_numbers
from content.model.pack import Pack
from content.review import pack_diff
from content.review.number_changes import NAMES, WORDS, reason
from content.review.pack_diff import PackDifference
from content.review.provenance import Provenance
from messages.message import VERBATIM, Message, Value, kept, message, verbatim

Verdict = Literal["auto", "hold", "refused"]
_GRAVITY: dict[Verdict, int] = {"refused": 0, "hold": 1, "auto": 2}


class ReviewRow(NamedTuple):
    """The verdicts for a pack signed by two people, and for one signed by a single person.

    ``noted``: a change that two people signed passes if a note of theirs gives a reason.
    """

    two: Verdict
    one: Verdict
    noted: bool = False


# The guide's rows, followed by rows for anything else that a careless or hostile pack could do.
TABLE: dict[str, ReviewRow] = {
    "wording": ReviewRow("auto", "auto"),
    "less": ReviewRow("auto", "auto"),
    "withdrawn": ReviewRow("auto", "auto"),
    "warning": ReviewRow("auto", "auto"),
    "new": ReviewRow("auto", "hold"),
    "number": ReviewRow("hold", "hold", noted=True),
    "number-crisis": ReviewRow("hold", "refused"),
    "number-withdrawn": ReviewRow("auto", "auto"),
    "gone-crisis": ReviewRow("hold", "refused"),
    "many-gone": ReviewRow("hold", "hold"),
    "language-gone": ReviewRow("hold", "hold"),
    "area-shrunk": ReviewRow("hold", "hold"),
    "word-moved": ReviewRow("hold", "hold", noted=True),
    "withdrawn-crisis": ReviewRow("auto", "hold"),
    "withdrawn-pinned": ReviewRow("hold", "refused"),
    "new-crisis": ReviewRow("hold", "refused"),
    "gone": ReviewRow("auto", "hold"),
    "hours-widened": ReviewRow("auto", "hold"),
    "hours-widened-crisis": ReviewRow("hold", "hold"),
    "organization": ReviewRow("hold", "refused"),
    "organization-crisis": ReviewRow("hold", "refused"),
    "rank": ReviewRow("hold", "refused"),
    "purpose": ReviewRow("hold", "hold"),
    "site": ReviewRow("hold", "hold"),
    "page": ReviewRow("auto", "hold"),
    "code-moved": ReviewRow("hold", "hold"),
    "line-lost": ReviewRow("hold", "hold"),
    "line-moved": ReviewRow("hold", "hold"),
    "topic-gone": ReviewRow("hold", "hold"),
    "words-lost": ReviewRow("hold", "hold"),
    "learnt": ReviewRow("auto", "hold"),
    "priority": ReviewRow("hold", "hold"),
    "reply-number": ReviewRow("hold", "hold"),
    "short-code": ReviewRow("hold", "hold"),
    "pack": ReviewRow("hold", "hold"),
    "detail": ReviewRow("auto", "hold"),
}
# These are held even for an unsigned folder: numbers for students in danger, and ways around them
# (another line in its place, a line made ordinary first, a topic that no longer leads there).
_DANGER = frozenset(
    {"number-crisis", "gone-crisis", "new-crisis", "withdrawn-pinned", "organization-crisis"}
    | {"rank", "line-lost"}
)
_KEPT_BY_SETTING = frozenset({"number", "number-crisis", "word-moved", "site"})  # see hold_numbers
# Differences that staff should read first.
_FIRST = ("number-crisis", "number", "word-moved", "withdrawn-pinned", "gone-crisis")
CHANNELS = frozenset({"voice", "sms", "tty", "videophone", "chat", "web", "staff_number"})


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference as a person reads it. ``subject`` and ``key``: where the difference is.

    ``what`` names what changed ("number to call"), ``name`` its owner; ``old`` and ``new`` are as
    people write them, "" for nothing. ``number`` marks differences to show in large type, with a
    check to make before approval. ``note`` is the reason that the signers gave. ``why`` is None if
    another version of the program wrote this; ``reason`` and ``what`` are for that version.
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
    why: Message | None = None


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """Every difference, most serious first. ``signatures``: how many people signed the new pack."""

    differences: tuple[Difference, ...]
    signatures: int

    @property
    def verdict(self) -> Verdict:
        """The pack's overall verdict: the most serious verdict on any difference."""
        return self.differences[0].verdict if self.differences else "auto"

    @property
    def waiting(self) -> tuple[Difference, ...]:
        """The differences that a person must approve."""
        return tuple(one for one in self.differences if one.verdict == "hold")

    @property
    def refused(self) -> tuple[Difference, ...]:
        """The differences that no approval can allow."""
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

    ``known``: ids that were live when a person last looked. ``remembered``: withdrawn entries'
    numbers as last shown. For an unsigned folder, which the settings must allow, only changes to
    crisis lines and those selected by ``hold_numbers`` are put on hold. Any other pack counts as
    signed by one person unless two or more signed it.
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
    code = "hold.changed" if row.noted and verdict == "auto" else f"hold.{found.row}"
    said = message("hold.the-pack") if found.subject == "pack" else name
    why = message(code, name=said, key=place, old=found.old, new=found.new)
    if hold_numbers and found.row in _KEPT_BY_SETTING and verdict == "auto":
        verdict = "hold"
        why = message("hold.and-asks", why=why, asks=message("hold.asks-all"))
    return Difference(
        row=found.row,
        subject=found.subject,
        key=found.key,
        name=name,
        what=str(place),
        old=phone_numbers.display(found.old),
        new=phone_numbers.display(found.new),
        verdict=verdict,
        reason=str(why),
        why=why,
        note=note,
        number=found.row in _KEPT_BY_SETTING or found.row == "number-withdrawn",
    )


def said(one: Difference) -> tuple[Value, Value, Message]:
    """Return the owner, the change and why it is held, in English if another version wrote it."""
    why = kept(one.why, one.reason)
    if why.code == VERBATIM:
        return one.name, one.what, why
    name = message("hold.the-pack") if one.subject == "pack" else one.name
    return name, what(one.key), why


def _order(one: Difference) -> tuple[int, int, str, str]:
    first = _FIRST.index(one.row) if one.row in _FIRST else len(_FIRST)
    return _GRAVITY[one.verdict], first, one.subject, one.key


def what(key: str) -> Message:
    """Return the name of a place in an entry: "voice.1" is the "number to call"."""
    place, _, rest = key.partition(".")
    ordinal, _, more = rest.partition(".")
    if more.startswith("keyword."):
        tag = more.removeprefix("keyword.")
        return message("place.keyword-of", place=message("place.keyword"), language=tag)
    known = f"place.{place.replace('_', '-')}"
    named = message(known) if place in CHANNELS else verbatim(place.replace("_", " "))
    if more:
        return message("place.part", part=more.partition(".")[0], place=named)
    if ordinal.isdigit() and ordinal != "1":
        return message("place.again", place=named, number=ordinal)
    return named


def name_of(subject: str, *packs: Pack) -> str:
    """Return an entry's usual name: organization, title or county, from the first pack with it."""
    return next(
        (name for pack in packs for name in _names(subject, pack) if name),
        subject.replace(":", " "),
    )


def _names(subject: str, pack: Pack) -> Iterator[str]:
    kind, _, rest = subject.partition(":")
    entry = rest.partition(":")[0]
    if not rest:
        yield from (r.organization for r in pack.resources if r.id == subject)
        yield {"pack": str(message("hold.the-pack")), NAMES: "the names"}.get(subject, "")
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
