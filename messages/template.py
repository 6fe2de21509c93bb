"""Texts with {name} in the place of a value."""

import re

_FIELD = re.compile(r"\{([^{}]*)\}")


def split(text: str) -> list[str]:
    """Return its words and the names between them in turn; it begins and ends with words."""
    return _FIELD.split(text)
