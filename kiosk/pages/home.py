"""The home screen's tiles and their topics."""

from itertools import zip_longest

from markupsafe import Markup

from content.model.pack import Group
from kiosk.edition.links import LEAVE, Links
from kiosk.pages import topic_page
from kiosk.pages.pack_texts import Texts
from kiosk.pages.topic_page import TopicLink


def href(group: Group, links: Links) -> str:
    return links.listing(group.code) if group.topics or group.resources else LEAVE


def rows(group: Group, texts: Texts, links: Links) -> list[TopicLink]:
    """Return a group's topics, for "Which sounds like you?"."""
    topics = map(texts.pack.topic, group.topics)
    return [
        topic_page.link(topic, texts, links)
        for topic in topics
        if topic_page.readable(topic, texts)
    ]


def first_topics(texts: Texts, links: Links) -> tuple[TopicLink, ...]:
    """Return the topics offered before anything is typed: each tile's first, then its second, …"""
    tiles = [rows(group, texts, links) for group in texts.pack.groups]
    known = {row.href: row for turn in zip_longest(*tiles) for row in turn if row}
    return tuple(known.values())


def tile_of(line: str, texts: Texts) -> Markup:
    """Return the title of the tile that lists a hotline highest; "" if no tile lists it."""
    ranked = [
        (group.resources.index(line), number, group)
        for number, group in enumerate(texts.pack.groups)
        if line in group.resources
    ]
    return texts.html(f"group:{min(ranked)[2].id}:title") if ranked else Markup()
