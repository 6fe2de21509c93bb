"""The desk's security headers, and Host and Origin checks (DNS rebinding, forged forms)."""

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from kiosk.edition.headers import KEEP_NOTHING, SAFE
from settings.schema import Desk

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


def is_loopback(host: str) -> bool:
    """Whether a desk on ``host`` can be reached from this machine only."""
    address = address_of(host)
    return address.is_loopback if address else host == "localhost"


def ours(host: str, desk: Desk, machine: str) -> bool:
    """Whether a Host header is ours. Bare addresses pass: DNS rebinding needs a name."""
    name = name_of(host)
    if not name:
        return False
    known = {"localhost", name_of(urlsplit(desk.address).netloc), desk.host.casefold()}
    if machine and not is_loopback(desk.host):
        known |= {machine.casefold(), f"{machine.casefold()}.local"}
    return name in known or address_of(name) is not None


def same_origin(headers: Mapping[str, str], address: str) -> bool:
    """Whether a page of this server sent it: by Origin or Sec-Fetch-Site; neither is no page.

    ``address``: another one that leads here, "" for none.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return site == "same-origin"
    try:
        host = urlsplit(origin).netloc.casefold()
    except ValueError:  # of a bracket that is never closed
        return False
    allowed = {headers.get("host", "").casefold(), urlsplit(address).netloc.casefold()} - {""}
    return origin.startswith(("http://", "https://")) and host in allowed


def name_of(host: str) -> str:
    """A Host header without port, normalised; "" if invalid."""
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", host.strip().casefold())
    return found[1].strip("[]").rstrip(".") if found else ""


def address_of(name: str) -> IPv4Address | IPv6Address | None:
    """The address that a name is; None where it is a name."""
    try:
        return ip_address(name)
    except ValueError:
        return None
