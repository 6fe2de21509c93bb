"""The list of shards: what it may say, and what a refresh fetches because of it."""

import json

import msgspec
import pytest

from content.directory import model
from content.directory.model import (
    AreaServed,
    DirectoryError,
    DirectoryService,
    Shard,
    ShardList,
    bucket_of,
    read_index,
    wanted,
)
from content.directory.rules import parse

ONE, TWO = "1" * 64, "2" * 64
LIST = ShardList(
    format=1,
    name="Invented 211",
    source="made up",
    date="2026-11-01",
    area=AreaServed(states=("CA",)),
    buckets=4,
    shards=(
        Shard(name="000.ndjson", sha256=ONE, services=2),
        Shard(name="003.ndjson", sha256=TWO, services=1),
    ),
)
BYTES = model.encode_index(LIST)


def test_the_list_reads_back_as_it_was_written() -> None:
    assert read_index(BYTES) == LIST
    assert LIST.services == 3


def test_a_service_gives_the_same_line_each_time_and_reads_back_from_it() -> None:
    service = DirectoryService(
        id="a", name="Corazón", area=AreaServed(counties=("06001",)), updated="2026-01-02"
    )
    assert parse(model.encode(service)) == service
    other = parse(
        b'{"updated":"2026-01-02","area":{"counties":["06001"]},"name":"Coraz\\u00f3n","id":"a","what":""}'
    )
    line = (
        b'{"id":"a","name":"Coraz\xc3\xb3n","area":{"counties":["06001"]},"updated":"2026-01-02"}'
    )
    assert model.encode(service) == model.encode(other) == line


@pytest.mark.parametrize(
    ("held", "paths"),
    [
        ({}, ["directory/000.ndjson", "directory/003.ndjson"]),
        ({"000.ndjson": ONE}, ["directory/003.ndjson"]),
        ({"000.ndjson": TWO, "003.ndjson": TWO}, ["directory/000.ndjson"]),
        ({"000.ndjson": ONE, "003.ndjson": TWO, "002.ndjson": ONE}, []),
    ],
)
def test_only_shards_that_are_not_held_with_the_same_hash_are_wanted(
    held: dict[str, str], paths: list[str]
) -> None:
    assert wanted(BYTES, held) == paths


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 2}, "format 2"),
        ({"buckets": 0}, "shard twice"),
        ({"buckets": 5000}, "shard twice"),
        (
            {"shards": [{"name": "../x", "sha256": ONE, "services": 1}]},
            "which is not a valid shard",
        ),
        (
            {"shards": [{"name": "000.ndjson\n", "sha256": ONE, "services": 1}]},
            "which is not a valid shard",
        ),
        (
            {"shards": [{"name": "000.ndjson", "sha256": "x", "services": 1}]},
            "which is not a valid shard",
        ),
        (
            {"shards": [{"name": "000.ndjson", "sha256": ONE, "services": 0}]},
            "which is not a valid shard",
        ),
        ({"shards": [{"name": "000.ndjson", "sha256": ONE, "services": 1}] * 2}, "shard twice"),
        ({"shards": [{"name": "000.ndjson", "sha256": ONE, "services": 10**9}]}, "the limit is"),
        ({"more": 1}, "unknown field"),
        ({"name": 4}, "cannot be read"),
    ],
)
def test_a_list_that_says_what_it_must_not_is_refused(change: dict[str, object], said: str) -> None:
    data = json.dumps({**msgspec.to_builtins(LIST), **change}).encode()
    with pytest.raises(DirectoryError, match=said):
        wanted(data, {})


@pytest.mark.parametrize("data", [b"", b"[]", b"{" * 100_000, b"\xff", b"<html>"])
def test_bytes_that_are_no_list_are_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(DirectoryError, match=r"directory/index\.json cannot be read"):
        read_index(data)


def test_services_spread_evenly_and_stay_where_they_are() -> None:
    many = [bucket_of(f"service-{n}", 16) for n in range(1600)]
    assert many == [bucket_of(f"service-{n}", 16) for n in range(1600)]
    assert {many.count(bucket) > 60 for bucket in range(16)} == {True}
