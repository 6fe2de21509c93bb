"""View of the staff page: advice, laws, partners and their standing."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from content.model import phone_numbers, placeholders
from content.model.pack import Pack, Partner
from kiosk.edition.links import Links
from kiosk.pages import facts
from kiosk.pages.cards import Origin, origin_of
from kiosk.pages.pack_texts import Texts, isolated
from kiosk.pages.ui_strings import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffBlock:
    """One paragraph or list."""

    kind: str
    items: tuple[Markup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of advice to staff."""

    anchor: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerView:
    """A partner. ``status``, ``consent``: for adults; ``student``: its card; ``line``: an id."""

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
    staff_number: Markup
    grades: str
    confidence: str
    origins: tuple[Origin, ...]
    checked: str
    consent: str
    line: str


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


def sections(texts: Texts) -> tuple[Section, ...]:
    """The staff sections in order, items gathered into lists."""
    made = []
    for number, section in enumerate(sorted(texts.pack.staff, key=lambda s: s.order), start=1):
        blocks: list[StaffBlock] = []
        for kind, text in zip(section.blocks, texts.series(f"staff:{section.id}:b"), strict=True):
            if kind == "li" and blocks and blocks[-1].kind == "li":
                blocks[-1] = StaffBlock(kind="li", items=(*blocks[-1].items, text))
            else:
                blocks.append(StaffBlock(kind=kind, items=(text,)))
        title = texts.html(f"staff:{section.id}:title")
        made.append(Section(anchor=f"s{number}", title=title, blocks=tuple(blocks)))
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


def partners(texts: Texts, _: Wording, *, today: date) -> tuple[PartnerView, ...]:
    """The visible partners in the pack's order."""
    return tuple(_partner(partner, texts, _, today=today) for partner in texts.pack.live_partners)


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
        student=texts.html(f"{key}:student", owner=key),
        web=isolated("web", placeholders.bare(partner.web)) if partner.web else Markup(""),
        staff_number=isolated("voice", number) if number else Markup(""),
        grades=partner.grades,
        confidence=facts.confidence(partner.confidence, _, seen=partner.checked_on is not None),
        origins=tuple(o for source in partner.sources if (o := origin_of((source,), _))),
        checked=facts.checked(partner, _, today=today) if partner.checked_on else "",
        consent=facts.consent(partner, _),
        line=partner.resource,
    )
