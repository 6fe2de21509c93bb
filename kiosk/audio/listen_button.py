"""Adds the Listen button to pages of which every piece has its clip."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from kiosk.audio import clips, spoken_text
from kiosk.audio.spoken_text import Utterance
from kiosk.edition.file import Item
from kiosk.edition.headers import KEEP_NOTHING
from kiosk.pages.build import Page

OGG = "audio/ogg"


class Clips:
    """The clips of an edition's pages. ``data_dir``: None for a silent screen."""

    def __init__(self, data_dir: Path | None) -> None:
        self._data_dir = data_dir if data_dir and clips.some(data_dir) else None
        self._files: dict[Utterance, Path | None] = {}
        self._played: dict[str, Path] = {}

    def page(self, page: Page) -> Page:
        """The page, with its Listen button if it can have one."""
        if self._data_dir is None:
            return replace(page, body=spoken_text.silent(page.body))
        body, said = spoken_text.offered(page.body, lambda piece: self._file(piece) is not None)
        self._played |= {piece.key: file for piece in said if (file := self._file(piece))}
        return replace(page, body=body)

    def items(self) -> list[Item]:
        """The clips of all pages so far, uncached by browsers: a cache tells what was played."""
        return [
            Item(spoken_text.address(key), content_type=OGG, cache=KEEP_NOTHING, file=file)
            for key, file in sorted(self._played.items())
        ]

    def _file(self, piece: Utterance) -> Path | None:
        if self._data_dir is None:
            return None
        if piece not in self._files:
            self._files[piece] = clips.clip(self._data_dir, piece)
        return self._files[piece]


def texts(book: Iterable[Page], data_dir: Path) -> list[Utterance]:
    """Utterances of the pages that can be spoken whole; others get no button."""
    found: dict[Utterance, None] = {}
    for page in book:
        if page.path.startswith("/") and spoken_text.OFFER in page.body:
            said = spoken_text.spoken(page.body)
            if all(clips.voice(piece.language) or clips.clip(data_dir, piece) for piece in said):
                found |= dict.fromkeys(said)
    return list(found)
