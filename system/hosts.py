"""Reads host names and addresses in requests, and tells whether our own page sent a request."""

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether a server on ``host`` can be reached only from this machine."""
    address = address_of(host)
    return address.is_loopback if address else host == "localhost"


def name_of(host: str) -> str:
    """Normalize a Host header without its port; return "" if it is invalid."""
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", host.strip().casefold())
    return found[1].strip("[]").rstrip(".") if found else ""


def address_of(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


def same_origin(headers: Mapping[str, str], address: str) -> bool:
    """Whether this server's page or ``address`` sent a request, by its Origin or Sec-Fetch-Site."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return site == "same-origin"
    try:
        host = urlsplit(origin).netloc.casefold()
    except ValueError:  # a bracket in the address is never closed
        return False
    allowed = {headers.get("host", "").casefold(), urlsplit(address).netloc.casefold()} - {""}
    return origin.startswith(("http://", "https://")) and host in allowed
