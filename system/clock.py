"""The clock, and checks that show whether it can be trusted."""

import ctypes
from datetime import UTC, datetime, timedelta
from pathlib import Path

# systemd-timesyncd touches this file whenever it sets the clock; a power outage deletes the file.
TIMESYNCD = Path("/run/systemd/timesync/synchronized")
# Without a network, a clock that was correct a week ago is off by less than a minute.
KEEPS_TIME = timedelta(days=7)

# clock_adjtime(2): called with nothing to set, it returns the clock's state: TIME_OK to TIME_WAIT,
# TIME_ERROR if no program keeps the clock correct, or -1 if the call is not allowed.
_SYNCHRONISED, _TIMEX_BYTES = range(5), 512


def now_utc() -> datetime:
    """Return the current time. This is the default clock."""
    return datetime.now(UTC)


def synchronised() -> bool:
    """Whether the clock is known to be set from a network or a receiver; False if unknown."""
    return _kernel_says() in _SYNCHRONISED or set_lately(TIMESYNCD, now_utc())


def set_lately(mark: Path, now: datetime) -> bool:
    """Whether the file was touched in the week before ``now``; False if later (clock set back)."""
    try:
        touched = datetime.fromtimestamp(mark.stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return False
    return timedelta(0) <= now - touched <= KEEPS_TIME


def _kernel_says() -> int:
    """Return the clock's state; -1 if the kernel or a system call filter does not answer."""
    try:
        return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)))
    except (OSError, AttributeError):
        return -1
