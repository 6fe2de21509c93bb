"""Whether the directory on a disk is what was signed: nothing edited or planted is searched,
nothing honest is lost."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from content.directory import index as directory_index
from content.directory import proof
from content.directory.model import DirectoryError, read_index
from content.trust.failures import RefreshError
from tests.content import hub as wire
from tests.content.directories import Directory
from tests.content.hub import Hub
from tests.content.indexed import prepare
from tests.content.machine import Machine, numbered
from tests.content.publisher import Publisher
from tests.editor.directory.test_build import built, spoilt, whole

EDITED = "update service set body = replace(body, '+1', '+1900') where id = 'invented-000007'"


def execute(*statements: str) -> Callable[[Path], None]:
    def run(file: Path) -> None:
        with closing(sqlite3.connect(file)) as database, database:
            for statement in statements:
                database.execute(statement)

    return run


def _list_that_fits(file: Path) -> None:
    """Every count and hash in the file made to fit the edited service, and the list with them."""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(EDITED)
        [shard] = database.execute(
            "select shard from service where id = 'invented-000007'"
        ).fetchone()
        lines = database.execute(
            "select cast(body as blob) from service where shard = ? order by id", (shard,)
        )
        digest = hashlib.sha256(b"".join(body + b"\n" for (body,) in lines)).hexdigest()
        database.execute("update shard set sha256 = ? where name = ?", (digest, shard))
        [index] = database.execute("select value from fact where name = 'index'").fetchone()
        old = next(one.sha256 for one in read_index(index.encode()).shards if one.name == shard)
        database.execute(
            "update fact set value = ? where name = 'index'", (index.replace(old, digest),)
        )


def _service_swapped_in_the_table_alone(file: Path) -> None:
    """What is read by number is edited; what is read through the index of shards is not: b-trees
    edited by hand."""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "insert into service select number + 100000, id, 'spare', body from service where number = 1"
        )


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (execute(EDITED), "not those of its list"),
        (execute("delete from service where id = 'invented-000007'"), "not those of its list"),
        (
            execute("insert into service (id, shard, body) values ('x', '9999.ndjson', x'7b7d')"),
            "not those of its list",
        ),
        (_service_swapped_in_the_table_alone, "not those of its list"),
        (
            execute("update fact set value = 'Your friendly 211' where name = 'name'"),
            "its own description does not match its list",
        ),
        (
            execute("update fact set value = '2026-11-30' where name = 'date'"),
            "its own description does not match its list",
        ),
        (
            execute("insert into fact values ('note', 'planted')"),
            "its own description does not match its list",
        ),
        (execute("update shard set services = services + 1"), "its shards do not match its list"),
        (
            execute(
                "alter table service rename to hidden",
                "create view service as select number, id, shard, replace(body, '+1', '+1900') body from hidden",
            ),
            "its tables are not those of a directory",
        ),
        (
            execute(
                "create trigger t after insert on word begin update service set body = 'x'; end"
            ),
            "its tables are not those of a directory",
        ),
        (_list_that_fits, "nobody signed its list"),
        (lambda file: file.write_bytes(b"not a database" * 999), "cannot be read"),
        (lambda file: file.write_bytes(b""), "cannot be read"),
    ],
)
@pytest.mark.few(3)
def test_case_33_a_directory_edited_on_the_disk_is_not_searched_and_the_reason_is_told(
    directory: Directory, edit: Callable[[Path], None], said: str
) -> None:
    assert directory.doubt() == ""
    edit(directory.file)
    assert said in directory.doubt()


def test_case_33_what_vouches_for_the_list_is_verified_to_the_pinned_root(
    directory: Directory, tmp_path: Path
) -> None:
    [copy] = proof.copies(directory.machine.data)
    assert "root" in proof.directory_doubt(directory.machine.data, None)
    other = Publisher(tmp_path / "other", owner="thief")
    assert (
        proof.directory_doubt(directory.machine.data, other.trust.read_bytes())
        == "nobody signed its list"
    )
    (copy / "timestamp.json").write_bytes(b"{}")
    assert directory.doubt() == "nobody signed its list"
    shutil.rmtree(copy)
    assert directory.doubt() == "nobody signed its list"


def test_an_honest_directory_is_searched_long_after_all_that_vouches_for_it_ran_out(
    directory: Directory, hub: Hub
) -> None:
    hub.answers(wire.status(503))
    directory.machine.now += timedelta(days=900)
    directory.machine.fails()
    assert directory.doubt() == ""
    assert directory.finds("zebra")


@pytest.mark.slow
def test_what_vouches_follows_the_list_and_only_the_newest_is_kept(directory: Directory) -> None:
    for name in ("Kiwi House", "Mango House"):
        directory.publish({8: {"name": name}})
        directory.machine.refresh()
        assert len(list(proof.copies(directory.machine.data))) == 1
        assert directory.doubt() == ""
    directory.publisher.rotate("targets")
    directory.publisher.touch()
    directory.machine.refresh()
    assert directory.doubt() == ""


def test_a_refresh_whose_directory_failed_leaves_the_old_one_proven(
    directory: Directory, hub: Hub
) -> None:
    directory.publish({8: {"name": "Kiwi House"}})
    hub.answers(wire.status(404), ".ndjson")
    directory.machine.refresh()
    assert directory.last().failed
    assert directory.doubt() == ""
    assert directory.finds("zebra")


def test_power_lost_before_the_services_are_written_leaves_what_vouches_for_the_old_list(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerLostError(BaseException):
        pass

    def lost(*_given: object, **_named: object) -> None:
        raise PowerLostError

    directory.publish({8: {"name": "Kiwi House"}})
    with monkeypatch.context() as patched:
        patched.setattr(directory_index, "update", lost)
        with pytest.raises(PowerLostError):
            directory.machine.refresh()
    assert directory.doubt() == ""
    assert directory.finds("zebra")
    directory.machine.refresh()
    assert (directory.doubt(), directory.finds("kiwi")) == ("", ["invented-000007"])
    assert len(list(proof.copies(directory.machine.data))) == 1


def test_case_33_a_directory_planted_before_the_first_refresh_is_taken_away_by_it(
    tmp_path: Path, publisher: Publisher, machine: Machine
) -> None:
    """It claims the very list that is signed, so that its services would be taken for those already
    fetched."""
    made = Directory(tmp_path / "directory", publisher, machine)
    made.publish({8: {"name": "Zebra House"}})
    prepare(made.file, made.folder)
    execute(EDITED)(made.file)
    machine.refresh()
    assert made.doubt() == ""
    with closing(sqlite3.connect(made.file)) as database, database:
        assert database.execute(
            "select count(*) from service where body like '%+1900%'"
        ).fetchone() == (0,)


def test_case_33_a_directory_planted_where_none_is_published_is_taken_away_by_a_refresh(
    tmp_path: Path, machine: Machine
) -> None:
    whole(built(spoilt(tmp_path / "services", 50, {}), tmp_path / "planted"))
    prepare(directory_index.path_in(machine.data), tmp_path / "planted")
    assert "nobody signed its list" in proof.directory_doubt(machine.data, machine.root)
    machine.refresh()
    assert not directory_index.path_in(machine.data).exists()


def test_a_withdrawn_directory_goes_with_the_next_refresh(directory: Directory) -> None:
    directory.publisher.directory({})
    directory.machine.refresh()
    assert not directory.file.exists()
    assert list(proof.copies(directory.machine.data)) == []
    assert "no longer offers one" in directory.last().sentence
    assert not directory.last().failed


@pytest.mark.parametrize(
    "how", [wire.status(404), wire.status(503), wire.flipped, wire.truncated, wire.page]
)
@pytest.mark.slow
def test_a_role_whose_list_cannot_be_had_is_no_withdrawal(
    directory: Directory, hub: Hub, how: wire.How
) -> None:
    directory.publisher.directory({})
    directory.publisher.release(numbered(3))
    hub.answers(how, "directory.json")
    with suppress(RefreshError):  # bytes that differ from what was signed refuse the whole refresh
        directory.machine.refresh()
    assert directory.finds("zebra") == ["invented-000007"]
    assert directory.doubt() == ""


def test_a_list_that_one_key_of_two_signed_withdraws_nothing(directory: Directory) -> None:
    directory.publisher.directory({}, signers=1)
    directory.machine.refresh()
    assert directory.finds("zebra") == ["invented-000007"]


def test_an_absent_file_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="there is no such directory file"):
        proof.kept_list(tmp_path / directory_index.FILE)
    assert proof.directory_doubt(tmp_path, b"") == ""
