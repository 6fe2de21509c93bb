"""The service worker that keeps the pack in the browser, and the search words it needs.

With it the server is asked for /pack.json, /sw.js and /beat alone, but for a slip to print and a
search of the large directory.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from content.model.pack import Pack
from kiosk import search
from kiosk.edition import headers, last_resort
from kiosk.edition.file import Item
from settings.schema import Kiosk

WORKER = "/sw.js"  # its address says how far it reaches: every page
WORDS = "/search/words.json"
_SCRIPT = Path(__file__).with_name("sw.js")
_PART = "missing/"


def items(pack: Pack, kiosk: Kiosk, pages: Iterable[Item]) -> Iterator[Item]:
    """What goes into the edition beside its pages, whose "not found" pages ``pages`` must hold."""
    tags = []
    for page in pages:
        if page.path.startswith(_PART):
            tags.append(page.path.removeprefix(_PART))
            yield Item(f"/{tags[-1]}/missing", page.body)
    yield from _search(pack, tags, kiosk.counties)
    # Asked for anew each time, so that a better worker is noticed.
    yield Item(
        WORKER, worker(kiosk).encode(), "text/javascript; charset=utf-8", "no-cache", listed=False
    )


def worker(kiosk: Kiosk) -> str:
    """The script, ready to run."""
    frame = hashlib.sha256(repr((headers.always(), headers.KEEP_NOTHING)).encode()).hexdigest()[:8]
    script = _SCRIPT.read_text(encoding="utf-8")
    return script.replace('"@@frame@@"', json.dumps(frame)).replace(
        '"@@lines@@"', json.dumps(last_resort.local_file(kiosk).decode())
    )


def _search(pack: Pack, tags: list[str], home: tuple[str, ...]) -> Iterator[Item]:
    found = search.indexes(pack, tags, home=home)
    yield _data(WORDS, found[tags[0]].words())
    for tag in tags:
        yield _data(
            f"/search/{tag}.json", [[hit.href, hit.title, hit.lead] for hit in found[tag].hits]
        )


def _data(path: str, value: object) -> Item:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Item(path, body, "application/json")
