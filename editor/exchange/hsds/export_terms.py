"""Taxonomy terms, metadata and stable ids of an exported HSDS feed."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from content.model.pack import Pack, Resource
from content.model.placeholders import fill
from content.review.number_changes import Change

Row = dict[str, Any]

# of our ids: an id stays the same as long as what it names
_SPACE = UUID("6f0b1b8e-5d0e-5c55-9a2b-0d2f3c5a9f11")
_TAXONOMY = "Porchlight topics"


def identifier(*names: str) -> str:
    """The UUID of a thing of ours, the same in every export."""
    return str(uuid5(_SPACE, "/".join(names)))


def _term(code: str, name: str, description: str) -> Row:
    return {
        "id": identifier("term", code),
        "code": code,
        "name": name,
        "description": description,
        "taxonomy": _TAXONOMY,
        "language": "en",
    }


def topics(resource: Resource, pack: Pack, owner: str) -> Iterator[Row]:
    """The topics that name the resource, as terms of our own taxonomy."""
    for topic in pack.topics:
        if resource.id in topic.resources:
            key = f"topic:{topic.id}"
            title, lead = (
                fill(pack.say(pack.default, f"{key}:{name}"), pack, owner=key)
                for name in ("title", "lead")
            )
            yield _attribute(owner, _term(topic.id, title, lead))


def urgency(resource: Resource, owner: str) -> Row:
    """How soon a student needs it: HSDS has no field for that either."""
    return _attribute(
        owner,
        _term(f"urgency-{resource.urgency}", resource.urgency, "How soon a student needs it."),
    )


def passes_on(resource: Resource, owner: str, said: str) -> Row:
    """What is passed on, as the card's own sentence: HSDS has no field for it."""
    term = _term(
        f"passes-on-{resource.passes_on}", resource.passes_on, "What the line may pass on."
    )
    return {**_attribute(owner, term), "value": said}


def _attribute(owner: str, term: Mapping[str, Any]) -> Row:
    return {
        "id": identifier("attribute", owner, str(term["code"])),
        "link_id": owner,
        "taxonomy_term_id": term["id"],
        "link_entity": "service",
        "taxonomy_term": dict(term),
    }


def metadata(owner: str, change: Change, changed_on: date, by: str) -> Row:
    """A changed number, word or host as an entry of HSDS's change log."""
    return {
        "id": identifier("metadata", owner, change.key, change.old, change.new),
        "resource_id": owner,
        "resource_type": "service",
        "last_action_date": changed_on.isoformat(),
        "last_action_type": "update",
        "field_name": change.key,
        "previous_value": change.old,
        "replacement_value": change.new,
        "updated_by": by,
    }
