"""What was typed on the set-up page, what is wrong with it, and the settings that it means."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from content.model import phone_numbers, sms_segments, zips_and_counties
from content.model.language import own_name
from content.model.pack import Pack
from kiosk.pages import sensitive_words
from settings.schema import DESK, Settings, Sms, e164, is_page

if TYPE_CHECKING:
    from kiosk.desk.words import DeskWords

LONGEST_SCHOOL, LONGEST_NAME, LONGEST_CONTACT, LONGEST_TERMS = 60, 20, 40, 60
MOST_NAMED = 10  # of ZIP codes that are wrong
_CALIFORNIA = "state-ca"  # the scope of the pack whose ZIP codes are known
_DIGITS = 10  # of a whole phone number
_MADE_UP = re.compile(r"\+1\d{3}55501\d\d", re.ASCII)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ZIP = re.compile(r"(\d{5})(?:-\d{4})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupAnswers:
    """What stands in the fields. ``counties``: names; ``zips``: as typed, kept nowhere."""

    school: str = ""
    zips: str = ""
    counties: frozenset[str] = frozenset()
    county_line: str = ""
    languages: frozenset[str] = frozenset()
    first: str = ""
    number: str = ""
    program_name: str = ""
    contact: str = ""
    terms: str = ""


def of_settings(settings: Settings) -> SetupAnswers:
    """The fields as they are set now."""
    kiosk, sms = settings.kiosk, settings.sms
    return SetupAnswers(
        school=kiosk.school,
        counties=frozenset(kiosk.counties),
        county_line=phone_numbers.display(kiosk.county_line),
        languages=frozenset(kiosk.languages),
        first=kiosk.languages[0],
        number=phone_numbers.display(sms.number),
        program_name=sms.program_name,
        contact=sms.contact,
        terms=sms.terms,
    )


def of_form(form: Mapping[str, str], pack: Pack) -> SetupAnswers:
    """The fields as they were sent; what the page does not offer is left out."""
    return SetupAnswers(
        school=" ".join(form.get("school", "").split()),
        zips=form.get("zips", "").strip(),
        counties=frozenset(c.name for c in pack.counties if f"county-{c.fips}" in form),
        county_line=form.get("county_line", "").strip(),
        languages=frozenset(tag for tag in pack.languages if f"language-{tag}" in form),
        first=form.get("first", ""),
        number=form.get("number", "").strip(),
        program_name=" ".join(form.get("program_name", "").split()),
        contact=" ".join(form.get("contact", "").split()),
        terms=form.get("terms", "").strip(),
    )


def fixed(settings: Settings) -> dict[str, str]:
    """Setting → the file or variable that set it, which goes before this page."""
    return {key: origin for key, origin in settings.origins.items() if origin != DESK}


def with_counties(answers: SetupAnswers, pack: Pack) -> tuple[SetupAnswers, list[str]]:
    """With the counties of the ZIP codes ticked; and the codes that are none of this pack's."""
    names = {county.fips: county.name for county in pack.counties}
    found: set[str] = set()
    unknown: list[str] = []
    for typed in re.split(r"[\s,;]+", answers.zips):
        code = _ZIP.fullmatch(typed)
        here = (
            [names[f] for f in zips_and_counties.counties_of(code[1]) if f in names] if code else []
        )
        found |= set(here)
        if typed and not here:
            unknown.append(typed[:20])
    return replace(answers, counties=answers.counties | found), unknown


def problems(
    answers: SetupAnswers, pack: Pack, known: Collection[str], _: "DeskWords"
) -> dict[str, str]:
    """Field → what is wrong with it. ``known``: settings that are given elsewhere."""
    found = {
        "school": _school_problem(answers.school, _),
        "zips": _counties_problem(answers, pack, known, _),
        "county_line": _number_problem(answers.county_line, _),
        "languages": _languages_problem(answers, pack, _),
        "number": _number_problem(answers.number, _),
        "program_name": _name_problem(answers.program_name, _),
        "contact": _contact_problem(answers.contact, _),
        "terms": _terms_problem(answers.terms, _),
    }
    given = {key.partition(".")[2] for key in known}
    given |= {"zips"} if "counties" in given else set()
    return {field: said for field, said in found.items() if said and field not in given}


def values(answers: SetupAnswers, pack: Pack, known: Collection[str]) -> dict[str, object]:
    """The settings that right answers mean, without those that are given elsewhere."""
    ticked = with_counties(answers, pack)[0]
    others = [t for t in pack.languages if t in answers.languages and t != answers.first]
    meant: dict[str, object] = {
        "kiosk.school": answers.school,
        "kiosk.counties": tuple(c.name for c in pack.counties if c.name in ticked.counties),
        "kiosk.county_line": e164(answers.county_line),
        "kiosk.languages": (answers.first, *others),
        "sms.number": e164(answers.number),
        "sms.program_name": answers.program_name or Sms().program_name,
        "sms.contact": answers.contact,
        "sms.terms": answers.terms,
    }
    return {key: value for key, value in meant.items() if key not in known}


