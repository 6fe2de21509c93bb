"""Markers in a ready page, and their values set in when someone has searched.

A value's marker is ``@@name@@``. A block ``@@[name@@ … @@name]@@`` is repeated for each entry of a
list; it stands once for a text that is not empty, and not at all for an empty one.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape

Values = Mapping[str, "str | Sequence[Values]"]
_MARKER = re.compile(
    r"@@\[(?P<block>\w+)@@(?P<inside>.*?)@@(?P=block)\]@@|@@(?P<name>\w+)@@", re.DOTALL
)


def mark(name: str) -> str:
    """The marker of a value."""
    return f"@@{name}@@"


def fill(shell: str, values: Values) -> str:
    """The shell with every value escaped and set in, in one pass: what was typed may itself spell a
    marker, and must then stay what was typed."""

    def filled(marker: re.Match[str]) -> str:
        block = marker["block"]
        value = values.get(block or marker["name"], "")
        if not block:
            return escape(value) if isinstance(value, str) else ""
        if isinstance(value, str):
            return fill(marker["inside"], values) if value else ""
        return "".join(fill(marker["inside"], {**values, **entry}) for entry in value)

    return _MARKER.sub(filled, shell)
