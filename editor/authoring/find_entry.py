"""Finds an entry in an author's pack by name, such as ``trevor`` or ``county:06001``."""

from dataclasses import dataclass
from pathlib import Path

from content.model.freshness import Entry
from content.model.pack import Pack
from editor import toml_file
from editor.authoring.signoff import EntryError
from system import toml_text
from system.toml_edit import TablePath, Value

_FOLDERS = {"resource": "resources", "partner": "partners"}


@dataclass(frozen=True, slots=True)
class EditableEntry:
    """An entry with its key, its file and its table in that file."""

    key: str
    entry: Entry
    file: Path
    table: TablePath

    def set(self, **values: Value) -> None:
        """Write the values to the file. If it raises EditError or OSError, nothing is changed."""
        toml_file.apply(self.file, self.table, values)


def find(pack: Pack, folder: Path, name: str, *, pinned: Path) -> EditableEntry:
    """Find an entry in ``folder``'s pack; ``pinned`` entries can't be edited. Raises EntryError."""
    entries: dict[str, Entry] = {f"resource:{resource.id}": resource for resource in pack.resources}
    entries |= {f"partner:{partner.id}": partner for partner in pack.partners}
    entries |= {f"county:{county.fips}": county for county in pack.counties}
    counties = {f"county:{county.fips}": county.name.casefold() for county in pack.counties}
    keys = [
        key
        for key in entries
        if name in {key, key.partition(":")[2]} or name.casefold() == counties.get(key)
    ]
    if not keys:
        raise EntryError("author.no-entry", name=name, folder=folder)
    if len(keys) > 1:
        raise EntryError("author.several-entries", name=name, names=" or ".join(keys))
    kind, _, entry_id = keys[0].partition(":")
    file = (
        folder / "counties.toml"
        if kind == "county"
        else folder / _FOLDERS[kind] / f"{entry_id}.toml"
    )
    if not file.is_file():
        raise EntryError("author.entry-pinned", name=entry_id, pinned=pinned)
    return EditableEntry(
        keys[0], entries[keys[0]], file, _row(file, entry_id) if kind == "county" else ()
    )


def _row(file: Path, fips: str) -> TablePath:
    rows = toml_text.loads(file.read_text("utf-8-sig"))["county"]
    return ("county", [row.get("fips") for row in rows].index(fips))
