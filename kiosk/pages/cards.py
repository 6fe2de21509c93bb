"""View of a hotline or service: facts, hours, cost, numbers. Claims nothing unchecked."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from content.model import freshness
from content.model.attestation import Source
from content.model.pack import Pack, Resource
from kiosk.edition.links import Links
from kiosk.pages import contact_channels, facts
from kiosk.pages.contact_channels import ChannelView
from kiosk.pages.facts import OpenStatus
from kiosk.pages.pack_texts import Texts
from kiosk.pages.ui_strings import Wording

NOTHING = Markup()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a fact was read: ``kind`` in English, ``words`` in the reader's language."""

    kind: str
    words: str
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card. ``removes``: it takes pictures down, from the device that has them. ``old``:
    folded (freshness.py).

    ``unread``: that nobody of the trade has read what happens.
    ``in_short``: what is most worth knowing of ``private`` and ``passes_on``.
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
    unread: str = ""
    say: Markup = NOTHING
    private: Markup = NOTHING
    passes_on: str = ""
    in_short: Markup = NOTHING
    origin: Origin | None = None
    confidence: str = ""
    checked: str = ""
    consent: str = ""
    old: bool = False
    removes: bool = False
    pinned: bool = False

    @property
    def main(self) -> tuple[ChannelView, ...]:
        """What stands large: a number to call and one to text, else the first way."""
        found = (
            next((c for c in self.channels if c.kind == kind), None) for kind in ("voice", "sms")
        )
        return tuple(channel for channel in found if channel) or self.channels[:1]

    @property
    def more(self) -> tuple[ChannelView, ...]:
        """The other ways: chat, web, TTY, a second number."""
        return tuple(channel for channel in self.channels if channel not in self.main)

    @property
    def callable(self) -> bool:
        """Whether it has a number to call or text."""
        return self.main[:1] != () and self.main[0].kind in {"voice", "sms"}

    @property
    def scannable(self) -> bool:
        """Whether it is used by phone, which leaves traces to mention."""
        return any(channel.kind in {"voice", "sms"} for channel in self.channels)


class Deck:
    """Makes a pack's cards in one language, for a day."""

    def __init__(self, pack: Pack, wording: Wording, *, today: date) -> None:
        self._texts = Texts(pack, wording.language)
        self._links = Links(wording.language)
        self._unread_by = pack.unread_by
        self._wording = wording
        self._today = today

    def card(self, resource: Resource) -> Card:
        """A resource's card; a stub while its number is under review."""
        if resource.status == "reviewing":
            return self._reviewing(resource)
        key, _ = f"resource:{resource.id}", self._wording
        private = self._own(key, "private")
        told = resource.passes_on != "not-stated"
        later = all(channel.kind == "web" for channel in resource.channels)
        passes_on = facts.passes_on(resource.passes_on, _, said=bool(private))
        return Card(
            code=resource.code,
            href=self._links.card(resource.code),
            slip=self._links.slip(resource.code),
            name=self._texts.html(f"{key}:name", owner=key),
            blurb=self._own(key, "blurb"),
            who=self._own(key, "for"),
            status=facts.status(resource.channels, _),
            channels=tuple(contact_channels.of(c, _, resource=resource) for c in resource.channels),
            facts=facts.chips(resource, _),
            happens=self._happens(key),
            unread=self._unread(resource),
            say=self._own(key, "say"),
            private=private,
            passes_on="" if later else passes_on,
            in_short=private if later or (private and not told) else escape(passes_on),
            origin=origin_of(resource.sources, _),
            confidence=facts.confidence(resource.confidence, _, seen=bool(resource.checked_on)),
            checked=facts.checked(resource, _, today=self._today),
            consent=facts.consent(resource, _),
            old=freshness.folds(resource, self._today),
            removes=resource.answers == "removal",
            pinned=resource.pinned,
        )

    def _own(self, key: str, name: str) -> Markup:
        """A text of an entry, where this language has it."""
        wanted = f"{key}:{name}"
        return self._texts.maybe(wanted, owner=key) if self._texts.has(wanted) else NOTHING

    def _happens(self, key: str) -> tuple[Markup, ...]:
        if not self._texts.has(f"{key}:happens.1"):
            return ()
        return self._texts.series(f"{key}:happens", owner=key)

    def _unread(self, resource: Resource) -> str:
        marks = (
            reader
            for key, reader in self._unread_by.items()
            if key.startswith(f"resource:{resource.id}:")
        )
        return next((facts.unread(reader, self._wording) for reader in marks), "")

    def _reviewing(self, resource: Resource) -> Card:
        _ = self._wording
        return Card(
            code=resource.code,
            href=self._links.card(resource.code),
            slip="",
            name=escape(resource.organization),
            blurb=escape(_("Check this number: staff are reviewing.")),
            status=OpenStatus(kind="unknown", text=""),
            channels=(),
        )


def origin_of(sources: tuple[Source, ...], _: Wording) -> Origin | None:
    """The first source, which the publisher ranks best."""
    if not sources:
        return None
    kind, date = sources[0].kind, sources[0].date
    return Origin(kind=kind, words=facts.source(kind, _), date=_.date(date) if date else "")
