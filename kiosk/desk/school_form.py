"""School info as a form: turns the file into fields, and typed text into values and a new file.

A field's name is its keys in the file and a language: ``lunch.es``, ``bells.0.name.en``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any, NamedTuple

from kiosk.pages.school_file import COLUMNS, CONFIRMED, DAYS, LISTS, TEXTS, clock, fault
from messages.message import Message

TIMES = ("from", "to")
TOP = (*TEXTS, *DAYS, CONFIRMED)
LANGUAGES = ("en", "es")  # these languages are always offered
# The fields are in the same order as in templates/school.html.
_ON_THE_PAGE = (
    "valid_until",
    "bells",
    "lunch",
    "notice",
    "notice_until",
    "places",
    "people",
    "phone",
    CONFIRMED,
)
_IN_A_ROW = ("from", "to", "name", "role", "where", "place", "when")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")

Table = Mapping[str, Any]


class DraftRow(NamedTuple):
    """One entry in a list. ``was``: its position in the file; None for a new entry."""

    was: int | None
    values: Table


class SchoolDraft(NamedTuple):
    """The file's values as edited in the form, including any that the form has no field for."""

    top: Table
    rows: Mapping[str, Sequence[DraftRow]]

    def table(self) -> dict[str, Any]:
        """Return the values as they would be read from the file."""
        lists = {kind: [dict(row.values) for row in rows] for kind, rows in self.rows.items()}
        return {**self.top, **{kind: rows for kind, rows in lists.items() if rows}}


def of_file(table: Table) -> SchoolDraft:
    top = {key: value for key, value in table.items() if key not in COLUMNS}
    rows = {kind: [DraftRow(*row) for row in enumerate(rows_of(table, kind))] for kind in COLUMNS}
    return SchoolDraft(top, rows)


def of_form(form: Mapping[str, str], table: Table, languages: Iterable[str]) -> SchoolDraft:
    """Return the file's values with the typed changes; text that nobody changed stays as it was."""
    tags = tags_of(table, languages)
    top = {key: value for key, value in table.items() if key not in COLUMNS}
    _fill(top, form, "", TOP, tags)
    return SchoolDraft(top, {kind: list(_typed_rows(form, table, kind, tags)) for kind in COLUMNS})


def in_order(wrong: Mapping[str, Message]) -> dict[str, Message]:
    """Return the same errors by field, in page order."""

    def place(name: str) -> tuple[int, ...]:
        top, *rest = name.split(".")
        number, column = (int(rest[0]), _IN_A_ROW.index(rest[1])) if top in LISTS else (0, 0)
        return _ON_THE_PAGE.index(top), number, column

    return {name: wrong[name] for name in sorted(wrong, key=place)}


def _typed_rows(
    form: Mapping[str, str], table: Table, kind: str, tags: Sequence[str]
) -> Iterator[DraftRow]:
    """Yield the rows that are not empty and were not marked for removal."""
    before, number = rows_of(table, kind), 0
    while (was := form.get(f"{kind}.{number}.was")) is not None and number < 2 * LISTS[kind]:
        known = was.isascii() and was.isdigit() and int(was) < len(before)
        place = int(was) if known else None
        values = {} if place is None else dict(before[place])
        _fill(values, form, f"{kind}.{number}.", COLUMNS[kind], tags)
        out = form.get(f"{kind}.{number}.out") == "yes"
        if not out and any(key in values for key in COLUMNS[kind]):
            yield DraftRow(place, values)
        number += 1


def _fill(
    values: dict[str, Any],
    form: Mapping[str, str],
    prefix: str,
    keys: Iterable[str],
    tags: Sequence[str],
) -> None:
    for key in keys:
        name, old = f"{prefix}{key}", values.pop(key, None)
        new: object
        if key in DAYS:
            new = _day(form.get(name, "").strip())
        elif key == CONFIRMED:
            new = form.get(name) == "yes" or (False if old is False else None)
        elif key in TIMES:
            new = _time(form.get(name, "").strip(), old)
        else:
            fields = {tag: f"{name}.{tag}" for tag in tags}
            new = _text(old, {t: form[f].strip() for t, f in fields.items() if f in form})
        if new is not None:
            values[key] = new


def _text(old: object, typed: Mapping[str, str]) -> str | dict[str, str] | None:
    """Return one text, or one per language, exactly as in the file if nothing changed."""
    before = texts(old)
    new = {tag: text for tag, text in {**before, **typed}.items() if text}
    if isinstance(old, str | dict) and {t: s.strip() for t, s in before.items()} == new:
        return old if isinstance(old, str) or all(isinstance(s, str) for s in old.values()) else new
    if isinstance(old, str) and set(new) == {"en"}:
        return new["en"]
    return new or None


def _day(typed: str) -> date | str | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        return typed


def _time(typed: str, old: object) -> str | None:
    """Return the time as people write it: ``8:30``."""
    moment = clock(typed)
    if isinstance(old, str) and (typed == old or (moment and clock(old) == moment)):
        return old
    return f"{moment.hour}:{moment.minute:02}" if moment else typed or None


def rows_of(table: Table, kind: str) -> list[dict[str, Any]]:
    """Return a list's entries, or an empty list if the value is not a list of tables."""
    rows = table.get(kind)
    whole = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    return list(rows) if whole and isinstance(rows, list) else []


