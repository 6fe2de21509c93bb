"""Lists beside a pack's source: what is never printed, and which rules a text may break."""

from dataclasses import dataclass
from typing import Literal

Rule = Literal["secrecy", "blame", "fear", "permission", "capitals", "sentence", "words", "grade"]


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
    """An entry of answers.toml: a text or entry that may break a rule; ``language`` "" is all."""

    key: str
    rule: Rule
    reason: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """All of a source. A built pack has none: its texts were judged before it was built."""

    never: tuple[Never, ...]
    same: tuple[Same, ...]
    answers: tuple[Waiver, ...]
