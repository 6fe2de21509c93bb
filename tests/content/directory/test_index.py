"""The directory on a kiosk's disk: only what changed is read, nothing unsigned gets in, and no
fault is for ever."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from content.directory import index as kept
from content.directory.model import INDEX, DirectoryError, encode_index, read_index, wanted
from content.directory.proof import kept_list
from content.directory.search import search
from tests.content import invented_services
from tests.content.indexed import prepare
from tests.editor.directory.test_build import built, spoilt, whole

MANY = 400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A built directory of MANY services."""
    whole(built(spoilt(tmp_path / "source", MANY, {}), tmp_path / "out"))
    return tmp_path / "out"


@pytest.fixture
def file(tmp_path: Path, folder: Path) -> Path:
    """A kiosk's file that holds it."""
    path = kept.path_in(tmp_path / "data")
    prepare(path, folder)
    return path


def change(folder: Path, changes: dict[int, dict[str, Any] | str], many: int = MANY) -> bytes:
    """Publish the directory anew with some lines changed; the list's bytes."""
    whole(built(spoilt(folder.parent / "changed", many, changes), folder))
    return (folder / INDEX).read_bytes()


def fetched(folder: Path, index: bytes, held: dict[str, str]) -> dict[str, Path]:
    """What a refresh would bring: the wanted shards and no others."""
    names = [path.rpartition("/")[2] for path in wanted(index, held)]
    return {name: folder / name for name in names}


def find(file: Path, words: str) -> list[str]:
    results = search(file, words.split())
    assert results is not None
    return [found.service.id for found in results.found]


def test_a_file_holds_what_the_list_names_and_search_finds_it(file: Path, folder: Path) -> None:
    index = read_index((folder / INDEX).read_bytes())
    assert kept.held(file) == {shard.name: shard.sha256 for shard in index.shards}
    assert wanted((folder / INDEX).read_bytes(), kept.held(file)) == []
    assert find(file, "food pantry")


def test_an_update_needs_only_the_shards_that_changed(file: Path, folder: Path) -> None:
    index = change(folder, {8: {"name": "Zebra House"}})
    shards = fetched(folder, index, kept.held(file))
    assert len(shards) == 1
    for other in folder.glob("*.ndjson"):
        if other.name not in shards:
            other.unlink()
    kept.update(file, shards, index=index)
    assert find(file, "zebra") == ["invented-000007"]
    assert kept_list(file) == index


def test_of_a_changed_shard_only_the_changed_services_are_written_again(
    file: Path, folder: Path
) -> None:
    def numbers() -> dict[str, int]:
        with closing(sqlite3.connect(file)) as database, database:
            return dict(database.execute("select id, number from service").fetchall())

    before = numbers()
    index = change(folder, {8: {"name": "Zebra House"}})
    kept.update(file, fetched(folder, index, kept.held(file)), index=index)
    after = numbers()
    assert after.keys() == before.keys()
    assert {name for name, number in after.items() if before[name] != number} == {"invented-000007"}


@pytest.mark.slow
def test_a_file_brought_up_to_date_step_by_step_finds_the_same_as_one_made_at_once(
    file: Path, folder: Path, tmp_path: Path
) -> None:
    steps: list[tuple[dict[int, dict[str, Any] | str], int]] = [
        ({8: {"name": "Zebra House"}}, MANY),
        ({8: {"name": "Zebra Home"}, 9: {"categories": ["xylophone lessons"]}}, MANY - 50),
        ({}, MANY + 200),
        ({3: {"id": "other"}}, 1500),
    ]
    for changes, many in steps:
        index = change(folder, changes, many)
        kept.update(file, fetched(folder, index, kept.held(file)), index=index)
    fresh = tmp_path / "fresh" / kept.FILE
    prepare(fresh, folder)
    for table in ("word", "form"):
        assert _rows(file, table) == _rows(fresh, table)
    assert kept_list(file) == index
    for words in (
        "zebra",
        "house",
        "xylophone",
        "food pantry",
        "is a made-up number (555-0100 to 555-0199 are reserved for films); write the real one",
        "counselling",
        "espernza",
    ):
        assert (
            sorted(find(file, words)) == sorted(find(fresh, words)) or len(find(file, words)) == 8
        )
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("insert into found (found) values ('integrity-check')")


