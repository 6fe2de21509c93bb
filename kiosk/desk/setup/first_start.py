"""When the desk opens without a passphrase: once, on this machine, while nothing was set up."""

import re
from collections.abc import Mapping

from kiosk.desk import passphrase
from kiosk.desk.request_checks import address_of, is_loopback, name_of
from settings import desk_file
from settings.schema import DESK, Settings

ADDRESS = "/staff/first"
# What proxies add: the page is for who sits at the machine, not for who reaches it through one.
_PROXIED = re.compile(r"forwarded|via|x-.*|.*client-ip|.*connecting-ip|cdn-.*", re.IGNORECASE)
# Whoever set one of these by a file or a variable set the machine up.
_BY_HAND = ("kiosk.school", "server.public_url", "sms.number", "sms.contact", "desk.address")


def is_fresh(settings: Settings) -> bool:
    """Whether nobody set this machine up: no passphrase, nothing of the desk's, nothing of a school
    from a file or a variable. Reads the disk."""
    data_dir = settings.server.data_dir
    by_hand = any(settings.origins.get(key, DESK) != DESK for key in _BY_HAND)
    return (
        not by_hand
        and not (data_dir / passphrase.FILE).exists()
        and not (data_dir / desk_file.FILE).exists()
    )


def is_near(settings: Settings, headers: Mapping[str, str], peer: str, version: str) -> bool:
    """Whether this machine itself asks, by a name of its own. ``peer``: who connected.

    ``version``: of HTTP. A browser keeps its connection; nginx as it comes, up to 1.29, ends each.
    """
    name = name_of(headers.get("host", ""))
    address = address_of(peer)
    return (
        is_loopback(settings.desk.host)
        and address is not None
        and address.is_loopback
        and is_loopback(name)
        and not any(map(_PROXIED.fullmatch, headers))
        and version != "1.0"
        and "close" not in headers.get("connection", "").lower()
    )
