"""What a student takes away on paper: a number, the word to send, a code to scan.

No hotline's name, topic or web address: paper is found by others.
"""

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from content.model import phone_numbers
from content.model.pack import Resource
from kiosk.edition.links import Links
from kiosk.pages import qr
from kiosk.pages.cards import Card
from kiosk.pages.contact_channels import ChannelView
from kiosk.pages.ui_strings import Wording
from kiosk.printing import slip
from kiosk.printing.slip import Slip

TALKING = frozenset({"voice", "sms", "tty", "videophone"})
Render = Callable[..., str]  # template, path, what the template shows: pages.py knows how


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedChannel:
    """One way on paper: its words, and the code of the letter page."""

    words: Markup
    plain: str
    code: str
    qr: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """One card on paper. ``number`` is the one for "number only"; it and ``lines`` are empty for a
    web page."""

    lines: tuple[PrintedChannel, ...]
    number: str
    code: str
    qr: Markup
    free: str


def of(card: Card, _: Wording, *, resource: Resource | None) -> Handout:
    """A card's handout. ``resource`` is None for a line that no resource describes: then nobody
    said what it costs."""
    talking = [way for way in card.ways if way.kind in TALKING]
    lines = tuple(_line(way) for way in talking)
    code = (
        lines[0].code
        if lines
        else next((c.url for c in resource.channels if c.url), "")
        if resource
        else ""
    )
    return Handout(
        lines=lines,
        number=talking[0].number if talking else "",
        code=code,
        qr=qr.svg(code) if code else Markup(),
        free=_free(talking, _, resource=resource),
    )


def _line(way: ChannelView) -> PrintedChannel:
    words = way.line if way.kind == "sms" else Markup("{} {}").format(way.label, way.big)
    dialled = phone_numbers.digits(way.number)
    number = f"+1{dialled}" if len(dialled) == 10 else dialled
    code = phone_numbers.sms(number, way.word) if way.kind == "sms" else phone_numbers.tel(number)
    return PrintedChannel(
        words=words,
        plain=f"{way.word} > {way.number}" if way.word else way.number,
        code=code,
        qr=qr.svg(code),
    )


def _free(talking: list[ChannelView], _: Wording, *, resource: Resource | None) -> str:
    free = resource is not None and resource.cost == "free"
    always = bool(talking) and all(way.status.kind == "always" for way in talking)
    if free and always:
        return _("Free. Any time.")
    if free:
        return _("Free")
    return _("Open day and night") if always else ""


def pages(
    card: Card, _: Wording, *, resource: Resource | None, render: Render
) -> Iterator[tuple[str, str, str]]:
    """Path, body and kind of each page of a card on paper, and of the part that its printer needs."""
    handout, links = of(card, _, resource=resource), Links(_.language)
    for name, path, back in (
        ("slip", card.slip, card.href),
        ("sheet", links.sheet(card.code), card.slip),
    ):
        yield path, render(name, path, back=back, card=card, handout=handout), name
    yield slip.part_name(_.language, card.code), slip.written(_slip(handout)), "part"


def _slip(handout: Handout) -> Slip:
    """The slip for a printer at the server."""
    return Slip(
        lines=tuple(html.unescape(line.words.striptags()) for line in handout.lines),
        plain=tuple(line.plain for line in handout.lines),
        number=handout.number,
        code=handout.code,
        modules=qr.width(handout.code) if handout.code else 0,
        free=handout.free,
    )
