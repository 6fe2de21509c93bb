"""The edition file: every GET's body and headers, ready to send, as MessagePack of ``_Edition``.

Clips stay in their own files: ten languages of them would not fit in memory.
"""

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from content.model import durable_files
from kiosk.edition.assets import Asset
from kiosk.edition.headers import KEEP_FOR_EVER, KEEP_NOTHING, Headers, always, header_list
from settings.schema import Kiosk

HTML = "text/html; charset=utf-8"
INDEX = "/pack.json"
_CODE = Path(__file__).parents[1]
_UNCHANGED = frozenset({"woff2", "opus", "ogg", "png"})  # compressed already


class EditionError(Exception):
    """The file is no edition, or incomplete."""


class Item(NamedTuple):
    """A body to write, at an address or as a part (a name without leading slash).

    ``file``: absolute path, read when asked for. ``listed``: in the browser's list. ``styles``: CSP
    hashes.
    """

    path: str
    body: bytes = b""
    content_type: str = HTML
    cache: str = KEEP_NOTHING
    file: Path | None = None
    listed: bool = True
    styles: tuple[str, ...] = ()


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    """One body. ``packed`` is a view into the file's bytes: nothing is copied until sent."""

    content_type: str
    cache: str
    sha256: str
    size: int
    packed: memoryview
    squeezed: bool
    file: str = ""
    styles: tuple[str, ...] = ()


class _Edition(msgspec.Struct, frozen=True, array_like=True, tag="porchlight edition 3"):
    """The file: each body once, and the body of each path."""

    paths: dict[str, int]
    entries: list[_Entry]


