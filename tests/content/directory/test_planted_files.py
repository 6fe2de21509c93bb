"""What somebody may leave in the directory's folder on a card: none of it is shown, holds anything
up, or stays."""

import ctypes
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from content.directory import proof
from content.directory import refresh as directory_refresh
from content.directory.search import search
from messages.message import message
from tests.content import hub as wire
from tests.content.directories import Directory
from tests.content.hub import Hub
from tests.running import folder_apart

ROOT = Path(__file__).parents[3]
EDIT = "update service set body = replace(body, '+1', '+1900')"


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with folder_apart() as folder:
        yield folder


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """A test that waits at what was planted is woken after a minute, and fails."""

    def ring(*_: object) -> None:
        pytest.fail("it waited")  # no Exception, so that nothing takes it for one of its own

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def shown(directory: Directory) -> list[str]:
    """Name and numbers of what a search for the zebra shows."""
    results = search(directory.file, ["zebra"])
    found = results.found if results else ()
    return [
        text
        for one in found
        for text in (one.service.name, *(phone.number for phone in one.service.phones))
    ]


def next_day(directory: Directory) -> None:
    """The refresh of another day, which verifies the file again."""
    directory.machine.now += timedelta(days=1, hours=1)
    directory.publisher.touch(directory.machine.now)
    directory.machine.refresh()


