"""Makes paper handouts: a number, the word to text, a QR code.

They have no hotline name or topic, because others may find the paper. A line that has only a web
page has its address there, and the number for any worry: a code alone helps nobody without a phone.
"""

import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from markupsafe import Markup

from content.model.pack import Resource
from kiosk.edition.links import Links
from kiosk.pages import qr
from kiosk.pages.cards import NOTHING, Card
from kiosk.pages.contact_channels import ChannelView
from kiosk.pages.ui_strings import Wording
from kiosk.printing import slip
from kiosk.printing.slip import Slip

TALKING = frozenset({"voice", "sms", "tty", "videophone"})
Render = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """A handout. ``number``: for "number only".

    ``free``, ``hours``, ``happens``, ``say``: facts that do not reveal why someone would call.
    ``machine``: how to use the text line, if there is one. ``tiles``: maps a hotline's code to the
    title of its tile, which does not name harm.
    """

    lines: tuple[ChannelView, ...]
    number: str = ""
    code: str = ""
    free: str = ""
    hours: str = ""
    happens: tuple[str, ...] = ()
    say: tuple[str, ...] = ()
    machine: Markup = NOTHING
    tiles: Mapping[str, Markup] = field(default_factory=dict)


def of(
    card: Card, _: Wording, *, resource: Resource | None, machine: Markup, talk: Card | None = None
) -> Handout:
    """Return a card's handout. ``resource``: None if the hotline has no resource.

    ``talk``: the hotline for any worry, whose number goes with an address.
    """
    talking = tuple(channel for channel in card.channels if channel.kind in TALKING)
    spare = talk.main[:1] if talk and not talking else ()
    lines = (talking or card.channels) + spare
    emergency = resource is not None and resource.answers == "emergency"
    happens, say = _talk(_, emergency=emergency) if talking else ((), ())
    return Handout(
        lines=lines,
        number=next((channel.number for channel in talking + spare), ""),
        code=next((channel.code for channel in lines), ""),
        free=_free(talking, _, resource=resource),
        hours=card.status.text if card.status.kind == "listed" else "",
        happens=happens,
        say=say,
        machine=machine,
    )


def several(cards: Iterable[tuple[Card, Markup]], _: Wording, *, machine: Markup) -> Handout:
    """Make a handout of several hotlines' numbers, each once. ``cards``: (card, title) pairs."""
    talking = [
        (channel, tile) for card, tile in cards for channel in card.main if channel.kind in TALKING
    ]
    happens, say = _talk(_, emergency=False)
    return Handout(
        lines=tuple({channel.code: channel for channel, _tile in talking}.values()),
        happens=happens,
        say=say,
        machine=machine,
        tiles={channel.code: tile for channel, tile in talking},
    )


def _talk(_: Wording, *, emergency: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Say in general words what happens and what to say: the card's own words reveal the reason."""
    if emergency:
        happens = (
            _("They ask where you are. Say that first."),
            _("They ask what you need."),
            _("Stay on until they say that you can go."),
        )
        return happens, (_("“I need help. I am at …”"),)
    happens = (
        _("A person asks how they can help."),
        _("You say as much or as little as you want. You can stop any time."),
        _("Before you say your name, ask what they must tell others."),
    )
    say = (
        _("“I would like to talk to someone.”"),
        _("“What would you have to tell, and who would you tell?”"),
    )
    return happens, say


def _free(talking: Sequence[ChannelView], _: Wording, *, resource: Resource | None) -> str:
    free = resource is not None and resource.cost == "free"
    always = bool(talking) and all(channel.status.kind == "always" for channel in talking)
    if free and always:
        return _("Free. Any time.")
    if free:
        return _("Free")
    return _("Open day and night") if always else ""


def pages(
    card: Card,
    _: Wording,
    *,
    resource: Resource | None,
    machine: Markup,
    talk: Card | None,
    render: Render,
) -> Iterator[tuple[str, str, Callable[[], str]]]:
    """Yield (path, kind, body maker) for a card's printable pages and for the printer's part."""
    links = Links(_.language)

    @cache  # three pages share it, and its QR codes are slow to draw
    def handout() -> Handout:
        return of(card, _, resource=resource, machine=machine, talk=talk)

    def printed(name: str, path: str, back: str) -> str:
        return render(name, path, back=back, card=card, handout=handout())

    yield card.slip, "slip", partial(printed, "slip", card.slip, card.href)
    sheet = links.sheet(card.code)
    yield sheet, "sheet", partial(printed, "sheet", sheet, card.slip)
    part = slip.part_name(_.language, card.code)
    yield part, "part", lambda: slip.written(_slip(handout(), _("INFO DESK")))


def _slip(handout: Handout, head: str) -> Slip:
    return Slip(
        lines=tuple(_plain(line.ask) for line in handout.lines),
        plain=tuple(
            " > ".join(filter(None, (ch.word, ch.number))) or _plain(ch.big) for ch in handout.lines
        ),
        number=handout.number,
        code=handout.code,
        head=head,
        modules=qr.width(handout.code) if handout.code else 0,
        free=handout.free,
        machine=_plain(handout.machine),
    )


def _plain(words: Markup) -> str:
    return html.unescape(words.striptags())
