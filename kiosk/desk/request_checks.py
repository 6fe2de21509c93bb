"""The desk's security headers, and checks of Host and Origin (DNS rebinding, forged forms)."""

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
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
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
    """Whether a desk that listens on ``host`` can be reached from this machine only."""
    address = _address(host)
    return address.is_loopback if address else host == "localhost"


def ours(host: str, desk: Desk, machine: str) -> bool:
    """Whether a Host header names this desk. ``machine``: this machine's name on its network or "".

    DNS rebinding needs a name that the attacker owns, so a bare address always passes.
    """
    name = _name(host)
    if not name:
        return False
    known = {"localhost", _name(urlsplit(desk.address).netloc), desk.host.casefold()}
    if machine and not is_loopback(desk.host):
        known |= {machine.casefold(), f"{machine.casefold()}.local"}
    return name in known or _address(name) is not None


def same_origin(headers: Mapping[str, str], desk: Desk) -> bool:
    """Whether a page of this desk sent a form, by Origin and Sec-Fetch-Site. A browser names one
    of them with every POST; a request with neither comes from no page."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return site == "same-origin"
    host = urlsplit(origin).netloc.casefold()
    allowed = {headers.get("host", "").casefold(), urlsplit(desk.address).netloc.casefold()} - {""}
    return origin.startswith(("http://", "https://")) and host in allowed


def _name(host: str) -> str:
    """A Host header without its port, in one spelling; "" if it is none."""
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", host.strip().casefold())
    return found[1].strip("[]").rstrip(".") if found else ""


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
