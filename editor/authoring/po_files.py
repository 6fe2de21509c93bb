"""Reads translations from gettext PO files and reports those that are out of date.

``msgctxt`` is a text's key; ``msgid`` is its English. Fuzzy or outdated entries are not used.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Message as PoEntry
from babel.messages.pofile import PoFileError, denormalize, read_po

from content.rules.locations import Location
from editor.authoring.documents import MAX_PO_BYTES, UnreadableError, read_text
from editor.rules import whole_texts
from messages.message import Finding, Message, Severity, message

_ROW = re.compile(
    r'\s*(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?"(?:[^"\\]|\\.)*"\s*)?'
)
_CONTEXT = re.compile(r'^msgctxt\s+(".*")\s*$')


@dataclass(frozen=True, slots=True)
class English:
    """The English texts to translate in this folder, and keys that must not be translated again."""

    texts: Mapping[str, str]
    places: Mapping[str, Location]
    taken: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    crisis_lines: frozenset[str] = frozenset()

    def kind(self, key: str) -> Severity:
        """Return "wrong" if the text must have an up-to-date translation."""
        return (
            "wrong" if key in self.taken or whole_texts.blocks(key, self.crisis_lines) else "note"
        )

    def unknown(self, key: str) -> bool:
        """Return whether no text has that key, even though its entry's file could be read."""
        return key not in self.texts and not any(
            key.startswith(f"{entry}:") for entry in self.unread
        )


@dataclass(slots=True)
class Translation:
    """One language's translations: key → text, and key → line number, including empty texts.

    ``outdated``: keys omitted, and reported, because their English has changed.
    """

    file: str
    texts: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)
    outdated: set[str] = field(default_factory=set)

    def wrong(self, line: int, said: Message | str, kind: Severity = "wrong") -> None:
        self.problems.append(Finding.at(self.file, line, said, kind))


def read(path: Path, file: str, english: English) -> Translation:
    """Read the PO file at ``path``; problems name the file as ``file``."""
    found = Translation(file)
    try:
        rows = read_text(path, file, max_bytes=MAX_PO_BYTES).split("\n")
        if not _well_formed(rows, found):
            return found
        catalog = read_po(rows, abort_invalid=True, ignore_obsolete=True)
    except UnreadableError as error:
        found.problems.append(error.problem)
        return found
    except PoFileError as error:
        found.wrong((error.lineno or 0) + 1, message("author.po-line", why=error))
        return found
    except (ValueError, LookupError) as error:  # babel parses dates and plural forms in the header
        found.wrong(1, message("author.po-header", why=error))
        return found
    _number(rows, found)
    for entry in catalog:
        if entry.id:
            _take(entry, found, english)
    return found


def _well_formed(rows: Iterable[str], found: Translation) -> bool:
    """Check each line here, because babel drops the first and last letter of an unquoted text."""
    for line, row in enumerate(rows, 1):
        if not _ROW.fullmatch(row):
            found.wrong(line, message("author.po-stray"))
    return not found.problems


def _number(rows: Iterable[str], found: Translation) -> None:
    """Record each entry's line number and report duplicate keys, of which babel keeps only one."""
    for line, row in enumerate(rows, 1):
        match = _CONTEXT.match(row)
        if match is None:
            continue
        key = denormalize(match[1])
        if key in found.lines:
            found.wrong(line, message("author.po-twice", key=key, line=found.lines[key]))
        else:
            found.lines[key] = line


def _take(entry: PoEntry, found: Translation, english: English) -> None:
    """Store one entry's translation, and record the entry's problems."""
    key, said = entry.context or "", entry.string
    line = found.lines.get(key, entry.lineno or 1)
    if not key:
        found.wrong(line, message("author.po-no-key"))
    elif not isinstance(said, str) or not isinstance(entry.id, str):
        found.wrong(line, message("author.po-plural", key=key))
    elif key in english.taken:
        found.wrong(line, message("author.po-pinned", key=key))
    elif english.unknown(key):
        found.wrong(line, message("author.po-unknown", key=key))
    else:
        told = [message("author.po-fuzzy", key=key)] if entry.fuzzy else []
        if (now := english.texts.get(key, entry.id)) != entry.id:
            told.append(_changed(key, entry.id, now, english))
        kind = english.kind(key)
        for why in told:
            found.outdated.add(key)
            until = why if kind == "wrong" else message("author.po-until", why=why)
            found.wrong(line, until, kind)
        if said and key in english.texts and key not in found.outdated:
            found.texts[key] = said


def _changed(key: str, msgid: str, now: str, english: English) -> Message:
    """Describe how the English that was translated differs from the current English."""
    at = next(
        (i for i, (a, b) in enumerate(zip(now, msgid, strict=False)) if a != b),
        min(len(now), len(msgid)),
    )
    old, new = (text[max(0, at - 15) : at + 25] for text in (msgid, now))
    file, where = english.places.get(key, ("the English", 1))
    return message("author.po-changed", key=key, file=file, line=where, old=old, new=new)
