"""Reads a pack's entries from one source file: a TOML entry, a page of text, or rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from content.model.pack import Keyword, StaffSection, Topic
from editor.authoring import schema
from editor.authoring.documents import Document, TextBlock
from editor.authoring.parsed_folder import ParsedFolder
from editor.authoring.schema import SubjectFile, TextNames
from messages.message import message

T = TypeVar("T")
TakeTexts = Callable[[ParsedFolder, Document, str], dict[str, Any]]

_DERIVED = frozenset({"pinned", "paragraphs", "steps", "blocks"})  # fields that no file sets


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """A file's ``unread_by`` table, which lists texts that somebody has yet to read."""

    clinician: tuple[str, ...] = ()
    counsel: tuple[str, ...] = ()


def read_file(
    parsed: ParsedFolder, path: Path, kind: str, shape: type[T], *, names: TextNames
) -> list[T]:
    """Read a file with one entry and its ``[text]``; return [] if the file is broken."""
    key = f"{kind}:{path.stem}"
    opened = _opened(parsed, path, key, section="text", names=names)
    return _entry(parsed, opened[0], key, shape, data=opened[1], id_name="id") if opened else []


def _opened(
    parsed: ParsedFolder, path: Path, key: str, *, section: str, names: TextNames
) -> tuple[Document, dict[str, Any]] | None:
    """Return a file and its values; the section's texts are stored separately, not in the values.

    Returns None if the file is broken.
    """
    document = parsed.open(path)
    if document is None:
        parsed.unread.add(key)
        return None
    data = marked(parsed, document, key, leave={section})
    parsed.keep_section(key, document.data.get(section), document, at=section, names=names)
    return document, data


def read_keyword(
    parsed: ParsedFolder, path: Path, *, names: TextNames, case: TextNames
) -> list[Keyword]:
    """Read sms/<topic>.toml: rules and ``[reply]`` for the topic and for each ``[case.<name>]``.

    Returns [] if the file is broken.
    """
    key = f"sms:{path.stem}"
    opened = _opened(parsed, path, key, section="reply", names=names)
    if opened is None:
        return []
    document, data = opened
    _keep_cases(parsed, document, data, key, names=case)
    return _entry(parsed, document, key, Keyword, data=data, id_name="topic")


def read_subject(parsed: ParsedFolder, path: Path, *, case: TextNames) -> None:
    """Read sms/<topic>.<subject>.toml: more classes and cases for a topic that was already read."""
    topic = path.stem.partition(".")[0]
    key = f"sms:{topic}"
    document = parsed.open(path)
    if document is None:
        parsed.unread.add(key)
        return
    data = marked(parsed, document, key)
    _keep_cases(parsed, document, data, key, names=case)
    found, problems = schema.value(SubjectFile, data, document, name=path.name)
    parsed.problems += problems
    own = next((one for one in parsed.keywords if one.topic == topic), None)
    if own is None and key not in parsed.unread:
        parsed.wrong((document.file, 1), message("author.subject-alone", topic=topic))
    if found is None or own is None:
        parsed.unread.add(key)
        return
    if found.topic != topic:
        parsed.wrong(
            (document.file, document.lines["topic"]),
            message("author.subject-topic", topic=found.topic, file=path.name),
        )
    for at in _again(own, found):
        name = at.rpartition("/")[2]
        parsed.wrong(
            (document.file, document.lines[at]), message("author.subject-twice", name=name)
        )
    parsed.place(key, document)
    parsed.places[key] = parsed.defined[key]
    languages = dict.fromkeys((*own.classes, *found.classes))
    classes = {
        language: {**own.classes.get(language, {}), **found.classes.get(language, {})}
        for language in languages
    }
    whole = replace(own, classes=classes, case={**own.case, **found.case})
    parsed.keywords = [whole if one is own else one for one in parsed.keywords]


