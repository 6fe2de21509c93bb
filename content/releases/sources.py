"""Decides which addresses may be a source of packs, and how each source is verified."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from messages.message import message
from system import files

MAX_ROOT = 64_000  # maximum bytes of the pinned root


class SourceError(Exception):
    """The address cannot be a source of packs; the message says which setting to change and how."""


@dataclass(frozen=True, slots=True)
class PackSource:
    """An https address or a folder. ``root``: verifies its content; None for an author's folder."""

    where: str | Path
    root: bytes | None


def locate(source: str, *, unsigned: bool, root: Path | None = None) -> PackSource:
    """Return the source at an address. ``unsigned``: allow unsigned folders. Raises SourceError."""
    scheme = source.partition(":")[0].casefold() if ":" in source.partition("/")[0] else ""
    if scheme == "https":
        return PackSource(source, _pinned(root, source))
    if scheme == "http":
        raise SourceError(message("source.http"))
    if scheme not in ("", "file"):
        raise SourceError(message("source.scheme", scheme=scheme))
    folder = _folder_of(source) if scheme else Path(source).expanduser()
    try:
        is_there = bool(source) and folder.is_dir()
        is_signed = is_there and (folder / "metadata").exists()
    except OSError as error:  # for example, a share that is not responding or that we may not read
        raise SourceError(
            message("source.unreadable", folder=folder, cause=error.strerror or error)
        ) from error
    if not is_there:
        raise SourceError(message("source.missing", folder=folder))
    if is_signed:
        return PackSource(folder, _pinned(root, str(folder)))
    if not unsigned:
        raise SourceError(message("source.unsigned", folder=folder))
    return PackSource(folder, None)


def _pinned(root: Path | None, source: str) -> bytes:
    if root is None:
        raise SourceError(message("source.no-root", source=source))
    try:
        return read_root(root)
    except OSError as error:
        raise SourceError(
            message("source.root-unreadable", root=root, cause=error.strerror or error)
        ) from error
    except ValueError as error:
        raise SourceError(message("source.root-wrong", root=root)) from error


def read_root(root: Path) -> bytes:
    """Return the pinned root; follow links. Raises ValueError, or OSError if not a plain file."""
    # Before Python 3.13, ``Path.resolve`` raises RuntimeError for links in a loop.
    data = files.read_plain(Path(os.path.realpath(root)), most=MAX_ROOT)
    if not data:
        raise ValueError(f"{root.name} is empty")
    return data


def _folder_of(address: str) -> Path:
    parts = urlsplit(address)
    if parts.netloc not in ("", "localhost"):
        raise SourceError(message("source.elsewhere", address=address))
    return Path(url2pathname(parts.path))
