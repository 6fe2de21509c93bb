"""The style sheet, scripts, font and icon, under addresses that name their content.

Owns the hash in an asset's address, which lets a browser keep it for ever, and the sheets inside
the two pages that a screen opens first. Refuses an asset that nothing lists: the whole of
``static/`` is read, and an address that is asked for and not there is a KeyError while rendering.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}
_LINKED = re.compile(r'<link rel="stylesheet" href="([^"]+)"(?: media="([^"]+)")?>')
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_TIGHT = re.compile(
    rb"\s*([{};])\s*|(?<=[a-z]:)(?<!--panel:) "
)  # no space round a brace or after a colon
_ASIDE = re.compile(
    rb"^\s*(?:/\*.*?\*/|//[^\n]*)\s*\n", re.DOTALL | re.MULTILINE
)  # a comment on lines of its own
_INDENT = re.compile(rb"\s*\n\s*")
_URL = re.compile(rb'url\("([^"#:]+)"\)')
_PANEL = re.compile(rb"--panel: [0-9.]+;")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    path: str
    body: bytes
    content_type: str


class Assets:
    """All assets by their file name, such as ``kiosk.css`` or ``fonts/atkinson-latin.woff2``.

    ``panel`` is the diagonal of the screen's panel in inches, from which the style sheet makes its
    millimetres.
    """

    def __init__(self, folder: Path = STATIC, *, panel: float = 21.5) -> None:
        self._assets: dict[str, Asset] = {}
        names = sorted(p for p in folder.rglob("*") if p.suffix in _TYPES)
        # Style sheets last: the addresses of what they refer to must be known.
        for path in sorted(names, key=lambda p: p.suffix == ".css"):
            name = path.relative_to(folder).as_posix()
            body = path.read_bytes()
            if path.suffix == ".css":
                body = _URL.sub(
                    lambda found: b'url("%b")' % self.url(found[1].decode()).encode(), body
                )
                body = _PANEL.sub(f"--panel: {panel:g};".encode(), body)
                body = _TIGHT.sub(rb"\1", _thin(_COMMENT.sub(b"", body)))
            elif path.suffix == ".js":
                body = _thin(_ASIDE.sub(b"", body))
            digest = hashlib.sha256(body).hexdigest()[:12]
            address = f"/static/{name.removesuffix(path.suffix)}.{digest}{path.suffix}"
            self._assets[name] = Asset(address, body, _TYPES[path.suffix])

    def url(self, name: str) -> str:
        """The address of an asset. KeyError if there is none of that name."""
        return self._assets[name].path

    def inlined(self, html: str) -> tuple[str, tuple[str, ...]]:
        """A page with its style sheets inside, so that one answer paints it, and what its policy
        must say of them."""
        sheets = {asset.path: asset.body.decode() for asset in self if asset.path.endswith(".css")}
        named: list[str] = []

        def inside(link: re.Match[str]) -> str:
            text = sheets[link[1]]
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            named.append(f"'sha256-{digest}'")
            return (
                f'<style media="{link[2]}">{text}</style>' if link[2] else f"<style>{text}</style>"
            )

        return _LINKED.sub(inside, html), tuple(named)

    def __iter__(self) -> Iterator[Asset]:
        return iter(self._assets.values())


def _thin(text: bytes) -> bytes:
    """Without the space at both ends of each line: the first page has a budget, and a browser needs
    none of it."""
    return _INDENT.sub(b"\n", text).strip() + b"\n"
