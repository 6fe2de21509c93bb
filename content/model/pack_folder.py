"""A pack's folder, in whichever form it is: built, or an author's text files.

Only the editor (the distribution porchlight-editor) reads text files. It is found by its entry
point: nothing of a school's installation imports it.
"""

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from content.model import built_pack
from content.model.pack import Pack
from messages.message import Finding

READERS = "porchlight.sources"  # the group of entry points
NO_EDITOR = (
    "this folder holds the text files of a pack, which the editor reads, and the editor is not"
    " installed: name the folder of a built pack, or install the editor"
    ' (pipx inject porchlight "porchlight-editor")'
)


def read(folder: Path) -> tuple[Pack | None, list[Finding]]:
    """A pack from its source or its built form, with every problem of content's own rules."""
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
    """The same pack, judged by no rule: to compare a release with. None if it cannot be read."""
    if built_pack.is_built(folder):
        return read(folder)[0]
    reader = _reader()
    return reader.parse(folder) if reader else None


def _reader() -> Any:
    """The module that reads text files (editor/authoring/read_pack.py); None without one."""
    return next((found.load() for found in entry_points(group=READERS)), None)
