"""The desk's security headers, and its check of the Host header (DNS rebinding)."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from kiosk.edition.headers import KEEP_NOTHING, SAFE
from settings.schema import Desk
from system.hosts import address_of, is_loopback, name_of

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "frame-src 'self'",  # the cover, in the form of School info
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# A page of the kiosk in a frame of ours: its styles stand in it, nothing of it runs or sends.
COVER_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "font-src 'self'",
        "img-src 'self' data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
HEADERS: Mapping[str, str] = {
    **{name.decode(): value.decode() for name, value in SAFE},
    "content-security-policy": POLICY,
    "cache-control": KEEP_NOTHING,
    # Not "no-referrer": a browser then sends "Origin: null" with our own forms.
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}


def ours(host: str, desk: Desk, machine: str) -> bool:
    """Whether a Host header is ours. Bare addresses pass: DNS rebinding needs a name."""
    name = name_of(host)
    if not name:
        return False
    known = {"localhost", name_of(urlsplit(desk.address).netloc), desk.host.casefold()}
    if machine and not is_loopback(desk.host):
        known |= {machine.casefold(), f"{machine.casefold()}.local"}
    return name in known or address_of(name) is not None
