"""Where a candidate pack came from, and who vouches for it: verified by whoever fetched it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from content.review.number_changes import Note

# shipped: came with this installation; unsigned: an author's folder; signed: TUF metadata vouches
# for every byte; again: a release of our own, rendered anew.
Origin = Literal["shipped", "unsigned", "signed", "again"]
FirstOrigin = Literal["shipped", "unsigned", "signed"]  # of a release's own pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """``signatures``: how many distinct keys of the targets role signed, 0 where nobody did;
    ``keys`` are their ids.

    ``metadata`` is the folder of the TUF metadata that vouches for the candidate, to be copied
    beside the release; ``notes`` the reasons that the signers gave for each number they changed.
    ``local`` are the ids of the resources that a county or district signed with its one key;
    ``signatures`` does not count for them. ``before`` is the origin of a release rendered again.
    """

    origin: Origin
    signatures: int = 0
    keys: tuple[str, ...] = ()
    metadata: Path | None = None
    notes: tuple[Note, ...] = ()
    local: tuple[str, ...] = ()
    before: FirstOrigin = "unsigned"

    @property
    def first(self) -> FirstOrigin:
        """Where the pack came from in the first place, also for one rendered again."""
        return self.before if self.origin == "again" else self.origin
