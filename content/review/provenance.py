"""Records where a candidate pack came from and who vouches for it, as verified when fetched."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from content.review.number_changes import Note

# shipped: came with this installation; unsigned: an author's folder; signed: TUF metadata vouches
# for every byte; again: one of our own releases, rendered again.
Origin = Literal["shipped", "unsigned", "signed", "again"]
FirstOrigin = Literal["shipped", "unsigned", "signed"]  # the origin of a release's own pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """``signatures``: how many different keys of the targets role signed; 0 if none did.

    ``keys`` are their ids. ``metadata`` is the folder of the TUF metadata that vouches for the
    candidate, to be copied next to the release; ``notes`` are the signers' reasons for each number
    they changed. ``local`` lists the ids of resources that a county or district signed with its one
    key; ``signatures`` does not count for them. ``before`` is the origin of a release that was
    rendered again.
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
        """Where the pack originally came from, even if it was rendered again."""
        return self.before if self.origin == "again" else self.origin
