"""The server has clips made in turns until all are there, and rests where a turn made none."""

import asyncio
from pathlib import Path

import pytest

from kiosk.audio import clips
from runtime.application import Porchlight
from settings.load import load

NAMES = [f"{letter * 24}.opus" for letter in "abc"]


class Maker:
    """Stands in for `say` in a process of its own: makes at most as many clips as it can."""

    def __init__(self, folder: Path, able: int) -> None:
        self.folder, self.able, self.turns = folder, able, 0
        self.done = asyncio.Event()

    async def run(self, verb: str, *arguments: str) -> None:
        if verb != "say":
            return
        assert arguments == ("--at-rest",)
        self.turns += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = "".join(f"en\t{name}\ttext\n" for name in NAMES)
        (self.folder / "texts.tsv").write_text(rows, encoding="utf-8")
        for name in NAMES[: min(self.turns, self.able)]:
            (self.folder / name).write_bytes(b"OggS OpusHead")
        if self.turns > self.able or self.turns == len(NAMES):
            self.done.set()


@pytest.mark.skipif(not clips.able(), reason="espeak-ng and opus-tools are not installed")
@pytest.mark.parametrize(("able", "turns"), [(3, 3), (1, 2)], ids=["all made", "one fails"])
def test_turns_follow_each_other_while_they_make_clips(
    tmp_path: Path, able: int, turns: int
) -> None:
    settings = load(
        {
            "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path),
            "PORCHLIGHT_SMS__ENABLED": "false",
            "PORCHLIGHT_KIOSK__LANGUAGES": '["en"]',
        }
    )

    async def spoken() -> int:
        maker = Maker(tmp_path / clips.AUDIO, able)
        app = Porchlight(settings, verb=maker.run)
        speaking = asyncio.create_task(app.speak())
        await app.watch()  # the shipped pack comes on the screen
        await asyncio.wait_for(maker.done.wait(), 30)
        await asyncio.sleep(0.5)
        speaking.cancel()
        return maker.turns

    assert asyncio.run(spoken()) == turns
