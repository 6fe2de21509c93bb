"""The large directory: its services as values, and its list of shards.

A directory is what a 211 keeps: up to a hundred thousand services of one state. It stands beside
the pack, not in it: ``directory/index.json`` lists shards ``directory/<nnn>.ndjson``, one service a
line, sorted by id. Owns these types, their bytes, which shard a service lies in, and which shards a
refresh must fetch. Refuses to read a file, and to judge a service (directory_rules.py does). A
short code or a crisis line is the pack's: a directory holds neither.
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


class Phone(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """``number`` is +1 and ten digits; ``extension`` is digits to dial after it."""

    number: str
    kind: Literal["voice", "sms", "tty"] = "voice"
    extension: str = ""


class Address(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Where to go; a place that must stay secret has only its city, or nothing."""

    street: str = ""
    city: str = ""
    zip: str = ""


class Area(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Whom it serves: the nation, states by postal code, or counties by FIPS code; ``zips`` narrows
    counties down."""

    us: bool = False
    states: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    zips: tuple[str, ...] = ()


class Service(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One service as its source describes it. ``updated`` is the ISO date on which the source last
    changed it.

    The texts are the source's, in English; ``languages`` are BCP 47 tags in which it answers.
    """

    id: str
    name: str
    area: Area
    updated: str
    organization: str = ""
    what: str = ""
    phones: tuple[Phone, ...] = ()
    url: str = ""
    address: Address = Address()
    hours: str = ""
    languages: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


class Shard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of services: its name below ``directory/``, the SHA-256 of its bytes in hex, how
    many services."""

    name: str
    sha256: str
    services: int


class Index(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The list. ``name`` is whose directory it is, as people know it; ``date`` the ISO date of the
    source's data.

    ``buckets`` is the number by which ids are spread; an empty bucket has no shard.
    """

    format: int
    name: str
    source: str
    date: str
    area: Area
    buckets: int
    shards: tuple[Shard, ...]

    @property
    def services(self) -> int:
        """How many services there are in all."""
        return sum(shard.services for shard in self.shards)


def encode(service: Service) -> bytes:
    """The service's line, without its line end: the same service always gives the same bytes."""
    return msgspec.json.encode(service, order="deterministic")


def encode_index(index: Index) -> bytes:
    """The bytes of index.json."""
    return msgspec.json.encode(index, order="deterministic") + b"\n"


def read_index(data: bytes) -> Index:
    """The list of those bytes. DirectoryError if it is none, or of a newer format, or names a file
    that it must not."""
    try:
        index = msgspec.json.decode(data, type=Index)
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
    same hash.

    ``index`` are the verified bytes of index.json; ``held`` maps a shard's name to its SHA-256, as
    ``directory_index.held`` gives it. DirectoryError if the list cannot be read.
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
    """The number of the shard in which a service lies: the same wherever and whenever it is asked."""
    return int.from_bytes(hashlib.sha256(service_id.encode()).digest()[:4], "big") % buckets


def shard_name(bucket: int) -> str:
    """The file name of a shard."""
    return f"{bucket:03}.ndjson"
