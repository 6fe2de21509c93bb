"""The desk's security headers, and its check of the Host header (DNS rebinding)."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from kiosk.edition.headers import KEEP_NOTHING, POLICIES, SAFE
from settings.schema import Desk
from system.hosts import address_of, is_loopback, name_of

HEADERS: Mapping[str, str] = {
    **{name.decode(): value.decode() for name, value in SAFE},
    "content-security-policy": POLICIES["desk"],
    "cache-control": KEEP_NOTHING,
    # With "no-referrer" instead, browsers would send "Origin: null" for our own forms.
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}


def ours(host: str, desk: Desk, machine: str) -> bool:
    """Return whether a Host header names this desk. Accepts any IP: DNS rebinding needs a name."""
    name = name_of(host)
    if not name:
        return False
    known = {"localhost", name_of(urlsplit(desk.address).netloc), desk.host.casefold()}
    if machine and not is_loopback(desk.host):
        known |= {machine.casefold(), f"{machine.casefold()}.local"}
    return name in known or address_of(name) is not None
