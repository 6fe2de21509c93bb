"""Reads TOML from other sources with tomllib, but limits how deeply values may be nested."""

import tomllib
from typing import Any

MAX_DEPTH = 16  # maximum nesting; our files need five levels, and readers walk them recursively
TOO_DEEP = f"Values are nested more than {MAX_DEPTH} deep"


def loads(text: str) -> dict[str, Any]:
    """Return the document's values. Raises TOMLDecodeError if invalid or nested too deeply."""
    try:
        found = tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError(TOO_DEEP) from None
    level: list[Any] = [found]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return found
    raise tomllib.TOMLDecodeError(TOO_DEEP)
