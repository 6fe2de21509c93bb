"""An Edition: every page of a pack as bytes, made when first requested and then kept.

Keeps the first language's pages permanently, and those of at most ``OPEN`` other languages. Clips
stay in their own files: clips in ten languages would not fit in memory.
"""

import gzip
import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple
from weakref import WeakValueDictionary

import msgspec

from kiosk.edition.headers import KEEP_NOTHING, Headers, always, header_list
from kiosk.edition.links import LEAVE
from system import files

HTML = "text/html; charset=utf-8"
INDEX = "/pack.json"
FURTHER = "/pack/{}.json"  # the address of the list for each of the screen's other languages
FIRST = frozenset({"/", LEAVE})  # a screen's entry pages, in its first language
OPEN = 1  # keep only one other language's pages (1 MB): browsers have their own copies
_MISSING = "missing/"
_PACKED_WELL, _PACKED_FAST = 9, 3  # gzip levels for pages kept all day, and for a waiting user
_UNCHANGED = frozenset({"woff2", "opus", "ogg", "png"})  # types that are already compressed


class Item(NamedTuple):
    """A body to serve at an address or as a part (a name without a leading slash).

    ``file``: an absolute path, read when requested. ``listed``: whether it is in the browser's
    list for ``language``, which is "" for the first one. ``styles``: CSP hashes.
    """

    path: str
    body: bytes = b""
    content_type: str = HTML
    cache: str = KEEP_NOTHING
    file: Path | None = None
    listed: bool = True
    language: str = ""
    styles: tuple[str, ...] = ()


Maker = Callable[[], Item]