def _again(own: Keyword, found: SubjectFile) -> Iterator[str]:
    """Yield the locations of cases and classes that the topic already has."""
    yield from (f"case/{name}" for name in own.case.keys() & found.case.keys())
    for language, classes in found.classes.items():
        twice = own.classes.get(language, {}).keys() & classes.keys()
        yield from (f"classes/{language}/{name}" for name in twice)


def _keep_cases(
    parsed: ParsedFolder, document: Document, data: dict[str, Any], key: str, *, names: TextNames
) -> None:
    """Store the replies in a file's cases, and remove them from the file's values."""
    cases = data.get("case")
    if not isinstance(cases, dict) or not all(isinstance(one, dict) for one in cases.values()):
        return
    for name, one in cases.items():
        at = f"case/{name}/reply"
        found, problems = schema.texts(one.get("reply"), document, at=at, names=names)
        parsed.problems += problems
        for part, (text, line) in found.items():
            own = name if part == "first" else f"{name}.{part}"
            parsed.keep(f"{key}:{own}", text, (document.file, line))
    data["case"] = {
        name: {field: given for field, given in one.items() if field != "reply"}
        for name, one in cases.items()
    }


def read_topic(parsed: ParsedFolder, path: Path) -> list[Topic]:
    """Read topics/<id>.md."""
    return _page(parsed, path, "topic", Topic, _topic_blocks)


def read_staff(parsed: ParsedFolder, path: Path) -> list[StaffSection]:
    """Read staff/<id>.md."""
    return _page(parsed, path, "staff", StaffSection, _staff_blocks)


