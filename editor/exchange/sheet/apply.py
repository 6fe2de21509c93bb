"""Applies editors' sheets to a pack's files: plans, checks a copy, and writes all files or none."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from editor import toml_lines
from editor.authoring.documents import MAX_BYTES
from editor.authoring.read_pack import read
from editor.exchange.sheet import rows
from messages.message import CodedError, Finding, of_error
from system import csv_cells, files, toml_text
from system.toml_edit import EditError

FOLDER = "resources"
MOST_SHEET = 16 * 1024 * 1024


class SheetError(CodedError):
    """The sheet or the pack cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A sheet's edits, each file's new text, and the faults. ``later``: work for translators."""

    edits: tuple[rows.Edit, ...]
    before: Mapping[str, str]
    after: Mapping[str, str]
    faults: tuple[Finding, ...] = ()
    later: tuple[str, ...] = ()


def exported(pack: Path) -> bytes:
    """Return the sheet of a pack's own resources. Raises SheetError."""
    return rows.written(_texts(pack))


def planned(pack: Path, file: Path) -> Plan:
    """Return the changes the sheet would make. Raises SheetError for an unusable sheet or pack."""
    texts = _texts(pack)
    loaded, problems = read(pack)
    if loaded is None:
        raise SheetError("sheet.no-pack", pack=pack)
    try:
        with file.open("rb") as stream:
            data = stream.read(MOST_SHEET + 1)
        if len(data) > MOST_SHEET:
            raise SheetError("sheet.too-large", name=file.name, most=MOST_SHEET // 1024 // 1024)
        table = csv_cells.read(data, name=file.name)
    except (OSError, csv_cells.CellsError) as error:
        raise SheetError(of_error(error)) from error
    found, faults = rows.edits(table, texts, loaded.short_codes)
    after: dict[str, str] = {}
    for name in dict.fromkeys(edit.resource for edit in found):
        mine = [edit for edit in found if edit.resource == name]
        try:
            after[name] = rows.applied(texts[name], mine)
        except EditError as error:
            faults.append(rows.cell_fault(mine[0].row, "", f"{FOLDER}/{name}.toml: {error}"))
    if faults or not after:
        return Plan(
            tuple(found), texts, after, tuple(sorted(faults, key=lambda one: (one.line, one.key)))
        )
    new = _new_problems(pack, after, problems)
    wrong = [one for one in new if one.kind == "wrong" and one.file.startswith(f"{FOLDER}/")]
    later = tuple(str(one) for one in new if one not in wrong)
    return Plan(tuple(found), texts, after, tuple(_placed(wrong, found, after)), later)


def write(pack: Path, plan: Plan) -> None:
    """Write every file of the plan, or leave all unchanged. Raises SheetError."""
    done: list[str] = []
    try:
        for name in plan.after:
            if _path(pack, name).read_bytes() != plan.before[name].encode():
                raise SheetError("sheet.changed-now", path=_path(pack, name))
        for name, text in plan.after.items():
            files.replace(_path(pack, name), text.encode())
            done.append(name)
    except OSError as error:
        for name in done:
            files.replace(_path(pack, name), plan.before[name].encode())
        raise SheetError("sheet.not-written", why=error) from error


def _path(pack: Path, name: str) -> Path:
    return pack / FOLDER / f"{name}.toml"


def _texts(pack: Path) -> dict[str, str]:
    """Return each resource's file text, including line endings. Raises SheetError."""
    found = {}
    for path in sorted((pack / FOLDER).glob("*.toml")):
        try:
            if path.is_symlink() or path.stat().st_size > MAX_BYTES:
                raise SheetError("sheet.odd-file", path=path)
            found[path.stem] = path.read_bytes().decode()
            toml_text.loads(found[path.stem])
        except (OSError, ValueError) as error:
            raise SheetError("sheet.unreadable", path=path, why=error) from error
    if not found:
        raise SheetError("sheet.no-resources", pack=pack, folder=FOLDER)
    return found


def _new_problems(pack: Path, after: Mapping[str, str], before: list[Finding]) -> list[Finding]:
    """Return problems and warnings that the new files add, with paths relative to the pack."""
    known = {(one.file, str(one.message)) for one in (_from(problem, pack) for problem in before)}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "pack"
        shutil.copytree(pack, copy)
        for name, text in after.items():
            _path(copy, name).write_bytes(text.encode())
        found = [_from(problem, copy) for problem in read(copy)[1]]
    return [one for one in found if (one.file, str(one.message)) not in known]


def _from(problem: Finding, pack: Path) -> Finding:
    """Return the problem with paths relative to the pack instead of the copy's own path."""
    prefix = f"{pack.as_posix()}/"
    message = str(problem.message).replace(prefix, "")
    return Finding.at(problem.file.removeprefix(prefix), problem.line, message, problem.kind)


def _placed(
    wrong: list[Finding], edits: list[rows.Edit], after: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield each problem at the cell that caused it, found by the line number of its value."""
    for problem in wrong:
        name = problem.file.removeprefix(f"{FOLDER}/").removesuffix(".toml")
        lines = toml_lines.lines(after.get(name, "").replace("\r\n", "\n"))
        mine = [edit for edit in edits if edit.resource == name] or edits
        here = [one for one in mine if lines.get("/".join(map(str, one.path))) == problem.line]
        row, column = (here[0].row, here[0].column) if here else (mine[0].row, "")
        yield rows.cell_fault(row, column, f"{problem.file}:{problem.line}: {problem.message}")