class Ready:
    """One body that is ready to send. ``squeezed``: whether ``packed`` is compressed.

    Makes header lists on demand, because all of the lists would take more memory than the pages.
    """

    __slots__ = ("__weakref__", "etag", "item", "packed", "sha256", "size", "squeezed")

    def __init__(self, item: Item, *, level: int = _PACKED_WELL, etag: str = "") -> None:
        """Compress the body. Raises OSError if the item's file cannot be read."""
        self.packed, self.squeezed = _squeezed(item, level)
        file = item.file
        self.sha256 = files.sha256_of(file) if file else hashlib.sha256(item.body).hexdigest()
        self.size = file.stat().st_size if file else len(item.body)
        self.item = item._replace(body=b"")
        self.etag = f'"{etag or self.sha256[:32]}"'.encode()

    @property
    def packed_headers(self) -> list[tuple[bytes, bytes]]:
        return self._headers(len(self.packed), (b"content-encoding", b"gzip"))

    @property
    def is_page(self) -> bool:
        return self.item.content_type == HTML

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return the headers for a client that does not accept gzip."""
        return self._headers(self.size)

    @property
    def unchanged_headers(self) -> list[tuple[bytes, bytes]]:
        cache = (b"cache-control", self.item.cache.encode())
        return [cache, *always(self.item.styles), *self._named]

    @property
    def body(self) -> bytes:
        """Return the unpacked bytes, for clients without gzip and for building the other modes."""
        return gzip.decompress(self.packed) if self.squeezed else self.packed

    @property
    def _named(self) -> Headers:
        return ((b"etag", self.etag), (b"vary", b"accept-encoding"))

    def _headers(self, length: int, *extra: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        item = self.item
        return header_list(
            item.content_type,
            item.cache,
            length=length,
            extra=(*self._named, *extra),
            styles=item.styles,
        )


def ready_alone(body: bytes) -> Ready:
    """Make a page outside an edition, compressed lightly because someone is waiting."""
    return Ready(Item("", body, HTML, KEEP_NOTHING), level=_PACKED_FAST)


def _squeezed(item: Item, level: int) -> tuple[bytes, bool]:
    if item.path.rpartition(".")[2] in _UNCHANGED:
        return item.body, False
    smaller = gzip.compress(item.body, level, mtime=0)  # mtime 0 makes the bytes reproducible
    return (smaller, True) if len(smaller) < len(item.body) else (item.body, False)


class Edition:
    """The pages of one pack on one day. ``kept``: the pages made so far, by requested address.

    Making a page takes milliseconds and may raise any error. Call methods from a thread; only
    ``kept``, ``languages`` and ``key`` are safe elsewhere.
    """

    def __init__(
        self,
        makers: Mapping[str, Maker],
        *,
        books: Mapping[str, Callable[[], Mapping[str, Maker]]] | None = None,
        key: str = "",
        beside: Callable[[str], Item | None] = lambda _: None,
    ) -> None:
        """``books``: for each language, a function that lists its pages' makers, called when one is
        needed and the book is closed. Makers must always repeat a page: browsers have its hash.

        ``beside``: makes items that have no maker, each time one is requested. ``key``: identifies
        everything that the pages depend on; it is the version and the ETag of the pages' lists.
        """
        self.key = key
        self.kept: dict[str, Ready] = {}
        self._parts: dict[str, Ready] = {}
        self._makers, self._beside = dict(makers), beside
        self._shared = tuple(self._makers)  # items that are not in any language's book
        self._books = dict(books or {})
        # Each language has a "not found" page.
        missing = (path.removeprefix(_MISSING) for path in makers if path.startswith(_MISSING))
        self.languages = tuple(self._books) or tuple(missing)
        self._named: dict[str, tuple[str, ...]] = {}  # names in each open book, oldest first
        self._same: WeakValueDictionary[tuple[str, Item], Ready] = WeakValueDictionary()
        # Make one page at a time. A list needs all pages; its own lock keeps taps from waiting.
        self._one_maker, self._one_list = threading.Lock(), threading.Lock()
        first, *further = tuple(self._books) or ("",)
        lists = {INDEX: first} | {FURTHER.format(tag): tag for tag in further}
        self._lists = tuple(lists)
        for address, tag in lists.items():
            self._makers.setdefault(address, partial(self._list, address, tag))

    @classmethod
    def of(cls, items: Iterable[Item]) -> "Edition":
        return cls(makers_of(items))

    def has(self, name: str) -> bool:
        with self._one_maker:
            return self._maker(name) is not None

    def page(self, path: str) -> Ready | None:
        """Return the page at an address, with or without a final slash; None if there is none."""
        if kept := self.kept.get(path):
            return kept
        if not path.startswith("/"):
            return None
        if made := self._keep(path):
            return made
        # Answering both addresses is cheaper than a redirect.
        other = path.removesuffix("/") if path.endswith("/") else path + "/"
        if other != "/" and (found := self._keep(other)) and found.is_page:
            self.kept[path] = found
            return found
        item = self._beside(path)
        return Ready(item) if item else None

    def is_beside(self, path: str) -> bool:
        """Return whether an item without a maker exists: a clip, or the list of all clips."""
        return self._beside(path) is not None

    def text(self, name: str) -> str:
        """Return a part's text. Raises KeyError."""
        made = self._keep(name)
        if made is None:
            raise KeyError(name)
        return made.body.decode()

    def names(self) -> Iterator[str]:
        """Yield the name of each page and part, but not of the lists.

        Goes language by language: one language's pages are freed before the next language starts.
        """
        given = set(self._lists)
        for tag in ("", *self.languages):
            with self._one_maker:
                self._open(tag)
            fresh = [name for name in list(self._makers) if name not in given]
            given.update(fresh)
            yield from fresh

    def make(self, name: str) -> None:
        self._makers[name]()

    def _maker(self, name: str) -> Maker | None:
        """Return an item's maker. Hold the makers' lock, as for ``_open`` and ``_close``."""
        if name not in self._makers and self._books:
            tag = name.split("/")[1] if "/" in name else ""
            self._open(self.languages[0] if name in FIRST else tag)
        return self._makers.get(name)

    def _open(self, tag: str) -> None:
        """List the pages of a language, unless they are already listed."""
        if tag not in self._books or tag in self._named:
            return
        further = [one for one in self._named if one != self.languages[0]]
        if len(further) >= OPEN:
            self._close(further[0])
        made = self._books[tag]()
        self._makers |= made
        self._named[tag] = tuple(made)

    def _close(self, tag: str) -> None:
        for name in self._named.pop(tag):
            del self._makers[name]
            self._parts.pop(name, None)
            for address in (name, name + "/", name.removesuffix("/")):
                self.kept.pop(address, None)

    def _keep(self, path: str) -> Ready | None:
        with self._one_list if path in self._lists else self._one_maker:
            kept = self.kept if path.startswith("/") else self._parts
            if path in kept:
                return kept[path]
            make = self._maker(path)  # a list's maker always exists and does not open any book
            if make is None:
                return None
            item = make()
            ready = Ready(item, etag=self.key if path in self._lists else "")
            # A topic has one address for each of its codes.
            same = (ready.sha256, item._replace(path="", body=b""))
            kept[path] = ready = self._same.setdefault(same, ready)
            # A maker keeps its page's cards in memory; they are freed after a language's last page.
            self._makers[path] = _is_kept
            return ready

    def _list(self, address: str, tag: str) -> Item:
        """List the items that a screen needs for one language, each with its decoded body's hash.

        The first language's list names the other lists. All have the edition's key, so that a
        browser's worker never mixes the lists of two packs.
        """
        with self._one_maker:
            self._open(tag)
            own_names = self._named.get(tag, ())
        is_first = address == INDEX
        listed: dict[str, str] = {}
        # Make parts, too, because their makers keep a whole language in memory.
        for path in (*self._shared, *own_names):
            ready = self._keep(path)  # reopens the book if taps in other languages closed it
            if ready is None:
                continue
            own = path not in self._shared or ready.item.language == ("" if is_first else tag)
            if ready.item.listed and path.startswith("/") and own:
                listed[path] = ready.sha256
        copied = [{"url": url, "sha256": digest} for url, digest in sorted(listed.items())]
        more = {"more": self._lists[1:]} if is_first else {}
        body = {"version": self.key, "files": copied, **more}
        return Item(address, msgspec.json.encode(body), "application/json", listed=False)


def makers_of(items: Iterable[Item]) -> dict[str, Maker]:
    made = {item.path: item for item in items}
    return {path: partial(made.__getitem__, path) for path in made}


def _is_kept() -> Item:
    raise RuntimeError("made already: it is among those that are kept")
