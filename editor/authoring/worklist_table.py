"""The worklist as a spreadsheet table, and as one warning in `check`."""

import csv
import io
from collections.abc import Iterator
from datetime import date

from content.model.pack import Pack
from content.review.worklist import Task, UnreadText, tasks
from messages.message import Finding
from system.csv_cells import inert

_COLUMNS = ("entry", "name", "state", "due", "as of", "who", "open", "compare", "call")


def table(found: tuple[Task, ...], texts: tuple[UnreadText, ...] = ()) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for task in found:
        days = ("" if day is None else day.isoformat() for day in (task.due, task.as_of))
        lists = (
            "\n".join(map(str, task.open)),
            "\n".join(" ".join(map(str, one)) for one in task.compare),
        )
        row = (task.key, task.name, task.state, *days, task.who, *lists, str(task.call))
        writer.writerow([inert(cell) for cell in row])
    for text in texts:
        row = (text.key, "", "unread", "", "", text.reader, "", text.text, "")
        writer.writerow([inert(cell) for cell in row])
    return out.getvalue()


def warning(pack: Pack, *, today: date, file: str) -> Iterator[Finding]:
    due = tasks(pack, today=today)
    if due:
        late = sum(task.state != "due" for task in due)
        message = (
            f"{len(due)} entries are due to be compared with their sources, {late} of them overdue;"
            " run `worklist`"
        )
        yield Finding.at(file, 1, message, "note")
