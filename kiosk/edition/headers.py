"""HTTP headers of every kiosk answer: content security policy, caching, no cookie."""

import base64
import hashlib
from functools import lru_cache

Headers = tuple[tuple[bytes, bytes], ...]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types kiosk",
    )
)
KEEP_NOTHING = "no-store"
KEEP_FOR_EVER = "public, max-age=31536000, immutable"

SAFE: Headers = (
    (b"referrer-policy", b"no-referrer"),
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
    """The CSP source that allows this style sheet inside a page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@lru_cache(maxsize=64)  # a thousand pages share the same bytes
def always(styles: tuple[str, ...] = ()) -> Headers:
    """Headers of every answer. ``styles``: CSP sources of inlined sheets."""
    policy = POLICY.replace("style-src 'self'", " ".join(("style-src 'self'", *styles)))
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
