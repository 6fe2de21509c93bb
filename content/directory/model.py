"""The large directory: its services as values, and its list of shards.

A directory is what a 211 keeps: up to a hundred thousand services of one state. Its index.json
lists shards ``<nnn>.ndjson``: one service a line, sorted by id. Short codes and crisis lines belong
to the pack; a directory holds neither.
"""

import hashlib
import math
import re
from collections.abc import Mapping
from typing import Literal

import msgspec

FORMAT = 1
FOLDER = "directory"
INDEX = "index.json"
MOST_SHARDS = 1024
MOST_SERVICES = 1_000_000
MAX_LINE = 16 * 1024  # bytes of one service
MAX_SHARD = 16 * 1024 * 1024  # bytes
_NAME = re.compile(r"[0-9]{3,4}\.ndjson", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class DirectoryError(Exception):
    """A directory cannot be used or made; the message is a sentence that says where and why."""


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a line or the list is made of."""


class ServicePhone(_Record, frozen=True, kw_only=True):
    """``number`` is +1 and ten digits; ``extension`` is digits to dial after it."""

    number: str
    kind: Literal["voice", "sms", "tty"] = "voice"
    extension: str = ""


class ServiceAddress(_Record, frozen=True, kw_only=True):
    """Where to go; a place that must stay secret has only its city, or nothing."""

    street: str = ""
    city: str = ""
    zip: str = ""


class AreaServed(_Record, frozen=True, kw_only=True):
    """Whom it serves: the nation, states by postal code, or counties by FIPS code; ``zips`` narrows
    counties down."""

    us: bool = False
    states: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    zips: tuple[str, ...] = ()


class DirectoryService(_Record, frozen=True, kw_only=True):
    """One service as its source describes it, in English. ``updated``: the ISO date of its last
    change. ``languages``: BCP 47 tags in which it answers.
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


class Shard(_Record, frozen=True, kw_only=True):
    """One file of services: its name below ``directory/``, the SHA-256 of its bytes in hex, how
    many services."""

    name: str
    sha256: str
    services: int


class ShardList(_Record, frozen=True, kw_only=True):
    """The list. ``name``: whose directory it is, as people know it. ``date``: the ISO date of the
    source's data. ``buckets``: by how many ids are spread; an empty bucket has no shard.
    """

    format: int
    name: str
    source: str
    date: str
    area: AreaServed
    buckets: int
    shards: tuple[Shard, ...]

    @property
    def services(self) -> int:
        """How many services there are in all."""
        return sum(shard.services for shard in self.shards)


def encode(service: DirectoryService) -> bytes:
    """The service's line, without its line end: the same service always gives the same bytes."""
    return msgspec.json.encode(service, order="deterministic")


def encode_index(index: ShardList) -> bytes:
    """The bytes of index.json."""
    return msgspec.json.encode(index, order="deterministic") + b"\n"


def read_index(data: bytes) -> ShardList:
    """The list of those bytes. DirectoryError if it is none, of another format, or names a file
    that it must not."""
    try:
        index = msgspec.json.decode(data, type=ShardList)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise DirectoryError(f"{FOLDER}/{INDEX} cannot be read: {error}.") from error
    names = [shard.name for shard in index.shards]
    if index.format != FORMAT:
        raise DirectoryError(
            f"{FOLDER}/{INDEX} is of format {index.format}; this version reads format {FORMAT}."
        )
    if (
        not 1 <= index.buckets <= MOST_SHARDS
        or len(names) > index.buckets
        or len(set(names)) != len(names)
    ):
        raise DirectoryError(
            f"{FOLDER}/{INDEX} lists a shard twice, or more than {MOST_SHARDS} of them."
        )
    for shard in index.shards:
        if (
            not _NAME.fullmatch(shard.name)
            or not _SHA256.fullmatch(shard.sha256)
            or shard.services < 1
        ):
            raise DirectoryError(f"{FOLDER}/{INDEX} names {shard.name!r}, which cannot be a shard.")
    if index.services > MOST_SERVICES:
        raise DirectoryError(
            f"{FOLDER}/{INDEX} lists {index.services} services; at most {MOST_SERVICES} are read."
        )
    return index


def wanted(index: bytes, held: Mapping[str, str]) -> list[str]:
    """The target paths that a refresh must fetch: every shard of the list that is not held with the
    same hash. DirectoryError if the list cannot be read.

    ``index``: the verified bytes of index.json. ``held``: a shard's name → its SHA-256.
    """
    return [
        f"{FOLDER}/{one.name}"
        for one in read_index(index).shards
        if held.get(one.name) != one.sha256
    ]


def buckets_for(services: int) -> int:
    """Into how many shards to spread so many services.

    One changed service costs a client its shard (about 560 bytes a service) and the lists, which
    name every shard (about 350 bytes each in index.json and in the role's metadata): the sum is
    least near the square root of 1.6 times the services. A power of two, so that a directory that
    grows keeps its number for long.
    """
    best = math.sqrt(1.6 * max(services, 1))
    return min(MOST_SHARDS, 1 << max(0, round(math.log2(best))))


def bucket_of(service_id: str, buckets: int) -> int:
    """The number of the shard in which a service lies."""
    return int.from_bytes(hashlib.sha256(service_id.encode()).digest()[:4], "big") % buckets


def shard_name(bucket: int) -> str:
    """The file name of a shard."""
    return f"{bucket:03}.ndjson"
