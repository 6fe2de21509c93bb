"""A server sees that the desk's settings changed, once, and says when it has closed."""

import asyncio
import time
from pathlib import Path

import pytest

from runtime.upkeep import settings_watch
from runtime.upkeep.settings_watch import SettingsWatch
from settings import desk_file, schools
from settings.load import SettingsError, load
from settings.schema import Kiosk, Server, Settings

SET: dict[str, object] = {
    "kiosk.school": "Lincoln",
    "kiosk.county_line": "+19168755437",
    "sms.number": "+19162330000",
    "sms.contact": "",
}
WHOLE = desk_file.encoded(SET)


def of(data: Path) -> Settings:
    return Settings(server=Server(data_dir=data))


def kept(data: Path, school: str) -> None:
    (data / desk_file.FILE).write_bytes(desk_file.encoded({"kiosk.school": school}))


def test_another_file_ends_the_server_once(tmp_path: Path) -> None:
    kept(tmp_path, "Lincoln")
    watch, ended = SettingsWatch(of(tmp_path)), list[str]()
    watch.end = lambda: ended.append("ended")

    asyncio.run(watch.look())
    assert (ended, watch.found) == ([], None)
    kept(tmp_path, "Washington")
    asyncio.run(watch.look())
    asyncio.run(watch.look())

    assert (ended, watch.found) == (["ended"], Settings())


def test_while_the_settings_file_is_broken_all_goes_on_as_before(tmp_path: Path) -> None:
    """A server made anew would show the built-in lines: none of its commands could start."""
    watch, ended, broken = SettingsWatch(of(tmp_path)), list[str](), [True]

    def again() -> Settings:
        if broken:
            raise SettingsError("settings.toml: cannot be read as TOML.")
        return Settings(kiosk=Kiosk(school="Lincoln"))

    watch.again, watch.end = again, lambda: ended.append("ended")
    kept(tmp_path, "Lincoln")
    assert asyncio.run(watch.take_up()) == "settings.toml: cannot be read as TOML."
    assert (ended, watch.found) == ([], None)

    broken.clear()
    asyncio.run(watch.look())
    assert (ended, watch.found) == (["ended"], again())


def test_another_table_of_schools_ends_the_server_and_one_that_is_away_does_not(
    tmp_path: Path,
) -> None:
    """A share that is away for a moment must not take forty schools off their screens."""
    file = tmp_path / "schools.csv"
    file.write_text("address,name\nlincoln,Lincoln\n", encoding="utf-8")
    settings = Settings(server=Server(data_dir=tmp_path), kiosk=Kiosk(schools=file))
    watch, ended = SettingsWatch(settings), list[str]()
    watch.end = lambda: ended.append("ended")
    watch.again = lambda: settings

    file.rename(tmp_path / "away")
    asyncio.run(watch.look())
    assert not ended
    file.write_text("address,name\nlincoln,Lincoln High\n", encoding="utf-8")
    asyncio.run(watch.look())
    assert ended == ["ended"]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"address,langauges\nlincoln,en\n",
        b"address,name\nlincoln,Pi\xf1on\n",
        b"address\nNo no\n",
    ],
    ids=["half written", "a column misspelled", "not Unicode", "no usable row"],
)
def test_a_table_without_a_usable_school_changes_nothing_until_it_is_corrected(
    tmp_path: Path, broken: bytes
) -> None:
    """A slip of the office must not take forty schools off their screens."""
    file = tmp_path / "schools.csv"
    file.write_text("address,name\nlincoln,Lincoln\n", encoding="utf-8")
    settings = Settings(server=Server(data_dir=tmp_path), kiosk=Kiosk(schools=file))
    watch, ended = SettingsWatch(settings), list[str]()
    watch.end, watch.again = lambda: ended.append("ended"), lambda: settings

    file.write_bytes(broken)
    asyncio.run(watch.look())
    assert (ended, watch.problem) == ([], "")  # the health table reports it
    file.write_text("address,name\nlincoln,Lincoln High\n", encoding="utf-8")
    asyncio.run(watch.look())
    assert ended == ["ended"]


def test_a_share_that_falls_silent_while_its_new_table_is_read_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "schools.csv"
    file.write_text("address,name\nelm,Elm\n", "utf-8")
    settings = Settings(server=Server(data_dir=tmp_path), kiosk=Kiosk(schools=file))
    watch = SettingsWatch(settings)
    watch.again = lambda: settings
    file.write_text("address,name\noak,Oak\n", "utf-8")
    read = schools.read
    monkeypatch.setattr(settings_watch, "TABLE_SECONDS", 0.5)
    monkeypatch.setattr(schools, "read", lambda _: time.sleep(1))
    asyncio.run(watch.look())
    assert watch.found is None

    monkeypatch.setattr(schools, "read", read)
    asyncio.run(watch.look())
    assert watch.found is settings


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\x00\xff",
        WHOLE[:-6],
        WHOLE[: WHOLE.index(b"[sms]")],
        WHOLE[: WHOLE.index(b"contact")],
        WHOLE.replace(b'"+19162330000"', b"5"),
        None,
    ],
    ids=["empty", "garbage", "cut", "cut at a section", "cut at a line", "no number", "gone"],
)
def test_a_desk_file_that_lost_what_it_said_is_told_and_what_was_set_stays(
    tmp_path: Path, damaged: bytes | None
) -> None:
    """Else the line has no number, and refuses every student's text."""
    file = tmp_path / desk_file.FILE
    file.write_bytes(WHOLE)
    environ = {"PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path)}
    watch, ended = SettingsWatch(load(environ)), list[str]()
    watch.again, watch.end = lambda: load(environ), lambda: ended.append("ended")

    file.unlink() if damaged is None else file.write_bytes(damaged)
    asyncio.run(watch.look())
    assert (ended, watch.found) == ([], None)
    assert "is damaged or missing" in watch.problem

    file.write_bytes(WHOLE)
    asyncio.run(watch.look())
    assert (ended, watch.problem) == ([], "")
    file.write_bytes(desk_file.encoded({**SET, "sms.number": ""}))
    asyncio.run(watch.look())
    assert (ended, watch.found) == (["ended"], load(environ))


def test_a_desk_file_that_was_damaged_at_the_start_is_told_until_it_is_saved_anew(
    tmp_path: Path,
) -> None:
    (tmp_path / desk_file.FILE).write_bytes(b"")
    watch = SettingsWatch(of(tmp_path))
    asyncio.run(watch.look())
    assert "Save the Setup page again" in watch.problem

    kept(tmp_path, "Lincoln")
    asyncio.run(watch.look())
    assert watch.found == Settings()


def test_the_desk_waits_until_the_server_takes_no_more_visitors(tmp_path: Path) -> None:
    async def turn() -> list[str]:
        watch, order = SettingsWatch(of(tmp_path)), list[str]()

        def end() -> None:
            order.append("told to end")
            asyncio.get_running_loop().call_later(0.01, close)

        def close() -> None:
            order.append("closed")
            watch.closed.set()

        watch.end = end
        kept(tmp_path, "Lincoln")
        await watch.take_up()
        return [*order, "answered"]

    assert asyncio.run(turn()) == ["told to end", "closed", "answered"]


def test_what_did_not_change_is_not_waited_for(tmp_path: Path) -> None:
    kept(tmp_path, "Lincoln")

    asyncio.run(asyncio.wait_for(SettingsWatch(of(tmp_path)).take_up(), 30))