class Ready(NamedTuple):
    """One address, ready to send: ``packed`` with ``packed_headers`` (empty if not compressed).

    Other header lists are made on demand: three for each page would take more memory than the
    pages.
    """

    etag: bytes
    packed: memoryview
    packed_headers: list[tuple[bytes, bytes]]
    entry: _Entry

    @classmethod
    def of(cls, entry: _Entry) -> "Ready":
        """Prepare an entry."""
        made = cls(f'"{entry.sha256[:32]}"'.encode(), entry.packed, [], entry)
        if entry.squeezed:
            made.packed_headers.extend(
                made._headers(len(entry.packed), (b"content-encoding", b"gzip"))
            )
        return made

    @property
    def squeezed(self) -> bool:
        """Whether ``packed`` is compressed."""
        return self.entry.squeezed

    @property
    def html(self) -> bool:
        """Whether it is a page."""
        return self.entry.content_type == HTML

    @property
    def file(self) -> Path | None:
        """The file, for bytes on disk only."""
        return Path(self.entry.file) if self.entry.file else None

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """Headers for a client that does not unpack."""
        return self._headers(self.entry.size)

    @property
    def unchanged_headers(self) -> list[tuple[bytes, bytes]]:
        """Headers of a 304."""
        cache = (b"cache-control", self.entry.cache.encode())
        return [cache, *always(self.entry.styles), *self._named]

    @property
    def body(self) -> bytes:
        """The unpacked bytes, for rare clients and for making modes."""
        return gzip.decompress(self.packed) if self.squeezed else bytes(self.packed)

    @property
    def _named(self) -> Headers:
        return ((b"etag", self.etag), (b"vary", b"accept-encoding"))

    def _headers(self, length: int, *extra: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        kind, cache, styles = self.entry.content_type, self.entry.cache, self.entry.styles
        return header_list(kind, cache, length=length, extra=(*self._named, *extra), styles=styles)


def dump(items: Iterable[Item]) -> bytes:
    """An edition's bytes, deterministic. OSError if an item's file is unreadable."""
    paths: dict[str, int] = {}
    entries: list[_Entry] = []
    known: dict[tuple[object, ...], int] = {}
    for item, digest in _with_list([(item, _digest(item)) for item in items]):
        same = (digest, item.content_type, item.cache, item.file, item.styles)
        if same not in known:
            known[same] = len(entries)
            entries.append(_entry(item, digest, level=9))  # pages are rendered once
        paths[item.path] = known[same]
    return msgspec.msgpack.encode(_Edition(paths, entries))


def write(items: Iterable[Item], out: Path) -> None:
    """Write an edition to ``out``, whole or not at all."""
    durable_files.replace(out, dump(items))


def ready_alone(body: bytes, content_type: str = HTML, cache: str = KEEP_NOTHING) -> Ready:
    """A body outside an edition, compressed lightly as someone is waiting."""
    item = Item("", body, content_type, cache)
    return Ready.of(_entry(item, _digest(item), level=3))


def _digest(item: Item) -> str:
    if item.file:
        return durable_files.sha256_of(item.file)
    return hashlib.sha256(item.body).hexdigest()


def _entry(item: Item, digest: str, *, level: int) -> _Entry:
    size = item.file.stat().st_size if item.file else len(item.body)
    packed, squeezed = item.body, False
    if item.path.rpartition(".")[2] not in _UNCHANGED:
        smaller = gzip.compress(item.body, level, mtime=0)  # mtime 0: deterministic
        squeezed = len(smaller) < len(item.body)
        packed = smaller if squeezed else item.body
    kind, cache, file = item.content_type, item.cache, str(item.file or "")
    body = memoryview(packed)
    return _Entry(kind, cache, digest, size, body, squeezed, file, item.styles)


def _with_list(items: list[tuple[Item, str]]) -> Iterator[tuple[Item, str]]:
    yield from items
    if any(item.path == INDEX for item, _ in items):
        return
    # Hashes of decoded bodies: the browser's worker never sees compressed ones.
    listed = {
        item.path: digest for item, digest in items if item.path.startswith("/") and item.listed
    }
    version = hashlib.sha256(msgspec.json.encode(listed, order="sorted")).hexdigest()
    files = [{"url": url, "sha256": digest} for url, digest in sorted(listed.items())]
    body = msgspec.json.encode({"version": version, "files": files})
    made = Item(INDEX, body, "application/json")
    yield made, _digest(made)


class Edition:
    """An open edition. ``ready``: by address, with or without final slash."""

    def __init__(self, data: bytes) -> None:
        try:
            held = msgspec.msgpack.decode(data, type=_Edition)
            made = [Ready.of(entry) for entry in held.entries]
            by_path = {path: made[number] for path, number in held.paths.items()}
        except (ValueError, IndexError, msgspec.MsgspecError) as problem:
            raise EditionError(
                "The edition is cut short or another version wrote it: render it again."
            ) from problem
        self._parts = {path: it for path, it in by_path.items() if not path.startswith("/")}
        self.ready = {path: it for path, it in by_path.items() if path.startswith("/")}
        for path in [path for path, it in self.ready.items() if it.html and path != "/"]:
            # Answering both is cheaper than a redirect.
            other = path.removesuffix("/") if path.endswith("/") else path + "/"
            self.ready.setdefault(other, self.ready[path])
        missing = (name.partition("/") for name in self._parts)
        self.languages = tuple(tag for kind, _, tag in missing if kind == "missing")

    @classmethod
    def open(cls, path: Path) -> "Edition":
        """EditionError if incomplete; OSError. Not mapped: truncation would kill the process."""
        return cls(path.read_bytes())

    @classmethod
    def memory(cls, items: Iterable[Item]) -> "Edition":
        """An edition without a file."""
        return cls(dump(items))

    def text(self, name: str) -> str:
        """A part's text. KeyError."""
        return self._parts[name].body.decode()

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self._parts


def key(pack_version: str, kiosk: Kiosk, *, today: date) -> str:
    """Hash of all that an edition depends on: pack, settings, code, templates and day."""
    digest = hashlib.sha256(
        msgspec.json.encode([pack_version, kiosk, today], enc_hook=str, order="sorted")
    )
    for path in sorted(p for p in _CODE.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        digest.update(path.relative_to(_CODE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def asset_items(assets: Iterable[Asset]) -> Iterator[Item]:
    """Assets as items, cached for ever."""
    for asset in assets:
        yield Item(asset.path, asset.body, asset.content_type, KEEP_FOR_EVER)
