"""Collects the content of one authoring folder as it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from content.model.pack import (
    County,
    Group,
    Keyword,
    Law,
    Partner,
    Reader,
    Resource,
    ShortCode,
    StaffSection,
    Topic,
    Words,
)
from content.rules.locations import Location
from editor.authoring.documents import Document, UnreadableError, read_page, read_toml
from editor.authoring.listed import Never, Same, Waiver
from editor.authoring.readings import SignedReading
from editor.authoring.schema import PackFile, TextNames, texts
from messages.message import Finding, Message


@dataclass(slots=True)
class ParsedFolder:
    """A folder's content. ``defined``: entries that no other may define; ``unread``: broken ones.

    ``examples``, ``model``: the bytes of sms/examples.csv and sms/model.bin. ``marks``: a
    text's key → the roles that must read the text; ``readings``: recorded readings.
    """

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
    answers: list[Waiver] = field(default_factory=list)
    readings: list[SignedReading] = field(default_factory=list)
    marks: dict[str, Reader] = field(default_factory=dict)
    line_segments: dict[str, Mapping[str, int]] = field(default_factory=dict)
    line_words: dict[str, Words] = field(default_factory=dict)
    examples: bytes = b""
    model: bytes = b""
    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, Location] = field(default_factory=dict)
    defined: dict[str, Location] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    problems: list[Finding] = field(default_factory=list)

    def display_path(self, path: Path | str) -> str:
        """Return the path, starting with the folder as given, so that editors can open the file."""
        return (self.folder / path).as_posix()

    def wrong(self, place: Location, said: Message | str) -> None:
        self.problems.append(Finding.at(*place, said))

    def open(self, path: Path) -> Document | None:
        """Read the file as a document; if that fails, record the problem and return None."""
        try:
            if path.suffix != ".md":
                return read_toml(path, self.display_path(path.relative_to(self.folder)))
            document, problems = read_page(path, self.display_path(path.relative_to(self.folder)))
        except UnreadableError as error:
            self.problems.append(error.problem)
            return None
        self.problems += problems
        return document

    def place(self, key: str, document: Document, *, at: str = "") -> None:
        """Record the locations of an entry (``at`` in the document) and of each value in it."""
        self.places[key] = (document.file, document.lines.get(at, 1) if at else 1)
        prefix = f"{at}/" if at else ""
        for path, line in document.lines.items():
            if path.startswith(prefix):
                self.places[f"{key}/{path.removeprefix(prefix)}"] = (document.file, line)

    def keep(self, key: str, text: str, place: Location) -> None:
        """Store a text in the default language."""
        self.texts[key] = text
        self.places[key] = place

    def keep_section(
        self,
        key: str,
        raw: object,
        document: Document,
        *,
        at: str,
        names: TextNames,
        suffix: str = "",
    ) -> None:
        """Store the texts of a ``[text]`` section and record their problems."""
        found, problems = texts(raw, document, at=at, names=names)
        self.problems += problems
        for name, (text, line) in found.items():
            self.keep(f"{key}:{name}{suffix}", text, (document.file, line))
