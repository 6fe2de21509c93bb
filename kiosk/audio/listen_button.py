"""Adds the Listen button to pages of which every piece has its clip."""

from collections.abc import Iterable
from pathlib import Path

from kiosk.audio import clips, spoken_text
from kiosk.audio.spoken_text import Utterance
from kiosk.edition.edition import Item
from kiosk.edition.headers import KEEP_NOTHING
from kiosk.pages.build import Page

OGG = "audio/ogg"


class Clips:
    """The clips of an edition's pages. ``data_dir``: None for a silent screen."""

    def __init__(self, data_dir: Path | None) -> None:
        self._data_dir = data_dir if data_dir and clips.some(data_dir) else None

    def mark(self) -> str:
        """What tells these clips from others."""
        return clips.mark(self._data_dir) if self._data_dir else ""

    def page(self, body: str) -> str:
        """The page, with its Listen button if it can have one."""
        if self._data_dir is None:
            return spoken_text.silent(body)
        return spoken_text.offered(body, lambda piece: self._file(piece) is not None)

    def item(self, path: str) -> Item | None:
        """The clip at an address, uncached by browsers: a cache tells what was played."""
        key = spoken_text.key_of(path)
        file = clips.named(self._data_dir, key) if self._data_dir and key else None
        return Item(path, content_type=OGG, cache=KEEP_NOTHING, file=file) if file else None

    def _file(self, piece: Utterance) -> Path | None:
        return clips.clip(self._data_dir, piece) if self._data_dir else None


def texts(book: Iterable[Page], data_dir: Path) -> list[Utterance]:
    """Utterances of the pages that can be spoken whole; others get no button."""
    found: dict[Utterance, None] = {}
    for page in book:
        if page.path.startswith("/") and spoken_text.OFFER in page.body:
            said = spoken_text.spoken(page.body)
            if all(clips.voice(piece.language) or clips.clip(data_dir, piece) for piece in said):
                found |= dict.fromkeys(said)
    return list(found)
