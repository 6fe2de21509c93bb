"""Reads sms/examples.csv: one message per row, with its correct topic.

The text line's model learns from these rows. A row may also say whom the message is about.
"""

import csv
import errno
import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

FILE, MODEL = "sms/examples.csv", "sms/model.bin"
PACKED = f"{FILE}.gz"  # the examples' name in the wheel
COLUMNS = ("text", "topic", "about", "language", "writer", "note")

MOST_BYTES = 16 * 1024 * 1024
_LONGEST_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Example:
    """A message with its correct labels. ``about`` is "" if the row does not say.

    ``writer``: a round of writing or a role, never a name.
    """

    text: str
    topic: str
    language: str
    about: str = ""
    writer: str = field(default="", compare=False)


def fingerprint(data: bytes) -> str:
    """Return the hash by which a model identifies the examples from which it learned."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def read(path: Path) -> bytes:
    """Return the file's bytes; b"" if there is no file. Raises OSError.

    An installed program has the examples compressed; a file unpacked by an editor takes precedence.
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
    """Return the hash of the examples from which a model learned, and its topics and languages.

    All are empty if the model does not name them.
    """
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(model)) as file:
            head = json.loads(file.readline(_LONGEST_HEAD))
        told = head.get("classes", {})
        return str(head["examples"]), {*told.get("topic", ()), *told.get("language", ())}
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError):
        return "", set()


def rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield line numbers and cells, column names first. Raises UnicodeDecodeError, csv.Error."""
    text = data.decode().removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    for cells in reader:
        if cells:
            yield line, cells
        line = reader.line_num + 1


def of_topics(data: bytes, topics: Collection[str]) -> list[Example]:
    """Return the examples for these topics, from a file that a model learned from."""
    taken = (cells for _, cells in rows(data) if cells[1] in topics)
    return [Example(text, topic, tag, who, by) for text, topic, who, tag, by, _ in taken]
