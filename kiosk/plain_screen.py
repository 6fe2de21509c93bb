"""Writes screens as plain files for any host: a folder for each school, and shared files by hash.

The worker gets every page from ``files/``, where pages are the same for all schools, and adds
the parts in its school's list (kiosk/sw.js). Until the worker is installed, the first language's
pages and a few in each other language have their own addresses, with links for any folder.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from content.model.pack import Pack
from kiosk import offline
from kiosk.audio import listen_button
from kiosk.audio.listen_button import Clips
from kiosk.edition import last_resort
from kiosk.edition.edition import INDEX, Edition, Ready
from kiosk.edition.headers import KEEP_FOR_EVER, always
from kiosk.edition.links import LEAVE, Links
from kiosk.edition.markers import mark, put_in
from kiosk.pages.build import languages, of_school
from kiosk.pages.school_file import School
from kiosk.pages.topic_page import DANGER
from kiosk.render import Beside, edition, key
from settings.schema import Kiosk

SHARED, STATIC = "files", "static"  # folders next to those of the schools
_ADDRESS = re.compile(r'(?<!clips)="/([^"]*)"')
Fill = Mapping[str, Mapping[str, str]]  # the values of markers by language ("" for all)
Named = tuple[str, bytes]  # a file's path in the folder and its bytes


class PlainScreen(NamedTuple):
    """One school's screen. ``release``: the id of the pack's release, for people to read."""

    address: str
    pack: Pack
    kiosk: Kiosk
    beside: Beside
    today: date
    release: str = ""


@dataclass
class _Family:
    """The lists (url → hash) and pages shared by schools with the same pack and settings."""

    lists: dict[str, dict[str, str]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)  # pages at their own addresses


class PlainFiles:
    """Makes the files for one school after another, rendering shared pages only once."""

    def __init__(self) -> None:
        self._families: dict[str, _Family] = {}

    def of(self, screen: PlainScreen) -> Iterator[Named]:
        """Yield a school's files; each file comes after the files that it names."""
        name = mark("school") if screen.kiosk.school else ""
        kiosk = replace(screen.kiosk, school=name, base="", plain=True)
        tags = languages(screen.pack, kiosk)
        family = _Family()
        yield from self._shared(screen, kiosk, tags, family)
        made = edition(screen.pack, kiosk, today=screen.today, beside=screen.beside)
        fill = {"": {"school": escape(screen.kiosk.school)}}
        lists = {address: dict(listed) for address, listed in family.lists.items()}
        pages = dict(family.pages)
        for tag, listed in zip(tags, lists.values(), strict=True):
            for path in of_school(screen.pack, tag):
                is_first = tag == tags[0]
                own = made.page(path) if is_first or path != LEAVE else None
                if own is None:
                    continue
                listed[path] = own.sha256
                yield _by_hash(path, own)
                if is_first or path.endswith(("/now", "/tell")):
                    pages[path] = own.body.decode()
            fill[tag] = {"here": made.text(f"here/{tag}").strip()}
        for path, page in pages.items():
            tag = path.split("/")[1]
            whole = put_in(page, {**fill[""], **fill.get(tag, {})})
            yield f"{screen.address}{path.rstrip('/')}/index.html", lying(whole, path).encode()
        yield f"{screen.address}{offline.WORKER}", offline.worker(kiosk).encode()
        yield f"{screen.address}{offline.MANIFEST}", offline.manifest(kiosk)
        for path, body in _lists(screen, lists, fill):
            yield f"{screen.address}{path}", body

    def _shared(
        self, screen: PlainScreen, kiosk: Kiosk, tags: tuple[str, ...], family: _Family
    ) -> Iterator[Named]:
        """Fill in ``family``; yield its files if this is the family's first school."""
        usual = replace(kiosk, zone="", school_file=Kiosk().school_file)
        beside = Beside(data_dir=screen.beside.data_dir, school=School())
        made = edition(screen.pack, usual, today=screen.today, beside=beside)
        known = self._families.get(made.key)
        if known is None:
            known = self._families[made.key] = _Family()
            at_once = _at_once(screen.pack, tags)
            for tag, address in zip(tags, _addresses(made), strict=True):
                known.lists[address] = listed = {}
                for url in _urls(made, address):
                    ready = made.page(url)
                    if ready is None or url in of_school(screen.pack, tag):
                        continue
                    listed[url] = ready.sha256
                    yield _by_hash(url, ready)
                    if url in at_once:
                        known.pages[url] = ready.body.decode()
            yield from _clips(made)
        family.lists, family.pages = known.lists, known.pages


