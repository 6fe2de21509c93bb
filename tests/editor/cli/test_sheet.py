"""``sheet`` as an editor runs it: out, changed, listed, and only then written."""

from pathlib import Path

import pytest

from tests.content.conftest import TinyPack, tiny
from tests.running import command, environment

__all__ = ["tiny"]  # the fixture


def sheet(pack: TinyPack, *arguments: object) -> tuple[int, str]:
    done = command("sheet", *map(str, arguments), environ=environment(pack.root / "data"))
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_changes_are_listed_first_and_written_when_asked(tiny: TinyPack) -> None:
    file, before = tiny.root / "sheet.csv", contents(tiny.folder)
    assert sheet(tiny, "export", tiny.folder, "--out", file) == (0, "")
    assert sheet(tiny, "import", file, tiny.folder, "--write") == (0, "Changes: 0; files: 0.\n")
    assert contents(tiny.folder) == before

    file.write_bytes(file.read_bytes().replace(b"1-866-488-7386", b"1-800-273-8255"))
    listed = "trevor: channel 1 number: '+18664887386' becomes '+18002738255' (row 2)\n"
    code, said = sheet(tiny, "import", file, tiny.folder)
    assert (code, said) == (
        0,
        f"{listed}Changes: 1; files: 1. Nothing was written. To make these changes, add --write.\n",
    )
    assert contents(tiny.folder) == before

    assert sheet(tiny, "import", file, tiny.folder, "--write") == (
        0,
        f"{listed}Changes: 1; files: 1.\n",
    )
    path = tiny.folder / "resources/trevor.toml"
    assert contents(tiny.folder) == before | {
        path: before[path].replace(b"+18664887386", b"+18002738255")
    }


@pytest.mark.slow
def test_one_wrong_cell_keeps_every_change_out(tiny: TinyPack) -> None:
    file, before = tiny.root / "sheet.csv", contents(tiny.folder)
    sheet(tiny, "export", tiny.folder, "--out", file)
    changed = file.read_bytes().replace(b"1-866-488-7386", b"94608").replace(b",high,", b",low,")
    file.write_bytes(changed)

    code, said = sheet(tiny, "import", file, tiny.folder, "--write")

    assert code == 1
    assert 'row 2, column number: "94608" is not one of the short codes' in said
    assert "1 errors, so nothing was written." in said
    assert contents(tiny.folder) == before


@pytest.mark.slow
def test_what_is_no_pack_or_no_sheet_ends_in_a_sentence(tiny: TinyPack) -> None:
    for arguments in (
        ("export", tiny.root / "nowhere"),
        ("import", tiny.root / "no.csv", tiny.folder),
        ("import", tiny.folder / "pack.toml", tiny.root),
    ):
        code, said = sheet(tiny, *arguments)
        assert (code, bool(said.strip())) == (1, True), arguments


@pytest.mark.parametrize("step", ["export", "import"])
def test_a_workbook_is_neither_written_nor_read_under_a_false_name(
    tiny: TinyPack, step: str
) -> None:
    file = tiny.root / "lines.xlsx"
    arguments = [tiny.folder, "--out", file] if step == "export" else [file, tiny.folder]
    code, said = sheet(tiny, step, *arguments)
    assert (code, said.startswith(f"{file}: "), "CSV" in said) == (1, True, True)
    assert not file.exists()
