"""Which texts someone in danger may need, so that a missing or outdated translation of one stops
the build.

Owns that list: the cards of crisis lines, everything that the text line sends, and the titles that
lead there. Any other text is shown in English, marked as such, until it is translated again.
Refuses to look for what is missing (see translations.py and rules_texts.py).
"""

from collections.abc import Collection, Iterable

from content.model.pack import Resource

_LEADING = {"topic": {"title", "lead"}, "group": {"title", "sub", "lead"}}


def entries(resources: Iterable[Resource]) -> frozenset[str]:
    """The ids of the crisis lines among them, the pinned set included."""
    return frozenset(entry.id for entry in resources if entry.pinned or entry.urgency == "crisis")


def blocks(key: str, lines: Collection[str]) -> bool:
    """Whether the text under ``key`` must be translated, from today's English. ``lines`` as
    ``entries`` gives them."""
    kind, _, rest = key.partition(":")
    entry, _, name = rest.partition(":")
    if kind == "resource":
        return entry in lines
    if kind == "partner":
        return name == "sms"
    return kind == "sms" or name in _LEADING.get(kind, ())
