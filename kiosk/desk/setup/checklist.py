"""What is still open before students use the machine: what it knows itself, and what people do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from content.model.language import own_name
from content.model.pack import Pack
from content.review import crisis_comparison
from kiosk.pages import school_file
from kiosk.pages.school_file import School
from settings.schema import Settings

if TYPE_CHECKING:
    from kiosk.desk.words import DeskWords


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """One row. ``href``: the page where it is done, "" for none."""

    done: bool
    title: str
    sentence: str
    href: str = ""


def roles(_: "DeskWords") -> Mapping[str, str]:
    """Who compares, by the roles that are kept."""
    return {
        "principal": _("Principal"),
        "office": _("School office"),
        "counselor": _("Counselor"),
        "nurse": _("Nurse"),
        "teacher": _("Teacher"),
        "technician": _("IT"),
        "district": _("District office"),
    }


def language_names(tags: Iterable[str], _: "DeskWords") -> Mapping[str, str]:
    """Languages as staff call them: a computer of the office may lack the letters of their own
    names. "" for one without a name here."""
    names = {
        "en": _("English"),
        "es": _("Spanish"),
        "vi": _("Vietnamese"),
        "zh-Hant": _("Chinese"),
        "fil": _("Filipino"),
        "ar": _("Arabic"),
        "ko": _("Korean"),
        "pa": _("Punjabi"),
        "hmn": _("Hmong"),
        "ru": _("Russian"),
    }
    return {tag: names.get(tag, "") for tag in tags}


def points(settings: Settings, pack: Pack, _: "DeskWords") -> list[OpenPoint]:
    """What this machine knows, the crisis numbers first. Reads the disk."""
    kiosk, setup = settings.kiosk, "/staff/setup"
    facts, wrong = school_file.read(kiosk.school_file)
    found = [
        _compared(settings, pack, _),
        OpenPoint(
            done=bool(kiosk.school),
            title=_("The school’s name"),
            sentence=kiosk.school or _("None yet: the screen says Student Info Desk."),
            href=setup,
        ),
        OpenPoint(
            done=bool(kiosk.counties),
            title=_("The county"),
            sentence=_.listed(kiosk.counties)
            if kiosk.counties
            else _("None yet: the screen cannot show a county’s child-abuse line."),
            href=setup,
        ),
        OpenPoint(
            done=bool(kiosk.county_line),
            title=_("The county’s child-abuse line, as the school checked it"),
            sentence=_("Checked by the school.")
            if kiosk.county_line
            else _(
                "Not checked yet: the number of the pack is shown. Read it on the county’s page."
            ),
            href=setup,
        ),
        OpenPoint(
            done=True,
            title=_("Languages"),
            sentence=", ".join(
                name or own_name(tag) for tag, name in language_names(kiosk.languages, _).items()
            ),
            href=setup,
        ),
        OpenPoint(
            done=facts != School() and not wrong,
            title=_("School info: bells, lunch, places, people"),
            sentence=_("It is on the screen.")
            if facts != School() and not wrong
            else _("Nothing of it can be shown yet."),
        ),
    ]
    return found + ([_line(settings, _)] if settings.sms.enabled else [])


def by_hand(settings: Settings, _: "DeskWords") -> list[str]:
    """What only people can see, to be ticked on paper."""
    found = [
        _("Two or three people know the desk’s passphrase: no student, no helper."),
        _("The screen stands where nobody can read it over a shoulder, its back to a wall."),
        _("“Clear screen” was tried, and the screen went back by itself after a minute."),
        _("The network cable was pulled, and every page still came."),
    ]
    if settings.sms.enabled:
        found.append(_("A text from a real phone was answered; STOP and START were tried."))
        found.append(_("The answer for when this machine is off was pasted at the carrier."))
    return found


def _compared(settings: Settings, pack: Pack, _: "DeskWords") -> OpenPoint:
    kept = crisis_comparison.kept(settings.server.data_dir)
    by = crisis_comparison.still_valid(kept, pack.resources)
    named = roles(_)
    who = [f"{named.get(one.role, one.role)}, {_.date(one.on)}" for one in by]
    done = len(by) >= crisis_comparison.NEEDED
    left = crisis_comparison.NEEDED - len(by)
    todo = (
        _("Two people are still to do it. Until then every page for staff says so.")
        if left > 1
        else _("A second person is still to do it. Until then every page for staff says so.")
    )
    return OpenPoint(
        done=done,
        title=_("Two people compared each crisis number with its own page"),
        sentence="; ".join(who) if done else " ".join([*(f"{one}." for one in who), todo]),
        href="/staff/numbers",
    )


def _line(settings: Settings, _: "DeskWords") -> OpenPoint:
    sms = settings.sms
    return OpenPoint(
        done=bool(sms.number and sms.contact),
        title=_("The text line’s number, and whom to ask about it"),
        sentence=_("Both are set.")
        if sms.number and sms.contact
        else _("Not set: where this machine carries no text line, leave it."),
        href="/staff/setup",
    )
