"""Views of what adults read: the sections of advice, and laws in plain words."""

from dataclasses import dataclass

from markupsafe import Markup

from kiosk.edition.links import Links
from kiosk.pages import facts
from kiosk.pages.cards import Origin, origin_of
from kiosk.pages.pack_texts import Texts
from kiosk.pages.ui_strings import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffBlock:
    """One paragraph or list."""

    kind: str
    items: tuple[Markup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of advice to staff. ``id``: the pack's."""

    id: str
    href: str
    title: Markup
    blocks: tuple[StaffBlock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LawView:
    """One law in plain words, with its source."""

    anchor: str
    title: Markup
    text: Markup
    citation: str
    confidence: str
    origins: tuple[Origin, ...]
    url: str


def sections(texts: Texts) -> tuple[Section, ...]:
    """The staff sections in order, items gathered into lists."""
    made, links = [], Links(texts.language)
    for number, section in enumerate(sorted(texts.pack.staff, key=lambda s: s.order), start=1):
        blocks: list[StaffBlock] = []
        for kind, text in zip(section.blocks, texts.series(f"staff:{section.id}:b"), strict=True):
            if kind == "li" and blocks and blocks[-1].kind == "li":
                blocks[-1] = StaffBlock(kind="li", items=(*blocks[-1].items, text))
            else:
                blocks.append(StaffBlock(kind=kind, items=(text,)))
        title = texts.html(f"staff:{section.id}:title")
        href = links.section(section.id, number)
        made.append(Section(id=section.id, href=href, title=title, blocks=tuple(blocks)))
    return tuple(made)


def laws(texts: Texts, _: Wording) -> tuple[LawView, ...]:
    """The laws in the pack's order."""
    return tuple(
        LawView(
            anchor=f"l{number}",
            title=texts.html(f"law:{law.id}:title", owner=f"law:{law.id}"),
            text=texts.html(f"law:{law.id}:text", owner=f"law:{law.id}"),
            citation=law.citation,
            confidence=facts.confidence(law.confidence, _),
            origins=tuple(o for source in law.sources if (o := origin_of((source,), _))),
            url=next((s.url for s in law.sources if s.url), ""),
        )
        for number, law in enumerate(texts.pack.laws, start=1)
    )
