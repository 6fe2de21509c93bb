"""The county child-abuse line, as a card.

Owns which number a student of this school is shown: the one the school checked itself, else those of the school's
counties with how sure we are, else how to find it. Refuses to guess a county.
"""

from dataclasses import dataclass

from markupsafe import Markup

from content import numbers
from content.model import County, Pack
from kiosk import facts, ways
from kiosk.cards import Card, origin
from kiosk.facts import Status
from kiosk.links import COUNTY_LINE_CODE, Links
from kiosk.ways import Way
from kiosk.wording import Wording
from settings import Kiosk


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One county of the adults' table."""

    anchor: str
    name: str
    numbers: tuple[tuple[Markup, str], ...]
    always_open: bool
    confidence: str
    source: str


def line(pack: Pack, kiosk: Kiosk, _: Wording) -> Card:
    """The card of the school's county line. Its status is never "open": only the county knows."""
    counties = [county for county in pack.counties if county.name in kiosk.counties and county.numbers]
    unknown = Status(kind="unknown", text=_("Hours not known"))
    if kiosk.county_line:
        return _card(_, (ways.call(kiosk.county_line, _),), unknown, checked=_("Checked by the school"))
    made = tuple(_way(county, index, _) for county in counties for index in range(len(county.numbers)))
    if not made:
        return _card(_, (), unknown, find=True)
    status = unknown
    if all(county.always_open for county in counties):
        status = Status(kind="always", text=_("Open day and night"))
    weakest = next((level for level in ("low", "medium") if level in {c.confidence for c in counties}), "high")
    return _card(
        _,
        made,
        status,
        checked=_("Not yet checked by a person"),
        confidence=facts.confidence(weakest, _),
        sources=counties[0],
    )


def rows(pack: Pack, _: Wording) -> tuple[Row, ...]:
    """Every county for the adults' page, whatever is known of it."""
    return tuple(
        Row(
            anchor=f"c{county.fips}",
            name=county.name,
            numbers=tuple(
                (Markup('<bdi class="number">{}</bdi>').format(numbers.display(n.number)), when(n.when, _))
                for n in county.numbers
            ),
            always_open=county.always_open,
            confidence={"high": _("High"), "medium": _("Medium"), "low": _("Low")}[county.confidence],
            source=county.sources[0].kind if county.sources else "",
        )
        for county in pack.counties
    )


def when(value: str, _: Wording) -> str:
    """What one of several county numbers is for; "" for the usual one."""
    return {
        "any": "",
        "after-hours": _("nights and weekends"),
        "office-hours": _("office hours"),
        "outside-state": _("from outside California"),
        "alternate": _("another number"),
        "tty": _("TTY"),
    }[value]


def _way(county: County, index: int, _: Wording) -> Way:
    number = county.numbers[index]
    name = _("%(county)s County", county=county.name)
    detail = when(number.when, _)
    return ways.call(number.number, _, hints=(f"{name}: {detail}" if detail else name,))


def _card(
    _: Wording,
    made: tuple[Way, ...],
    status: Status,
    *,
    checked: str = "",
    confidence: str = "",
    sources: County | None = None,
    find: bool = False,
) -> Card:
    blurb = _("The county child protection line takes reports when a child is being hurt or is not safe.")
    if find:
        blurb = _(
            "Every county has a child protection line. Ask any adult at school for the number, or search the"
            " web for your county’s name and “child abuse hotline”."
        )
    return Card(
        code=COUNTY_LINE_CODE,
        href=Links(_.language).card(COUNTY_LINE_CODE),
        slip=Links(_.language).slip(COUNTY_LINE_CODE) if made else "",
        name=Markup("{}").format(_("Your county’s child protection line")),
        blurb=Markup("{}").format(blurb),
        who=Markup("{}").format(_("Anyone who knows that a child is being hurt. That can be you.")),
        status=status,
        ways=made,
        happens=tuple(
            Markup("{}").format(text)
            for text in (
                _("A county worker asks what happened and where you are."),
                _("You can ask whether you have to give your name."),
                _("They decide whether someone has to come and check."),
            )
        ),
        passes_on=_("They share what you say with the people who must act, such as social workers and police."),
        origin=origin(sources.sources, _) if sources else None,
        confidence=confidence,
        checked=checked,
    )
