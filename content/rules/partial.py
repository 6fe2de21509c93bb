"""Languages that a pack is translated into only in part: what they must have, and what they borrow.

Owns the list of texts without which a language is no help to a frightened reader: the titles that
lead to a page, everything on the cards of the pinned crisis set, and the text line's general and
crisis answers. All else may be missing there and is then shown in the default language, marked as
such. Refuses to look for what is missing (see rules_texts.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from content.model.pack import Pack, Resource

_TOPIC = ("title", "lead")
_GROUP = ("title", "sub", "lead")


def needed(pack: Pack, key: str, language: str) -> bool:
    """Whether the language must have a translation of that text."""
    if only_in_part(key):
        return language in pack.partial
    if language not in pack.partial:
        return True
    kind, _, rest = key.partition(":")
    entry, _, name = rest.partition(":")
    if kind == "topic":
        return name in _TOPIC
    if kind == "group":
        return name in _GROUP
    return kind == "resource" and any(
        entry == resource.id for resource in pack.resources if resource.pinned
    )


def only_in_part(key: str) -> bool:
    """Whether the text is said in languages in part only: the line's general and crisis answers
    there."""
    return key.startswith("sms:") and key.endswith(":further")


def with_words(
    resources: Sequence[Resource], default: str, partial: Sequence[str]
) -> tuple[Resource, ...]:
    """The resources with a word to send in every partial language: the default's, which the line
    surely knows.

    A line that asks for a word asks everybody for one. Without this, the card would say that any
    words will do.
    """

    def completed(keyword: Mapping[str, str]) -> Mapping[str, str]:
        return (
            {**dict.fromkeys(partial, keyword[default]), **keyword}
            if default in keyword
            else keyword
        )

    return tuple(
        replace(
            resource,
            channels=tuple(
                replace(channel, keyword=completed(channel.keyword))
                for channel in resource.channels
            ),
        )
        for resource in resources
    )
