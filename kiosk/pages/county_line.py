"""Makes the county child-abuse hotline's card.

It shows the number that two people at the school checked, the counties' own, or how to find one.
"""

from datetime import date

from markupsafe import escape

from content.model import county_hotline
from content.model.attestation import Source
from content.model.pack import County, CountyNumber, Pack
from kiosk.edition.links import Links
from kiosk.pages import contact_channels, facts
from kiosk.pages.cards import Card
from kiosk.pages.contact_channels import ChannelView
from kiosk.pages.facts import OpenStatus
from kiosk.pages.ui_strings import Wording
from settings.schema import Kiosk


def line(pack: Pack, kiosk: Kiosk, _: Wording, *, today: date) -> Card:
    """Return the county hotline's card; it says "open" only if all lines answer day and night."""
    counties = [c for c in pack.counties if c.name in kiosk.counties and c.numbers]
    unknown = OpenStatus(kind="unknown", text=_("Hours not known"))
    if kiosk.confirmed_line:
        own = contact_channels.call(kiosk.confirmed_line, _)
        return _card(_, (own,), unknown, checked=_("Checked by the school"))
    made = tuple(_channel(county, number, _) for county in counties for number in county.numbers)
    if not made:
        return _card(_, (), unknown)
    status = unknown
    if all(county.always_open for county in counties):
        status = OpenStatus(kind="always", text=_("Open day and night"))
    weakest = next(
        (level for level in ("low", "medium") if level in {c.confidence for c in counties}), "high"
    )
    # Use a county that was never checked, or else the one checked longest ago.
    stalest = min(counties, key=lambda c: (c.checked_on is not None, c.checked_on or date.min))
    return _card(
        _,
        made,
        status,
        checked=facts.checked(stalest, _, today=today),
        confidence=facts.confidence(weakest, _, seen=all(county.checked_on for county in counties)),
        origin=next(iter(counties[0].sources), None),
    )


def when(value: str, _: Wording) -> str:
    """Say what a county number is for, if there are several; "" for the usual one."""
    return {
        "any": "",
        "after-hours": _("nights and weekends"),
        "office-hours": _("office hours"),
        "outside-state": _("from outside California"),
        "alternate": _("another number"),
        "tty": _("TTY"),
    }[value]


def _channel(county: County, number: CountyNumber, _: Wording) -> ChannelView:
    name = _("%(county)s County", county=county.name)
    detail = when(number.when, _)
    return contact_channels.call(number.number, _, hints=(f"{name}: {detail}" if detail else name,))


def _card(
    _: Wording,
    made: tuple[ChannelView, ...],
    status: OpenStatus,
    *,
    checked: str = "",
    confidence: str = "",
    origin: Source | None = None,
) -> Card:
    blurb = _("The county child protection line takes reports about children who are not safe.")
    if not made:
        blurb = _(
            "Every county has a child protection line. Ask an adult you trust for the number. Or"
            " search the web for your county’s name and “child abuse hotline”."
        )
    return Card(
        code=county_hotline.CODE,
        href=Links(_.language).card(county_hotline.CODE),
        slip=Links(_.language).slip(county_hotline.CODE) if made else "",
        name=escape(_("Your county’s child protection line")),
        blurb=escape(blurb),
        who=escape(_("Anyone who knows that a child is being hurt. That can be you.")),
        status=status,
        channels=made,
        happens=(
            escape(_("A county worker asks what happened and where you are.")),
            escape(_("You can ask whether you have to give your name.")),
            escape(_("They decide whether someone has to come and check.")),
        ),
        passes_on=_("They tell the people who must act, such as social workers and police."),
        origin=origin,
        confidence=confidence,
        checked=checked,
    )
