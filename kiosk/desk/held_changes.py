"""The changes in a pack on hold: old and new texts, differing digits, and whether staff may call.

To compare a number, staff never call a hotline for people in danger.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal
from urllib.parse import urlsplit

from content.model import built_pack, freshness
from content.model.freshness import Entry
from content.model.pack import Pack, Partner, Resource
from content.releases import held_pack
from content.releases.generations import Releases
from content.releases.state import Held, State
from content.review.hold_policy import Difference

Call = Literal["", "may", "never"]
Piece = tuple[str, bool]
_OWN = ("own page", "official")  # in packs, the kind of an official source begins with one of these
_CALLED = frozenset({"number", "number-crisis"})


@dataclass(frozen=True, slots=True)
class HeldChange:
    """One difference; each text is a sequence of (piece, whether it differs).

    ``pages``: the hotline's own pages, for comparing; ``also``: other pages in its entry.
    """

    difference: Difference
    old: Sequence[Piece]
    new: Sequence[Piece]
    call: Call
    pages: tuple[str, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitingPack:
    """The pack on hold. ``asked``: changes that need approval; ``other``: those that do not."""

    held: Held
    asked: tuple[HeldChange, ...]
    other: tuple[HeldChange, ...]
    days: int
    late: bool
    whole: bool


def waiting(releases: Releases, state: State, shown: Pack, now: datetime) -> WaitingPack | None:
    """Compare the pack on hold with the visible one; None if no pack is on hold. Reads the disk."""
    found = state.held
    if found is None:
        return None
    packs = (*_held_pack(releases, found), shown)
    asked = tuple(_change(one, packs) for one in found.review.waiting)
    other = tuple(_change(one, packs) for one in found.review.differences if one.verdict == "auto")
    return WaitingPack(
        found, asked, other, found.days(now), found.late(now), held_pack.whole(releases, found)
    )


def pieces(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Split both texts where they differ, so that one wrong digit in ten is noticed.

    >>> pieces("1-800", "1-880")
    ([('1-8', False), ('0', True), ('0', False)], [('1-8', False), ('8', True), ('0', False)])
    """
    if len(old) == len(new):  # numbers: compare digit by digit, as people do
        same = [a == b for a, b in zip(old, new, strict=True)]
        return _runs(old, same), _runs(new, same)
    kept_old, kept_new = [False] * len(old), [False] * len(new)
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        kept_old[block.a : block.a + block.size] = [True] * block.size
        kept_new[block.b : block.b + block.size] = [True] * block.size
    return _runs(old, kept_old), _runs(new, kept_new)


def _runs(text: str, same: Sequence[bool]) -> list[Piece]:
    groups = groupby(zip(text, same, strict=True), key=lambda pair: pair[1])
    return [("".join(letter for letter, _ in run), not is_same) for is_same, run in groups]


def _change(one: Difference, packs: Sequence[Pack]) -> HeldChange:
    entries = [entry for pack in packs for entry in _entries(one.subject, pack)]
    old, new = (
        pieces(one.old, one.new)
        if one.number and one.old and one.new
        else ([(one.old, False)], [(one.new, False)])
    )
    own, named = _pages(entries)
    return HeldChange(one, old, new, _call(one, entries), own, named)


def _call(one: Difference, entries: Sequence[Entry]) -> Call:
    """Return whether staff may call the new number, which must clearly be an ordinary office's."""
    if one.row not in _CALLED or not one.new:
        return ""
    never = not entries or any(
        freshness.crisis(e) or (isinstance(e, Resource) and e.never_test_call) for e in entries
    )
    return "never" if never or one.row == "number-crisis" else "may"


def _entries(subject: str, pack: Pack) -> Iterator[Entry]:
    kind, _, rest = subject.partition(":")
    name = rest.partition(":")[0]
    yield from (r for r in pack.resources if r.id == subject)
    yield from (p for p in pack.partners if kind == "partner" and p.id == name)
    yield from (c for c in pack.counties if kind == "county" and c.fips == name)


def _pages(entries: Sequence[Entry]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the line's own pages (its site, sources on it or marked as own), and other sources."""
    own = [site for entry in entries for site in _sites(entry)]
    hosts = {_host(site) for site in own}
    sources = [source for entry in entries for source in entry.sources if source.url]
    own += [one.url for one in sources if one.kind.startswith(_OWN) or _host(one.url) in hosts]
    also = (one.url for one in sources if one.url not in own)
    return tuple(dict.fromkeys(own)), tuple(dict.fromkeys(also))


def _sites(entry: Entry) -> Iterator[str]:
    if isinstance(entry, Resource):
        yield from (channel.url for channel in entry.channels if channel.kind == "web")
    elif isinstance(entry, Partner):
        yield from filter(None, [entry.web])


def _host(url: str) -> str:
    """Return the host without "www."; "" if ``url`` is not an address."""
    with suppress(ValueError):  # for example, a bracket that is never closed
        return (urlsplit(url).hostname or "").removeprefix("www.")
    return ""


def _held_pack(releases: Releases, found: Held) -> tuple[Pack, ...]:
    try:
        return (built_pack.read_built(held_pack.folder(releases, found.version)),)
    except (OSError, built_pack.BuiltPackError):
        return ()  # the page reports the damage, and the command refuses the pack
