"""The files in an authoring folder, and the texts in each kind of file."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from content.model.pack import ABOUT, CLAUSES, County, Group, Law, Partner, Resource, ShortCode
from content.rules import answers
from editor.authoring import schema
from editor.authoring.listed import Never, Same, Waiver
from editor.authoring.parsed_folder import ParsedFolder
from editor.authoring.read_entries import (
    marked,
    read_file,
    read_keyword,
    read_rows,
    read_staff,
    read_subject,
    read_topic,
)
from editor.authoring.readings import FILE as READINGS
from editor.authoring.readings import SignedReading
from editor.authoring.schema import AnswersFile, LineFile, PackFile, TextNames
from messages.message import Finding, message
from sms.understanding import classifier, examples

FORMAT = 1

_RESOURCE = TextNames(("name", "blurb", "for", "private"), optional=("say",), lists=("happens",))
_PARTNER = TextNames(("does", "serves", "status", "student", "sms"))
_LAW = TextNames(("title", "text"), optional=("sms",))
_GROUP = TextNames(("title", "sub"), optional=("lead",))
_REPLY = TextNames(("first", "more"), optional=(*CLAUSES, "further", *ABOUT))
_CASE = TextNames(("first",), optional=("friend",))
_LINE = TextNames(
    (),
    optional=(
        *(
            "general",
            "further",
            "help",
            "start",
            "optout",
            "slip",
            "stopped",
            "limited",
            "sign",
            "chat",
        ),
        *("unclear", "now_any", "now_body", "now_people", "now_life"),
        *("place", "place_unknown", "also", "perhaps", "perhaps_two", "other", "office"),
        *("hotline", "law_unknown"),
        *("voice_danger", "voice_lines", "voice_menu", "voice_more", "voice_end"),
        # Files in packs written before 2026-12; no longer used.
        *("voice_handoff_menu", "voice_handoff", "voice_handoff_back"),
        *ABOUT,
    ),
)
_ANSWERS = TextNames((), optional=answers.ANSWERS)
_ANSWERS_IN_PART = TextNames((), optional=answers.IN_PART)
_LINE_FILE, _ANSWERS_FILE = "line", "answers"  # files in sms/ without a topic
_LISTS = ("groups", "counties", "shortcodes", "never-print", "same", "answers")
_EXAMPLES = (examples.FILE, examples.PACKED, examples.MODEL)
_FILES = ("pack.toml", READINGS, *(f"{name}.toml" for name in _LISTS), *_EXAMPLES)
_FOLDERS = {
    **dict.fromkeys(("resources", "partners", "legal", "sms"), ".toml"),
    **dict.fromkeys(("topics", "staff"), ".md"),
    "po": ".po",
}
_BUILT = "built"  # folder of the pinned set's built copy


def read_folder(folder: Path) -> ParsedFolder:
    """Return the contents of ``folder``, each kind sorted by file name, and all problems."""
    parsed = ParsedFolder(folder)
    parsed.places["pack"] = (parsed.display_path("pack.toml"), 1)
    _head(parsed)
    read_resources(parsed)
    for path in _in(parsed, "partners"):
        parsed.partners += read_file(parsed, path, "partner", Partner, names=_PARTNER)
    for path in _in(parsed, "legal"):
        parsed.laws += read_file(parsed, path, "law", Law, names=_LAW)
    for path in _in(parsed, "topics"):
        parsed.topics += read_topic(parsed, path)
    for path in _in(parsed, "staff"):
        parsed.staff += read_staff(parsed, path)
    for path in _in(parsed, "sms"):
        if path.stem == _LINE_FILE:
            _line(parsed, path)
        elif path.stem == _ANSWERS_FILE:
            _answers(parsed, path)
        elif "." not in path.stem:
            parsed.keywords += read_keyword(parsed, path, names=_REPLY, case=_CASE)
    for path in _in(parsed, "sms"):
        if "." in path.stem:
            read_subject(parsed, path, case=_CASE)
    parsed.examples = _bytes(parsed, examples.FILE)
    parsed.model = _bytes(parsed, examples.MODEL) or _base_of(parsed.examples)
    parsed.groups += read_rows(parsed, "groups.toml", "group", Group, by="id", names=_GROUP)
    parsed.counties += read_rows(parsed, "counties.toml", "county", County, by="fips")
    parsed.short_codes += read_rows(parsed, "shortcodes.toml", "short_code", ShortCode, by="number")
    parsed.never += read_rows(parsed, "never-print.toml", "never", Never, by="text")
    parsed.same += read_rows(parsed, "same.toml", "same", Same, by="key")
    parsed.answers += read_rows(parsed, "answers.toml", "answer", Waiver, by="key")
    parsed.readings += read_rows(parsed, READINGS, "reading", SignedReading, by="text")
    why = "packs do not have a file with this name in this folder (see docs/editor/content.md)"
    parsed.problems += strangers(parsed, _FILES, _FOLDERS, why)
    return parsed


def read_resources(parsed: ParsedFolder) -> None:
    """Read resources/*.toml, the only pack files that a county or district has."""
    for path in _in(parsed, "resources"):
        parsed.resources += read_file(parsed, path, "resource", Resource, names=_RESOURCE)


def _in(parsed: ParsedFolder, name: str) -> list[Path]:
    return sorted(parsed.folder.glob(f"{name}/*{_FOLDERS[name]}"))


def _base_of(rows: bytes) -> bytes:
    """Return the shipped base if it was trained on exactly these rows, so the pack can use it."""
    if not rows:
        return b""
    base = classifier.BASE.read_bytes()
    learnt, _ = examples.learnt_from(base)
    return base if learnt == examples.fingerprint(rows) else b""


def _bytes(parsed: ParsedFolder, name: str) -> bytes:
    try:
        return examples.read(parsed.folder / name)
    except OSError as error:
        parsed.wrong(
            (parsed.display_path(name), 1), message("author.file-unreadable", why=error.strerror)
        )
        return b""


def _head(parsed: ParsedFolder) -> None:
    path = parsed.folder / "pack.toml"
    if not path.exists():
        parsed.wrong(parsed.places["pack"], message("author.no-pack-file"))
        return
    document = parsed.open(path)
    if document is None:
        return
    head, problems = schema.value(PackFile, document.data, document, name="pack.toml")
    parsed.problems += problems
    parsed.place("pack", document)
    if head is None:
        return
    if head.format != FORMAT:
        parsed.wrong(
            parsed.places["pack/format"],
            message("author.format", format=head.format, wanted=FORMAT),
        )
    parsed.head = head
    parsed.defined |= {f"fact:{fact}": parsed.places[f"pack/facts/{fact}"] for fact in head.facts}


def _line(parsed: ParsedFolder, path: Path) -> None:
    """Read sms/line.toml: the line's replies, the segments allowed for each, and help words."""
    document = parsed.open(path)
    if document is None:
        parsed.unread.add("sms:line")
        return
    data = marked(parsed, document, "sms:line", leave={"reply"})
    line, problems = schema.value(LineFile, data, document, name="sms/line.toml")
    parsed.problems += problems
    parsed.place("sms:line", document)
    parsed.keep_section("sms:line", document.data.get("reply"), document, at="reply", names=_LINE)
    if line is not None:
        parsed.line_segments |= line.max_segments
        parsed.line_words |= line.words


def _answers(parsed: ParsedFolder, path: Path) -> None:
    """Read sms/answers.toml: answers to follow-up questions, and the segments allowed for each."""
    document = parsed.open(path)
    if document is None:
        parsed.unread.add("sms:answer")
        return
    data = marked(parsed, document, "sms:answer", leave={"answer", "further"})
    head, problems = schema.value(AnswersFile, data, document, name="sms/answers.toml")
    parsed.problems += problems
    parsed.place("sms:answer", document)
    given = document.data.get("answer")
    parsed.keep_section("sms:answer", given, document, at="answer", names=_ANSWERS)
    if given := document.data.get("further"):
        parsed.keep_section(
            "sms:answer",
            given,
            document,
            at="further",
            names=_ANSWERS_IN_PART,
            suffix=answers.FURTHER,
        )
    if head is not None:
        parsed.line_segments |= {
            answers.BUDGET + name: budget for name, budget in head.max_segments.items()
        }


def strangers(
    parsed: ParsedFolder, files: Collection[str], folders: Mapping[str, str], why: str
) -> Iterator[Finding]:
    """Yield files that nothing reads, usually because of a typo. ``folders``: folder → suffix."""
    for path in sorted(parsed.folder.rglob("*")):
        name = path.relative_to(parsed.folder)
        if path.is_dir() or name.name == "README.md" or name.parts[0] == _BUILT:
            continue
        if any(piece.startswith(".") for piece in name.parts) or name.as_posix() in files:
            continue
        if len(name.parts) != 2 or folders.get(name.parts[0]) != path.suffix:
            yield Finding.at(
                parsed.display_path(name), 1, message("author.file-not-read", why=why), "note"
            )