def test_a_write_ahead_log_without_its_file_is_not_read_into_the_next_file(
    directory: Directory,
) -> None:
    honest = shown(directory)
    database = sqlite3.connect(directory.file, isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma wal_autocheckpoint = 0")
    database.execute(EDIT)
    log = directory.file.with_name(directory.file.name + "-wal").read_bytes()
    database.close()
    proof.forget(directory.machine.data)
    directory.file.with_name(directory.file.name + "-wal").write_bytes(log)
    assert directory.doubt()
    directory.machine.refresh()
    assert shown(directory) == honest
    assert directory.doubt() == ""


def test_a_log_that_is_left_beside_a_file_in_use_ends_the_search_and_not_the_truth(
    directory: Directory,
) -> None:
    directory.file.with_name(directory.file.name + "-wal").write_bytes(b"x" * 4096)
    assert shown(directory) == []
    assert directory.doubt()


def test_a_name_that_stands_twice_in_a_table_edited_by_hand_is_found(directory: Directory) -> None:
    with closing(sqlite3.connect(directory.file)) as database, database:
        [name] = database.execute("select value from fact where name = 'name'").fetchone()
        database.execute("insert into fact values ('zzzz', ?)", (name,))
        database.execute("update fact set value = 'Call +1 916 555 0199' where name = 'name'")
    directory.file.write_bytes(directory.file.read_bytes().replace(b"zzzz", b"name"))
    assert "its own description does not match its list" in directory.doubt()


def test_the_daily_check_needs_no_publisher(directory: Directory, hub: Hub) -> None:
    next_day(directory)
    with closing(sqlite3.connect(directory.file)) as database, database:
        database.execute(EDIT)
    hub.answers(wire.status(503))
    directory.machine.now += timedelta(days=2)
    directory.machine.fails()
    assert shown(directory) == []


def test_a_folder_that_is_a_link_is_not_searched_and_goes(
    directory: Directory, tmp_path: Path
) -> None:
    directory.file.parent.rename(tmp_path / "stick")
    directory.file.parent.symlink_to(tmp_path / "stick")
    assert shown(directory) == []
    assert directory.doubt()
    directory.machine.refresh()
    assert shown(directory)[0] == "Zebra House"
    assert (
        tmp_path / "stick" / directory.file.name
    ).is_file()  # what it led to is not ours to touch


@pytest.mark.parametrize("place", ["copy", "target", "file", "journal", "record", "folder"])
@pytest.mark.slow
def test_nothing_waits_at_a_pipe(directory: Directory, place: str) -> None:
    [copy] = proof.copies(directory.machine.data)
    path = {
        "copy": copy / "timestamp.json",
        "target": copy / "files" / proof.LISTED,
        "file": directory.file,
        "journal": directory.file.with_name(directory.file.name + "-journal"),
        "record": directory.file.with_name(directory_refresh.LAST),
        "folder": directory.file.parent,
    }[place]
    if place == "folder":
        proof.forget(directory.machine.data)
        path.rename(path.with_name("away"))
    else:
        path.unlink(missing_ok=True)
    os.mkfifo(path)
    assert directory.doubt() or place in ("record", "folder")
    shown(directory)
    list(directory_refresh.summary(directory.machine.data))
    next_day(directory)
    next_day(directory)
    assert shown(directory)[0] == "Zebra House"
    assert directory.doubt() == ""


@pytest.mark.parametrize("place", ["files", "other", "leftover"])
@pytest.mark.few(1)
def test_a_tree_of_a_thousand_folders_holds_up_nothing(
    request: pytest.FixtureRequest, directory: Directory, place: str
) -> None:
    [copy] = proof.copies(directory.machine.data)
    top = {
        "files": copy / "files",
        "other": copy.with_name("signed-x"),
        "leftover": copy.with_name(".tmp-x"),
    }[place]
    top.mkdir(exist_ok=True)
    request.addfinalizer(
        partial(subprocess.run, ["rm", "-rf", top], check=True)
    )  # pytest could not remove it
    deep = "for n in range(1500): os.mkdir('d'); os.chdir('d')"
    subprocess.run([sys.executable, "-c", f"import os\n{deep}"], cwd=top, check=True)
    assert directory.doubt() == ""
    directory.publish({8: {"name": "Zebra Home"}})
    next_day(directory)
    assert shown(directory)[0] == "Zebra Home"
    assert directory.doubt() == ""
    assert len(list(proof.copies(directory.machine.data))) == 1
    assert directory.machine.is_clean()


@pytest.mark.parametrize(
    "view",
    [
        "select 'x' as name, 'y' as value from n where i < 0",
        "select 'x' as name, zeroblob(1000000) as value from n",
    ],
)
@pytest.mark.slow
def test_a_view_without_end_is_never_asked(directory: Directory, view: str) -> None:
    with closing(sqlite3.connect(directory.file)) as database, database:
        database.execute("drop table fact")
        endless = "with recursive n(i) as (select 1 union all select i + 1 from n)"
        database.execute(f"create view fact as {endless} {view}")
    assert "its tables are not those of a directory" in directory.doubt()


@pytest.mark.parametrize("suffix", ["", "-journal", "-wal", "-shm"])
@pytest.mark.slow
def test_a_folder_in_the_place_of_a_file_is_gone_after_a_refresh(
    directory: Directory, suffix: str
) -> None:
    place = directory.file.with_name(directory.file.name + suffix)
    place.unlink(missing_ok=True)
    (place / "inside").mkdir(parents=True)
    assert directory.doubt()
    next_day(directory)
    assert shown(directory)[0] == "Zebra House"
    assert not place.is_dir()
    assert not directory.last().failed


@pytest.mark.parametrize(
    "rot",
    [
        "update word set uses = 'many'",
        "update found_data set block = zeroblob(length(block)) where id > 10",
        "delete from found_data where id > 10",
    ],
)
@pytest.mark.few(1)
def test_words_that_rotted_on_the_card_are_made_anew(directory: Directory, rot: str) -> None:
    with closing(sqlite3.connect(directory.file)) as database, database:
        database.execute(rot)
    assert directory.doubt()
    next_day(directory)
    assert shown(directory)[0] == "Zebra House"


@pytest.mark.slow
def test_an_update_that_damaged_words_stop_is_on_record_and_the_next_builds_anew(
    directory: Directory,
) -> None:
    next_day(directory)
    with closing(sqlite3.connect(directory.file)) as database, database:
        database.execute("update word set uses = 'many'")
    directory.publish({8: {"name": "Zebra Home"}})
    directory.machine.refresh()
    assert directory.last().failed
    directory.machine.refresh()
    assert shown(directory)[0] == "Zebra Home"


def test_a_list_that_too_few_signed_is_on_record(directory: Directory) -> None:
    directory.publish({8: {"name": "Planted House"}}, signers=1)
    directory.machine.refresh()
    assert directory.last().failed
    assert directory.last().said == message("directory.stays", why=message("directory.no-list"))
    assert shown(directory)[0] == "Zebra House"


def test_lists_that_the_rules_refuse_leave_no_copies(directory: Directory) -> None:
    from tests.content.directory.test_refresh import _premium

    for number in range(3):
        directory.publish(
            {8: {"name": "Kiwi House", "hours": f"until {number + 5}"}}, spoil=_premium
        )
        directory.machine.refresh()
    assert len(list(proof.copies(directory.machine.data))) == 1
    assert directory.doubt() == ""


ASKED = """
import sys
from pathlib import Path
from content.directory.index import is_ours, path_in
from content.directory.search import search
from content.directory import proof
data = Path(sys.argv[1])
print(is_ours(path_in(data)), search(path_in(data), ["zebra"]), bool(proof.directory_doubt(data, b"x")))
"""


def _as_nobody() -> None:
    """Root enters every folder; without these two capabilities the rights of a folder hold for it,
    too."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def test_a_folder_that_may_not_be_entered_takes_nothing_else_with_it(directory: Directory) -> None:
    """As `sudo` under a strict umask leaves one."""
    directory.file.parent.chmod(0o000)
    try:
        done = subprocess.run(
            [sys.executable, "-c", ASKED, str(directory.machine.data)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=_as_nobody,
        )
    finally:
        directory.file.parent.chmod(0o755)
    assert done.stdout.split() == ["False", "None", "True"], done.stderr
