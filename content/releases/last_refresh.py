"""What became of the last refresh, for doctor and the desk: the file LAST_REFRESH."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec

from content.releases.generations import Releases
from content.releases.outcome import Outcome
from content.trust.failures import Failure, Kind
from messages.message import Message, kept
from system import files
from system.files import Instant

if TYPE_CHECKING:
    from content.releases.candidate import Candidate

LAST = "LAST_REFRESH"


class LastRefresh(msgspec.Struct, frozen=True, kw_only=True):
    """When the last refresh ended, and how. ``failure``: its kind where nothing could be fetched.

    ``verified_at``: when a publisher's newest metadata was last verified. ``sentence``: for a
    program before ``said``, which a rollback may bring back.
    """

    at: Instant
    outcome: str
    sentence: str
    failure: Kind | Literal[""] = ""
    alarm: bool = False
    verified_at: Instant | None = None
    said: Message | None = None

    @property
    def message(self) -> Message:
        """Return how it ended; of another version of the program, in English."""
        return kept(self.said, self.sentence)

    @property
    def again(self) -> bool:
        """Whether trying again soon may help."""
        return self.failure != "" and Failure(self.failure, "").again


def last(releases: Releases) -> LastRefresh | None:
    """The last refresh on record."""
    return files.read_record(releases.root / LAST, LastRefresh)


def fails_for_now(releases: Releases) -> bool:
    """Whether the last refresh failed by something that may have passed in some minutes."""
    record = last(releases)
    return record is not None and record.again


def overdue(releases: Releases, *, now: datetime, every: timedelta) -> bool:
    """Whether a refresh should run: none on record, too long ago, or the clock was set back."""
    record = last(releases)
    return record is None or not timedelta(0) <= now - record.at < every


def record(outcome: Outcome, candidate: "Candidate", releases: Releases, *, now: datetime) -> None:
    """Keep what became of a candidate; an accepted one clears the last refusal. OSError."""
    if outcome.state == "refused":
        releases.record_refusal(candidate.address, outcome.reasons(), now=now)
    else:
        releases.clear_refusal()
    signed = candidate.provenance.origin == "signed"
    verified_at = now if signed else _verified_at(releases)
    _write(
        releases,
        LastRefresh(
            at=now,
            outcome=outcome.state,
            sentence=str(outcome.said),
            said=outcome.said,
            verified_at=verified_at,
        ),
    )


def record_failure(failure: Failure, releases: Releases, *, source: str, now: datetime) -> None:
    """Keep why nothing could be fetched; an alarm also as a refusal. OSError."""
    if failure.alarm:
        releases.record_refusal(source, [failure.said], now=now)
    _write(
        releases,
        LastRefresh(
            at=now,
            outcome="failed",
            sentence=str(failure.said),
            said=failure.said,
            failure=failure.kind,
            alarm=failure.alarm,
            verified_at=_verified_at(releases),
        ),
    )


def _write(releases: Releases, new: LastRefresh) -> None:
    files.write_record(releases.root / LAST, new)


def _verified_at(releases: Releases) -> datetime | None:
    before = last(releases)
    return before.verified_at if before else None
