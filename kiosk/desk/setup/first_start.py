"""When the desk opens without a passphrase: once, while nothing was set up, on this machine or by
https with the code that was printed on it."""

import hmac
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from content.model import durable_files
from kiosk.desk import passphrase
from kiosk.desk.request_checks import address_of, is_loopback, name_of
from settings import desk_file
from settings.schema import DESK, Desk, Settings

ADDRESS, BY_CODE = "/staff/first", "/staff/first-by-code"
CODE = "desk.code"  # in data_dir, until the machine is set up
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another
# What proxies add: the page is for who sits at the machine, not for who reaches it through one.
_PROXIED = re.compile(r"forwarded|via|x-.*|.*client-ip|.*connecting-ip|cdn-.*", re.IGNORECASE)
# Whoever set one of these by a file or a variable set the machine up.
_BY_HAND = ("kiosk.school", "server.public_url", "sms.number", "sms.contact")


def is_fresh(settings: Settings) -> bool:
    """Whether nobody set this machine up: no passphrase, nothing of the desk's, nothing of a school
    from a file or a variable. Reads the disk."""
    data_dir = settings.server.data_dir
    keys = _BY_HAND if code(data_dir) else (*_BY_HAND, "desk.address")  # a code comes with it
    by_hand = any(settings.origins.get(key, DESK) != DESK for key in keys)
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


def is_by_code(desk: Desk, headers: Mapping[str, str], peer: str) -> bool:
    """Whether a proxy on this machine asks, for who typed the desk's https address."""
    address, typed = address_of(peer), urlsplit(desk.address)
    return (
        is_loopback(desk.host)
        and address is not None
        and address.is_loopback
        and typed.scheme == "https"
        and name_of(headers.get("host", "")) == name_of(typed.netloc)
    )


def code(data_dir: Path) -> str:
    """The code that is kept; "" if none."""
    with suppress(OSError, ValueError):
        return durable_files.read_plain(data_dir / CODE, most=len(_SIGNS)).decode("ascii").strip()
    return ""


def made_code(data_dir: Path) -> str:
    """The code, made where none is kept: 40 bits, and guesses are slowed. OSError, ValueError."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(8))
    return durable_files.made_once(data_dir / CODE, f"{signs[:4]}-{signs[4:]}")


def is_code(kept: str, typed: str) -> bool:
    """Whether that code was typed, in whatever case, with or without the hyphen."""
    return bool(kept) and hmac.compare_digest(_plain(kept), _plain(typed))


def _plain(typed: str) -> bytes:
    return "".join(filter(str.isalnum, typed)).upper().encode()
