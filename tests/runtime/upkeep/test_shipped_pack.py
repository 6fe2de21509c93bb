"""What the installation's folder makes is remembered, and believed for these very files alone."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from content.model import built_pack
from content.model.pack import Pack
from runtime.upkeep import shipped_pack
from runtime.upkeep.shipped_pack import MARK
from tests.shipped import PACK, pack


@pytest.fixture(scope="module")
def shipped() -> Pack:
    return built_pack.load(built_pack.build(pack()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy that was never asked about."""
    return Path(
        shutil.copytree(PACK, tmp_path / "pack", ignore=shutil.ignore_patterns("__pycache__"))
    )


def test_what_the_folder_makes_is_remembered_and_then_believed(folder: Path, shipped: Pack) -> None:
    assert shipped_pack.is_same(folder, shipped)
    made = msgspec.json.decode((folder / MARK).read_bytes())
    assert made["version"] == shipped.version
    other = replace(shipped, version="of another")
    (folder / MARK).write_bytes(msgspec.json.encode({**made, "version": other.version}))
    assert shipped_pack.is_same(folder, replace(other, texts={}))


def _edit(folder: Path) -> None:
    file = folder / "resources/211.toml"
    file.write_text(file.read_text("utf-8").replace('"211 line"', '"211 help"'), "utf-8")


def _take_away(folder: Path) -> None:
    (folder / "po/es.po").unlink()


@pytest.mark.parametrize("change", [_edit, _take_away])
def test_after_a_change_of_a_file_it_is_read_anew(
    folder: Path, shipped: Pack, change: Callable[[Path], None]
) -> None:
    assert shipped_pack.is_same(folder, shipped)
    before = (folder / MARK).read_bytes()
    change(folder)
    assert not shipped_pack.is_same(folder, shipped)
    assert (folder / MARK).read_bytes() != before


@pytest.mark.parametrize(
    "damage",
    [lambda mark: mark.write_text('{"of":'), lambda mark: mark.mkdir(), lambda _: None],
    ids=["cut short", "a folder", "none"],
)
def test_a_damaged_note_is_as_good_as_none(
    folder: Path, shipped: Pack, damage: Callable[[Path], object]
) -> None:
    (folder / MARK).parent.mkdir()
    damage(folder / MARK)
    assert shipped_pack.is_same(folder, shipped)


def test_in_a_built_pack_nothing_is_written(tmp_path: Path, shipped: Pack) -> None:
    built_pack.write_built(built_pack.build(pack()), tmp_path / "built")
    before = sorted((tmp_path / "built").rglob("*"))
    assert shipped_pack.is_same(tmp_path / "built", shipped)
    assert sorted((tmp_path / "built").rglob("*")) == before
