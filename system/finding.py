"""A finding of `doctor`: its severity, and a sentence for the operator."""

from typing import Literal, NamedTuple


class Finding(NamedTuple):
    """``wrong`` needs mending before students come, ``note`` is for the operator to know."""

    kind: Literal["ok", "note", "wrong"]
    sentence: str
