"""A server sees that the desk's settings changed, once, and says when it has closed."""

import asyncio
from pathlib import Path

from runtime.upkeep.settings_watch import SettingsWatch
from settings import desk_file
from settings.load import SettingsError
from settings.schema import Kiosk, Settings


def kept(data: Path, school: str) -> None:
    (data / desk_file.FILE).write_bytes(desk_file.encoded({"kiosk.school": school}))


def test_another_file_ends_the_server_once(tmp_path: Path) -> None:
    kept(tmp_path, "Lincoln")
    watch, ended = SettingsWatch(tmp_path), list[str]()
    watch.end = lambda: ended.append("ended")

    asyncio.run(watch.look())
    assert (ended, watch.found) == ([], None)
    kept(tmp_path, "Washington")
    asyncio.run(watch.look())
    asyncio.run(watch.look())

    assert (ended, watch.found) == (["ended"], Settings())


def test_while_the_settings_file_is_broken_all_goes_on_as_before(tmp_path: Path) -> None:
    """A server made anew would show the built-in lines: none of its commands could start."""
    watch, ended, broken = SettingsWatch(tmp_path), list[str](), [True]

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


def test_the_desk_waits_until_the_server_takes_no_more_visitors(tmp_path: Path) -> None:
    async def turn() -> list[str]:
        watch, order = SettingsWatch(tmp_path), list[str]()

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

    asyncio.run(asyncio.wait_for(SettingsWatch(tmp_path).take_up(), 1))
