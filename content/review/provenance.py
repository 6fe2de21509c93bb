"""Where a candidate pack came from, and who vouches for it.

Owns one value that travels from whoever fetched a pack to intake, review and the release on disk.
Refuses to verify anything: a Provenance says what was verified, by refresh.py.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from content.review.number_changes import Note

# shipped: came with this installation; unsigned: an author's folder; signed: TUF metadata vouches
# for every byte; again: a release of our own, rendered anew.
Origin = Literal["shipped", "unsigned", "signed", "again"]
# What a release says of its own pack: never "again"; "" where an older version of Porchlight did
# not keep it.
First = Literal["", "shipped", "unsigned", "signed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """``signatures``: how many distinct keys of the targets role signed, 0 where nobody did;
    ``keys`` are their ids.

    ``metadata`` is the folder of the TUF metadata that vouches for the candidate, to be copied
    beside the release; ``notes`` the reasons that the signers gave for each number they changed.
    ``local`` are the ids of the resources that a county or district signed with its one key;
    ``signatures`` does not count for them.
    """

    origin: Origin
    signatures: int = 0
    keys: tuple[str, ...] = ()
    metadata: Path | None = None
    notes: tuple[Note, ...] = ()
    local: tuple[str, ...] = ()
    before: First = ""

    @property
    def first(self) -> First:
        """Where the pack came from in the first place: for one rendered again, that of the release
        it comes from."""
        return self.before if self.origin == "again" else self.origin
