"""One folder of authoring files as entries, texts and places: a pack's own, or the pinned set's.

Owns which files a folder holds and which texts each kind of file has (docs/content.md). Refuses to compare entries with
each other or with another folder (see source.py and rules.py). Authoring only: serving never imports this module.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from content import shapes
from content.documents import Block, Document, UnreadableError, read_page, read_toml
from content.lists import Never, Same
from content.model import (
    County,
    Group,
    Keyword,
    Law,
    Partner,
    Problem,
    Resource,
    ShortCode,
    StaffSection,
    Topic,
)
from content.shapes import LineFile, PackFile, TextNames
from content.where import Place

T = TypeVar("T")

_RESOURCE = TextNames(("name", "blurb", "for", "private"), lists=("happens",))
_PARTNER = TextNames(("does", "serves", "status", "student", "sms"))
_LAW = TextNames(("title", "text"))
_GROUP = TextNames(("title", "sub"), optional=("lead",))
_REPLY = TextNames(("first", "more"))
_LINE = TextNames((), optional=("general", "help", "start", "optout", "limited", "place", "place_unknown"))
_DERIVED = frozenset({"pinned", "paragraphs", "blocks"})  # fields of the types that a file does not write
_EXPECTED = ("*.toml", "resources/*.toml", "partners/*.toml", "legal/*.toml", "sms/*.toml", "topics/*.md",
             "staff/*.md", "po/*.po", "built/**/*")  # fmt: skip


@dataclass(slots=True)
class Part:
    """What one folder holds. ``defined`` are the entries that only one folder may define, with their places."""

    folder: Path
    head: PackFile | None = None
    resources: list[Resource] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    partners: list[Partner] = field(default_factory=list)
    counties: list[County] = field(default_factory=list)
    laws: list[Law] = field(default_factory=list)
    staff: list[StaffSection] = field(default_factory=list)
    keywords: list[Keyword] = field(default_factory=list)
    short_codes: list[ShortCode] = field(default_factory=list)
    never: list[Never] = field(default_factory=list)
    same: list[Same] = field(default_factory=list)
    line_segments: dict[str, Mapping[str, int]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    defined: dict[str, Place] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def shown(self, path: str) -> str:
        """How problems name a file of this folder."""
        return str(self.folder / path)


def read_part(folder: Path) -> Part:
    """Everything in ``folder``, files in alphabetical order, with the problems of each file."""
    part = Part(folder)
    part.places["pack"] = (part.shown("pack.toml"), 1)
    _head(part)
    for path in sorted(folder.glob("resources/*.toml")):
        _file(part, path, "resource", Resource, part.resources, _RESOURCE)
    for path in sorted(folder.glob("partners/*.toml")):
        _file(part, path, "partner", Partner, part.partners, _PARTNER)
    for path in sorted(folder.glob("legal/*.toml")):
        _file(part, path, "law", Law, part.laws, _LAW)
    for path in sorted(folder.glob("topics/*.md")):
        _page(part, path, "topic", Topic, part.topics, _topic_blocks)
    for path in sorted(folder.glob("staff/*.md")):
        _page(part, path, "staff", StaffSection, part.staff, _staff_blocks)
    for path in sorted(folder.glob("sms/*.toml")):
        if path.stem == "line":
            _line(part, path)
        else:
            _file(part, path, "sms", Keyword, part.keywords, _REPLY)
    _rows(part, "groups.toml", "group", Group, part.groups, name="id", names=_GROUP)
    _rows(part, "counties.toml", "county", County, part.counties, name="fips")
    _rows(part, "shortcodes.toml", "short_code", ShortCode, part.short_codes, name="number")
    _rows(part, "never-print.toml", "never", Never, part.never, name="text")
    _rows(part, "same.toml", "same", Same, part.same, name="key")
    _strangers(part)
    return part


def _open(part: Part, path: Path) -> Document | None:
    file = part.shown(path.relative_to(part.folder).as_posix())
    try:
        if path.suffix != ".md":
            return read_toml(path, file)
        document, problems = read_page(path, file)
        part.problems += problems
    except UnreadableError as error:
        part.problems.append(error.problem)
        return None
    return document


def _head(part: Part) -> None:
    path = part.folder / "pack.toml"
    if not path.exists():
        message = "this file is missing; every pack needs it (see docs/content.md)"
        part.problems.append(Problem(part.shown("pack.toml"), 1, message))
        return
    document = _open(part, path)
    if document is None:
        return
    part.head, problems = shapes.value(PackFile, document.data, document, name="pack.toml")
    part.problems += problems
    _place(part, "pack", document, "")
    for fact in document.data.get("facts", {}) if part.head else ():
        part.defined[f"fact:{fact}"] = (document.file, document.lines[f"facts/{fact}"])


def _file(part: Part, path: Path, kind: str, shape: type[T], into: list[T], names: TextNames) -> None:
    """A file that is one entry: its values, and its texts under ``[text]`` (``[reply]`` of the text line)."""
    key = f"{kind}:{path.stem}"
    document = _open(part, path)
    if document is None:
        part.unread.add(key)
        return
    section, id_name = ("reply", "topic") if kind == "sms" else ("text", "id")
    data = {name: given for name, given in document.data.items() if name != section}
    _entry(part, document, key, shape, into, data=data, id_name=id_name)
    _texts(part, document, key, document.data.get(section), at=section, names=names)


def _page(
    part: Part,
    path: Path,
    kind: str,
    shape: type[T],
    into: list[T],
    take: Callable[[Part, Document, str], dict[str, Any]],
) -> None:
    """A file of front matter and plain text. ``take`` keeps the texts and says what the entry must know of them."""
    key = f"{kind}:{path.stem}"
    document = _open(part, path)
    if document is None:
        part.unread.add(key)
        return
    derived = take(part, document, key)
    _entry(part, document, key, shape, into, data=document.data, id_name="id", derived=derived)


def _entry(
    part: Part,
    document: Document,
    key: str,
    shape: type[T],
    into: list[T],
    *,
    data: Mapping[str, Any],
    id_name: str,
    derived: Mapping[str, Any] | None = None,
) -> None:
    """Checks one file's values and keeps the entry. Its id must be the file's name."""
    _place(part, key, document, "")
    part.defined[key] = part.places[key]
    problems = _written_derived(document, data)
    allowed = {name: given for name, given in data.items() if name not in _DERIVED}
    entry, faults = shapes.value(shape, {**allowed, **(derived or {})}, document, name=key)
    problems += faults
    stem = key.partition(":")[2]
    found = data.get(id_name)
    if isinstance(found, str) and found != stem:
        message = f'{id_name} is "{found}" but the file is called "{stem}"; make them the same'
        problems.append(Problem(document.file, document.lines[id_name], message))
    part.problems += problems
    if entry is None or problems:
        part.unread.add(key)
    if entry is not None:
        into.append(entry)


def _rows(
    part: Part,
    file: str,
    table: str,
    shape: type[T],
    into: list[T],
    *,
    name: str,
    names: TextNames | None = None,
) -> None:
    """A file that is a list of entries, ``[[table]]`` each."""
    path = part.folder / file
    document = _open(part, path) if path.exists() else None
    if document is None:
        return
    for other in document.data.keys() - {table}:
        message = f'"{other}" is not a section of this file; entries begin with [[{table}]]'
        part.problems.append(Problem(document.file, document.lines[other], message))
    rows = document.data.get(table, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        message = f"entries begin with [[{table}]], in double brackets"
        part.problems.append(Problem(document.file, document.lines[table], message))
        return
    for number, row in enumerate(rows):
        at = f"{table}/{number}"
        key = f"{table.replace('_', ' ')}:{row.get(name, number)}"
        data = {given: value for given, value in row.items() if names is None or given != "text"}
        entry, problems = shapes.value(shape, data, document, at=at, name=key)
        part.problems += problems
        _place(part, key, document, at)
        if shape not in (Never, Same):
            _once(part, key)
        if entry is None:
            part.unread.add(key)
        else:
            into.append(entry)
        if names is not None:
            _texts(part, document, key, row.get("text"), at=f"{at}/text", names=names)


def _once(part: Part, key: str) -> None:
    if key in part.defined:
        kind, _, name = key.partition(":")
        file, line = part.places[key]
        message = f'the {kind} "{name}" stands twice, first on line {part.defined[key][1]}; keep one of them'
        part.problems.append(Problem(file, line, message))
    part.defined.setdefault(key, part.places[key])


def _line(part: Part, path: Path) -> None:
    """sms/line.toml: the line's own replies."""
    document = _open(part, path)
    if document is None:
        part.unread.add("sms:line")
        return
    data = {name: given for name, given in document.data.items() if name != "reply"}
    line, problems = shapes.value(LineFile, data, document, name="sms/line.toml")
    part.problems += problems
    _place(part, "sms:line", document, "")
    _texts(part, document, "sms:line", document.data.get("reply"), at="reply", names=_LINE)
    if line is not None:
        part.line_segments |= line.max_segments


