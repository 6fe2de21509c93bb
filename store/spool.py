"""Keeps work that the database could not do yet, in order, in memory and in a file of limited size.

The file has one JSON array per line, [kind of work, item], with only keyed hashes and sealed codes.
Its space is reserved at the start, so that waiting work fits even if the disk fills up later.
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

ROOM = 20_000  # maximum pieces of work; about 16 MB in memory, 5 MB in the file
RESERVED = 5 * 2**20  # bytes reserved for the file, so that nothing else takes them
MOST_LEFT = 8 * RESERVED  # maximum bytes read at startup; our file is never that long
_LINES = 3  # maximum lines per piece of work, including blank ones, that are read at startup
Work = Callable[[Any, Sequence[Any]], Sequence[Any]]


class Waiting(NamedTuple):
    work: Work
    item: Any


class Spool:
    """The waiting work, oldest first. ``works``: the kinds that may be kept. Thread-safe."""

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
        self._end = 0  # the end of the written part, which is followed by zeros
        self._in_memory_only = False

    def open(self) -> None:
        """Read the work that an earlier process left behind."""
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
        with suppress(OSError):  # the disk is already full, or it cannot reserve space
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
        """Whether this kind of work is done later if it can't be done now."""
        return work in self._names

    def add(self, waiting: Sequence[Waiting]) -> None:
        """Keep this work, durably if the disk allows. Drops and logs work that does not fit."""
        with self._lock:
            fits = waiting[: max(0, self._room - len(self._waits))]
            self._waits.extend(fits)
            if fits and self._file is not None:
                self._append(self._file, fits)
        if len(fits) < len(waiting):
            log.error(
                "spool: no room for %d more writes, so they were dropped", len(waiting) - len(fits)
            )

    def _append(self, file: FileIO, waiting: Sequence[Waiting]) -> None:
        lines = [msgspec.json.encode((self._names[work], item)) for work, item in waiting]
        try:
            # Start with a newline, too: a line cut short by a full disk must not swallow the next.
            self._write(file, b"\n" + b"\n".join(lines) + b"\n")
            os.fsync(file.fileno())
            self._in_memory_only = False
        except OSError as error:
            if not self._in_memory_only:
                log.warning("spool: what waits is kept in memory only (%s)", type(error).__name__)
            self._in_memory_only = True

    def _write(self, file: FileIO, data: bytes) -> None:
        """Append lines; the next write overwrites anything that the disk accepted only in part."""
        done = 0
        while done < len(data):
            done += os.pwrite(file.fileno(), data[done:], self._end + done)
        self._end += done

    def _empty(self, file: FileIO) -> None:
        """Overwrite the written part with zeros; keep the reserved space."""
        end, self._end = self._end, 0
        if end > RESERVED:
            os.ftruncate(file.fileno(), RESERVED)
        self._write(file, bytes(min(end, RESERVED)))
        self._end = 0

    def first(self, most: int) -> list[Waiting]:
        """Return the oldest work, which stays in the spool until ``done`` is called."""
        with self._lock:
            return list(islice(self._waits, most))

    def done(self, count: int) -> None:
        """Remove the ``count`` oldest entries, now written. If none are left, empty the file."""
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
        """Close the file. Waiting work in the file is read at the next start."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _private(path: str, flags: int) -> int:
    # The path may be a pipe, which would block startup, or a link that leads elsewhere.
    opened = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    if stat.S_ISREG(os.fstat(opened).st_mode):
        return opened
    os.close(opened)
    raise OSError("no plain file")
