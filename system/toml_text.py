"""TOML that others wrote: tomllib, with a bound on how deep its values are nested."""

import tomllib
from typing import Any

MAX_DEPTH = 16  # ours are five deep; what reads them walks them by recursion
TOO_DEEP = f"Values are nested more than {MAX_DEPTH} deep"


def loads(text: str) -> dict[str, Any]:
    """The document's values. TOMLDecodeError, also where they are nested too deep."""
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
