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
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

FILE, MODEL = "sms/examples.csv", "sms/model.bin"
PACKED = f"{FILE}.gz"  # as the wheel carries it
COLUMNS = ("text", "topic", "about", "language", "writer", "note")

MOST_BYTES = 16 * 1024 * 1024
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


def rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The line and the cells of each row, the first with the columns. UnicodeDecodeError, Error."""
    text = data.decode().removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    for cells in reader:
        if cells:
            yield line, cells
        line = reader.line_num + 1


def of_topics(data: bytes, topics: Collection[str]) -> list[Example]:
    """The examples of these topics, of a file that a model was learnt from."""
    taken = (cells for _, cells in rows(data) if cells[1] in topics)
    return [Example(text, topic, tag, who, by) for text, topic, who, tag, by, _ in taken]
