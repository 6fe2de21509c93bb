"""Converts a county's or district's folder to local.json and checks it against the state's pack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from content.model.pack import Pack
from content.rules.local_additions import Kind, Local, merge, path_of
from content.rules.locations import Where, translated
from editor.authoring import po_files, schema
from editor.authoring.folder_layout import read_resources, strangers
from editor.authoring.parsed_folder import ParsedFolder
from editor.authoring.po_files import English
from editor.rules import check_source
from messages.message import Finding, by_place, message

HEAD = "local.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """The contents of local.toml."""

    id: str
    kind: Kind
    name: str
    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read(folder: Path, pack: Pack) -> tuple[Local | None, list[Finding]]:
    """Return the local entries (None if local.toml is not usable), and all problems, sorted.

    If any problem is an error, the entries must not be published.
    """
    parsed = ParsedFolder(folder)
    head = _head(parsed)
    read_resources(parsed)
    why = "a county's or district's folder can contain only local.toml, resources/ and po/"
    parsed.problems += strangers(parsed, {HEAD}, {"resources": ".toml", "po": ".po"}, why)
    if head is None:
        return None, by_place(parsed.problems)
    texts = {pack.default: dict(parsed.texts)}
    for path in sorted(folder.glob("po/*.po")):
        texts[path.stem] = _translation(parsed, path)
    local = Local(
        kind=head.kind,
        id=head.id,
        name=head.name,
        resources=tuple(parsed.resources),
        topics=head.topics,
        texts=texts,
    )
    if not any(problem.kind == "wrong" for problem in parsed.problems):
        where = Where(parsed.places, frozenset(parsed.unread))
        parsed.problems += merge(
            pack, local, path=path_of(local), where=where, rules=check_source.problems
        )[1]
    return local, by_place(parsed.problems)


def _head(parsed: ParsedFolder) -> LocalFile | None:
    path = parsed.folder / HEAD
    parsed.places["pack"] = parsed.places["local"] = (parsed.display_path(HEAD), 1)
    if not path.is_file():
        parsed.wrong(parsed.places["local"], message("author.no-local-file"))
        return None
    document = parsed.open(path)
    if document is None:
        return None
    head, problems = schema.value(LocalFile, document.data, document, name=HEAD)
    parsed.problems += problems
    parsed.place("local", document)
    return head


def _translation(parsed: ParsedFolder, path: Path) -> dict[str, str]:
    """Return one language's texts and record their locations."""
    file = parsed.display_path(f"po/{path.name}")
    english = English(dict(parsed.texts), parsed.places, frozenset(), frozenset(parsed.unread))
    found = po_files.read(path, file, english)
    parsed.problems += found.problems
    parsed.places[translated(path.stem, "")] = (file, 1)
    parsed.places |= {
        translated(path.stem, key): (file, found.lines.get(key, 1)) for key in parsed.texts
    }
    return found.texts