def _texts(part: Part, document: Document, key: str, raw: object, *, at: str, names: TextNames) -> None:
    found, problems = shapes.texts(raw, document, at=at, names=names)
    part.problems += problems
    for name, (text, line) in found.items():
        part.texts[f"{key}:{name}"] = text
        part.places[f"{key}:{name}"] = (document.file, line)


def _topic_blocks(part: Part, document: Document, key: str) -> dict[str, Any]:
    """A topic's title, lead and paragraphs."""
    blocks = document.blocks
    _titled(part, document, blocks)
    leads = [block for block in blocks if block.kind == "lead"]
    if len(leads) != 1:
        line = leads[1].line if leads else (blocks[0].line if blocks else 1)
        message = "a topic has one lead, a line that begins with > under its title"
        part.problems.append(Problem(document.file, line, message))
    _keep(part, document, f"{key}:lead", leads[:1])
    paragraphs = [block for block in blocks if block.kind in ("p", "li")]
    for block in paragraphs:
        if block.kind == "li":
            message = "a topic has no lists; write a sentence instead of the line that begins with -"
            part.problems.append(Problem(document.file, block.line, message))
    _keep(part, document, f"{key}:title", blocks[:1])
    for number, block in enumerate(paragraphs, 1):
        _keep(part, document, f"{key}:p.{number}", [block])
    return {"paragraphs": len(paragraphs)}


