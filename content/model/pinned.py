"""The last resort of content: the pinned crisis set in its built form.

Owns where it lies, and that reading it needs no source folder, no data directory and no parser but
msgspec. Which pack is served is decided by whoever composes the doors (runtime/served.py).
"""

from pathlib import Path

from content.model import built_pack
from content.model.pack import Pack

PINNED_BUILT = Path(__file__).parents[1] / "packs" / "pinned" / "built"


def pinned_pack(folder: Path = PINNED_BUILT) -> Pack:
    """The crisis set that no pack and no failure can remove. BuiltPackError if the installation
    itself is damaged."""
    return built_pack.read_built(folder)
