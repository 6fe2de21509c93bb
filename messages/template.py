"""Texts with {name} in place of a value."""

import re

_FIELD = re.compile(r"\{([^{}]*)\}")


def split(text: str) -> list[str]:
    """Split it into alternating words and names; the list begins and ends with words."""
    return _FIELD.split(text)
