"""What stands beside a pack for its makers: what must never appear, and which rules a text may
break, with reasons.

These lists are not part of the built pack. Refuses to judge (see rules_texts.py, rules_channels.py
and rules_plain.py).
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """An entry of never-print.toml: what must not appear, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """An entry of same.toml: a translation that may equal its English, and why."""

    language: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """An entry of answers.toml: a text (or a whole entry) that may break a rule of rules_plain.py,
    and why.

    ``language`` is "" for every language.
    """

    key: str
    rule: Literal[
        "secrecy", "blame", "fear", "permission", "capitals", "sentence", "words", "grade"
    ]
    reason: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """All lists. ``same`` and ``answers`` are None for a built pack, which no longer knows them:
    then what they answer is not judged."""

    never: tuple[Never, ...] = ()
    same: tuple[Same, ...] | None = None
    answers: tuple[Waiver, ...] | None = None
