"""Texts with {name} as the placeholder for a value."""

import re

_FIELD = re.compile(r"\{([^{}]*)\}")


def split(text: str) -> list[str]:
    """Split a text into alternating words and placeholders, beginning and ending with words."""
    return _FIELD.split(text)
