"""Records whether a second person confirmed the county child-abuse line that a school entered.

A confirmation is valid only for that exact number and those counties. It is sealed with this
machine's hash key, so no line in a settings file can create one (docs/develop/decisions/0050).
"""

import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from content.model.pack import County
from system import files
from system.files import Instant

FILE = "COUNTY_LINE"  # in data_dir
HEARD = timedelta(days=1)  # how long the alarm about a withdrawn line lasts
State = Literal["none", "pack", "confirmed", "unconfirmed"]


class CountyConfirmation(msgspec.Struct, frozen=True, kw_only=True):
    """The role that confirmed a number, and the day. ``withdrawn``: when somebody withdrew it.

    ``seal``: the keyed hash of the rest.
    """

    number: str
    counties: tuple[str, ...]
    role: str
    on: date
    seal: str = ""
    withdrawn: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyLine:
    """The judgment on an entered line. ``shown``: the number to show first, or "" if there is none.

    ``lost``: a confirmed line is no longer shown, and somebody must be told.
    """

    state: State
    shown: str = ""
    lost: bool = False


def kept(data_dir: Path) -> CountyConfirmation | None:
    return files.read_record(data_dir / FILE, CountyConfirmation)


def confirmed(
    number: str, counties: Iterable[str], role: str, on: date, *, key: bytes
) -> CountyConfirmation:
    """Return a new confirmation. ``role``: the second person's; ``key``: the machine's hash key."""
    named = tuple(sorted(counties))
    one = CountyConfirmation(number=number, counties=named, role=role, on=on)
    return msgspec.structs.replace(one, seal=_seal(one, key))


def withdrawn(record: CountyConfirmation, now: datetime) -> CountyConfirmation:
    """Return the confirmation after one person withdrew it. Its seal no longer matches, so editing
    the file does not bring the number back."""
    return msgspec.structs.replace(record, seal="", withdrawn=record.withdrawn or now)


def is_of(record: CountyConfirmation, number: str, counties: Iterable[str]) -> bool:
    """Whether the record confirms exactly this number for these counties (names)."""
    return (record.number, record.counties) == (number, tuple(sorted(counties)))


def judge(
    record: CountyConfirmation | None,
    typed: str,
    counties: Collection[str],
    known: Iterable[County],
    *,
    key: bytes,
    now: datetime,
) -> CountyLine:
    """Judge the line ``typed`` for these counties (names). ``known``: the pack's counties.

    ``key``: this machine's hash key; without one, nothing is confirmed.
    """
    of_pack = {n.number for c in known if c.name in counties for n in c.numbers}
    if record is not None and record.withdrawn is None:
        if _holds(record, typed, counties, key):
            return CountyLine(state="confirmed", shown=typed)
        lost = True
    else:
        taken_back = record.withdrawn if record else None
        lost = taken_back is not None and abs(now - taken_back) < HEARD
    if not typed:
        return CountyLine(state="none", lost=lost)
    return CountyLine(state="pack" if typed in of_pack else "unconfirmed", lost=lost)


def _holds(record: CountyConfirmation, typed: str, counties: Iterable[str], key: bytes) -> bool:
    whole = bool(key) and hmac.compare_digest(record.seal.encode(), _seal(record, key).encode())
    return bool(typed) and is_of(record, typed, counties) and whole


def _seal(record: CountyConfirmation, key: bytes) -> str:
    said = msgspec.json.encode(msgspec.structs.replace(record, seal=""), order="sorted")
    return hmac.digest(key, b"county line\0" + said, "sha256").hex()
