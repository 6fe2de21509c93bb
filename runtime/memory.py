"""Keeps the server's memory small by avoiding gaps that the C library would leave unused."""

import ctypes
import gc

_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # parameters of mallopt(3)
_LARGE = 64 * 1024


def without_holes() -> None:
    """Let all threads share one arena: any thread may make pages and would keep its own arena.

    Large blocks get separate memory that is returned when freed, so reading a pack leaves no gap.
    Call this before threads start. This does nothing if the C library is not glibc.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, _LARGE)


def settle() -> None:
    """Return free memory to the system; exempt the rest from slow garbage collections."""
    gc.unfreeze()  # otherwise an earlier pack's reference cycles would never be freed
    gc.collect()
    gc.freeze()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
