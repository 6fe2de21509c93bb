"""The style sheet, scripts, font and icon, under addresses that name their content.

Owns the hash in an asset's address, which lets a browser keep it for ever. Refuses an asset that nothing lists: the
whole of ``static/`` is read, and an address that is asked for and not there is a KeyError while rendering.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}
_URL = re.compile(rb'url\("([^"#:]+)"\)')


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    path: str
    body: bytes
    content_type: str


class Assets:
    """All assets by their file name, such as ``kiosk.css`` or ``fonts/atkinson-latin.woff2``."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._assets: dict[str, Asset] = {}
        names = sorted(p for p in folder.rglob("*") if p.suffix in _TYPES)
        # Style sheets last: the addresses of what they refer to must be known.
        for path in sorted(names, key=lambda p: p.suffix == ".css"):
            name = path.relative_to(folder).as_posix()
            body = path.read_bytes()
            if path.suffix == ".css":
                body = _URL.sub(lambda found: b'url("%b")' % self.url(found[1].decode()).encode(), body)
            digest = hashlib.sha256(body).hexdigest()[:12]
            address = f"/static/{name.removesuffix(path.suffix)}.{digest}{path.suffix}"
            self._assets[name] = Asset(address, body, _TYPES[path.suffix])

    def url(self, name: str) -> str:
        """The address of an asset. KeyError if there is none of that name."""
        return self._assets[name].path

    def __iter__(self) -> Iterator[Asset]:
        return iter(self._assets.values())
