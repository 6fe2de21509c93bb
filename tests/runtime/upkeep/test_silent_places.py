"""A command that looks at a file which never answers ends with a sentence that names it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from messages.message import Message, message
from runtime.health import report, table
from runtime.health.observation import Observation
from runtime.upkeep import silent_places
from settings.schema import Kiosk, Server, Settings
from tests.content.candidates import NOW
from tests.running import PATIENCE


@pytest.fixture
def silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file at which whoever looks waits until the test is over."""
    (tmp_path / "share").mkdir()
    file, over, stat = tmp_path / "share" / "school.toml", threading.Event(), Path.stat
    file.write_text("")

    def waits(path: Path, **how: bool) -> object:
        if path == file:
            over.wait(PATIENCE)
        return stat(path, **how)

    monkeypatch.setattr(Path, "stat", waits)
    monkeypatch.setattr(silent_places, "PATIENCE_SECONDS", 0.2)
    yield file
    over.set()


@pytest.mark.parametrize("named", ["the file", "its folder"])
def test_what_does_not_answer_is_named(silent: Path, named: str) -> None:
    places = [silent if named == "the file" else silent.parent]
    with pytest.raises(silent_places.SilentPlaceError, match=f"{silent} is not responding"):
        silent_places.run(silent.stat, lambda: places)


def test_while_all_answer_a_slow_call_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silent_places, "PATIENCE_SECONDS", 0.01)
    asked = threading.Event()

    def looked() -> list[Path]:
        asked.set()
        return [tmp_path, tmp_path / "missing"]

    assert silent_places.run(lambda: asked.wait(PATIENCE), looked)


def test_what_the_call_raises_is_raised(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        silent_places.run((tmp_path / "missing").stat, lambda: [tmp_path])


def test_doctor_says_what_else_it_found(
    silent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hangs(_seen: Observation) -> Iterator[Message]:
        yield message("screen.no-voice")
        silent.stat()
        yield message("school.no-name")

    monkeypatch.setitem(table.TABLE, "screen.no-voice", table.HealthRow(hangs, "note", "school"))
    settings = Settings(server=Server(data_dir=tmp_path), kiosk=Kiosk(school_file=silent))
    found = report.doctor(Observation(settings, NOW, server={}))
    told = [str(finding.message) for finding in found["school"]]
    assert str(message("screen.no-voice")) in told
    assert f"{silent} is not responding" in told[-1]
    assert found["line"]
