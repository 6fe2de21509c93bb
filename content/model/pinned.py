"""The pinned crisis set, as built and shipped with the program."""

from pathlib import Path

from content.model import built_pack
from content.model.pack import Pack

PINNED_BUILT = Path(__file__).parents[1] / "packs" / "pinned" / "built"


def pinned_pack(folder: Path = PINNED_BUILT) -> Pack:
    """Return the pinned crisis set. Raises BuiltPackError if the installation itself is damaged."""
    return built_pack.read_built(folder)
