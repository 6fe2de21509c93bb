"""Removes the topics that a district switched off: pages, tiles, search, codes and replies."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from content.model.pack import Pack


def without(pack: Pack, topics: Collection[str]) -> Pack:
    """Return the pack without the topics and their own services; the same object if unchanged."""
    off = {topic.id for topic in pack.topics if topic.id in topics}
    if not off:
        return pack
    kept = tuple(topic for topic in pack.topics if topic.id not in off)
    groups = tuple(
        replace(group, topics=tuple(name for name in group.topics if name not in off))
        for group in pack.groups
    )
    named = {name for topic in kept for name in topic.resources}
    named |= {name for group in groups for name in group.resources}
    named |= {partner.resource for partner in pack.partners}
    listed = {name for topic in pack.topics if topic.id in off for name in topic.resources}
    gone = {r.id for r in pack.resources if r.id in listed - named and not r.pinned}
    owners = {f"{kind}:{name}" for kind in ("topic", "sms") for name in off}
    owners |= {f"resource:{name}" for name in gone}
    return replace(
        pack,
        topics=kept,
        groups=groups,
        keywords=tuple(keyword for keyword in pack.keywords if keyword.topic not in off),
        resources=tuple(resource for resource in pack.resources if resource.id not in gone),
        texts={  # the owner of "topic:health:p.1" is "topic:health"
            tag: {key: text for key, text in texts.items() if key.rpartition(":")[0] not in owners}
            for tag, texts in pack.texts.items()
        },
    )


def packs(pack: Pack, off: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], Pack]:
    """Return several schools' packs, each made once. ``off``: each school's switched-off topics."""
    return {topics: without(pack, topics) for topics in set(off)}
