"""HTTP headers for every kiosk response: content security policy and caching, but no cookies."""

import base64
import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path

Headers = tuple[tuple[bytes, bytes], ...]

_FILE = Path(__file__).with_name("policies.toml")
POLICIES = {
    page: "; ".join(f"{directive} {sources}" for directive, sources in rows.items())
    for page, rows in tomllib.loads(_FILE.read_text("utf-8")).items()
}  # policies for the screen, the desk, and the cover in the desk's frame
KEEP_NOTHING = "no-store"
KEEP_FOR_EVER = "public, max-age=31536000, immutable"

SAFE: Headers = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # Chromium complains about unknown names, such as bluetooth.
    (
        b"permissions-policy",
        b"camera=(), microphone=(), geolocation=(), usb=(), serial=(), clipboard-read=()",
    ),
)


def csp_hash(text: str) -> str:
    """Return the CSP source that allows this style sheet inside a page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@lru_cache(maxsize=64)  # a thousand pages share the same bytes
def always(styles: tuple[str, ...] = ()) -> Headers:
    """Return the headers of every response. ``styles``: CSP sources of inlined sheets."""
    policy = POLICIES["screen"].replace("style-src 'self'", " ".join(("style-src 'self'", *styles)))
    return ((b"content-security-policy", policy.encode()), *SAFE)


def header_list(
    content_type: str, cache: str, *, length: int, extra: Headers = (), styles: tuple[str, ...] = ()
) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", content_type.encode()),
        (b"content-length", str(length).encode()),
        (b"cache-control", cache.encode()),
        *always(styles),
        *extra,
    ]
