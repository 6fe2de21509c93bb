"""The worklist as a spreadsheet table, and as one warning in `check`."""

from collections.abc import Iterator
from datetime import date

from content.model.pack import Pack
from content.review.worklist import Task, UnreadText, tasks
from messages.message import Finding, message
from system import csv_cells

_COLUMNS = ("entry", "name", "state", "due", "as of", "who", "open", "compare", "call")


def table(found: tuple[Task, ...], texts: tuple[UnreadText, ...] = ()) -> str:
    rows: list[tuple[str, ...]] = [_COLUMNS]
    for task in found:
        days = ("" if day is None else day.isoformat() for day in (task.due, task.as_of))
        lists = (
            "\n".join(map(str, task.open)),
            "\n".join(" ".join(map(str, one)) for one in task.compare),
        )
        rows.append((task.key, task.name, task.state, *days, task.who, *lists, str(task.call)))
    rows += ((one.key, "", "unread", "", "", one.reader, "", one.text, "") for one in texts)
    return csv_cells.written(rows)


def warning(pack: Pack, *, today: date, file: str) -> Iterator[Finding]:
    due = tasks(pack, today=today)
    if due:
        late = sum(task.state != "due" for task in due)
        yield Finding.at(file, 1, message("author.due", count=len(due), late=late), "note")
