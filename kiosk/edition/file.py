"""All pages of a pack as ready bytes in one file: the answer to every GET, headers and all.

The file is MessagePack of ``_Edition``. Clips stay in files of their own: ten languages of them
would not fit in memory.
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
    """The file is not an edition, or not a whole one."""


class Item(NamedTuple):
    """A body to write: under an address, or under the name of a part, which has no leading slash.

    ``file`` is the absolute path of a body that stays on disk and is read when asked for.
    ``listed``: the list for the browser names it. ``styles``: hashes of the style sheets inside.
    """

    path: str
    body: bytes = b""
    content_type: str = HTML
    cache: str = KEEP_NOTHING
    file: Path | None = None
    listed: bool = True
    styles: tuple[str, ...] = ()


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    """One body. ``packed`` is a view into the bytes of the file: nothing is copied until it is
    sent."""

    content_type: str
    cache: str
    sha256: str
    size: int
    packed: memoryview
    squeezed: bool
    file: str = ""
    styles: tuple[str, ...] = ()


class _Edition(msgspec.Struct, frozen=True, array_like=True, tag="porchlight edition 3"):
    """What the file holds: each body once, and which of them stands at a path."""

    paths: dict[str, int]
    entries: list[_Entry]


class Ready(NamedTuple):
    """One address, ready to send: ``packed`` for a browser that unpacks, with its header list.

    What is rarely asked for is made when it is: three header lists of each of thousands of pages
    would take more memory than the pages. ``packed_headers`` is empty where nothing is squeezed.
    """

    etag: bytes
    packed: memoryview
    packed_headers: list[tuple[bytes, bytes]]
    entry: _Entry

    @classmethod
    def of(cls, entry: _Entry) -> "Ready":
        """How a body is sent."""
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
        """Where the bytes are, when they are on disk only."""
        return Path(self.entry.file) if self.entry.file else None

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The header list for a client that does not unpack."""
        return self._headers(self.entry.size)

    @property
    def unchanged_headers(self) -> list[tuple[bytes, bytes]]:
        """The header list of a 304."""
        cache = (b"cache-control", self.entry.cache.encode())
        return [cache, *always(self.entry.styles), *self._named]

    @property
    def body(self) -> bytes:
        """The bytes unpacked: for the rare client that cannot, and for making a page in a mode."""
        return gzip.decompress(self.packed) if self.squeezed else bytes(self.packed)

    @property
    def _named(self) -> Headers:
        return ((b"etag", self.etag), (b"vary", b"accept-encoding"))

    def _headers(self, length: int, *extra: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        kind, cache, styles = self.entry.content_type, self.entry.cache, self.entry.styles
        return header_list(kind, cache, length=length, extra=(*self._named, *extra), styles=styles)


def dump(items: Iterable[Item]) -> bytes:
    """The bytes of an edition; the same items give the same bytes. OSError if an item's file cannot
    be read."""
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
    """A body that stands in no edition. Compressed lightly, since someone is waiting for it."""
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
        smaller = gzip.compress(item.body, level, mtime=0)  # mtime 0: the same bytes every time
        squeezed = len(smaller) < len(item.body)
        packed = smaller if squeezed else item.body
    kind, cache, file = item.content_type, item.cache, str(item.file or "")
    body = memoryview(packed)
    return _Entry(kind, cache, digest, size, body, squeezed, file, item.styles)


def _with_list(items: list[tuple[Item, str]]) -> Iterator[tuple[Item, str]]:
    yield from items
    if any(item.path == INDEX for item, _ in items):
        return
    # Hashes are of the decoded bodies: a worker in the browser never sees the compressed ones.
    listed = {
        item.path: digest for item, digest in items if item.path.startswith("/") and item.listed
    }
    version = hashlib.sha256(msgspec.json.encode(listed, order="sorted")).hexdigest()
    files = [{"url": url, "sha256": digest} for url, digest in sorted(listed.items())]
    body = msgspec.json.encode({"version": version, "files": files})
    made = Item(INDEX, body, "application/json")
    yield made, _digest(made)


class Edition:
    """An open edition. ``ready``: what each address answers, with or without a slash at the end.
    ``languages``: those it has pages in, the screen's first one first."""

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
            # Answering both is cheaper and kinder than a redirect.
            other = path.removesuffix("/") if path.endswith("/") else path + "/"
            self.ready.setdefault(other, self.ready[path])
        missing = (name.partition("/") for name in self._parts)
        self.languages = tuple(tag for kind, _, tag in missing if kind == "missing")

    @classmethod
    def open(cls, path: Path) -> "Edition":
        """The edition in a file. EditionError if it is not whole; OSError if it is not there.

        Read, not mapped: a mapped file that a restore or a bad disk cuts short kills the process,
        kiosk and text line both.
        """
        return cls(path.read_bytes())

    @classmethod
    def memory(cls, items: Iterable[Item]) -> "Edition":
        """An edition that is in no file."""
        return cls(dump(items))

    def text(self, name: str) -> str:
        """The text of a part. KeyError if the edition has none of that name."""
        return self._parts[name].body.decode()

    def has(self, name: str) -> bool:
        """Whether there is a part of that name."""
        return name in self._parts


def key(pack_version: str, kiosk: Kiosk, *, today: date) -> str:
    """What an edition depends on, as a hash: pack, settings, the code and templates that render it,
    and the day."""
    digest = hashlib.sha256(
        msgspec.json.encode([pack_version, kiosk, today], enc_hook=str, order="sorted")
    )
    for path in sorted(p for p in _CODE.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        digest.update(path.relative_to(_CODE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def asset_items(assets: Iterable[Asset]) -> Iterator[Item]:
    """Assets as items: their addresses name their content, so they may be kept for ever."""
    for asset in assets:
        yield Item(asset.path, asset.body, asset.content_type, KEEP_FOR_EVER)
