"""What stands before every page of the desk: the headers, whose name it answers to, and where a
form may come from.

Owns the desk's security policy. Refuses script altogether, a frame around a page, a name that is
not this desk's (DNS rebinding), and a form that another site sent. Pure: a request's headers come
as arguments.
"""

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
    # Not "no-referrer": a browser then sends "Origin: null" with our own forms, and they could not
    # be told from others.
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}


def is_loopback(host: str) -> bool:
    """Whether a desk that listens on ``host`` can be reached from this machine only."""
    address = _address(host)
    return address.is_loopback if address else host == "localhost"


def ours(host: str, desk: Desk, machine: str) -> bool:
    """Whether a Host header names this desk. ``machine`` is this machine's name on its network, ""
    for none.

    Rebinding needs a name that the attacker owns, so a bare address always passes, and a name only
    from the list.
    """
    name = _name(host)
    if not name:
        return False
    known = {"localhost", _name(urlsplit(desk.address).netloc), desk.host.casefold()}
    if machine and not is_loopback(desk.host):
        known |= {machine.casefold(), f"{machine.casefold()}.local"}
    return name in known or _address(name) is not None


def same_origin(headers: Mapping[str, str], desk: Desk) -> bool:
    """Whether a form was sent by a page of this desk: its Origin and, where the browser says it,
    its site.

    A browser names one of the two with every POST; a request that names neither comes from no page.
    """
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