def _rows(file: Path, table: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as database, database:
        return database.execute(f"select * from {table} order by 1, 2").fetchall()  # noqa: S608 - a table of ours


def test_a_service_that_is_gone_from_the_list_is_found_no_more(file: Path, folder: Path) -> None:
    kept.update(
        file,
        fetched(folder, (index := change(folder, {8: {"name": "Zebra House"}})), kept.held(file)),
        index=index,
    )
    index = change(folder, {8: {"name": "Other House"}})
    kept.update(file, fetched(folder, index, kept.held(file)), index=index)
    assert find(file, "zebra") == []
    with closing(sqlite3.connect(file)) as database, database:
        assert database.execute("select * from word where word = 'zebra'").fetchall() == []
        assert database.execute("select * from form where word = 'zebra'").fetchall() == []


def _flip(shard: Path) -> None:
    data = bytearray(shard.read_bytes())
    data[40] ^= 1
    shard.write_bytes(data)


def _planted(shard: Path) -> None:
    shard.write_bytes(shard.read_bytes().replace(b"+1", b"+1900555", 1))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_flip, "is not the file in the signed list. The directory did not change"),
        (_planted, "is not the file in the signed list. The directory did not change"),
        (
            lambda shard: shard.write_bytes(b""),
            "is not the file in the signed list. The directory did not change",
        ),
        (
            lambda shard: shard.write_bytes(shard.read_bytes() + b"\n"),
            "is not the file in the signed list. The directory did not change",
        ),
    ],
)
def test_case_9_bytes_that_the_list_does_not_name_change_nothing(
    file: Path, folder: Path, spoil: Callable[[Path], None], said: str
) -> None:
    before = file.read_bytes()
    index = change(folder, {8: {"name": "Zebra House"}})
    shards = fetched(folder, index, kept.held(file))
    spoil(next(iter(shards.values())))
    with pytest.raises(DirectoryError, match=said):
        kept.update(file, shards, index=index)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"+1', b'"+1900555123","kind":"voice"},{"number":"+1', r"phones\.0\.number"),
        (b"Invented ", b"Inven\xe2\x80\xaeted ", r"U\+202E"),
        (b'"id":"invented', b'"id":"Invented', "in the wrong shard"),
        (b"}\n", b"}\n{}\n", "not a service|missing required"),
        (b"\n", b"\n\n", "not a service"),
    ],
)
@pytest.mark.few(2)
def test_case_34_a_signed_shard_that_breaks_a_rule_changes_nothing_and_names_file_and_line(
    file: Path, folder: Path, old: bytes, new: bytes, said: str
) -> None:
    before = file.read_bytes()
    index = change(folder, {8: {"name": "Zebra House"}})
    [(name, shard)] = fetched(folder, index, kept.held(file)).items()
    shard.write_bytes(shard.read_bytes().replace(old, new, 1))
    index = _relisted(folder, name)
    with pytest.raises(DirectoryError, match=rf"directory/{name}:\d+: .*({said})"):
        kept.update(file, fetched(folder, index, kept.held(file)), index=index)
    assert file.read_bytes() == before


def _relisted(folder: Path, name: str) -> bytes:
    """The list, signed by someone who took the shard as it lies there."""
    import hashlib

    import msgspec

    listed = read_index((folder / INDEX).read_bytes())
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    shards = [
        msgspec.structs.replace(s, sha256=digest) if s.name == name else s for s in listed.shards
    ]
    return encode_index(msgspec.structs.replace(listed, shards=tuple(shards)))


