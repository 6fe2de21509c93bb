"""The clock, and whether it can be trusted."""

import ctypes
from datetime import UTC, datetime, timedelta
from pathlib import Path

# systemd-timesyncd touches this file whenever it has set the clock; it is gone with the power.
TIMESYNCD = Path("/run/systemd/timesync/synchronized")
# Without a network, a clock that was right a week ago is wrong by less than a minute.
KEEPS_TIME = timedelta(days=7)

# clock_adjtime(2): asked with nothing to set, it returns the state of the clock, from TIME_OK
# to TIME_WAIT; TIME_ERROR while no program keeps it right; -1 where it may not be asked.
_SYNCHRONISED, _TIMEX_BYTES = range(5), 512


def now_utc() -> datetime:
    """The clock, where nobody hands in another."""
    return datetime.now(UTC)


def synchronised() -> bool:
    """Whether the clock is known to be set from a network or a receiver; unknown is no."""
    return _kernel_says() in _SYNCHRONISED or set_lately(TIMESYNCD, now_utc())


def set_lately(mark: Path, now: datetime) -> bool:
    """Whether the file was touched within a week before ``now``: later, the clock went back."""
    try:
        touched = datetime.fromtimestamp(mark.stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return False
    return timedelta(0) <= now - touched <= KEEPS_TIME


def _kernel_says() -> int:
    """-1 where this kernel, or this process's system call filter, gives no answer."""
    try:
        return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)))
    except (OSError, AttributeError):
        return -1
