"""Offers to read pages aloud: pages name their clips, and a list says which clips exist.

Pages, and therefore pack versions, do not depend on which clips exist.
"""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from kiosk.audio import clips, spoken_text
from kiosk.audio.spoken_text import Utterance
from kiosk.edition.edition import Item
from kiosk.edition.headers import KEEP_NOTHING
from kiosk.pages.build import Page
from system import files

OGG = "audio/ogg"
INDEX = "/audio.json"


class Clips:
    """The clips for an edition's pages. ``data_dir``: None if the screen is silent."""

    def __init__(self, data_dir: Path | None) -> None:
        self._data_dir = data_dir
        self._hashes: dict[Path, tuple[files.Stamp, str]] = {}

    def page(self, body: str) -> str:
        """Return the page with its Listen button, hidden until its clips exist."""
        return spoken_text.silent(body) if self._data_dir is None else spoken_text.offered(body)

    def item(self, path: str) -> Item | None:
        """Return the list or a clip. It is never cached: a cache would reveal what was played."""
        if self._data_dir is None:
            return None
        if path == INDEX:
            return Item(INDEX, self._list(self._data_dir), "application/json")
        file = self._file(path)
        return Item(path, content_type=OGG, cache=KEEP_NOTHING, file=file) if file else None

    def _file(self, path: str) -> Path | None:
        key = spoken_text.key_of(path)
        return clips.named(self._data_dir, key) if self._data_dir and key else None

    def _list(self, data_dir: Path) -> bytes:
        """List all existing clips with their hashes, in the order they are made."""
        found = ((key, clips.named(data_dir, key)) for key in clips.listed(data_dir))
        hashed = ((key, self._hash(file)) for key, file in found if file)
        listed = [
            {"url": spoken_text.address(key), "sha256": digest} for key, digest in hashed if digest
        ]
        return msgspec.json.encode({"files": listed})

    def _hash(self, file: Path) -> str:
        """Hash a file, which may disappear at any time; remember the hash until it changes."""
        try:
            known = files.stamp(file)
            if self._hashes.get(file, (None, ""))[0] != known:
                self._hashes[file] = (known, files.sha256_of(file))
        except OSError:
            return ""
        return self._hashes[file][1]


def texts(book: Iterable[Page], data_dir: Path) -> list[Utterance]:
    """Return the text of all pages, links and buttons that can be read aloud completely.

    Keeps the order of the pages.
    """

    def able(piece: Utterance) -> bool:
        return bool(clips.voice(piece.language) or clips.clip(data_dir, piece))

    found: dict[Utterance, None] = {}
    for page in book:
        if page.path.startswith("/") and spoken_text.OFFER in page.body:
            said = spoken_text.spoken(page.body)
            if all(able(piece) for piece in said):
                found |= dict.fromkeys(said)
            found |= dict.fromkeys(filter(able, spoken_text.controls(page.body)))
    return list(found)
