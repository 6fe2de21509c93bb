"""Reads sms/examples.csv: messages with the topic that is right for each, a row an example.

What the text line's model is learnt from. A row may say who the message is about, too.
"""

import csv
import errno
import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from content.model.pack import WHO
from content.rules.answers import ANSWER, ANSWERS, ORDINARY
from messages.message import Finding
from sms.understanding.classifier import CALM

FILE, MODEL = "sms/examples.csv", "sms/model.bin"
PACKED = f"{FILE}.gz"  # as the wheel carries it
COLUMNS = ("text", "topic", "about", "language", "writer", "note")

NOW = "now."  # begins the topic of a row that only teaches what an emergency is
EMERGENCIES = ("body", "people", "life")  # by the help that is wanted: ambulance, police, 988 too
FEWEST = 20  # examples of a topic or an answer: with fewer the model only learns them by heart
MOST_BYTES = 16 * 1024 * 1024
MOST_MODEL = 5_000_000  # bytes: as text it must fit into one file of a built pack
MOST_LETTERS = 1600
_LONGEST_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Example:
    """A message with what is right for it. ``about``: "" where it does not say.

    ``writer``: a round or a role, never a name.
    """

    text: str
    topic: str
    language: str
    about: str = ""
    writer: str = field(default="", compare=False)


def fingerprint(data: bytes) -> str:
    """The hash by which a model names the examples it was learnt from."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def read(path: Path) -> bytes:
    """The file's bytes, b"" without one. OSError.

    An installed program has the examples compressed; a file that an editor unpacked comes first.
    """
    packed = path.with_name(f"{path.name}.gz")
    try:
        if path.exists() or not packed.exists():
            with path.open("rb") as file:
                return file.read(MOST_BYTES + 1)
        with gzip.open(packed) as unpacked:
            return unpacked.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return b""
    except (EOFError, zlib.error) as error:
        raise OSError(errno.EBADMSG, "it is damaged") from error


def learnt_from(model: bytes) -> tuple[str, set[str]]:
    """The hash of the examples that a model was learnt from, and the classes of its messages.

    "" and none where it does not say.
    """
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(model)) as file:
            head = json.loads(file.readline(_LONGEST_HEAD))
        told = head.get("classes", {})
        return str(head["examples"]), {*told.get("topic", ()), *told.get("language", ())}
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError):
        return "", set()


def classes(topics: Iterable[str]) -> set[str]:
    """What a row may say of its message: a need, an answer, nothing, an emergency or none."""
    nows = (f"{NOW}{kind}" for kind in (CALM, *EMERGENCIES))
    return {ORDINARY, *topics, *(f"{ANSWER}{name}" for name in ANSWERS), *nows}


def parse(
    data: bytes, *, topics: Collection[str], languages: Collection[str]
) -> tuple[list[Example], list[Finding]]:
    """The examples, and every row that cannot be used, by its line."""
    if len(data) > MOST_BYTES:
        what = f"the file is larger than {MOST_BYTES // 1024} KB; take examples out"
        return [], [Finding.at(FILE, 1, what)]
    known = classes(topics)
    try:
        rows = list(_rows(data.decode()))
    except (UnicodeDecodeError, csv.Error) as error:
        what = f"the file cannot be read ({error}); save it as CSV in UTF-8"
        return [], [Finding.at(FILE, 1, what)]
    if not rows or tuple(rows[0][1]) != COLUMNS:
        what = f"the first line must be {','.join(COLUMNS)}"
        return [], [Finding.at(FILE, 1, what)]
    examples: list[Example] = []
    problems: list[Finding] = []
    for line, cells in rows[1:]:
        wrong = _wrong(cells, known, languages)
        if wrong:
            problems.append(Finding.at(FILE, line, wrong))
        else:
            text, topic, about, language, writer, _ = cells
            examples.append(Example(text, topic, language, about, writer))
    return examples, problems


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    line = 1
    for cells in reader:
        if cells:
            yield line, cells
        line = reader.line_num + 1


def _wrong(cells: list[str], topics: Collection[str], languages: Collection[str]) -> str:
    if len(cells) != len(COLUMNS):
        return (
            f"{len(cells)} columns, {len(COLUMNS)} are wanted ({', '.join(COLUMNS)}); put a text"
            ' with a comma into "quotes"'
        )
    text, topic, about, language, *_ = cells
    if not text.strip() or len(text) > MOST_LETTERS:
        return f"the text is {'empty' if not text.strip() else 'longer than a message can be'}"
    if topic not in topics:
        return f'"{topic}" is no topic; take one of {", ".join(sorted(topics))}'
    if about and about not in WHO:
        return f'about is "{about}"; take one of {", ".join(WHO)}, or leave it empty'
    if language not in languages:
        return f'the language is "{language}"; take one of {", ".join(sorted(languages))}'
    return ""