def theirs(meant: Mapping[str, object], kept: Mapping[str, Any], _: "DeskWords") -> dict[str, str]:
    """Field → what somebody else saved there, wherever it differs from what is meant."""
    found = {}
    for key, value in meant.items():
        if key in kept and kept[key] != value:
            field = "zips" if key == "kiosk.counties" else key.partition(".")[2]
            text = _shown(key, kept[key])
            said = _("Somebody else saved: “%(text)s”", text=text)
            found[field] = said if text else _("Somebody else emptied this.")
    return found


def _shown(key: str, value: Any) -> str:
    if key == "kiosk.languages":
        return ", ".join(map(own_name, value))
    if key in {"kiosk.county_line", "sms.number"}:
        return phone_numbers.display(value)
    return value if isinstance(value, str) else ", ".join(value)


def _school_problem(school: str, _: "DeskWords") -> str:
    if len(school) > LONGEST_SCHOOL:
        return _("At most %(count)s letters fit at the top of the screen.", count=LONGEST_SCHOOL)
    if not school.isprintable():
        return _("There is a letter in it that no one can see. Type it again.")
    return _harm(school, _)


def _counties_problem(
    answers: SetupAnswers, pack: Pack, known: Collection[str], _: "DeskWords"
) -> str:
    ticked, unknown = with_counties(answers, pack)
    if unknown:
        said = _("%(codes)s: not in California.")
        if pack.scope != _CALIFORNIA:
            said = _("%(codes)s: not in the state of this list.")
        if broken := [typed for typed in unknown if not _ZIP.fullmatch(typed)]:
            said = _("%(codes)s: a ZIP code has five digits.")
        named = (broken or unknown)[:MOST_NAMED]
        cure = _("Correct it, or take it out and tick the county below.")
        if len(named) > 1:
            cure = _("Correct them, or take them out and tick the counties below.")
        return f"{said % {'codes': _.listed(named)}} {cure}"
    if not ticked.counties and not answers.county_line and "kiosk.county_line" not in known:
        return _("Type the school’s ZIP code, or tick its county below.")
    return ""


def _number_problem(number: str, _: "DeskWords") -> str:
    try:
        whole = e164(number)
    except ValueError:
        whole = number
    if _MADE_UP.fullmatch(whole):
        return _(
            "This number is made up: 555-0100 to 555-0199 are kept for examples. Type the real one."
        )
    if whole and phone_numbers.problem(whole, short_codes=()):
        return _(
            "This is no US number that can be called. Type area code and number in the form of"
            " 916-555-0142, which is made up."
        )
    return ""


def _languages_problem(answers: SetupAnswers, pack: Pack, _: "DeskWords") -> str:
    if not answers.languages:
        return _("Tick one language at least.")
    if answers.first not in pack.languages:
        return _("Choose the language that the screen begins in.")
    return ""


def _contact_problem(contact: str, _: "DeskWords") -> str:
    if len(contact) > LONGEST_CONTACT or not contact.isprintable():
        return _("At most %(count)s letters fit into a text.", count=LONGEST_CONTACT)
    if contact and not (_MAIL.search(contact) or len(phone_numbers.digits(contact)) >= _DIGITS):
        return _(
            "Type a phone number with its area code, or an e-mail address: the phone companies want"
            " one of them."
        )
    return ""


def _name_problem(name: str, _: "DeskWords") -> str:
    if len(name) > LONGEST_NAME or not name.isprintable():
        return _("At most %(count)s letters fit into a text.", count=LONGEST_NAME)
    if letters := sms_segments.outside(sms_segments.fold(name)):
        return _("A text cannot carry %(letters)s. Write the name without it.", letters=letters)
    return _harm(name, _)


def _terms_problem(terms: str, _: "DeskWords") -> str:
    if len(terms) > LONGEST_TERMS:
        return _("At most %(count)s letters fit on a card.", count=LONGEST_TERMS)
    if not is_page(terms) or not terms.isprintable():
        return _("Type the whole address of the page, such as https://district.example.org/line.")
    return _harm(terms, _)


def _harm(text: str, _: "DeskWords") -> str:
    if word := sensitive_words.named(text):
        return _("It says “%(word)s”. Everyone sees this, so it names no harm.", word=word)
    return ""
