"""The directory's types: services, and the list of shards.

index.json lists the shards, ``<nnn>.ndjson``. Each has one service per line, sorted by id; there
are up to 100,000 services. Short codes and crisis hotlines belong in a pack.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from messages.message import message

FORMAT = 1
FOLDER = "directory"
INDEX = "index.json"
MOST_SHARDS = 1024
MOST_SERVICES = 1_000_000
MAX_LINE = 16 * 1024  # maximum bytes of one service
MAX_SHARD = 16 * 1024 * 1024  # maximum bytes of one shard
_NAME = re.compile(r"[0-9]{3,4}\.ndjson", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class DirectoryError(Exception):
    """The directory cannot be used or made; the message says where and why."""


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line of a shard, the list of shards, or part of either one."""


class ServicePhone(_Record, frozen=True, kw_only=True):
    """``number``: +1 and ten digits. ``extension``: the digits to dial after the number."""

    number: str
    kind: Literal["voice", "sms", "tty"] = "voice"
    extension: str = ""


class ServiceAddress(_Record, frozen=True, kw_only=True):
    street: str = ""
    city: str = ""
    zip: str = ""


class AreaServed(_Record, frozen=True, kw_only=True):
    """The nation, states by postal code, or counties by FIPS code, limited to ``zips`` if given."""

    us: bool = False
    states: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    zips: tuple[str, ...] = ()


class DirectoryService(_Record, frozen=True, kw_only=True):
    """A service, in the source's own English. ``updated``: ISO date; ``languages``: BCP 47 tags.

    ``confidential``: whether its location must be kept secret; None means only for a shelter or a
    home. Such a service is published and shown only as ``public`` (confidential.py) returns it.
    """

    id: str
    name: str
    area: AreaServed
    updated: str
    organization: str = ""
    what: str = ""
    phones: tuple[ServicePhone, ...] = ()
    url: str = ""
    address: ServiceAddress = ServiceAddress()
    hours: str = ""
    languages: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    confidential: bool | None = None


class Shard(_Record, frozen=True, kw_only=True):
    """A file of services: its name under ``directory/``, SHA-256 in hex, and number of services."""

    name: str
    sha256: str
    services: int


class ShardList(_Record, frozen=True, kw_only=True):
    """index.json. ``date``: the data's ISO date; ``buckets``: how many; empty ones lack a shard."""

    format: int
    name: str
    source: str
    date: str
    area: AreaServed
    buckets: int
    shards: tuple[Shard, ...]

    @property
    def services(self) -> int:
        return sum(shard.services for shard in self.shards)


def encode(service: DirectoryService) -> bytes:
    """Return the service's line without the line ending; equal services give equal bytes."""
    return msgspec.json.encode(service, order="deterministic")


def encode_index(index: ShardList) -> bytes:
    return msgspec.json.encode(index, order="deterministic") + b"\n"


def read_index(data: bytes) -> ShardList:
    """Return the list. Raises DirectoryError if its data, format or a shard's name is invalid."""
    try:
        index = msgspec.json.decode(data, type=ShardList)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise DirectoryError(f"{FOLDER}/{INDEX} cannot be read: {error}.") from error
    names = [shard.name for shard in index.shards]
    if index.format != FORMAT:
        raise DirectoryError(message("shard.format", format=index.format, reads=FORMAT))
    if (
        not 1 <= index.buckets <= MOST_SHARDS
        or len(names) > index.buckets
        or len(set(names)) != len(names)
    ):
        raise DirectoryError(message("shard.many", most=MOST_SHARDS))
    for shard in index.shards:
        if (
            not _NAME.fullmatch(shard.name)
            or not _SHA256.fullmatch(shard.sha256)
            or shard.services < 1
        ):
            raise DirectoryError(message("shard.no-name", name=repr(shard.name)))
    if index.services > MOST_SERVICES:
        count = index.services
        raise DirectoryError(message("shard.services", count=count, most=MOST_SERVICES))
    return index


def wanted(index: bytes, held: Mapping[str, str]) -> list[str]:
    """Return the paths of shards missing from ``held`` (name → SHA-256). Raises DirectoryError."""
    return [
        f"{FOLDER}/{one.name}"
        for one in read_index(index).shards
        if held.get(one.name) != one.sha256
    ]


def bucket_of(service_id: str, buckets: int) -> int:
    return int.from_bytes(hashlib.sha256(service_id.encode()).digest()[:4], "big") % buckets


def shard_name(bucket: int) -> str:
    return f"{bucket:03}.ndjson"
