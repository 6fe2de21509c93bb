"""The pack being served.

Owns one reference, which changes in one assignment: a reader that took ``library.pack`` keeps one whole pack for as
long as it holds it. Also owns the last resort: the pinned crisis set in its built form, which needs no source folder,
no data directory and no parser but msgspec. Refuses to judge or fetch a pack (see intake.py).
"""

from pathlib import Path

from content import build
from content.model import Pack

PINNED_BUILT = Path(__file__).parent / "pinned" / "built"


class Library:
    """Holds the pack that both doors read."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    @property
    def pack(self) -> Pack:
        """The pack now served."""
        return self._pack

    def swap(self, pack: Pack) -> None:
        """Serve this pack from now on."""
        self._pack = pack


def pinned_pack(folder: Path = PINNED_BUILT) -> Pack:
    """The crisis set that no pack and no failure can remove. BuiltPackError if the installation itself is damaged."""
    return build.read_built(folder)
