"""The desk's page for School info: a form over the school's file, and the cover with its draft."""

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from kiosk.desk import school_form
from kiosk.desk.school_form import SchoolDraft
from kiosk.pages import school_file
from kiosk.pages.school_file import LISTS, School
from messages.message import Message
from system import files

if TYPE_CHECKING:
    from kiosk.desk.words import DeskWords

ADDRESS, SAVED, COVER = "/staff/school", "/staff/school/saved", "/staff/school/cover"
SPARE, MORE = 1, 4  # empty rows below those that are there; more of them by "Add rows"
ADD = "rows "  # and the list to which
KEPT = ".before"  # behind the name of a file that had to be written anew


@dataclass(frozen=True, slots=True)
class SchoolDesk:
    """What the page is given. ``cover``: School info as the screen would show these facts, whole,
    in a language if it has that.

    ``languages``: the screen's. ``saving``: one at a time.
    """

    path: Path
    languages: tuple[str, ...]
    cover: Callable[[School, str], str]
    saving: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolView:
    """What the template shows. ``stamp``: the file's hash; ``problem``: of the whole, a sentence.

    ``faults`` by field, ``others``: of what no field shows, as sentences; ``theirs``: by field,
    what somebody else saved meanwhile; None: nobody did. ``least``: rows of each list at least.
    """

    draft: SchoolDraft
    stamp: str
    tags: tuple[str, ...]
    least: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[str, Message] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    theirs: Mapping[str, str] | None = None
    problem: str = ""
    status: int = 200

    @property
    def values(self) -> Mapping[str, str]:
        """The text in each field."""
        return school_form.fields(self.draft)

    def rows(self, kind: str) -> range:
        """The numbers of a list's rows, empty ones behind them, as many as a screen can show."""
        there = len(self.draft.rows[kind])
        wanted = max(there + SPARE, self.least.get(kind, 0))
        return range(max(there, min(LISTS[kind], wanted)))

    def is_full(self, kind: str) -> bool:
        """Whether a screen can show no more of them."""
        return len(self.rows(kind)) >= LISTS[kind]


class _File:
    """The file as it stands. ``problem``: why it cannot be read; ``shut``: not even its bytes."""

    def __init__(self, path: Path) -> None:
        self.data, self.table, self.problem, self.shut = b"", dict[str, Any](), "", False
        try:
            self.data = school_file.raw(path) or b""
            self.table = school_file.table(self.data)
        except (OSError, ValueError) as error:
            self.problem, self.shut = str(error), isinstance(error, OSError)
        self.stamp = hashlib.sha256(self.data + self.problem.encode()).hexdigest()


def opened(desk: SchoolDesk, _: "DeskWords") -> SchoolView:
    """The form over the file as it is. Blocks."""
    file, problem = _File(desk.path), ""
    if file.shut or not os.access(school_file.place(desk.path).parent, os.W_OK):
        problem = _unwritten(desk.path, _, file.problem)
    elif file.problem:
        problem = _(
            "The file of School info cannot be understood. What you save here takes its place, and"
            " the old file is kept beside it. The reason: %(reason)s",
            reason=file.problem,
        )
    every = school_file.judged(file.table)[1]
    faults = school_form.beside(every)
    others = (one for one in every if one not in faults.values())
    return SchoolView(
        draft=school_form.of_file(file.table),
        stamp=file.stamp,
        tags=school_form.tags_of(file.table, desk.languages),
        faults=faults,
        others=tuple(str(school_file.in_file(one, desk.path)) for one in others),
        problem=problem,
    )


def cover(desk: SchoolDesk, form: Mapping[str, str], language: str) -> str:
    """The cover with what was typed; with what the file says where nothing was. Blocks."""
    table = _File(desk.path).table
    draft = school_form.of_form(form, table, desk.languages) if form else school_form.of_file(table)
    school = school_file.judged(draft.table())[0]
    # What is wrong stands beside its field.
    html = desk.cover(replace(school, wrong=False), language)
    return html.replace("/static/fonts/", "/staff/fonts/")  # all that a proxy hands on to the desk


def taken(desk: SchoolDesk, form: Mapping[str, str], _: "DeskWords") -> SchoolView | None:
    """Save what was typed: None when it is in the file, else the form again with why not. Blocks.

    Nothing is saved over what somebody else saved since this form was opened.
    """
    with desk.saving:
        file = _File(desk.path)
        draft = school_form.of_form(form, file.table, desk.languages)
        tags = school_form.tags_of(file.table, desk.languages)
        faults = school_form.beside(school_file.judged(draft.table())[1])
        faults |= school_form.over(draft, file.table, _.today)
        faults = dict(sorted(faults.items(), key=lambda one: school_form.place_of(one[0])))
        least = {kind: school_form.shown_rows(form, kind) for kind in LISTS}
        again = SchoolView(draft=draft, stamp=form.get("stamp", ""), tags=tags, least=least)
        if form.get("do") == "again":
            return replace(again, faults=faults, problem=after_sign_in(_))
        if (more := form.get("do", "").removeprefix(ADD)) in LISTS:
            return replace(again, least={**least, more: least[more] + MORE})
        if form.get("stamp") != file.stamp:
            both = school_form.with_missing_rows(draft, file.table)
            theirs = school_form.differing(both, file.table)
            return replace(again, draft=both, stamp=file.stamp, theirs=theirs, status=409)
        if faults:
            return replace(again, faults=faults, status=400)
        try:
            _write(school_file.place(desk.path), file, draft)
        except OSError as error:
            return replace(again, problem=_unwritten(desk.path, _, str(error)), status=500)
    return None


def after_sign_in(_: "DeskWords") -> str:
    """What stands above a form that was sent when nobody was signed in any more."""
    return _(
        "You had been signed out, so nothing was saved. What you typed is here. Look it over and"
        " save again."
    )


def _write(path: Path, file: _File, draft: SchoolDraft) -> None:
    """OSError."""
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
    files.replace(path, data, mode=mode)


def _unwritten(path: Path, _: "DeskWords", reason: str) -> str:
    return _(
        "School info cannot be saved here; what you type stays on this page. Ask the person who"
        " keeps this machine: its file, %(file)s, must be readable and writable for the desk"
        " (%(reason)s).",
        file=path,
        reason=reason or _("its folder cannot be written"),
    )
