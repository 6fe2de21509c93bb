"""What the database could not take yet: kept in order, in memory and in one bounded file.

The file holds one JSON array a line, [kind of work, item], of keyed hashes and sealed codes only.
Its room is reserved at the start, so that a disk that fills up later still takes what waits.
"""

import fcntl
import logging
import os
import stat
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from io import FileIO
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

log = logging.getLogger(__name__)

ROOM = 20_000  # pieces of work; about 16 MB in memory, 5 MB in the file
RESERVED = 5 * 2**20  # bytes of the file that are the disk's no more, whatever else fills it
MOST_LEFT = 8 * RESERVED  # bytes that are read at a start; ours is never as long
_LINES = 3  # for each piece of work at most, blank ones included: a start reads no more
Work = Callable[[Any, Sequence[Any]], Sequence[Any]]


class Waiting(NamedTuple):
    work: Work
    item: Any


class Spool:
    """The work that waits, oldest first; ``works`` names what may be kept. Safe from any thread."""

    def __init__(
        self, file: Path | None = None, works: Mapping[str, Work] | None = None, *, room: int = ROOM
    ) -> None:
        self._path = file
        self._works = dict(works or {})
        self._names = {work: name for name, work in self._works.items()}
        self._room = room
        self._waits: deque[Waiting] = deque()
        self._lock = threading.Lock()
        self._file: FileIO | None = None
        self._end = 0  # of what is written; zeros follow
        self._in_memory_only = False

    def open(self) -> None:
        """Take in what an earlier process left behind."""
        if self._path is None:
            return
        with ExitStack() as undo:
            try:
                file = undo.enter_context(FileIO(self._path, "r+", opener=_private))
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left = (file.read(MOST_LEFT) or b"").rstrip(b"\0")
            except OSError as error:
                log.warning("spool: what waits is kept in memory only (%s)", type(error).__name__)
                return
            undo.pop_all()
        self._file, self._end = file, len(left)
        with suppress(OSError):  # a disk that is full already, or cannot reserve
            os.posix_fallocate(file.fileno(), 0, RESERVED)
        self._waits.extend(islice(self._read(left), self._room))

    def _read(self, left: bytes) -> list[Waiting]:
        found = []
        for line in left.split(b"\n", _LINES * self._room):
            try:
                name, item = msgspec.json.decode(line, type=tuple[str, Any])
            except (msgspec.DecodeError, RecursionError):
                continue
            if name in self._works:
                found.append(
                    Waiting(self._works[name], tuple(item) if isinstance(item, list) else item)
                )
        return found

    def keeps(self, work: Work) -> bool:
        """Whether this kind of work is done later when it cannot be done now."""
        return work in self._names

    def add(self, waiting: Sequence[Waiting]) -> None:
        """Keep these, durably if the disk allows it. What finds no room is dropped and logged."""
        with self._lock:
            fits = waiting[: max(0, self._room - len(self._waits))]
            self._waits.extend(fits)
            if fits and self._file is not None:
                self._append(self._file, fits)
        if len(fits) < len(waiting):
            log.error("spool: no room for %d more writes, dropped", len(waiting) - len(fits))

    def _append(self, file: FileIO, waiting: Sequence[Waiting]) -> None:
        lines = [msgspec.json.encode((self._names[work], item)) for work, item in waiting]
        try:
            # A line break first as well: one that a full disk cut short must not swallow the next.
            self._write(file, b"\n" + b"\n".join(lines) + b"\n")
            os.fsync(file.fileno())
            self._in_memory_only = False
        except OSError as error:
            if not self._in_memory_only:
                log.warning("spool: what waits is kept in memory only (%s)", type(error).__name__)
            self._in_memory_only = True

    def _write(self, file: FileIO, data: bytes) -> None:
        """After what is there; what the disk did not take whole is written over the next time."""
        done = 0
        while done < len(data):
            done += os.pwrite(file.fileno(), data[done:], self._end + done)
        self._end += done

    def _empty(self, file: FileIO) -> None:
        """Zeros over what was written; the reserved room stays."""
        end, self._end = self._end, 0
        if end > RESERVED:
            os.ftruncate(file.fileno(), RESERVED)
        self._write(file, bytes(min(end, RESERVED)))
        self._end = 0

    def first(self, most: int) -> list[Waiting]:
        """The oldest that wait; they stay until ``done``."""
        with self._lock:
            return list(islice(self._waits, most))

    def done(self, count: int) -> None:
        """The oldest ``count`` are written. With the last of them the file is emptied."""
        with self._lock:
            for _ in range(count):
                self._waits.popleft()
            if not self._waits and self._file is not None:
                try:
                    self._empty(self._file)
                except OSError as error:
                    log.warning("spool: the file could not be emptied (%s)", type(error).__name__)

    def __len__(self) -> int:
        return len(self._waits)

    def close(self) -> None:
        """Let go of the file; what waits in it is read at the next start."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _private(path: str, flags: int) -> int:
    # What lies there may be a pipe, which would hold up the start, or lead elsewhere.
    opened = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    if stat.S_ISREG(os.fstat(opened).st_mode):
        return opened
    os.close(opened)
    raise OSError("no plain file")
