"""A pack's folder, with and without what reads text files."""

from pathlib import Path

import pytest

from content.model import built_pack, pack_folder
from content.model.pinned import PINNED_BUILT
from tests.content.conftest import TINY


@pytest.fixture
def no_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack_folder, "entry_points", lambda **_: ())


@pytest.mark.usefixtures("no_editor")
def test_without_the_editor_a_folder_of_text_files_is_refused_with_what_to_do() -> None:
    pack, (problem,) = pack_folder.read(TINY / "pack")
    assert (pack, problem.file, problem.kind) == (None, str(TINY / "pack"), "wrong")
    assert "porchlight-editor" in str(problem.message)
    assert pack_folder.parsed(TINY / "pack") is None


@pytest.mark.usefixtures("no_editor")
def test_a_built_pack_needs_no_editor() -> None:
    pack, problems = pack_folder.read(PINNED_BUILT)
    assert (pack, problems) == (built_pack.read_built(PINNED_BUILT), [])
    assert pack_folder.parsed(PINNED_BUILT) == pack


def test_a_built_pack_that_is_damaged_is_a_problem_and_not_an_end(tmp_path: Path) -> None:
    (tmp_path / built_pack.MANIFEST).write_text("{", "utf-8")
    pack, (problem,) = pack_folder.read(tmp_path)
    assert (pack, problem.kind) == (None, "wrong")
