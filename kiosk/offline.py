"""The service worker, search words and manifest that let a browser store the pack offline."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from content.model.pack import Pack
from kiosk import search
from kiosk.edition import assets, headers, last_resort
from kiosk.edition.edition import Item, Maker
from settings.schema import Kiosk

WORKER = "/sw.js"  # at the root, so that its scope includes every page
WORDS = "/search/words.json"
MANIFEST = "/app.webmanifest"  # next to the worker, so that the scope is the same
_SCRIPT = Path(__file__).with_name("sw.js")


def makers(pack: Pack, kiosk: Kiosk, tags: Sequence[str]) -> Iterator[tuple[str, Maker]]:
    """Yield the worker and its search data, by address."""
    first, home, line = tags[0], kiosk.counties, kiosk.confirmed_line

    def words() -> Item:
        return _data(
            WORDS, search.indexes(pack, [first], home=home, county_line=line)[first].words()
        )

    def hits(path: str, tag: str) -> Item:
        found = [
            [hit.href, hit.title, hit.lead]
            for hit in search.hits(pack, tag, home=home, county_line=line)
        ]
        return _data(path, found)._replace(language="" if tag == first else tag)

    yield WORDS, words
    yield MANIFEST, lambda: Item(MANIFEST, manifest(kiosk), "application/manifest+json")
    for tag in tags:
        path = f"/search/{tag}.json"
        yield path, partial(hits, path, tag)
    # It is not cached, so that browsers notice a new worker.
    script = partial(Item, WORKER, content_type="text/javascript; charset=utf-8", cache="no-cache")
    yield WORKER, lambda: script(worker(kiosk).encode(), listed=False)


def manifest(kiosk: Kiosk) -> bytes:
    """Make the web app manifest. Its names do not reveal the screen's purpose."""
    known = assets.shipped(kiosk.panel_inches)
    above = "../" if kiosk.plain else ""
    icons = [
        {
            "src": above + known.url(f"icon-{size}.png").removeprefix("/"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size in (192, 512)
    ]
    # There is no id: the start address, different for each school, identifies the app.
    places = {"start_url": "./leave", "scope": "./", "display": "fullscreen"}
    names = {"name": last_resort.TITLE, "short_name": "Info Desk", "background_color": "#faf5ee"}
    return json.dumps({**names, **places, "icons": icons}).encode()


def worker(kiosk: Kiosk) -> str:
    frame = hashlib.sha256(repr((headers.always(), headers.KEEP_NOTHING)).encode()).hexdigest()[:8]
    script = _SCRIPT.read_text(encoding="utf-8")
    names = {
        "frame": frame,
        "lines": last_resort.local_file(kiosk).decode(),
        "root": "../" if kiosk.plain else "",
    }
    for name, value in names.items():
        script = script.replace(f'"@@{name}@@"', json.dumps(value))
    return script


def _data(path: str, value: object) -> Item:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Item(path, body, "application/json")
