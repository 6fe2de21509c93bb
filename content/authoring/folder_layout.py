"""The layout of a folder of authoring files (docs/content.md): which files there are, and which
texts each kind holds.

Refuses to compare folders (see source.py) and to judge entries (see rules.py). Authoring only.
"""

from collections.abc import Iterator
from pathlib import Path

from content.authoring import schema
from content.authoring.parsed_folder import Part
from content.authoring.read_entries import read_file, read_rows, read_staff, read_topic
from content.authoring.schema import LineFile, PackFile, TextNames
from content.model.pack import (
    County,
    Group,
    Keyword,
    Law,
    Partner,
    Problem,
    Resource,
    ShortCode,
    Words,
)
from content.rules.waivers import Answer, Never, Same

FORMAT = 1

_RESOURCE = TextNames(("name", "blurb", "for", "private"), lists=("happens",))
_PARTNER = TextNames(("does", "serves", "status", "student", "sms"))
_LAW = TextNames(("title", "text"))
_GROUP = TextNames(("title", "sub"), optional=("lead",))
_REPLY = TextNames(("first", "more"), optional=("further",))
_LINE = TextNames(
    (),
    optional=(
        *(
            "general",
            "further",
            "help",
            "start",
            "optout",
            "stopped",
            "limited",
            "place",
            "place_unknown",
            "who",
        ),
        *("sees", "also", "other", "office"),
        *("voice_danger", "voice_lines", "voice_menu", "voice_more", "voice_end"),
        *("voice_handoff_menu", "voice_handoff", "voice_handoff_back"),
    ),
)
_LINE_FILE = "line"  # sms/line.toml is not a topic's
_FILES = (
    "pack.toml",
    "groups.toml",
    "counties.toml",
    "shortcodes.toml",
    "never-print.toml",
    "same.toml",
    "answers.toml",
)
_FOLDERS = {
    "resources": ".toml",
    "partners": ".toml",
    "legal": ".toml",
    "sms": ".toml",
    "words": ".toml",
    "topics": ".md",
    "staff": ".md",
    "po": ".po",
}
_BUILT = "built"  # the pinned set's own built copy


def read_part(folder: Path) -> Part:
    """Everything in ``folder``, each kind in alphabetical order of its files, with the problems of
    each file."""
    part = Part(folder)
    part.places["pack"] = (part.shown("pack.toml"), 1)
    _head(part)
    read_resources(part)
    for path in _in(part, "partners"):
        part.partners += read_file(part, path, "partner", Partner, names=_PARTNER)
    for path in _in(part, "legal"):
        part.laws += read_file(part, path, "law", Law, names=_LAW)
    for path in _in(part, "topics"):
        part.topics += read_topic(part, path)
    for path in _in(part, "staff"):
        part.staff += read_staff(part, path)
    for path in _in(part, "sms"):
        if path.stem == _LINE_FILE:
            _line(part, path)
        else:
            part.keywords += read_file(part, path, "sms", Keyword, names=_REPLY)
    for path in _in(part, "words"):
        _words(part, path)
    part.groups += read_rows(part, "groups.toml", "group", Group, by="id", names=_GROUP)
    part.counties += read_rows(part, "counties.toml", "county", County, by="fips")
    part.short_codes += read_rows(part, "shortcodes.toml", "short_code", ShortCode, by="number")
    part.never += read_rows(part, "never-print.toml", "never", Never, by="text")
    part.same += read_rows(part, "same.toml", "same", Same, by="key")
    part.answers += read_rows(part, "answers.toml", "answer", Answer, by="key")
    part.problems += _strangers(part)
    return part


def read_resources(part: Part) -> None:
    """resources/*.toml; also those of a county or district, which has nothing else of a pack."""
    for path in _in(part, "resources"):
        part.resources += read_file(part, path, "resource", Resource, names=_RESOURCE)


def _in(part: Part, name: str) -> list[Path]:
    return sorted(part.folder.glob(f"{name}/*{_FOLDERS[name]}"))


def _head(part: Part) -> None:
    path = part.folder / "pack.toml"
    if not path.exists():
        part.wrong(
            part.places["pack"], "this file is missing; every pack needs it (see docs/content.md)"
        )
        return
    document = part.open(path)
    if document is None:
        return
    head, problems = schema.value(PackFile, document.data, document, name="pack.toml")
    part.problems += problems
    part.place("pack", document)
    if head is None:
        return
    if head.format != FORMAT:
        message = f"the format is {head.format}; this version of Porchlight reads format {FORMAT}"
        part.wrong(part.places["pack/format"], message)
    part.head = head
    part.defined |= {f"fact:{fact}": part.places[f"pack/facts/{fact}"] for fact in head.facts}


def _line(part: Part, path: Path) -> None:
    """sms/line.toml: the line's own replies, how many parts each may take, and the words for help."""
    document = part.open(path)
    if document is None:
        part.unread.add("sms:line")
        return
    data = {name: given for name, given in document.data.items() if name != "reply"}
    line, problems = schema.value(LineFile, data, document, name="sms/line.toml")
    part.problems += problems
    part.place("sms:line", document)
    part.keep_section("sms:line", document.data.get("reply"), document, at="reply", names=_LINE)
    if line is not None:
        part.line_segments |= line.max_segments
        part.line_words |= line.words


def _words(part: Part, path: Path) -> None:
    """words/<language>.toml: a section for each topic that the line knows in a language in part."""
    document = part.open(path)
    for topic, given in (document.data if document else {}).items():
        if document is None or not isinstance(given, dict):
            part.wrong(
                (part.shown(f"words/{path.name}"), 1),
                f'"{topic}" is no section; words stand under [<topic>]',
            )
            continue
        key = f"sms:{topic}/words/{path.stem}"
        words, problems = schema.value(Words, given, document, at=topic, name=f"[{topic}]")
        part.problems += problems
        part.place(key, document, at=topic)
        if words is not None:
            part.further.setdefault(topic, {})[path.stem] = words


def _strangers(part: Part) -> Iterator[Problem]:
    """Files that no one reads: most often a name with a slip in it."""
    for path in sorted(part.folder.rglob("*")):
        name = path.relative_to(part.folder)
        if path.is_dir() or name.name == "README.md" or name.parts[0] == _BUILT:
            continue
        if any(piece.startswith(".") for piece in name.parts) or name.as_posix() in _FILES:
            continue
        if len(name.parts) == 2 and _FOLDERS.get(name.parts[0]) == path.suffix:
            continue
        message = "this file is not read; check its name and folder (see docs/content.md)"
        yield Problem(part.shown(name), 1, message, "warning")
