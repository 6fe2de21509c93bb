"""Views of the programs and partners: two lines for students, standing and sources for adults."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from content.model import phone_numbers, placeholders
from content.model.pack import Pack, Partner
from kiosk.edition.links import Links
from kiosk.pages import facts, qr
from kiosk.pages.cards import Origin, origin_of
from kiosk.pages.pack_texts import Texts, isolated
from kiosk.pages.ui_strings import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerView:
    """A partner. ``student``: its two lines for students; most of the rest is for adults.

    ``address``: of its page; ``line``: the id of the hotline that answers; ``itself``: that hotline
    is the partner's own.
    """

    code: str
    href: str
    name: str
    standing: str
    standing_text: str
    does: Markup
    serves: Markup
    status: Markup
    student: Markup
    web: Markup
    address: str
    staff_number: Markup
    grades: str
    confidence: str
    origins: tuple[Origin, ...]
    checked: str
    consent: str
    line: str
    itself: bool

    @property
    def site(self) -> Markup:
        """The QR code of its page, drawn when a page first shows it."""
        return qr.svg(self.address) if self.address else Markup()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionsView:
    """How to ask for a correction. ``role``: in the publisher's English."""

    role: str
    address: Markup
    promise: str


def corrections(pack: Pack, _: Wording) -> CorrectionsView:
    """Whom to write to, and how soon it is corrected."""
    said = pack.corrections
    return CorrectionsView(
        role=said.role,
        address=isolated("web", placeholders.bare(said.address)) if said.address else Markup(""),
        promise=_(
            "A correction is made within %(days)s days. One note is enough to be taken off.",
            days=said.within_days,
        ),
    )


def partners(texts: Texts, _: Wording, *, today: date) -> tuple[PartnerView, ...]:
    """The visible partners in the pack's order."""
    return tuple(_partner(partner, texts, _, today=today) for partner in texts.pack.live_partners)


def for_students(partners: Iterable[PartnerView]) -> list[PartnerView]:
    """The order of the students' list: who answers itself, who is active, then by name."""
    return sorted(partners, key=lambda p: (not p.itself, p.standing != "active", p.name))


def _partner(partner: Partner, texts: Texts, _: Wording, *, today: date) -> PartnerView:
    key, number = f"partner:{partner.id}", phone_numbers.display(partner.staff_number)
    standings = {
        "active": _("Active"),
        "unconfirmed": _("Not confirmed"),
        "inactive": _("Likely inactive"),
    }
    return PartnerView(
        code=partner.code,
        href=Links(_.language).card(partner.code),
        name=partner.organization,
        standing=partner.standing,
        standing_text=standings[partner.standing],
        does=texts.html(f"{key}:does", owner=key),
        serves=texts.html(f"{key}:serves", owner=key),
        status=texts.html(f"{key}:status", owner=key),
        student=texts.html(f"{key}:student", owner=key)
        if texts.has(f"{key}:student")
        else Markup(),
        web=isolated("web", placeholders.bare(partner.web)) if partner.web else Markup(""),
        address=partner.web,
        staff_number=isolated("voice", number) if number else Markup(""),
        grades=partner.grades,
        confidence=facts.confidence(partner.confidence, _, seen=partner.checked_on is not None),
        origins=tuple(o for source in partner.sources if (o := origin_of((source,), _))),
        checked=facts.checked(partner, _, today=today) if partner.checked_on else "",
        consent=facts.consent(partner, _),
        line=partner.resource,
        itself=any(
            resource.id == partner.resource and resource.organization == partner.organization
            for resource in texts.pack.resources
        ),
    )
