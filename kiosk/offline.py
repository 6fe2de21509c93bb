"""The service worker and search words: the browser holds the pack and works offline."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from content.model.pack import Pack
from kiosk import search
from kiosk.edition import headers, last_resort
from kiosk.edition.file import Item
from settings.schema import Kiosk

WORKER = "/sw.js"  # at the root, so that its scope is every page
WORDS = "/search/words.json"
_SCRIPT = Path(__file__).with_name("sw.js")
_PART = "missing/"


def items(pack: Pack, kiosk: Kiosk, pages: Iterable[Item]) -> Iterator[Item]:
    """The worker's items; ``pages`` must hold the "not found" pages."""
    tags = []
    for page in pages:
        if page.path.startswith(_PART):
            tags.append(page.path.removeprefix(_PART))
            yield Item(f"/{tags[-1]}/missing", page.body)
    yield from _search(pack, tags, kiosk.counties)
    # Not cached, so that a new worker is noticed.
    yield Item(
        WORKER, worker(kiosk).encode(), "text/javascript; charset=utf-8", "no-cache", listed=False
    )


def worker(kiosk: Kiosk) -> str:
    """The finished script."""
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
