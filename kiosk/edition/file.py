"""All pages of a pack as ready bytes in one file.

Owns the file: an index in JSON, then every body once, compressed where that helps. Owns the whole
answer to a GET, headers and all, so that nothing is computed while a page is served. Refuses to
write half a file (it is written aside and renamed) and to open one whose index or size is wrong.
Spoken words stay in files of their own: ten languages of them would not fit in memory.

Layout: the line ``porchlight edition 2``, the length of the index in ASCII and a newline, the
index, the bodies.
"""

import gzip
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from kiosk.edition import headers as privacy
from kiosk.edition.headers import KEEP_FOR_EVER, KEEP_NOTHING, Headers
from settings.schema import Kiosk

MAGIC = b"porchlight edition 2\n"
HTML = "text/html; charset=utf-8"
INDEX = "/pack.json"
_CODE = Path(__file__).parents[1]
_UNCHANGED = frozenset({"woff2", "opus", "ogg", "png"})  # compressed already


class EditionError(Exception):
    """The file is not an edition, or not a whole one."""


class Item(NamedTuple):
    """A body to write: under an address, or under the name of a part.

    ``file`` stands for the body where that stays on disk, at this absolute path, and is read when
    asked for. ``listed`` is whether the list for the browser names it. ``styles`` are the hashes of
    the style sheets inside the page.
    """

    path: str
    body: bytes = b""
    content_type: str = HTML
    cache: str = KEEP_NOTHING
    file: Path | None = None
    listed: bool = True
    styles: tuple[str, ...] = ()


class Ready(NamedTuple):
    """One address, ready to send: its bytes as a browser that unpacks gets them, and their complete
    header list.

    The bytes are a view into those of the file: nothing is copied until it is sent. ``file`` is
    where the bytes are instead, when they are not in memory. What is rarely asked for is made when
    it is: three header lists of each of thousands of pages would take more memory than the pages.
    So ``packed_headers`` is empty where nothing is squeezed.
    """

    etag: bytes
    packed: memoryview
    packed_headers: list[tuple[bytes, bytes]]
    entry: "_Entry"

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
        kind, cache, styles = self.entry.content_type, self.entry.cache, self.entry.styles
        return privacy.headers(
            kind, cache, length=self.entry.size, extra=_named(self.etag), styles=styles
        )

    @property
    def unchanged_headers(self) -> list[tuple[bytes, bytes]]:
        """The header list of the answer that the client has it already."""
        cache, always = self.entry.cache.encode(), privacy.always(self.entry.styles)
        return [(b"cache-control", cache), *always, *_named(self.etag)]

    @property
    def body(self) -> bytes:
        """The bytes unpacked: for the rare client that cannot, and for making a page in a mode."""
        return gzip.decompress(self.packed) if self.squeezed else bytes(self.packed)


class _Entry(msgspec.Struct, frozen=True):
    """What is told about one body, and where it lies: (start, length) counted from the end of the
    index."""

    content_type: str
    cache: str
    sha256: str
    size: int
    span: tuple[int, int]
    squeezed: bool
    file: str = ""
    styles: tuple[str, ...] = ()


class _Index(msgspec.Struct, frozen=True):
    """What the file holds."""

    size: int
    entries: dict[str, _Entry]


def dump(items: Iterable[Item]) -> bytes:
    """The bytes of an edition. The same items give the same bytes. OSError if the file of an item
    cannot be read."""
    entries: dict[str, _Entry] = {}
    blob = bytearray()
    known: dict[tuple[object, ...], _Entry] = {}
    for item, digest in _with_list([(item, _digest(item)) for item in items]):
        same = (digest, item.content_type, item.cache, item.file, item.styles)
        entry = known.get(same)
        if entry is None:
            # Level 9 costs nothing here: pages are rendered once.
            packed, squeezed = (
                (b"", False) if item.file else _squeeze(item.body, item.path, level=9)
            )
            entry = _Entry(
                content_type=item.content_type,
                cache=item.cache,
                sha256=digest,
                size=item.file.stat().st_size if item.file else len(item.body),
                span=(len(blob), len(packed)),
                squeezed=squeezed,
                file=str(item.file or ""),
                styles=item.styles,
            )
            blob += packed
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


def _digest(item: Item) -> str:
    return hashlib.sha256(item.file.read_bytes() if item.file else item.body).hexdigest()


