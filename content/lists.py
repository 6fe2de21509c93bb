"""What stands beside a pack for its makers: what must never appear, and which translations may equal their English.

These lists are not part of the built pack. Refuses to judge (see rules_texts.py and rules_channels.py).
"""

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class Lists:
    """Both lists. ``same`` is None for a built pack, which no longer knows them: then equality is not judged."""

    never: tuple[Never, ...] = ()
    same: tuple[Same, ...] | None = None
