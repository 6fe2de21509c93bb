"""The spool: what waits for a database, in order, bounded, and through a restart, a torn line and a
full disk."""

import logging
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest

from store.spool import RESERVED, Spool, Waiting

ROOT = Path(__file__).resolve().parents[2]


def write(_connection: Any, items: Sequence[Any]) -> Sequence[Any]:
    return items


def read(_connection: Any, items: Sequence[Any]) -> Sequence[Any]:
    return items


Make = Callable[..., Spool]


@pytest.fixture
def spool() -> Iterator[Make]:
    """Opens spools on a folder, and lets go of all of them at the end."""
    with ExitStack() as stack:

        def opened(folder: Path, **other: Any) -> Spool:
            made = Spool(folder / "waiting.jsonl", {"write": write}, **other)
            made.open()
            stack.callback(made.close)
            return made

        yield opened


def kept(opened: Spool) -> list[Any]:
    return [waiting.item for waiting in opened.first(100)]


def test_what_is_added_is_there_after_a_restart_in_order(spool: Make, tmp_path: Path) -> None:
    first = spool(tmp_path)
    first.add([Waiting(write, ("s1", "t:danger:en:first", 7, "", ""))])
    first.add([Waiting(write, "b"), Waiting(write, "c")])
    first.close()
    assert kept(spool(tmp_path)) == [("s1", "t:danger:en:first", 7, "", ""), "b", "c"]


def test_what_is_done_is_forgotten_and_the_file_is_emptied_with_the_last(
    spool: Make, tmp_path: Path
) -> None:
    opened = spool(tmp_path)
    opened.add([Waiting(write, name) for name in "abc"])
    opened.done(2)
    assert kept(opened) == ["c"]
    opened.done(1)
    assert (tmp_path / "waiting.jsonl").read_bytes().strip(b"\0") == b""
    opened.add([Waiting(write, "d")])
    opened.close()
    assert kept(spool(tmp_path)) == ["d"]


def test_its_room_is_reserved_before_the_disk_is_full_and_stays_so(
    spool: Make, tmp_path: Path
) -> None:
    opened = spool(tmp_path)
    taken = (tmp_path / "waiting.jsonl").stat().st_blocks
    assert taken * 512 >= RESERVED
    opened.add([Waiting(write, name * 1_000) for name in "abc"])
    opened.done(3)
    assert (tmp_path / "waiting.jsonl").stat().st_blocks >= taken


def test_a_file_that_outgrew_its_room_shrinks_to_it_again(
    spool: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.spool.RESERVED", 100)
    opened = spool(tmp_path)
    opened.add([Waiting(write, "x" * 500)])
    opened.done(1)
    assert (tmp_path / "waiting.jsonl").read_bytes() == bytes(100)


def test_only_named_work_is_kept(spool: Make, tmp_path: Path) -> None:
    opened = spool(tmp_path)
    assert opened.keeps(write)
    assert not opened.keeps(read)


def test_a_torn_line_is_passed_over_and_the_next_one_stands_alone(
    spool: Make, tmp_path: Path
) -> None:
    (tmp_path / "waiting.jsonl").write_bytes(b'["write","a"]\n["wri')
    opened = spool(tmp_path)
    opened.add([Waiting(write, "b")])
    opened.close()
    assert kept(spool(tmp_path)) == ["a", "b"]


def test_whatever_lies_in_its_place_is_passed_over_and_not_read_without_end(
    spool: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty megabytes of line breaks kept the server from ever listening."""
    planted = b'["write","a"]\n' + b"[" * 100_000 + b'\n["write","b"]\n' + b"\n" * 10_000
    (tmp_path / "waiting.jsonl").write_bytes(planted)
    read, decode = list[bytes](), msgspec.json.decode

    def counted(line: bytes, **shape: Any) -> Any:
        read.append(line)
        return decode(line, **shape)

    monkeypatch.setattr("msgspec.json.decode", counted)
    assert kept(spool(tmp_path, room=100)) == ["a", "b"]
    assert len(read) < 1000


def test_it_grows_no_further_than_its_room_and_says_what_it_dropped(
    spool: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opened = spool(tmp_path, room=3)
    opened.add([Waiting(write, name) for name in "ab"])
    opened.add([Waiting(write, name) for name in "cde"])
    assert kept(opened) == ["a", "b", "c"]
    assert "2 more writes" in caplog.text
    opened.close()
    assert kept(spool(tmp_path, room=2)) == ["a", "b"]


def test_a_second_process_keeps_in_memory_what_waits_and_leaves_the_file_alone(
    spool: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = spool(tmp_path), spool(tmp_path)
    second.add([Waiting(write, "mine")])
    assert kept(second) == ["mine"]
    assert "in memory only" in caplog.text
    first.close()
    assert kept(spool(tmp_path)) == []


def test_nobody_else_may_read_the_file(spool: Make, tmp_path: Path) -> None:
    spool(tmp_path)
    assert (tmp_path / "waiting.jsonl").stat().st_mode & 0o777 == 0o600


FULL = """
import sys
from pathlib import Path
from tests.store.test_spool import write, kept
from store.spool import Spool, Waiting
opened = Spool(Path(sys.argv[1]) / "waiting.jsonl", {"write": write})
opened.open()
for name in "abc":
    opened.add([Waiting(write, name)])
print(kept(opened))
opened.close()
"""


def test_on_a_full_disk_memory_keeps_what_waits_and_it_is_said_once(tmp_path: Path) -> None:
    no_byte_more = (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    ended = subprocess.run(
        [sys.executable, "-B", "-c", FULL, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, no_byte_more),
    )
    assert ended.stdout == "['a', 'b', 'c']\n"
    assert ended.stderr.count("in memory only") == 1


def test_without_a_file_memory_keeps_what_waits(caplog: pytest.LogCaptureFixture) -> None:
    opened = Spool(works={"write": write})
    with caplog.at_level(logging.INFO):
        opened.open()
        opened.add([Waiting(write, "a")])
    assert kept(opened) == ["a"]
    assert caplog.text == ""
