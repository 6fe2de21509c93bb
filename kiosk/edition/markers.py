"""Fills in a rendered page's markers at request time.

``@@name@@``: a value. ``@@[name@@ … @@name]@@``: repeated for a list, or shown if a text is set.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape

Values = Mapping[str, "str | Sequence[Values]"]
_MARKER = re.compile(
    r"@@\[(?P<block>\w+)@@(?P<inside>.*?)@@(?P=block)\]@@|@@(?P<name>\w+)@@", re.DOTALL
)


def mark(name: str) -> str:
    return f"@@{name}@@"


def put_in(shell: str, parts: Mapping[str, str]) -> str:
    """Replace markers with finished HTML; leave markers that are not in ``parts``."""
    return _MARKER.sub(lambda found: parts.get(found["name"] or "", found[0]), shell)


def fill(shell: str, values: Values) -> str:
    """Fill in all values, escaped, in one pass, so that a typed marker stays text."""

    def filled(marker: re.Match[str]) -> str:
        block = marker["block"]
        value = values.get(block or marker["name"], "")
        if not block:
            return escape(value) if isinstance(value, str) else ""
        if isinstance(value, str):
            return fill(marker["inside"], values) if value else ""
        return "".join(fill(marker["inside"], {**values, **entry}) for entry in value)

    return _MARKER.sub(filled, shell)
