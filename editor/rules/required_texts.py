"""Which translations a pack must have.

A complete language: all. One in part: titles that lead to a page, and the pinned set's cards.
"""

from collections.abc import Collection, Iterable

from content.model.pack import Pack, Resource

_LEADING = {"topic": {"title", "lead"}, "group": {"title", "sub", "lead"}}


def needed(pack: Pack, key: str, language: str) -> bool:
    """Whether the language must have a translation of that text."""
    if only_in_part(key):
        return language in pack.partial
    if language not in pack.partial:
        return True
    kind, _, rest = key.partition(":")
    entry, _, name = rest.partition(":")
    if kind == "resource":
        return any(entry == resource.id for resource in pack.resources if resource.pinned)
    return name in _LEADING.get(kind, ())


def only_in_part(key: str) -> bool:
    """Whether only languages in part say the text: the line's general and crisis answers there."""
    return key.startswith("sms:") and key.endswith(":further")


def crisis_ids(resources: Iterable[Resource]) -> frozenset[str]:
    """The ids of the crisis hotlines among them, pinned ones included."""
    return frozenset(entry.id for entry in resources if entry.pinned or entry.urgency == "crisis")


def blocks(key: str, crisis: Collection[str]) -> bool:
    """Whether a missing or outdated translation is an error: someone in danger may need the text.

    Those are cards of the ``crisis`` ids, what the text line sends, and titles that lead there.
    """
    kind, _, rest = key.partition(":")
    entry, _, name = rest.partition(":")
    if kind == "resource":
        return entry in crisis
    if kind in {"partner", "law"}:
        return name == "sms"
    if kind == "topic" and (name == "warm" or name.startswith("step.")):
        return True
    return kind == "sms" or name in _LEADING.get(kind, ())
