"""Records that a clinician or counsel read a marked text, with the date and the exact wording.

A file marks its texts with ``unread_by``; ``checked`` records a reading in readings.toml. A text
that is changed later counts as unread again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from content.model.pack import Pack, Reader
from editor.authoring.signoff import EntryError, judged_role
from system import files

FILE = "readings.toml"
# Words that identify a role as clinician or counsel. A school counselor is neither.
_MAY_READ: Mapping[Reader, frozenset[str]] = {
    "clinician": frozenset({"clinician", "doctor", "physician", "nurse"}),
    "counsel": frozenset({"counsel", "lawyer", "attorney"}),
}
_HEAD = "# Who read which text. `porchlight checked` writes this file; do not edit it.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedReading:
    """``text``: the text's key. ``by``: a role. ``words``: a digest of the wording read."""

    text: str
    by: str
    on: date
    words: str


def outstanding(
    marks: Mapping[str, Reader], done: Sequence[SignedReading], english: Mapping[str, str]
) -> dict[str, Reader]:
    """Return the marks of texts that nobody has read in their current wording."""
    read = {(row.text, row.words) for row in done}
    return {
        key: reader
        for key, reader in sorted(marks.items())
        if (key, digest(english.get(key, ""))) not in read
    }


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def sign(folder: Path, pack: Pack, key: str, *, role: str, day: date, today: date) -> str:
    """Record in the pack's folder that the text was read. Raises EntryError or OSError."""
    reader = pack.unread_by[key]
    role = judged_role(role, day, today)
    if _MAY_READ[reader].isdisjoint(role.casefold().split()):
        raise EntryError("author.reader", key=key, reader=reader, role=role)
    words = digest(pack.texts[pack.default][key])
    new = SignedReading(text=key, by=role, on=day, words=words)
    file = folder / FILE
    before = file.read_text("utf-8") if file.exists() else _HEAD
    files.replace(file, f"{before.rstrip()}\n\n{_row(new)}".encode())
    return f"{key}: read by {role} on {day}. If its words change, somebody must read it again."


def _row(row: SignedReading) -> str:
    text, by, words = map(json.dumps, (row.text, row.by, row.words))
    return f"[[reading]]\ntext = {text}\nby = {by}\non = {row.on}\nwords = {words}\n"
