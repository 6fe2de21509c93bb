"""Reads TOML written by others: tomllib, with a limit on how deeply values are nested."""

import tomllib
from typing import Any

MAX_DEPTH = 16  # ours are five deep; readers walk them recursively
TOO_DEEP = f"Values are nested more than {MAX_DEPTH} deep"


def loads(text: str) -> dict[str, Any]:
    """Return the document's values. Raises TOMLDecodeError, also if nested too deeply."""
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
