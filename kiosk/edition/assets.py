"""Style sheets, scripts, fonts and icons at content-hashed addresses, cached forever."""

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from kiosk.edition.edition import Item
from kiosk.edition.headers import KEEP_FOR_EVER, csp_hash

STATIC = Path(__file__).parents[1] / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_LINKED = re.compile(r'<link rel="stylesheet" href="([^"]+)"(?: media="([^"]+)")?>')
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
# Strips comments, and spaces around braces and after colons and commas.
_TIGHT = re.compile(rb"\s*([{};])\s*|(?<=[a-z]:)(?<!--panel:) |(?<=,)\s+")
_ASIDE = re.compile(rb"^\s*(?:/\*.*?\*/|//[^\n]*)\s*\n", re.DOTALL | re.MULTILINE)
_AFTER = re.compile(rb"(?<=[;{},]) // [^\n]*$", re.MULTILINE)
_INDENT = re.compile(rb"\s*\n\s*")
_URL = re.compile(rb'url\("([^"#:]+)"\)')
_PANEL = re.compile(rb"--panel: [0-9.]+;")
_LARGE = 100_000  # bytes; larger fonts stay on disk: four of them make up most of the assets' size


class Assets:
    """Assets by name ("fonts/atkinson-latin.woff2"). ``panel``: the screen's diagonal in inches."""

    def __init__(self, *, panel: float = 21.5) -> None:
        self._assets: dict[str, Item] = {}
        names = sorted(p for p in STATIC.rglob("*") if p.suffix in _TYPES)
        # Style sheets come last, because they contain the other assets' addresses.
        for path in sorted(names, key=lambda p: p.suffix == ".css"):
            name = path.relative_to(STATIC).as_posix()
            body = path.read_bytes()
            if path.suffix == ".css":
                body = _URL.sub(lambda m: b'url("%b")' % self._near(m[1].decode()), body)
                body = _PANEL.sub(f"--panel: {panel:g};".encode(), body)
                body = _TIGHT.sub(rb"\1", _thin(_COMMENT.sub(b"", body)))
            elif path.suffix == ".js":
                body = _thin(_AFTER.sub(b"", _ASIDE.sub(b"", body)))
            digest = hashlib.sha256(body).hexdigest()[:12]
            address = f"/static/{name.removesuffix(path.suffix)}.{digest}{path.suffix}"
            asset = Item(address, body, _TYPES[path.suffix], KEEP_FOR_EVER)
            is_large = path.suffix == ".woff2" and len(body) > _LARGE
            self._assets[name] = asset._replace(body=b"", file=path) if is_large else asset

    def url(self, name: str) -> str:
        """Return an asset's address. Raises KeyError."""
        return self._assets[name].path

    def _near(self, name: str) -> bytes:
        """Return an asset's address relative to the style sheets next to it."""
        return self.url(name).removeprefix("/static/").encode()

    def inlined(self, html: str, base: str = "") -> tuple[str, tuple[str, ...]]:
        """Inline a page's style sheets; return it with CSP hashes. ``base``: its path prefix."""
        sheets = {asset.path: asset.body.decode() for asset in self if asset.path.endswith(".css")}
        named: list[str] = []

        def inside(link: re.Match[str]) -> str:
            text = sheets[link[1]].replace('url("fonts/', f'url("{base}/static/fonts/')
            named.append(csp_hash(text))
            media = f' media="{link[2]}"' if link[2] else ""
            return f"<style{media}>{text}</style>"

        return _LINKED.sub(inside, html), tuple(named)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._assets.values())


@lru_cache(maxsize=1)
def shipped(panel: float) -> Assets:
    """Return the program's own assets, read and hashed once, as only an update changes them."""
    return Assets(panel=panel)


def _thin(text: bytes) -> bytes:
    """Trim each line, because the first page has a byte budget."""
    return _INDENT.sub(b"\n", text).strip() + b"\n"