def stamp(screens: Sequence[PlainScreen]) -> str:
    """Hash everything that these screens' files depend on, without making any files."""
    depends = [
        (one.address, one.release, key(one.pack, one.kiosk, today=one.today, beside=one.beside))
        for one in screens
    ]
    folders = sorted({one.beside.data_dir for one in screens}, key=str)
    lists = [Clips(folder).item(listen_button.INDEX) for folder in folders]
    return hashlib.sha256(repr((depends, lists)).encode()).hexdigest()


def beside_all(kiosk: Kiosk) -> Iterator[Named]:
    """Yield the files next to the schools' folders: the "not found" page, and headers for hosts
    that read them."""
    yield "404.html", last_resort.local_file(kiosk, again=True)
    yield "_headers", _headers().encode()


def _headers() -> str:
    """Return the headers file for Netlify and Cloudflare."""
    named = [(name.decode(), value.decode()) for name, value in always()]
    rows = ["/*", *(f"  {name}: {value}" for name, value in named)]
    rows.append("  cache-control: no-cache")
    for folder in (SHARED, STATIC):
        rows += [f"/{folder}/*", "  ! cache-control", f"  cache-control: {KEEP_FOR_EVER}"]
    return "\n".join([*rows, ""])


def lying(html: str, path: str) -> str:
    """Return the page as a file: its links are relative, and each page is the index of a folder."""
    above = "../" * path.strip("/").count("/") + ("../" if path.strip("/") else "")

    def relative(found: re.Match[str]) -> str:
        to = found[1]
        if to.startswith(f"{STATIC}/"):
            return f'="{above}../{to}"'
        is_page = to and not to.endswith("/") and "." not in to
        return f'="{above or "./"}{to}{"/" if is_page else ""}"'

    return _ADDRESS.sub(relative, html)


def _at_once(pack: Pack, tags: tuple[str, ...]) -> set[str]:
    """Return the pages available before the worker is installed: no handouts, no codes from other
    languages and, in the other languages, only the pages that lead to a number."""
    found: set[str] = {"/"}
    for tag in tags:
        links = Links(tag)
        danger = [links.topic(topic) for topic in pack.topics if topic.id == DANGER]
        found |= {links.home(), *danger, *map(links.unable, danger)}
        if tag == tags[0]:
            found |= set(map(links.topic, pack.topics))
            found |= {links.listing(group.code) for group in pack.groups}
            found |= {links.page(name) for name in ("hearing", "languages", "partners", "search")}
            found |= {links.card(one.code) for one in pack.resources}
            found |= {links.card(one.code) for one in pack.live_partners}
            found |= {links.page("adults"), *(links.staff(part) for part in ("now", "lines"))}
    return found


def _addresses(made: Edition) -> tuple[str, ...]:
    """Return the addresses of the lists, starting with the first language's."""
    return (INDEX, *_read(made, INDEX).get("more", ()))


def _urls(made: Edition, address: str) -> list[str]:
    return [file["url"] for file in _read(made, address)["files"]]


def _read(made: Edition, address: str) -> dict[str, Any]:
    ready = made.page(address)
    read: dict[str, Any] = msgspec.json.decode(ready.body) if ready else {"files": []}
    return read


def _by_hash(url: str, ready: Ready) -> Named:
    """Return the file with the name that the worker requests."""
    body = ready.item.file.read_bytes() if ready.item.file else ready.body
    return place(url, ready.sha256), body


def place(url: str, sha256: str) -> str:
    """Return a listed file's path in the folder; kiosk/sw.js has the same rule."""
    if url.startswith(f"/{STATIC}/"):
        return url[1:]
    ending = re.search(r"\.\w+$", url)
    return f"{SHARED}/{sha256}{ending[0] if ending else '.html'}"


def _clips(made: Edition) -> Iterator[Named]:
    """Yield the clips for reading aloud and their list, which all schools share."""
    index = listen_button.INDEX
    for url in _urls(made, index):
        if ready := made.page(url):
            yield _by_hash(url, ready)
    listed = made.page(index)
    yield index[1:], listed.body if listed else b'{"files":[]}'


def _lists(
    screen: PlainScreen, lists: Mapping[str, Mapping[str, str]], fill: Fill
) -> Iterator[Named]:
    """Yield a school's lists. The first language's list comes last: it names the others."""
    version = hashlib.sha256(msgspec.json.encode([lists, fill])).hexdigest()
    further = [address for address in lists if address != INDEX]
    for address in (*further, INDEX):
        files = [{"url": url, "sha256": digest} for url, digest in sorted(lists[address].items())]
        listed: dict[str, object] = {"version": version, "files": files}
        if address == INDEX:
            people = {"day": screen.today.isoformat(), "release": screen.release}
            listed |= {"more": further, "fill": fill, **people}
        yield address, msgspec.json.encode(listed)
