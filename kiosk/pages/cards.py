"""The view of a hotline or service: facts, hours, cost, numbers. It makes no unchecked claims."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from content.model import freshness
from content.model.attestation import Source
from content.model.pack import Resource
from kiosk.edition.links import Links
from kiosk.pages import contact_channels, facts
from kiosk.pages.contact_channels import ChannelView
from kiosk.pages.facts import OpenStatus
from kiosk.pages.pack_texts import Texts
from kiosk.pages.ui_strings import Wording

NOTHING = Markup()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card. ``removes``: it gets pictures removed if used on the device that has them.
    ``old``: the card is folded (freshness.py).

    ``unread``: sentences saying that no professional has read "what happens".
    ``in_short``: the most important part of ``private`` and ``passes_on``.
    """

    code: str
    href: str
    slip: str
    name: Markup
    blurb: Markup
    status: OpenStatus
    channels: tuple[ChannelView, ...]
    who: Markup = NOTHING
    facts: tuple[tuple[str, str], ...] = ()
    happens: tuple[Markup, ...] = ()
    unread: tuple[str, ...] = ()
    say: Markup = NOTHING
    private: Markup = NOTHING
    passes_on: str = ""
    in_short: Markup = NOTHING
    origin: Source | None = None
    confidence: str = ""
    checked: str = ""
    consent: str = ""
    old: bool = False
    removes: bool = False
    pinned: bool = False

    @property
    def main(self) -> tuple[ChannelView, ...]:
        """Return the channels shown large: a number to call and one to text, or else the first."""
        found = (
            next((c for c in self.channels if c.kind == kind), None) for kind in ("voice", "sms")
        )
        return tuple(channel for channel in found if channel) or self.channels[:1]

    @property
    def more(self) -> tuple[ChannelView, ...]:
        """Return the other channels, such as chat, web, TTY or a second number."""
        return tuple(channel for channel in self.channels if channel not in self.main)

    @property
    def callable(self) -> bool:
        return self.main[:1] != () and self.main[0].kind in {"voice", "sms"}

    @property
    def scannable(self) -> bool:
        """Return whether people reach it by phone, which leaves traces that the card mentions."""
        return any(channel.kind in {"voice", "sms"} for channel in self.channels)


def card(resource: Resource, texts: Texts, wording: Wording, today: date) -> Card:
    """Return a resource's card; a stub while its number is under review."""
    _, links, key = wording, Links(wording.language), f"resource:{resource.id}"
    if resource.status == "reviewing":
        return Card(
            code=resource.code,
            href=links.card(resource.code),
            slip="",
            name=escape(resource.organization),
            blurb=escape(_("Check this number: staff are reviewing.")),
            status=OpenStatus(kind="unknown", text=""),
            channels=(),
        )
    private = texts.own(key, "private")
    told = resource.passes_on != "not-stated"
    later = all(channel.kind == "web" for channel in resource.channels)
    passes_on = facts.passes_on(resource.passes_on, _, said=bool(private))
    can_say = texts.has(f"{key}:happens.1")
    return Card(
        code=resource.code,
        href=links.card(resource.code),
        slip=links.slip(resource.code),
        name=texts.of(key, "name"),
        blurb=texts.own(key, "blurb"),
        who=texts.own(key, "for"),
        status=facts.status(resource.channels, _),
        channels=tuple(contact_channels.of(c, _, resource=resource) for c in resource.channels),
        facts=facts.chips(resource, _),
        happens=texts.series(f"{key}:happens", owner=key) if can_say else (),
        unread=facts.unread(texts.pack, key, _),
        say=texts.own(key, "say"),
        private=private,
        passes_on="" if later else passes_on,
        in_short=private if later or (private and not told) else escape(passes_on),
        origin=next(iter(resource.sources), None),
        confidence=facts.confidence(resource.confidence, _, seen=bool(resource.checked_on)),
        checked=facts.checked(resource, _, today=today),
        consent=facts.consent(resource, _),
        old=freshness.folds(resource, today),
        removes=resource.answers == "removal",
        pinned=resource.pinned,
    )
