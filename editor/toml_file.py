"""Changes values in a TOML file on disk, or reports the values to write by hand."""

from collections.abc import Mapping
from pathlib import Path

from messages.message import message
from system import files
from system.toml_edit import EditError, TablePath, Value, changed, toml

_BOM = "\ufeff"


def apply(path: Path, table: TablePath, values: Mapping[str, Value]) -> None:
    """Set the values. Raises OSError, or EditError with the file and the text to write by hand."""
    raw = path.read_bytes().decode("utf-8")
    mark = _BOM if raw.startswith(_BOM) else ""
    try:
        text = changed(raw.removeprefix(_BOM), table, values)
    except EditError as error:
        wanted = ", ".join(
            f"{name} = {toml(value)}" for name, value in values.items() if value is not None
        )
        raise EditError(
            message("author.not-editable", path=path, why=error, wanted=wanted)
        ) from error
    files.replace(path, (mark + text).encode())
