"""The desk's School info page: a form for editing the school's file, and a preview of the cover."""

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from kiosk.desk import forms, school_form
from kiosk.desk.forms import FormView
from kiosk.desk.school_form import SchoolDraft
from kiosk.pages import school_file
from kiosk.pages.school_file import LISTS, School
from messages.message import Message
from system import files

if TYPE_CHECKING:
    from kiosk.desk.words import DeskWords

ADDRESS, SAVED, COVER = "/staff/school", "/staff/school/saved", "/staff/school/cover"
SPARE, MORE = 1, 4  # empty rows after the filled ones, and rows that "Add rows" adds
ADD = "rows "  # prefix of a button's name; the list's name follows
KEPT = ".before"  # added to the name of a file that could not be edited and was replaced


@dataclass(frozen=True, slots=True)
class SchoolDesk:
    """The page's inputs. ``cover``: makes the complete School info page for these facts, in the
    given language if the screen has it.

    ``languages``: the screen's languages. ``saving``: a lock that is held during a save.
    """

    path: Path
    languages: tuple[str, ...]
    cover: Callable[[School, str], str]
    saving: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolView(FormView[SchoolDraft]):
    """School info. ``others``: errors that have no field; ``least``: minimum rows in each list."""

    tags: tuple[str, ...]
    least: Mapping[str, int] = field(default_factory=dict)
    others: tuple[Message, ...] = ()

    @property
    def shared_room(self) -> bool:
        """Return whether the phone is in a mandated reporter's room, so it must not be shown."""
        return school_file.judged(self.draft.table())[0].phone_is_shared

    def rows(self, kind: str) -> range:
        """Number a list's rows, with empty ones at its end, up to as many as a screen can show."""
        there = len(self.draft.rows[kind])
        wanted = max(there + SPARE, self.least.get(kind, 0))
        return range(max(there, min(LISTS[kind], wanted)))


class _File:
    """The current file. ``problem``: why it is invalid; ``shut``: whether opening it failed."""

    def __init__(self, path: Path) -> None:
        self.data, self.table, self.problem, self.shut = b"", dict[str, Any](), "", False
        try:
            self.data = school_file.raw(path) or b""
            self.table = school_file.table(self.data)
        except (OSError, ValueError) as error:
            self.problem, self.shut = str(error), isinstance(error, OSError)
        self.stamp = hashlib.sha256(self.data + self.problem.encode()).hexdigest()


def opened(desk: SchoolDesk, _: "DeskWords") -> SchoolView:
    """Return the form for the current file. Blocks."""
    file, problem = _File(desk.path), ""
    if file.shut or not os.access(_folder(school_file.place(desk.path)), os.W_OK):
        problem = _unwritten(desk.path, _, file.problem)
    elif file.problem:
        problem = _(
            "Porchlight cannot read the School info file. What you save here replaces that file,"
            " and the old file is kept next to it. The reason: %(reason)s",
            reason=file.problem,
        )
    every = school_file.judged(file.table)[1]
    wrong = school_form.by_field(every)
    others = tuple(
        school_file.in_file(one, desk.path) for one in every if one not in wrong.values()
    )
    view = _view(desk, file, school_form.of_file(file.table))
    return replace(view, wrong=wrong, others=others, problem=problem)


def cover(desk: SchoolDesk, form: Mapping[str, str], language: str) -> str:
    """Return the cover with the typed facts, or with the file's if nothing was sent. Blocks."""
    table = _File(desk.path).table
    draft = school_form.of_form(form, table, desk.languages) if form else school_form.of_file(table)
    school = school_file.judged(draft.table())[0]
    # The form itself shows the errors.
    html = desk.cover(replace(school, wrong=False), language)
    return html.replace("/static/fonts/", "/staff/fonts/")  # the desk's proxy passes only /staff/


def save(desk: SchoolDesk, form: Mapping[str, str], _: "DeskWords") -> SchoolView | None:
    """Save the typed facts; return None, or the form with the reason they weren't saved. Blocks."""
    with desk.saving:
        file = _File(desk.path)
        draft = school_form.of_form(form, file.table, desk.languages)
        # Show as many rows as the form had, including empty ones.
        least = {
            kind: sum(f"{kind}.{number}.was" in form for number in range(most))
            for kind, most in LISTS.items()
        }
        stamp = form.get("stamp", "")
        if (more := form.get("do", "").removeprefix(ADD)) in LISTS:
            least[more] += MORE
            return replace(_view(desk, file, draft), stamp=stamp, least=least)
        wrong = school_form.by_field(school_file.judged(draft.table())[1])
        wrong |= school_form.over(draft, file.table, _.today)
        if stamp != file.stamp:
            draft = school_form.with_missing_rows(draft, file.table)
        view = replace(_view(desk, file, draft), stamp=stamp, least=least)
        kept = school_form.fields(school_form.in_rows_of(draft, file.table))
        if again := forms.refused(view, file.stamp, kept, school_form.in_order(wrong)):
            return again
        try:
            _write(school_file.place(desk.path), file, draft)
        except OSError as error:
            return replace(view, problem=_unwritten(desk.path, _, str(error)), status=500)
    return None


def _view(desk: SchoolDesk, file: _File, draft: SchoolDraft) -> SchoolView:
    tags = school_form.tags_of(file.table, desk.languages)
    values = school_form.fields(draft)
    return SchoolView(draft=draft, values=values, stamp=file.stamp, tags=tags)


def _write(path: Path, file: _File, draft: SchoolDraft) -> None:
    """Write the draft to the file. Raises OSError."""
    from system.toml_edit import EditError  # noqa: PLC0415 - tomlkit

    if file.shut:
        raise OSError(file.problem)
    text = ""
    if not file.problem:
        with suppress(EditError):
            text = school_form.written(file.data.decode("utf-8-sig"), file.table, draft)
    is_there = path.exists()
    if is_there and file.data and not text:
        shutil.copy2(path, path.with_name(path.name + KEPT))
    data = (text or school_form.anew(draft)).encode()
    if len(data) > school_file.MOST_BYTES:
        raise OSError(f"{len(data)} bytes, at most {school_file.MOST_BYTES}")
    mode = path.stat().st_mode & 0o777 if is_there else 0o644
    path.parent.mkdir(parents=True, exist_ok=True)
    files.replace(path, data, mode=mode)


def _folder(path: Path) -> Path:
    """Return the nearest folder that exists: a new school's folder is created at its first save."""
    return next(above for above in path.parents if above.is_dir())


def _unwritten(path: Path, _: "DeskWords", reason: str) -> str:
    return _(
        "You cannot save School info now. What you type stays on this page. Tell the technician:"
        " the desk must be able to read and write its file, %(file)s (%(reason)s).",
        file=path,
        reason=reason or _("its folder cannot be written to"),
    )
