"""The card of a hotline or service as values: what it is, when it answers, its cost, its numbers.

What nobody checked is not claimed.
"""

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
    """Where a fact was read: the kind of source in the publisher's English and in the reader's
    words, and its date."""

    kind: str
    words: str
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One line or service as the screen shows it. ``later``: to be used on the student's own device
    only.

    ``old``: lists fold it away as something that may be out of date (see
    content/model/freshness.py).
    """

    code: str
    href: str
    slip: str
    name: Markup
    blurb: Markup
    status: OpenStatus
    ways: tuple[ChannelView, ...]
    who: Markup = NOTHING
    facts: tuple[tuple[str, str], ...] = ()
    happens: tuple[Markup, ...] = ()
    private: Markup = NOTHING
    passes_on: str = ""
    origin: Origin | None = None
    confidence: str = ""
    checked: str = ""
    consent: str = ""
    old: bool = False
    later: bool = False
    pinned: bool = False

    @property
    def scannable(self) -> bool:
        """Whether a phone would be used for this card, so that its traces need saying."""
        return any(way.kind in {"voice", "sms"} for way in self.ways)


class Deck:
    """Makes the cards of one pack in one language, for a day."""

    def __init__(self, pack: Pack, wording: Wording, *, today: date) -> None:
        self._texts = Texts(pack, wording.language)
        self._links = Links(wording.language)
        self._wording = wording
        self._today = today

    def card(self, resource: Resource) -> Card:
        """The whole card of a resource; of one whose number staff are looking at, no more than that
        it is so."""
        if resource.status == "reviewing":
            return self._reviewing(resource)
        key, _ = f"resource:{resource.id}", self._wording
        private = self._texts.maybe(f"{key}:private", owner=key)
        later = all(channel.kind == "web" for channel in resource.channels)
        made = tuple(
            contact_channels.of(channel, _, resource=resource) for channel in resource.channels
        )
        return Card(
            code=resource.code,
            href=self._links.card(resource.code),
            slip=self._links.slip(resource.code),
            name=self._texts.html(f"{key}:name", owner=key),
            blurb=self._texts.html(f"{key}:blurb", owner=key),
            who=self._texts.maybe(f"{key}:for", owner=key),
            status=facts.status(resource.channels, _),
            ways=made,
            facts=facts.chips(resource, _),
            happens=self._texts.series(f"{key}:happens", owner=key),
            private=private,
            passes_on=""
            if later and private
            else facts.passes_on(resource.passes_on, _, said=bool(private)),
            origin=origin(resource.sources, _),
            confidence=facts.confidence(
                resource.confidence, _, seen=resource.checked_on is not None
            ),
            checked=facts.checked(resource, _, today=self._today),
            consent=facts.consent(resource, _),
            old=freshness.folds(resource, self._today),
            later=later,
            pinned=resource.pinned,
        )

    def _reviewing(self, resource: Resource) -> Card:
        _ = self._wording
        return Card(
            code=resource.code,
            href=self._links.card(resource.code),
            slip="",
            name=escape(resource.organization),
            blurb=escape(_("Check this number: staff are reviewing.")),
            status=OpenStatus(kind="unknown", text=""),
            ways=(),
        )


def origin(sources: tuple[Source, ...], _: Wording) -> Origin | None:
    """The first source, which the publisher lists as the best one."""
    if not sources:
        return None
    kind, date = sources[0].kind, sources[0].date
    return Origin(kind=kind, words=facts.source(kind, _), date=_.date(date) if date else "")