def test_a_shard_that_was_not_fetched_changes_nothing(file: Path, folder: Path) -> None:
    before = file.read_bytes()
    index = change(folder, {8: {"name": "Zebra House"}})
    with pytest.raises(DirectoryError, match="is listed but was not downloaded"):
        kept.update(file, {}, index=index)
    assert file.read_bytes() == before


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _other_version(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("update fact set value = '0' where name = 'version'")


def _without_a_table(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("drop table word")


def _worn(file: Path) -> None:
    """One page is lost, of a table that only a change reads."""
    with closing(sqlite3.connect(file)) as database, database:
        [page] = database.execute(
            "select rootpage from sqlite_master where name = 'word'"
        ).fetchone()
        [size] = database.execute("pragma page_size").fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(bytes(size))


@pytest.mark.parametrize(
    "spoil",
    [
        _worn,
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"not a database" * 999),
        _cut,
        _other_version,
        _without_a_table,
        lambda file: file.unlink(),
    ],
)
@pytest.mark.few(3)
def test_case_30_a_file_that_is_broken_finds_nothing_and_is_whole_again_after_a_refresh(
    file: Path, folder: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(file)
    found = search(file, ["food"])
    assert found is None or isinstance(found.total, int)  # no error reaches a page
    index = change(folder, {8: {"name": "Zebra House"}})
    for _run in range(
        2
    ):  # damage deep inside is seen only when it is written to; then the next run builds anew
        try:
            kept.update(file, fetched(folder, index, kept.held(file)), index=index)
            break
        except DirectoryError as error:
            assert "The next refresh builds it again" in str(error)
    assert find(file, "zebra") == ["invented-000007"]
    assert kept_list(file) == index


def test_case_31_a_full_disk_leaves_the_old_directory(
    file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other party is the disk: SQLite is told that its file may not grow."""
    plain = sqlite3.connect

    def small(*given: Any, **named: Any) -> sqlite3.Connection:
        database: sqlite3.Connection = plain(*given, **named)
        pages = database.execute("pragma page_count").fetchone()[0]
        database.execute(f"pragma max_page_count = {pages}")
        return database

    before = file.read_bytes()
    more: dict[int, dict[str, Any] | str] = {
        8: {"what": "Zebra " + " ".join(f"word{n}" for n in range(150))}
    }
    index = change(folder, more)
    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(OSError, match="cannot be written"):
        kept.update(file, fetched(folder, index, kept.held(file)), index=index)
    monkeypatch.undo()
    assert file.read_bytes() == before
    kept.update(file, fetched(folder, index, kept.held(file)), index=index)
    assert find(file, "zebra") == ["invented-000007"]


def test_case_42_search_goes_on_while_a_refresh_writes(file: Path, folder: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as writer, writer:
        writer.execute("begin immediate")
        writer.execute("delete from service where id = 'invented-000007'")
        assert find(file, "food pantry")
        writer.execute("rollback")


PEAK = """
import sys
from pathlib import Path
from tests.content.indexed import prepare
prepare(Path(sys.argv[1]), Path(sys.argv[2]))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.slow
def test_memory_holds_a_shard_and_not_the_directory(tmp_path: Path) -> None:
    def peak(many: int) -> int:
        source = invented_services.write(tmp_path / f"{many}", many)
        whole(built(source, tmp_path / f"out-{many}"))
        command = [
            sys.executable,
            "-c",
            PEAK,
            str(tmp_path / f"data-{many}" / kept.FILE),
            str(tmp_path / f"out-{many}"),
        ]
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        return int(
            subprocess.run(command, capture_output=True, text=True, check=True, env=environ).stdout
        )

    small, large = peak(500), peak(6_000)
    assert large < small * 1.35, (small, large)


def test_the_list_of_a_file_is_kept_beside_its_services(file: Path, folder: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        facts = dict(database.execute("select name, value from fact").fetchall())
    assert facts["index"].encode() == (folder / INDEX).read_bytes()
    assert json.loads(facts["index"])["name"] == facts["name"] == "Invented 211"
