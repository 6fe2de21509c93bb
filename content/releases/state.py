"""One value for everything that a machine remembers about its releases: read once, passed along.

Every step takes a ``State`` and returns the next one. ``state_file.py`` reads and writes it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from content.model.pack import Pack
from content.releases.outcome import Outcome
from content.releases.record import METADATA, SHOWN_ID, Release
from content.review import number_changes, withdraw
from content.review.hold_policy import Review
from content.review.number_changes import Note
from content.review.provenance import Origin, Provenance
from content.trust.failures import Failure, Kind
from messages.message import Message, both, kept, message, verbatim
from system import files

if TYPE_CHECKING:
    from content.releases.candidate import Candidate

DISK = "this machine's disk"  # the source to name if a pack that was already on the disk is refused
UPDATED = message("unserved.updated")
LATE = timedelta(days=7)  # a pack that is on hold longer than this causes a warning
HELD_FOLDER = "held"  # the folder that contains the pack on hold
_REMEMBERED = 50  # maximum number of packs refused by people to remember
# Limits for a refusal: a hostile pack must not make the state too large to read.
_MOST_PROBLEMS, _MOST_LETTERS = 500, 1000
# The name of a folder in releases/ or held/; never a path that leads anywhere else.
Name = Annotated[str, msgspec.Meta(pattern=r"\A([0-9A-Za-z][0-9A-Za-z_-]{0,63})?\Z")]
Version = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """The last refused candidate: when, from where, and every reason.

    ``problems``: in English, for programs older than ``said``, which a rollback may bring back.
    """

    at: files.Instant
    source: str
    problems: tuple[str, ...]
    said: tuple[Message, ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        """Return every reason, in English if another version of the program recorded it."""
        return both(self.said, self.problems)

    def is_past(self, shown: Release | None) -> bool:
        """Whether the refused pack is older than the one shown: then nothing is wrong now."""
        if shown is None:
            return False
        if self.source == DISK:
            return {one.args.get("why") for one in self.messages} == {UPDATED}
        return shown.activated_at > self.at


class LastRefresh(msgspec.Struct, frozen=True, kw_only=True):
    """When and how the last refresh ended. ``failure``: the kind, if fetching failed.

    ``verified_at``: when a publisher's newest metadata was last verified. ``sentence``: for
    programs older than ``said``, which a rollback may bring back.
    """

    at: files.Instant
    outcome: str
    sentence: str
    failure: Kind | Literal[""] = ""
    alarm: bool = False
    verified_at: files.Instant | None = None
    said: Message | None = None

    @property
    def message(self) -> Message:
        """Return how a refresh ended, in English if another version of the program recorded it."""
        return kept(self.said, self.sentence)

    @property
    def again(self) -> bool:
        return self.failure != "" and Failure(self.failure, "").again


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """The pack on hold, and why. ``against``: the version it was compared with.

    ``since``: a pack has been on hold without a break since then.
    """

    version: Version
    since: files.Instant
    at: files.Instant
    against: str
    origin: Origin
    signatures: int
    keys: tuple[str, ...]
    notes: tuple[Note, ...]
    local: tuple[str, ...]
    review: Review

    @property
    def id(self) -> str:
        return self.version[:SHOWN_ID]

    def late(self, now: datetime) -> bool:
        """Whether the pack has been on hold so long that somebody must be told."""
        return now - self.since > LATE

    def days(self, now: datetime) -> int:
        """Return the number of full days on hold; 0 if the clock was set back."""
        return max(0, (now - self.since) // timedelta(days=1))

    @property
    def reviewing(self) -> frozenset[str]:
        """The resources with a number that is waiting for approval."""
        return frozenset(one.subject for one in self.review.waiting if one.number)

    def provenance(self, folder: Path) -> Provenance:
        metadata = folder / METADATA
        return Provenance(
            origin=self.origin,
            signatures=self.signatures,
            keys=self.keys,
            metadata=metadata if metadata.is_dir() else None,
            notes=self.notes,
            local=self.local,
        )


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One hidden line, or one partner (``partner:<id>``), and the time it was hidden.

    ``numbers``: the numbers last shown, as in ``number_changes.of_entries``. A pack that withdraws
    the line may change them without approval; a pack that lists it as live again may not.
    """

    id: str
    since: files.Instant
    numbers: dict[str, str] = {}


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A machine's record of its releases. ``active`` and ``previous`` are the names of two.

    ``set_aside``: the version of the pack that a person rolled back from, which no refresh brings
    back. ``turned_down``: the versions of packs that people refused, the latest last.
    ``withdrawn`` lines are hidden before anybody approves the pack that withdraws them. They stay
    hidden after a rollback, until a later accepted pack lists them as live. ``remembered``: the
    hotlines shown since a person last looked, so that packs cannot drop over one in five in small
    steps. ``refusal`` stays until a later success. ``taken_out``: lines that a person here hid, and
    a county's numbers (``county:<fips>``), until the publisher withdraws them or a second person
    shows them again.
    """

    active: Name = ""
    previous: Name = ""
    set_aside: Name = ""
    held: Held | None = None
    turned_down: tuple[str, ...] = ()
    withdrawn: tuple[Entry, ...] = ()
    remembered: tuple[str, ...] = ()
    refusal: Refusal | None = None
    refresh: LastRefresh | None = None
    taken_out: tuple[Entry, ...] = ()

    @property
    def reviewing(self) -> frozenset[str]:
        """The hidden resources whose new number is waiting for approval."""
        ids = {entry.id for entry in self.withdrawn}
        return self.held.reviewing & ids if self.held else frozenset()

    @property
    def hidden(self) -> tuple[tuple[Entry, ...], frozenset[str], tuple[Entry, ...]]:
        """Everything that determines which entries ``visible`` omits."""
        return self.withdrawn, self.reviewing, self.taken_out

    def hides(self, pack: Pack) -> frozenset[str]:
        """Return this pack's hidden hotlines; never a fixed crisis line, which a file on the disk
        must not remove."""
        pinned = {resource.id for resource in pack.resources if resource.pinned}
        return frozenset(entry.id for entry in self.withdrawn) - pinned

    def visible(self, pack: Pack) -> Pack:
        """Return the pack as it may be shown and sent: without anything hidden or withdrawn."""
        out = frozenset(entry.id for entry in self.taken_out)
        out -= {resource.id for resource in pack.resources if resource.pinned}
        shown = withdraw.without_counties(pack, out)
        return withdraw.hidden(shown, self.hides(pack) | out, reviewing=self.reviewing - out)

    def take_out(self, name: str, *, now: datetime) -> "State":
        """Return the state after a person hid this line."""
        others = self.put_back(name).taken_out
        return msgspec.structs.replace(self, taken_out=(*others, Entry(id=name, since=now)))

    def put_back(self, name: str) -> "State":
        """Return the state after a second person asked to show the line again."""
        left = tuple(entry for entry in self.taken_out if entry.id != name)
        return msgspec.structs.replace(self, taken_out=left)

    def refused(self, source: str, problems: Sequence[Message], *, now: datetime) -> "State":
        """Return the state with these reasons for a refusal, for the staff."""
        said = tuple(_cut(one) for one in problems[:_MOST_PROBLEMS])
        refusal = Refusal(at=now, source=source, problems=tuple(map(str, said)), said=said)
        return msgspec.structs.replace(self, refusal=refusal)

    def turn_down(self, version: str) -> "State":
        """Return the state after a person refused this pack, with nothing on hold."""
        kept = (*(one for one in self.turned_down if one != version), version)[-_REMEMBERED:]
        return msgspec.structs.replace(self, turned_down=kept, held=None)

    def hide(self, ids: Iterable[str], *, now: datetime) -> "State":
        known = {entry.id for entry in self.withdrawn}
        added = tuple(Entry(id=name, since=now) for name in sorted(set(ids) - known))
        return msgspec.structs.replace(self, withdrawn=self.withdrawn + added)

    def accept(self, pack: Pack, *, before: Pack | None, now: datetime) -> "State":
        """Return the state after a pack from a source was accepted; no older pack stays on hold.

        Hotlines that it lists as live are shown again; those it withdraws are hidden, which matters
        after a rollback. ``before``: the pack shown until now.
        """
        shown = number_changes.of_entries(before) if before else {}
        gone, live = withdraw.of_status(pack, "withdrawn"), withdraw.of_status(pack, "live")
        kept = tuple(entry for entry in self.withdrawn if entry.id not in live)
        hidden = msgspec.structs.replace(self, withdrawn=kept).hide(gone, now=now).withdrawn
        entries = tuple(
            msgspec.structs.replace(one, numbers=dict(shown[one.id]))
            if one.id in gone and one.id in shown and not one.numbers
            else one
            for one in hidden
        )
        remembered = tuple(sorted({*self.remembered, *live_resources(pack)}))
        left = tuple(entry for entry in self.taken_out if entry.id not in gone)
        return msgspec.structs.replace(
            self, withdrawn=entries, remembered=remembered, held=None, taken_out=left
        )

    def record(self, outcome: Outcome, candidate: "Candidate", *, now: datetime) -> "State":
        """Return the state after this outcome; an accepted candidate clears the last refusal."""
        state = msgspec.structs.replace(self, refusal=None)
        if outcome.state == "refused":
            state = self.refused(candidate.address, outcome.reasons(), now=now)
        last = state._ended(outcome.state, outcome.said, now=now)
        if candidate.provenance.origin == "signed":
            last = msgspec.structs.replace(last, verified_at=now)
        return msgspec.structs.replace(state, refresh=last)

    def record_failure(self, failure: Failure, *, source: str, now: datetime) -> "State":
        """Return the state after a fetch failed; an alarm also counts as a refusal."""
        said = failure.said
        state = self.refused(source, [said], now=now) if failure.alarm else self
        last = msgspec.structs.replace(
            state._ended("failed", said, now=now), failure=failure.kind, alarm=failure.alarm
        )
        return msgspec.structs.replace(state, refresh=last)

    def _ended(self, outcome: str, said: Message, *, now: datetime) -> LastRefresh:
        """Return how a refresh ended, keeping the time of the last verification."""
        verified = self.refresh.verified_at if self.refresh else None
        return LastRefresh(
            at=now, outcome=outcome, sentence=str(said), said=said, verified_at=verified
        )

    def overdue(self, *, now: datetime, every: timedelta) -> bool:
        """Whether to refresh: none is recorded, the last is old, or the clock was set back."""
        last = self.refresh
        return last is None or not timedelta(0) <= now - last.at < every


def _cut(said: Message) -> Message:
    words = str(said)
    return said if len(words) <= _MOST_LETTERS else verbatim(words[:_MOST_LETTERS])


def live_resources(pack: Pack) -> frozenset[str]:
    return frozenset(one.id for one in pack.resources if one.status == "live")