def read_rows(
    parsed: ParsedFolder,
    file: str,
    table: str,
    shape: type[T],
    *,
    by: str,
    names: TextNames | None = None,
) -> list[T]:
    """Read a file of ``[[table]]`` entries, with ids in ``by``; return [] if there is no file."""
    path = parsed.folder / file
    document = parsed.open(path) if path.exists() else None
    if document is None:
        return []
    for other in document.data.keys() - {table}:
        parsed.wrong(
            (document.file, document.lines[other]),
            message("author.not-a-section", other=other, table=table),
        )
    rows = document.data.get(table, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        parsed.wrong(
            (document.file, document.lines[table]), message("author.double-brackets", table=table)
        )
        return []
    found: list[T] = []
    for number, row in enumerate(rows):
        key, at = f"{table}:{row.get(by, number)}", f"{table}/{number}"
        data = {name: given for name, given in row.items() if names is None or name != "text"}
        entry, problems = schema.value(shape, data, document, at=at, name=key)
        parsed.problems += problems
        parsed.place(key, document, at=at)
        parsed.defined.setdefault(key, parsed.places[key])
        if names is not None:
            parsed.keep_section(key, row.get("text"), document, at=f"{at}/text", names=names)
        if entry is None:
            parsed.unread.add(key)
        else:
            found.append(entry)
    return found


def marked(
    parsed: ParsedFolder, document: Document, key: str, *, leave: Set[str] = frozenset()
) -> dict[str, Any]:
    """Store the marks separately; return the file's values without the marks and without ``leave``.

    ``unread_by = { counsel = ["p.3"] }`` names the texts that somebody has yet to read. Older
    topics have ``law_unread = [3]`` instead.
    """
    marks = _Marks()
    if "unread_by" in document.data:
        given = document.data["unread_by"]
        found, problems = schema.value(_Marks, given, document, at="unread_by", name="unread_by")
        parsed.problems += problems
        marks = found or marks
    older = document.data.get("law_unread")
    counsel = [f"p.{number}" for number in older] if isinstance(older, list) else []
    parsed.marks |= {f"{key}:{name}": "clinician" for name in marks.clinician}
    parsed.marks |= {f"{key}:{name}": "counsel" for name in (*marks.counsel, *counsel)}
    taken = {*leave, "unread_by", "law_unread"}
    return {name: given for name, given in document.data.items() if name not in taken}


def _page(parsed: ParsedFolder, path: Path, kind: str, shape: type[T], take: TakeTexts) -> list[T]:
    """Read a page with front matter. ``take`` stores its texts and returns derived values."""
    key = f"{kind}:{path.stem}"
    document = parsed.open(path)
    if document is None:
        parsed.unread.add(key)
        return []
    derived = take(parsed, document, key)
    data = marked(parsed, document, key)
    return _entry(parsed, document, key, shape, data=data, id_name="id", derived=derived)


def _entry(
    parsed: ParsedFolder,
    document: Document,
    key: str,
    shape: type[T],
    *,
    data: Mapping[str, Any],
    id_name: str,
    derived: Mapping[str, Any] | None = None,
) -> list[T]:
    """Convert one file's values to an entry. The entry's id must be the file's name."""
    parsed.place(key, document)
    parsed.defined[key] = parsed.places[key]
    before = len(parsed.problems)
    for name in data.keys() & _DERIVED:
        parsed.wrong((document.file, document.lines[name]), message("author.not-here", name=name))
    allowed = {name: given for name, given in data.items() if name not in _DERIVED}
    entry, faults = schema.value(shape, {**allowed, **(derived or {})}, document, name=key)
    parsed.problems += faults
    found, stem = data.get(id_name), key.partition(":")[2]
    if isinstance(found, str) and found != stem:
        parsed.wrong(
            (document.file, document.lines[id_name]),
            message("author.id-differs", name=id_name, id=found, stem=stem),
        )
    if len(parsed.problems) > before:
        parsed.unread.add(key)
    return [] if entry is None else [entry]


def _topic_blocks(parsed: ParsedFolder, document: Document, key: str) -> dict[str, Any]:
    blocks = document.blocks
    _titled(parsed, document, key)
    for kind, mark in (("lead", ">"), ("warm", "##")):
        found = [block for block in blocks if block.kind == kind]
        if len(found) != 1:
            what = "lead, a line" if kind == "lead" else "warm line, a line"
            parsed.wrong(
                (document.file, _line(found[1:] or blocks)),
                message("author.topic-lacks", what=what, mark=mark),
            )
        for block in found[:1]:
            parsed.keep(f"{key}:{kind}", block.text, (document.file, block.line))
    steps = [block for block in blocks if block.kind == "step"]
    for number, block in enumerate(steps, 1):
        parsed.keep(f"{key}:step.{number}", block.text, (document.file, block.line))
    paragraphs = [block for block in blocks if block.kind in ("p", "li")]
    for number, block in enumerate(paragraphs, 1):
        parsed.keep(f"{key}:p.{number}", block.text, (document.file, block.line))
        if block.kind == "li":
            parsed.wrong((document.file, block.line), message("author.topic-list"))
    return {"paragraphs": len(paragraphs), "steps": len(steps)}


def _staff_blocks(parsed: ParsedFolder, document: Document, key: str) -> dict[str, Any]:
    _titled(parsed, document, key)
    body = [block for block in document.blocks if block.kind in ("p", "li")]
    for number, block in enumerate(body, 1):
        parsed.keep(f"{key}:b.{number}", block.text, (document.file, block.line))
    for block in document.blocks:
        if block.kind in ("lead", "warm", "step"):
            parsed.wrong((document.file, block.line), message("author.staff-blocks"))
    return {"blocks": [block.kind for block in body]}


def _titled(parsed: ParsedFolder, document: Document, key: str) -> None:
    titles = [block for block in document.blocks if block.kind == "title"]
    if len(titles) != 1 or document.blocks[0].kind != "title":
        parsed.wrong(
            (document.file, _line(titles[1:] or document.blocks)), message("author.no-title")
        )
    for block in titles[:1]:
        parsed.keep(f"{key}:title", block.text, (document.file, block.line))


def _line(blocks: Sequence[TextBlock]) -> int:
    return blocks[0].line if blocks else 1
