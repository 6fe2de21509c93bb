"""All pages of a pack as ready bytes in one file.

Owns the file: an index in JSON, then every body once as it is and once compressed. Owns the whole answer to a GET,
headers and all, so that nothing is computed while a page is served. Refuses to write half a file (it is written
aside and renamed) and to open one whose index or size is wrong.

Layout: the line ``porchlight edition 1``, the length of the index in ASCII and a newline, the index, the bodies.
"""

import gzip
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from kiosk import privacy
from kiosk.privacy import KEEP_FOR_EVER, KEEP_NOTHING, Headers
from settings import Kiosk

MAGIC = b"porchlight edition 1\n"
HTML = "text/html; charset=utf-8"
INDEX = "/pack.json"
_CODE = Path(__file__).parent
_UNCHANGED = frozenset({"woff2"})  # compressed already


class EditionError(Exception):
    """The file is not an edition, or not a whole one."""


class Item(NamedTuple):
    """A body to write: under an address, or under the name of a part."""

    path: str
    body: bytes
    content_type: str = HTML
    cache: str = KEEP_NOTHING


class Ready(NamedTuple):
    """One address, ready to send: bodies and complete header lists. ``packed`` is the compressed form, if it has one.

    Bodies are views into the bytes of the file: nothing is copied until it is sent.
    """

    etag: bytes
    body: memoryview
    headers: list[tuple[bytes, bytes]]
    packed: memoryview
    packed_headers: list[tuple[bytes, bytes]]
    unchanged_headers: list[tuple[bytes, bytes]]


class _Entry(msgspec.Struct, frozen=True):
    """Where one body lies in the file: (start, length), counted from the end of the index."""

    content_type: str
    cache: str
    sha256: str
    whole: tuple[int, int]
    packed: tuple[int, int]


class _Index(msgspec.Struct, frozen=True):
    """What the file holds."""

    size: int
    entries: dict[str, _Entry]


def dump(items: Iterable[Item]) -> bytes:
    """The bytes of an edition. The same items give the same bytes."""
    entries: dict[str, _Entry] = {}
    blob = bytearray()
    known: dict[tuple[str, str, str], _Entry] = {}
    for item in _with_list(list(items)):
        digest = hashlib.sha256(item.body).hexdigest()
        same = (digest, item.content_type, item.cache)
        entry = known.get(same)
        if entry is None:
            whole = (len(blob), len(item.body))
            blob += item.body
            # Level 9 costs nothing here: pages are rendered once. mtime 0 keeps the bytes the same every time.
            small = b"" if item.path.rpartition(".")[2] in _UNCHANGED else gzip.compress(item.body, 9, mtime=0)
            packed = (len(blob), len(small))
            blob += small
            entry = _Entry(item.content_type, item.cache, digest, whole, packed)
            known[same] = entry
        entries[item.path] = entry
    index = msgspec.json.encode(_Index(len(blob), entries))
    return MAGIC + str(len(index)).encode() + b"\n" + index + bytes(blob)


def write(items: Iterable[Item], out: Path) -> None:
    """Write an edition to ``out``, whole or not at all."""
    data = dump(items)
    aside = out.with_name(out.name + ".part")
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(out)


def _with_list(items: list[Item]) -> Iterator[Item]:
    yield from items
    if any(item.path == INDEX for item in items):
        return
    # Hashes are of the decoded bodies: a worker in the browser never sees the compressed ones.
    listed = {item.path: hashlib.sha256(item.body).hexdigest() for item in items if item.path.startswith("/")}
    version = hashlib.sha256(msgspec.json.encode(listed, order="sorted")).hexdigest()
    files = [{"url": url, "sha256": digest} for url, digest in sorted(listed.items())]
    body = msgspec.json.encode({"version": version, "files": files})
    yield Item(INDEX, body, "application/json")


