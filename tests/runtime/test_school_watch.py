"""The school's file: what cannot be read costs its news, never the screen."""

import asyncio
import os
from pathlib import Path
from threading import Event

import pytest

from runtime.school_watch import SchoolWatch
from tests.running import until

PERSON = '[[people]]\nrole = "Counselor"\nplace = "Room 12"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "school.toml"
    file.write_text(PERSON, encoding="utf-8")
    return file


def places(watch: SchoolWatch) -> list[str]:
    return [text for person in watch.facts.people for text in person["place"].values()]


def test_a_changed_file_is_read_again(path: Path) -> None:
    watch = SchoolWatch(path)
    watch.look()
    path.write_text(PERSON.replace("12", "14"), encoding="utf-8")
    watch.look()
    assert (places(watch), watch.problem()) == (["Room 14"], None)


def test_what_is_wrong_in_the_file_is_logged_once_without_its_words(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch = SchoolWatch(path)
    path.write_text('lunch 12:05 with "Ms. Ada"', encoding="utf-8")
    watch.look()
    watch.look()
    assert caplog.messages == [f"{path}: problems: 1; see `doctor`"]


@pytest.mark.parametrize("what", ["pipe", "device", "large", "loop"])
def test_what_is_no_plain_file_leaves_the_last_facts_and_a_sentence(path: Path, what: str) -> None:
    watch = SchoolWatch(path)
    watch.look()
    path.unlink()
    if what == "pipe":
        os.mkfifo(path)
    elif what == "device":
        path.symlink_to("/dev/zero")
    elif what == "loop":
        path.symlink_to(path.name)
    else:
        path.write_bytes(b"#" * 100_000)
    watch.look()
    assert places(watch) == ["Room 12"]
    assert "cannot be read" in str(watch.problem())


def test_a_share_that_does_not_answer_leaves_the_last_facts_and_a_sentence(path: Path) -> None:
    """Nothing else waits for it: the read hangs in a thread of its own."""
    answers, reads = Event(), [0]

    def share(file: Path) -> bytes:
        reads[0] += 1
        if reads[0] == 2:
            answers.wait(30)
        return file.read_bytes()

    watch = SchoolWatch(path, read=share, patience=0.2)
    watch.look()
    for _ in range(2):
        asyncio.run(watch.turn())
        assert "is not responding" in str(watch.problem())
        assert (places(watch), reads) == (["Room 12"], [2])  # one thread waits
    answers.set()
    until(lambda: not asyncio.run(watch.turn()) and not watch.problem(), "the share is back")
    watch.end()


def test_a_file_with_a_fault_says_so_on_the_screen(path: Path) -> None:
    watch = SchoolWatch(path)
    path.write_text("[[people", encoding="utf-8")
    watch.look()
    assert watch.facts.wrong


def test_what_nobody_foresaw_is_logged_once_for_as_long_as_it_lasts(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def read(_file: Path) -> bytes:
        raise RuntimeError

    watch = SchoolWatch(path, read=read)
    for _ in range(3):
        asyncio.run(watch.turn())
    watch.end()
    assert [record.getMessage() for record in caplog.records] == ["the school's file: RuntimeError"]
    assert "cannot be read (RuntimeError)" in str(watch.problem())
