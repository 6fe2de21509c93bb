"""The home screen's tiles and their topics."""

from dataclasses import dataclass
from itertools import zip_longest

from markupsafe import Markup

from content.model.pack import Group, Pack
from kiosk.edition.links import LEAVE, Links
from kiosk.pages import topic_page
from kiosk.pages.pack_texts import Texts

OFFERED = 8  # topics on the search page: what fits under the keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One everyday need."""

    icon: str
    tint: str
    href: str
    title: Markup
    sub: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """One topic in a student's words, under "Which sounds like you?"."""

    href: str
    icon: str
    title: Markup
    lead: Markup
    urgent: bool


def href(group: Group, links: Links) -> str:
    """A tile's link."""
    return links.listing(group.code) if group.topics or group.resources else LEAVE


def tiles(texts: Texts, links: Links) -> tuple[Tile, ...]:
    """The tiles in the pack's order."""
    return tuple(
        Tile(
            icon=group.icon,
            tint=group.tint,
            href=href(group, links),
            title=texts.html(f"group:{group.id}:title"),
            sub=texts.html(f"group:{group.id}:sub"),
        )
        for group in texts.pack.groups
    )


def rows(group: Group, texts: Texts, links: Links) -> tuple[TopicRow, ...]:
    """A group's topics."""
    return tuple(
        TopicRow(
            href=links.topic(topic),
            icon=topic.icon,
            title=texts.html(f"topic:{topic.id}:title"),
            lead=texts.html(f"topic:{topic.id}:lead"),
            urgent=topic.id == topic_page.DANGER,
        )
        for topic in map(texts.pack.topic, group.topics)
        if topic_page.readable(topic, texts)
    )


def first_topics(texts: Texts, links: Links) -> tuple[TopicRow, ...]:
    """What search offers before a word is typed: the first topic of each tile, then the second."""
    tiles = [rows(group, texts, links) for group in texts.pack.groups]
    known = {row.href: row for turn in zip_longest(*tiles) for row in turn if row}
    return tuple(known.values())[:OFFERED]


def group_of(pack: Pack, topic_id: str) -> Group | None:
    """The first tile that leads to a topic."""
    return next((group for group in pack.groups if topic_id in group.topics), None)