def _squeeze(body: bytes, path: str, *, level: int) -> tuple[bytes, bool]:
    if path.rpartition(".")[2] in _UNCHANGED:
        return body, False
    packed = gzip.compress(body, level, mtime=0)  # mtime 0 keeps the bytes the same every time
    return (packed, True) if len(packed) < len(body) else (body, False)


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
    made = Item(
        INDEX, msgspec.json.encode({"version": version, "files": files}), "application/json"
    )
    yield made, _digest(made)


class Edition:
    """An open edition: ``get`` answers an address, ``part`` gives the text of a part."""

    def __init__(self, data: bytes) -> None:
        self._ready: dict[str, Ready] = {}
        self._parts: dict[str, Ready] = {}
        try:
            start, index = _index(data)
        except (ValueError, msgspec.MsgspecError) as problem:
            raise EditionError(
                "The edition is not one that this version wrote: render it again."
            ) from problem
        if start + index.size != len(data):
            raise EditionError("The edition is cut short: render it again.")
        view = memoryview(data)
        made: dict[_Entry, Ready] = {}
        for path, entry in index.entries.items():
            if entry not in made:
                begin = start + entry.span[0]
                made[entry] = _ready(entry, view[begin : begin + entry.span[1]])
            (self._ready if path.startswith("/") else self._parts)[path] = made[entry]
        for path in [path for path, ready in self._ready.items() if ready.html and path != "/"]:
            # "/en" and "/en/" are one page: answering both is cheaper and kinder than a redirect.
            other = path.removesuffix("/") if path.endswith("/") else path + "/"
            self._ready.setdefault(other, self._ready[path])
        missing = (name.partition("/") for name in self._parts)
        self._languages = tuple(tag for kind, _, tag in missing if kind == "missing")

    @classmethod
    def open(cls, path: Path) -> "Edition":
        """The edition in a file, read whole. EditionError if it is not whole; OSError if it is not
        there.

        Not mapped: a mapped file that a restore or a bad disk cuts short kills the process that
        reads it, both doors.
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
        return self._parts[name].body.decode()

    def has(self, name: str) -> bool:
        """Whether there is a part of that name."""
        return name in self._parts

    def languages(self) -> tuple[str, ...]:
        """The languages that the edition has pages in, the screen's first one first."""
        return self._languages


def ready(body: bytes, content_type: str = HTML, cache: str = KEEP_NOTHING) -> Ready:
    """A body that stands in no edition, ready to send. Compressed lightly, since someone is waiting
    for it."""
    packed, squeezed = _squeeze(body, "", level=3)
    digest = hashlib.sha256(body).hexdigest()
    return _ready(
        _Entry(content_type, cache, digest, len(body), (0, len(packed)), squeezed),
        memoryview(packed),
    )


def _index(data: bytes) -> tuple[int, _Index]:
    if data[: len(MAGIC)] != MAGIC:
        raise ValueError("no magic line")
    end = data.find(b"\n", len(MAGIC))
    start = end + 1 + int(data[len(MAGIC) : end])
    return start, msgspec.json.decode(data[end + 1 : start], type=_Index)


def _named(etag: bytes) -> Headers:
    return ((b"etag", etag), (b"vary", b"accept-encoding"))


def _ready(entry: _Entry, packed: memoryview) -> Ready:
    etag = f'"{entry.sha256[:32]}"'.encode()
    named: Headers = (*_named(etag), (b"content-encoding", b"gzip"))
    kind, cache, styles = entry.content_type, entry.cache, entry.styles
    headers = (
        privacy.headers(kind, cache, length=len(packed), extra=named, styles=styles)
        if entry.squeezed
        else []
    )
    return Ready(etag, packed, headers, entry)


def key(pack_version: str, kiosk: Kiosk, *, today: date) -> str:
    """What an edition depends on, as a hash: pack, settings, the code and templates that render it,
    and the day."""
    digest = hashlib.sha256(
        msgspec.json.encode([pack_version, kiosk, today], enc_hook=str, order="sorted")
    )
    for path in sorted(p for p in _CODE.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        digest.update(path.relative_to(_CODE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def asset_items(assets: Iterable[tuple[str, bytes, str]]) -> Iterator[Item]:
    """Assets as items: their addresses name their content, so they may be kept for ever."""
    for path, body, content_type in assets:
        yield Item(path, body, content_type, KEEP_FOR_EVER)
