"""The directory through a real publisher's metadata over TLS: what is fetched, what is refused,
what is left alone."""

from datetime import timedelta
from pathlib import Path

import pytest

from content.directory import index
from content.directory.model import INDEX
from content.directory.refresh import last, summary
from content.directory.search import search
from tests.content import hub as wire
from tests.content.directories import Directory
from tests.content.hub import Hub
from tests.content.machine import Machine, numbered
from tests.content.publisher import Publisher


def below(hub: Hub, start: int = 0) -> list[str]:
    """The targets of the directory that were asked for."""
    return [
        path.rpartition(".ndjson")[0][-3:] or path
        for path in hub.requests[start:]
        if "targets/directory/" in path
    ]


@pytest.mark.slow
def test_a_signed_directory_is_fetched_with_the_pack_and_searched(directory: Directory) -> None:
    assert directory.machine.shown == "pack-2"
    assert directory.finds("zebra") == ["invented-000007"]
    assert not directory.last().failed
    assert directory.last().sentence.startswith("The directory: 200 services from Invented 211; ")


def test_of_a_change_only_the_list_and_its_shard_are_fetched(
    directory: Directory, hub: Hub
) -> None:
    directory.machine.refresh()
    downloads = {file.name for file in (directory.machine.data / "blobs").iterdir()}
    assert not downloads & set(
        index.held(directory.file).values()
    )  # what was taken up is kept once
    directory.publish({8: {"name": "Kiwi House"}})
    seen = len(hub.requests)
    directory.machine.refresh()
    assert len(below(hub, seen)) == 2  # index.json and one shard
    assert (directory.finds("zebra"), directory.finds("kiwi")) == ([], ["invented-000007"])


def test_nothing_is_fetched_where_nothing_changed(directory: Directory, hub: Hub) -> None:
    seen = len(hub.requests)
    directory.machine.refresh()
    assert len(hub.requests) - seen == 2  # the next root, which is not there, and the timestamp
    assert directory.finds("zebra")


@pytest.mark.slow
def test_case_11_a_directory_with_one_signature_of_two_is_not_taken_and_keeps_no_pack_back(
    directory: Directory,
) -> None:
    directory.publish({8: {"name": "Planted House"}}, signers=1)
    directory.publisher.release(numbered(3))
    assert directory.machine.refresh().state == "active"
    assert directory.machine.shown == "pack-3"
    assert (directory.finds("planted"), directory.finds("zebra")) == ([], ["invented-000007"])


@pytest.mark.parametrize(
    "how", [wire.flipped, wire.longer, wire.truncated, wire.status(404), wire.page]
)
@pytest.mark.slow
def test_case_9_a_shard_that_was_changed_on_the_way_changes_nothing_and_keeps_no_pack_back(
    directory: Directory, hub: Hub, how: wire.How
) -> None:
    directory.publish({8: {"name": "Kiwi House"}})
    directory.publisher.release(numbered(3))
    hub.answers(how, ".ndjson")
    assert directory.machine.refresh().state == "active"
    assert directory.machine.shown == "pack-3"
    assert directory.finds("zebra") == ["invented-000007"]
    assert directory.last().failed
    assert directory.last().sentence.startswith("The directory did not change: ")
    assert [one.code for one in summary(directory.machine.data)] == ["directory.failed"]
    hub.is_honest()
    directory.machine.refresh()
    assert directory.finds("kiwi") == ["invented-000007"]
    assert not directory.last().failed
    assert directory.machine.is_clean()


def _premium(folder: Path) -> None:
    """Someone with both keys signs a premium number: the list names the shard as it lies there."""
    from tests.content.directory.test_index import _relisted

    shard = next(file for file in folder.glob("*.ndjson") if b"Kiwi" in file.read_bytes())
    shard.write_bytes(
        shard.read_bytes().replace(b'"phones":[', b'"phones":[{"number":"+19005552671"},')
    )
    (folder / INDEX).write_bytes(_relisted(folder, shard.name))


def test_case_34_and_39_a_signed_directory_with_a_premium_number_is_refused_with_line_and_field(
    directory: Directory,
) -> None:
    directory.publish({8: {"name": "Kiwi House"}}, spoil=_premium)
    directory.machine.refresh()
    assert directory.finds("zebra") == ["invented-000007"]
    assert "phones.0.number" in directory.last().sentence
    assert "premium" in directory.last().sentence


def test_what_was_fetched_before_the_line_broke_is_not_fetched_again(
    tmp_path: Path, publisher: Publisher, machine: Machine, hub: Hub
) -> None:
    made = Directory(tmp_path / "directory", publisher, machine)
    made.publish()
    hub.answers(wire.status(503), f"{sorted(made.folder.glob('*.ndjson'))[9].name}")
    machine.refresh()
    assert made.last().failed
    first = below(hub)
    hub.is_honest()
    seen = len(hub.requests)
    machine.refresh()
    assert not made.last().failed
    assert len(set(first) & set(below(hub, seen))) <= 1  # the one that did not come
    assert len(made.finds("invented")) == 8


def test_case_33_a_line_edited_on_the_disk_is_noticed_within_a_day_and_fetched_again(
    directory: Directory,
) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(directory.file)) as database, database:
        database.execute(
            "update service set body = replace(body, 'Zebra', 'Edited') where id = 'invented-000007'"
        )
    directory.machine.now += timedelta(hours=6)
    directory.machine.refresh()
    results = search(directory.file, ["zebra"])
    assert results is not None
    assert [found.service.name for found in results.found] == ["Zebra House"]


def test_a_publisher_without_a_directory_leaves_search_to_the_pack(machine: Machine) -> None:
    assert machine.refresh().state == "active"
    assert last(machine.data) is None
    assert not index.path_in(machine.data).exists()


@pytest.mark.slow
def test_case_12_an_older_directory_is_not_taken(directory: Directory, tmp_path: Path) -> None:
    import shutil

    before = tmp_path / "before"
    shutil.copytree(directory.publisher.folder, before)
    directory.publish({8: {"name": "Kiwi House"}})
    directory.machine.refresh()
    assert directory.finds("kiwi")
    directory.machine.fails(before)
    assert directory.finds("kiwi")