class Edition:
    """An open edition: ``get`` answers an address, ``part`` gives the text of a part."""

    def __init__(self, data: bytes) -> None:
        self._ready: dict[str, Ready] = {}
        self._parts: dict[str, str] = {}
        try:
            start, index = _index(data)
        except (ValueError, msgspec.MsgspecError) as problem:
            raise EditionError("The edition is not one that this version wrote: render it again.") from problem
        if start + index.size != len(data):
            raise EditionError("The edition is cut short: render it again.")
        view = memoryview(data)
        made: dict[_Entry, Ready] = {}
        for path, entry in index.entries.items():
            if not path.startswith("/"):
                self._parts[path] = bytes(_slice(view, start, entry.whole)).decode()
                continue
            if entry not in made:
                made[entry] = _ready(view, start, entry)
            self._ready[path] = made[entry]
        for path in [path for path in self._ready if path != "/"]:
            # "/en" and "/en/" are one page: answering both is cheaper and kinder than a redirect.
            other = path.removesuffix("/") if path.endswith("/") else path + "/"
            self._ready.setdefault(other, self._ready[path])

    @classmethod
    def open(cls, path: Path) -> "Edition":
        """The edition in a file, read whole. EditionError if it is not whole; OSError if it is not there.

        Not mapped: a mapped file that a restore or a bad disk cuts short kills the process that reads it, both doors.
        """
        data = path.read_bytes()
        if not data:
            raise EditionError("The edition is empty: render it again.")
        return cls(data)

    @classmethod
    def memory(cls, items: Iterable[Item]) -> "Edition":
        """An edition that is in no file."""
        return cls(dump(items))

    @property
    def ready(self) -> Mapping[str, Ready]:
        """Every address, trailing-slash variants included."""
        return self._ready

    def get(self, path: str) -> Ready | None:
        """What an address answers, or None."""
        return self._ready.get(path)

    def part(self, name: str) -> str:
        """The text of a part. KeyError if the edition has none of that name."""
        return self._parts[name]

    def languages(self) -> tuple[str, ...]:
        """The languages that the edition has pages in, the screen's first one first."""
        return tuple(name.removeprefix("missing/") for name in self._parts if name.startswith("missing/"))


def ready(body: bytes, content_type: str = HTML, cache: str = KEEP_NOTHING) -> Ready:
    """A body that stands in no edition, ready to send."""
    item = Item("/", body, content_type, cache)
    return Edition.memory([item, Item(INDEX, b"")]).ready["/"]


def _index(data: bytes) -> tuple[int, _Index]:
    if data[: len(MAGIC)] != MAGIC:
        raise ValueError("no magic line")
    end = data.find(b"\n", len(MAGIC))
    start = end + 1 + int(data[len(MAGIC) : end])
    return start, msgspec.json.decode(data[end + 1 : start], type=_Index)


def _slice(view: memoryview, start: int, span: tuple[int, int]) -> memoryview:
    return view[start + span[0] : start + span[0] + span[1]]


def _ready(data: memoryview, start: int, entry: _Entry) -> Ready:
    etag = f'"{entry.sha256[:32]}"'.encode()
    body, packed = _slice(data, start, entry.whole), _slice(data, start, entry.packed)
    named: Headers = ((b"etag", etag), (b"vary", b"accept-encoding"))
    squeezed: Headers = (*named, (b"content-encoding", b"gzip"))
    kind, cache = entry.content_type, entry.cache
    whole = privacy.headers(kind, cache, length=len(body), extra=named)
    return Ready(
        etag=etag,
        body=body,
        headers=whole,
        packed=packed or body,
        packed_headers=privacy.headers(kind, cache, length=len(packed), extra=squeezed) if packed else whole,
        unchanged_headers=[(b"cache-control", cache.encode()), *privacy.ALWAYS, *named],
    )


def key(pack_version: str, kiosk: Kiosk, *, today: date) -> str:
    """What an edition depends on, as a hash: pack, settings, the code and templates that render it, and the day."""
    digest = hashlib.sha256(msgspec.json.encode([pack_version, kiosk, today], order="sorted"))
    for path in sorted(p for p in _CODE.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        digest.update(path.relative_to(_CODE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def asset_items(assets: Iterable[tuple[str, bytes, str]]) -> Iterator[Item]:
    """Assets as items: their addresses name their content, so they may be kept for ever."""
    for path, body, content_type in assets:
        yield Item(path, body, content_type, KEEP_FOR_EVER)