def _staff_blocks(part: Part, document: Document, key: str) -> dict[str, Any]:
    """A staff section's title, paragraphs and list items."""
    _titled(part, document, document.blocks)
    _keep(part, document, f"{key}:title", document.blocks[:1])
    for block in document.blocks[1:]:
        if block.kind == "lead":
            message = "a staff section has no lead; remove the > at the start of the line"
            part.problems.append(Problem(document.file, block.line, message))
    body = [block for block in document.blocks[1:] if block.kind in ("p", "li")]
    for number, block in enumerate(body, 1):
        _keep(part, document, f"{key}:b.{number}", [block])
    return {"blocks": [block.kind for block in body]}


def _titled(part: Part, document: Document, blocks: Sequence[Block]) -> None:
    titles = [block for block in blocks if block.kind == "title"]
    if len(titles) != 1 or blocks[0].kind != "title":
        line = titles[1].line if len(titles) > 1 else (blocks[0].line if blocks else 1)
        message = "the text begins with one title, a line that begins with #"
        part.problems.append(Problem(document.file, line, message))


def _keep(part: Part, document: Document, key: str, blocks: Sequence[Block]) -> None:
    for block in blocks:
        part.texts[key] = block.text
        part.places[key] = (document.file, block.line)


def _written_derived(document: Document, data: Mapping[str, Any]) -> list[Problem]:
    return [
        Problem(document.file, document.lines[name], f'"{name}" is not written in a file; remove this line')
        for name in data
        if name in _DERIVED
    ]


def _place(part: Part, key: str, document: Document, at: str) -> None:
    """The place of an entry and of every value inside it."""
    part.places[key] = (document.file, document.lines.get(at, 1) if at else 1)
    prefix = f"{at}/" if at else ""
    for path, line in document.lines.items():
        if path.startswith(prefix):
            part.places[f"{key}/{path.removeprefix(prefix)}"] = (document.file, line)


def _strangers(part: Part) -> None:
    """Files that no one reads: most often a name with a slip in it."""
    known = {path for pattern in _EXPECTED for path in part.folder.glob(pattern)}
    for path in sorted(part.folder.rglob("*")):
        name = path.relative_to(part.folder)
        hidden = any(piece.startswith(".") for piece in name.parts)
        if path.is_dir() or hidden or path in known or path.name == "README.md":
            continue
        message = "this file is not read; check its name and folder (see docs/content.md)"
        part.problems.append(Problem(part.shown(name.as_posix()), 1, message, "warning"))
