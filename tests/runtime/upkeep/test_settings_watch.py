"""A server sees that the desk's settings changed, once, and says when it has closed."""

import asyncio
from pathlib import Path

from runtime.upkeep.settings_watch import SettingsWatch
from settings import desk_file


def kept(data: Path, school: str) -> None:
    (data / desk_file.FILE).write_bytes(desk_file.encoded({"kiosk.school": school}))


def test_another_file_ends_the_server_once(tmp_path: Path) -> None:
    kept(tmp_path, "Lincoln")
    watch, ended = SettingsWatch(tmp_path), list[str]()
    watch.end = lambda: ended.append("ended")

    asyncio.run(watch.look())
    assert (ended, watch.changed) == ([], False)
    kept(tmp_path, "Washington")
    asyncio.run(watch.look())
    asyncio.run(watch.look())

    assert (ended, watch.changed) == (["ended"], True)


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
