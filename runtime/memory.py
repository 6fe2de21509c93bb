"""Keeps the server's memory small where the C library would leave holes in it."""

import ctypes
import gc

_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # of mallopt(3)
_LARGE = 64 * 1024


def without_holes() -> None:
    """Let all threads share one arena: pages are made in any of them, and each would keep its own.

    A large block gets memory of its own, given back with it: a pack that was read leaves no hole.
    Call it before threads start. Does nothing where the C library is not glibc.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, _LARGE)


def settle() -> None:
    """Give back what is free. What is left stays: a collection of it holds up an answer."""
    gc.unfreeze()  # else what only a pack of before refers to in a circle stays for ever
    gc.collect()
    gc.freeze()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
