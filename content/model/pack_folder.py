"""A pack's folder, in either form: built, or an author's text files.

Only the editor (the distribution porchlight-editor) reads text files. We find the editor through
its entry point: nothing in a school's installation imports it.
"""

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from content.model import built_pack
from content.model.pack import Pack
from messages.message import Finding

READERS = "porchlight.sources"  # the entry points' group name
NO_EDITOR = (
    "this folder contains a pack's text files, which only the editor can read, and the editor"
    " is not installed. Specify the folder of a built pack, or install the editor (pipx inject"
    ' porchlight "porchlight-editor")'
)


def read(folder: Path) -> tuple[Pack | None, list[Finding]]:
    """Return a pack from its source or built form, with every problem that content's rules find."""
    if built_pack.is_built(folder):
        try:
            return built_pack.read_built(folder), []
        except built_pack.BuiltPackError as error:
            return None, [Finding.at(str(folder), 0, str(error))]
    if (reader := _reader()) is None:
        return None, [Finding.at(str(folder), 0, NO_EDITOR)]
    found: tuple[Pack | None, list[Finding]] = reader.read(folder)
    return found


def parsed(folder: Path) -> Pack | None:
    """Return the same pack with no rules applied, to compare with a release. None if unreadable."""
    if built_pack.is_built(folder):
        return read(folder)[0]
    reader = _reader()
    return reader.parse(folder) if reader else None


def _reader() -> Any:
    """Return the module that reads text files (editor/authoring/read_pack.py); None if missing."""
    return next((found.load() for found in entry_points(group=READERS)), None)
