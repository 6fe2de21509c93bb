"""Finds where a pack's entries, values and texts are written: key → file and line.

Keys: ``resource:988``, ``resource:988/channels/0/number``, ``resource:988:name``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from messages.message import Finding, Message, Severity

Location = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Where:
    """A pack's locations. The rules skip two sets, which were already reported:

    ``unread``: entries in unreadable files; ``outdated``: translations of older English text.
    """

    places: Mapping[str, Location] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    outdated: frozenset[str] = frozenset()

    def find(self, key: str, language: str = "") -> Location:
        """Return the file and line of ``key``, else of the entry around it, else of the pack."""
        for candidate in self._around(key, language):
            if candidate in self.places:
                return self.places[candidate]
        return "the built pack", 1

    def problem(
        self, key: str, said: Message | str, *, language: str = "", kind: Severity = "wrong"
    ) -> Finding:
        """Return a problem at that key. A text in the source language needs no ``language``."""
        file, line = self.find(key, language)
        return Finding.at(file, line, said, kind)

    @staticmethod
    def _around(key: str, language: str) -> Iterator[str]:
        if language:
            yield translated(language, key)
            yield translated(language, "")
        yield key
        while "/" in key:
            key = key.rpartition("/")[0]
            yield key
        while ":" in key:
            key = key.rpartition(":")[0]
            yield key
        yield "pack"


def translated(language: str, key: str) -> str:
    """Return a translation's key in ``places``; for an empty ``key``, the language's PO file's."""
    return f"{language} {key}"
