"""What the installation's folder makes is remembered, and believed for these very files alone."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from os import mkfifo
from pathlib import Path

import msgspec
import pytest

from content.model import built_pack
from content.model.pack import Pack
from runtime import installation
from runtime.upkeep import shipped_pack
from runtime.upkeep.shipped_pack import NOTE
from tests.content.conftest import TINY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY / "pack", tmp_path / "pack"))


@pytest.fixture
def shipped(folder: Path) -> Pack:
    own = installation.parsed(folder)
    assert own is not None
    return built_pack.load(built_pack.build(own))


def test_what_the_folder_makes_is_noted_and_then_believed(folder: Path, shipped: Pack) -> None:
    assert shipped_pack.is_same(folder, shipped)
    assert not (folder / NOTE).exists()
    shipped_pack.remember(folder)
    made = msgspec.json.decode((folder / NOTE).read_bytes())
    assert made["version"] == shipped.version
    other = replace(shipped, version="of another", texts={})
    (folder / NOTE).write_bytes(msgspec.json.encode({**made, "version": other.version}))
    assert shipped_pack.is_same(folder, other)


def _edit(folder: Path) -> None:
    """As long as before."""
    file = folder / "resources/trevor.toml"
    file.write_text(file.read_text("utf-8").replace('"130"', '"131"'), "utf-8")


def _take_away(folder: Path) -> None:
    (folder / "resources/trevor.toml").unlink()


def _lead_elsewhere(folder: Path) -> None:
    """What lies behind a link is read, and is not in the hash."""
    elsewhere = (folder / "resources").rename(folder.parent / "elsewhere")
    (folder / "resources").symlink_to(elsewhere)
    _edit(folder)


@pytest.mark.parametrize("change", [_edit, _take_away, _lead_elsewhere])
def test_after_a_change_of_a_file_it_is_read_anew(
    folder: Path, shipped: Pack, change: Callable[[Path], None]
) -> None:
    shipped_pack.remember(folder)
    assert shipped_pack.is_same(folder, shipped)
    change(folder)
    assert not shipped_pack.is_same(folder, shipped)


def test_a_note_of_another_program_counts_for_nothing(
    folder: Path, shipped: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped_pack.remember(folder)
    made = (folder / NOTE).read_bytes()
    monkeypatch.setattr(shipped_pack, "_PROGRAM", tmp_path / "another")
    assert shipped_pack.is_same(folder, shipped)
    shipped_pack.remember(folder)
    assert (folder / NOTE).read_bytes() != made


@pytest.mark.parametrize(
    "damage",
    [lambda note: note.write_text('{"of":'), lambda note: note.mkdir(), mkfifo],
    ids=["cut short", "a folder", "a pipe"],
)
def test_a_damaged_note_is_as_good_as_none(
    folder: Path, shipped: Pack, damage: Callable[[Path], object]
) -> None:
    (folder / NOTE).parent.mkdir()
    damage(folder / NOTE)
    assert shipped_pack.is_same(folder, shipped)


def _large(folder: Path) -> None:
    with (folder / "video.mp4").open("wb") as file:
        file.truncate(2**33)


def _odd_name(folder: Path) -> None:
    (folder / os.fsdecode(b"ni\xf1o.txt")).touch()


@pytest.mark.parametrize("stray", [_large, _odd_name, lambda folder: mkfifo(folder / "pipe")])
def test_what_else_lies_in_the_folder_hinders_nothing(
    folder: Path, shipped: Pack, stray: Callable[[Path], None]
) -> None:
    stray(folder)
    assert shipped_pack.is_same(folder, shipped)
    shipped_pack.remember(folder)
    assert shipped_pack.is_same(folder, shipped)


def test_in_a_built_pack_nothing_is_written(tmp_path: Path, shipped: Pack) -> None:
    built_pack.write_built(built_pack.build(shipped), tmp_path / "built")
    before = sorted((tmp_path / "built").rglob("*"))
    assert shipped_pack.is_same(tmp_path / "built", shipped)
    shipped_pack.remember(tmp_path / "built")
    assert sorted((tmp_path / "built").rglob("*")) == before
