"""Reads and writes a data folder's ``State``: STATE, and a second copy of it.

The rename of STATE is the commit. The copy is written last, after the older program's files, so a
difference between the two copies means that a write was cut off, rather than that the older program
made a change (decision 0051).
"""

from contextlib import suppress
from pathlib import Path

import msgspec

from content.releases import older_files
from content.releases.state import HELD_FOLDER, State
from system import files

FILE, COPY = "STATE", "STATE.copy"


def read(root: Path) -> State:
    """Return this data folder's state; an empty one if its files are missing or damaged."""
    kept, copy = (files.read_record(root / name, State) for name in (FILE, COPY))
    state = kept or copy or State()
    found = older_files.read(root)
    known = {name: (getattr(state, name), getattr(copy or state, name)) for name in found}
    if any(value not in known[name] for name, value in found.items()):
        state = msgspec.structs.replace(state, **found)  # the older program has run here since then
    if files.read_record(root / FILE, State) != kept:
        return read(root)  # another process wrote these files while we were reading them
    return _settled(root, state)


def write(root: Path, state: State) -> None:
    """Write the state. On OSError, the old state stays. Call it under the releases' lock."""
    files.write_record(root / FILE, state)
    with suppress(OSError):  # the state is already committed; the next write completes the files
        older_files.write(root, state)
        files.write_record(root / COPY, state)


def is_cut(root: Path) -> bool:
    """Whether a kill or a power outage left the two copies different."""
    return files.read_record(root / FILE, State) != files.read_record(root / COPY, State)


def _settled(root: Path, state: State) -> State:
    """Return the state corrected after a power outage: a pack that is active, refused or missing is
    not on hold, and one on hold hides what it withdraws."""
    held = state.held
    if held is None:
        return state
    is_done = held.version in state.turned_down or state.active.startswith(held.id)
    if is_done or not (root / HELD_FOLDER / held.version).is_dir():
        return msgspec.structs.replace(state, held=None)
    return state.hide(held.review.hidden, now=held.at)
