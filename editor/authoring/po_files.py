"""Reads translations from gettext PO files and reports those that are out of date.

``msgctxt`` is a text's key; ``msgid`` is its English. Fuzzy or outdated entries are not used.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, denormalize, read_po

from content.rules.locations import Location
from editor.authoring.documents import MAX_PO_BYTES, UnreadableError, read_text
from editor.rules import whole_texts
from messages.message import Finding, Severity

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

    def wrong(self, line: int, message: str, kind: Severity = "wrong") -> None:
        self.problems.append(Finding.at(self.file, line, message, kind))


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
        message = (
            f"this line is not valid in a PO file ({error}); look for a missing quotation mark"
        )
        found.wrong((error.lineno or 0) + 1, message)
        return found
    except (ValueError, LookupError) as error:  # babel parses dates and plural forms in the header
        found.wrong(
            1,
            f"the header of this PO file cannot be read ({error}); copy another PO file's header",
        )
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
            found.wrong(
                line,
                "this line is not valid in a PO file; look for a missing quotation mark or a"
                " stray one",
            )
    return not found.problems


def _number(rows: Iterable[str], found: Translation) -> None:
    """Record each entry's line number and report duplicate keys, of which babel keeps only one."""
    for line, row in enumerate(rows, 1):
        match = _CONTEXT.match(row)
        if match is None:
            continue
        key = denormalize(match[1])
        if key in found.lines:
            found.wrong(
                line, f'"{key}" appears twice, first on line {found.lines[key]}; keep one of them'
            )
        else:
            found.lines[key] = line


def _take(message: Message, found: Translation, english: English) -> None:
    """Store one entry's translation, and record the entry's problems."""
    key, said = message.context or "", message.string
    line = found.lines.get(key, message.lineno or 1)
    if not key:
        found.wrong(
            line,
            'this entry has no msgctxt; add its text\'s key, such as: msgctxt "topic:danger:title"',
        )
    elif not isinstance(said, str) or not isinstance(message.id, str):
        found.wrong(line, f'"{key}" has plural forms, but texts in a pack have only one form')
    elif key in english.taken:
        found.wrong(
            line,
            f'"{key}" belongs to the pinned crisis set, which no pack can change; remove it here',
        )
    elif english.unknown(key):
        found.wrong(
            line,
            f'no text has the key "{key}"; remove this entry or correct its msgctxt',
        )
    else:
        told = []
        if message.fuzzy:
            told = [f'"{key}" is marked fuzzy; check the translation, then remove the word "fuzzy"']
        if (now := english.texts.get(key, message.id)) != message.id:
            told.append(_changed(key, message.id, now, english))
        kind = english.kind(key)
        end = "" if kind == "wrong" else "; English is shown until then"
        for why in told:
            found.outdated.add(key)
            found.wrong(line, f"{why}{end}", kind)
        if said and key in english.texts and key not in found.outdated:
            found.texts[key] = said


def _changed(key: str, msgid: str, now: str, english: English) -> str:
    """Describe how the English that was translated differs from the current English."""
    at = next(
        (i for i, (a, b) in enumerate(zip(now, msgid, strict=False)) if a != b),
        min(len(now), len(msgid)),
    )
    old, new = (text[max(0, at - 15) : at + 25] for text in (msgid, now))
    file, where = english.places.get(key, ("the English", 1))
    return (
        f'the English text of "{key}" changed ({file}:{where}): the PO file has "...{old}...",'
        f' but the source has "...{new}..."; check the translation, then copy the new English'
        " into msgid"
    )
