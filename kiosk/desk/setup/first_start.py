"""Decides when the desk opens without a passphrase: once, before anything is set up, to a person
with the one-time code from the first start or the installer (docs/develop/decisions/0039)."""

import hmac
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from kiosk.desk import passphrase
from settings import desk_file
from settings.schema import DESK, Desk, Settings
from system import files
from system.hosts import address_of, is_loopback, name_of

ADDRESS = "/staff/first"
CODE = "desk.code"  # a file in data_dir until the machine is set up
_TYPED = re.compile(r"[A-Za-z0-9 -]{1,20}")
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no two of these characters look alike
# If one of these comes from a file or a variable, somebody has set the machine up.
_BY_HAND = ("kiosk.school", "sms.number", "sms.contact")


def is_fresh(settings: Settings) -> bool:
    """Return whether nobody has set this machine up: there is no passphrase, nothing saved at the
    desk, and no school setting from a file or a variable. Reads the disk."""
    data_dir = settings.server.data_dir
    by_hand = any(settings.origins.get(key, DESK) != DESK for key in _BY_HAND)
    return (
        not by_hand
        and not (data_dir / passphrase.FILE).exists()
        and not (data_dir / desk_file.FILE).exists()
    )


def may_open(desk: Desk, headers: Mapping[str, str], peer: str) -> bool:
    """Return whether the page may open: on this machine, under one of its names, or through its
    proxy over https. It shows no secret; saving requires the code. ``peer``: the client's address.
    """
    address, typed, name = (
        address_of(peer),
        urlsplit(desk.address),
        name_of(headers.get("host", "")),
    )
    by_https = typed.scheme == "https" and name == name_of(typed.netloc)
    return (
        is_loopback(desk.host)
        and address is not None
        and address.is_loopback
        and (is_loopback(name) or by_https)
    )


def address(place: str, code: str) -> str:
    """Return the address with the code in it, below ``place`` (https://desk.example.org)."""
    return f"{place.rstrip('/')}{ADDRESS}?{urlencode({'code': code})}"


def code(data_dir: Path) -> str:
    """Return the stored code; "" if there is none."""
    with suppress(OSError, ValueError):
        return files.read_plain(data_dir / CODE, most=len(_SIGNS)).decode("ascii").strip()
    return ""


def made_code(data_dir: Path) -> str:
    """Return the code; make a 40-bit one if none is stored. Raises OSError or ValueError."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(8))
    return files.made_once(data_dir / CODE, f"{signs[:4]}-{signs[4:]}")


def typed(text: str) -> str:
    """Return the text from an address if it can be a code; otherwise ""."""
    return text if _TYPED.fullmatch(text) else ""


def is_code(kept: str, typed: str) -> bool:
    """Return whether that code was typed; its case and hyphen do not matter."""
    return bool(kept) and hmac.compare_digest(_plain(kept), _plain(typed))


def _plain(typed: str) -> bytes:
    return "".join(filter(str.isalnum, typed)).upper().encode()
