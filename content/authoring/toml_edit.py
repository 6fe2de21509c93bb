"""Setting simple values of an entry in an author's file, so that comments, order and line ends stay
as they are.

Owns the file: which row of it, reading back what would be written, and one rename. Refuses to save
a file that would say anything else than before besides the values set. How one value is changed in
place: sheet_edit.py.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TypeAlias

from content.authoring import sheet_edit
from content.authoring.sheet_edit import toml
from content.model import durable_files

Table: TypeAlias = (
    sheet_edit.Path
)  # () for the top of the file, ("county", 3) for the fourth [[county]]
Value: TypeAlias = str | int | bool | date | None  # None takes the line away

_BOM = "\ufeff"


class EditError(Exception):
    """The file cannot be edited by a program; the message says which one and what to write by hand."""


def apply(path: Path, table: Table, values: Mapping[str, Value]) -> None:
    """Set the values in the file. EditError if that cannot be done safely; OSError."""
    raw = path.read_bytes().decode("utf-8")
    mark = _BOM if raw.startswith(_BOM) else ""
    try:
        text = changed(raw.removeprefix(_BOM), table, values)
    except (sheet_edit.EditError, ValueError, KeyError, IndexError) as error:
        wanted = ", ".join(
            f"{name} = {toml(value)}" for name, value in values.items() if value is not None
        )
        raise EditError(
            f"{path} cannot be edited by this program ({error}); write by hand: {wanted}."
        ) from error
    durable_files.replace(path, (mark + text).encode())


def changed(text: str, table: Table, values: Mapping[str, Value]) -> str:
    """The TOML text with the values set in that table.

    sheet_edit.EditError, ValueError (of tomllib, too), KeyError or IndexError if the result would
    not be exactly that.
    """
    wanted = tomllib.loads(text)
    for key, value in values.items():
        text = sheet_edit.changed(text, (*table, key), value)
        sheet_edit.put(wanted, (*table, key), value)
    if tomllib.loads(text) != wanted:
        raise ValueError("another value would change as well")
    return text