def texts(value: object) -> dict[str, str]:
    """Return a text by language; one text for all languages is listed under English."""
    if isinstance(value, dict):
        return {str(tag) or "en": str(text) for tag, text in value.items()}
    return {} if value is None else {"en": str(value)}


def tags_of(table: Table, languages: Iterable[str]) -> tuple[str, ...]:
    """Return English and Spanish, then the screen's languages and those in the file."""
    rows = (row for kind in COLUMNS for row in rows_of(table, kind))
    values = (value for one in (table, *rows) for value in one.values())
    found = (tag for value in values if isinstance(value, dict) for tag in texts(value))
    return tuple(dict.fromkeys((*LANGUAGES, *languages, *filter(_TAG.fullmatch, found))))


def fields(draft: SchoolDraft) -> dict[str, str]:
    found = dict(_fields("", draft.top, TOP))
    for kind, rows in draft.rows.items():
        for number, row in enumerate(rows):
            found |= _fields(f"{kind}.{number}.", row.values, COLUMNS[kind])
            found[f"{kind}.{number}.was"] = "" if row.was is None else str(row.was)
    return found


def _fields(prefix: str, values: Table, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    for key in keys:
        value = values.get(key)
        if key in DAYS:
            yield f"{prefix}{key}", str(value or "")
        elif key == CONFIRMED:
            yield key, "yes" if value is True else ""
        elif key in TIMES:
            moment = value if isinstance(value, time) else clock(str(value))
            text = str(value or "")
            yield f"{prefix}{key}", f"{moment:%H:%M}" if moment else text
        else:
            yield from ((f"{prefix}{key}.{tag}", text) for tag, text in texts(value).items())


def with_missing_rows(draft: SchoolDraft, table: Table) -> SchoolDraft:
    """Add the file's entries that the draft lacks: somebody else may have just added them."""
    rows: dict[str, list[DraftRow]] = {}
    for kind, mine in draft.rows.items():
        known = {row.was for row in mine}
        theirs = (DraftRow(*row) for row in enumerate(rows_of(table, kind)))
        rows[kind] = [*mine, *(row for row in theirs if row.was not in known)]
    return SchoolDraft(draft.top, rows)


def in_rows_of(draft: SchoolDraft, table: Table) -> SchoolDraft:
    """Return the file's values for the draft's rows; new entries stay as in the draft."""
    file = {kind: rows_of(table, kind) for kind in COLUMNS}
    rows = {
        kind: [row if row.was is None else DraftRow(row.was, file[kind][row.was]) for row in mine]
        for kind, mine in draft.rows.items()
    }
    return SchoolDraft(table, rows)


def by_field(faults: Iterable[Message]) -> dict[str, Message]:
    """Return each error by its field, without errors in parts that the form does not edit."""
    found: dict[str, Message] = {}
    for one in faults:
        name, where = one.where, one.where.split(".")
        key = where[2] if len(where) > 2 else where[0]
        known = key in COLUMNS.get(where[0], TOP)
        is_text = known and key not in (*DAYS, *TIMES, CONFIRMED)
        if known:
            found.setdefault(f"{name}.en" if is_text and where[-1] == key else name, one)
    return found


def over(draft: SchoolDraft, old: Table, today: date) -> dict[str, Message]:
    """Return an error, by field, for each newly typed day that is in the past."""
    return {
        key: fault(key, "school-file.over")
        for key in DAYS
        if isinstance(day := draft.top.get(key), date) and day < today and day != old.get(key)
    }


def written(text: str, old: Table, draft: SchoolDraft) -> str:
    """Apply the draft to the file's text, keeping the rest and its comments. Raises EditError."""
    from system.toml_edit import appended, changed, removed  # noqa: PLC0415 - tomlkit

    top = {k: draft.top.get(k) for k in TOP if draft.top.get(k) != old.get(k)}
    top |= {kind: None for kind in COLUMNS if old.get(kind) and not rows_of(old, kind)}
    text = changed(text, (), top) if top else text
    for kind, columns in COLUMNS.items():
        before = rows_of(old, kind)
        now = {row.was: row.values for row in draft.rows[kind] if row.was is not None}
        for number in reversed(range(len(before))):
            row = before[number]
            if number not in now:
                text = removed(text, kind, number)
            elif new := {
                k: now[number].get(k) for k in columns if now[number].get(k) != row.get(k)
            }:
                text = changed(text, (kind, number), new)
        for added in (row.values for row in draft.rows[kind] if row.was is None):
            text = appended(text, kind, added)
    return text


def anew(draft: SchoolDraft) -> str:
    """Return a new file with the form's values, for use if the old file cannot be edited."""
    from system.toml_edit import toml  # noqa: PLC0415 - tomlkit

    known = ((key, draft.top[key]) for key in TOP if key in draft.top)
    lines = [f"{key} = {toml(value)}" for key, value in known]
    for kind, columns in COLUMNS.items():
        for row in draft.rows[kind]:
            pairs = (f"{key} = {toml(row.values[key])}" for key in columns if key in row.values)
            lines += ["", f"[[{kind}]]", *pairs]
    return "\n".join([*lines, ""])
