"""The fields of the setup page: a table of settings, with their errors and their values."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from content.model import phone_numbers, sms_segments, zips_and_counties
from content.model.language import own_name
from content.model.pack import Pack
from kiosk.pages import sensitive_words
from messages.message import Message, in_order, message
from settings import desk_file
from settings.schema import DESK, Settings, Sms, e164, is_mail, is_page

LONGEST_SCHOOL, LONGEST_NAME, LONGEST_CONTACT, LONGEST_TERMS = 60, 20, 40, 60
MOST_ADDRESSES = 10
MOST_NAMED = 10  # maximum number of wrong ZIP codes to name in a message
_CALIFORNIA = "state-ca"  # the scope of a pack whose ZIP codes we know
_DIGITS = 10  # number of digits in a complete phone number
_MADE_UP = re.compile(r"\+1\d{3}55501\d\d", re.ASCII)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ZIP = re.compile(r"(\d{5})(?:-\d{4})?", re.ASCII)
COUNTIES, LANGUAGES, FIRST = "kiosk.counties", "kiosk.languages", "first"
AUDIO, PRINTERS = ("headset", "speaker", "off"), desk_file.PRINTERS
_ON_THE_PAGE = (
    "school",
    "mail_to",
    "zips",
    "county_line",
    "languages",
    "audio",
    "printer",
    "number",
    "program_name",
    "contact",
    "terms",
)
ZIPS = "zips"  # the field next to which errors about counties are shown; not stored


def _school(school: str) -> Message | None:
    if len(school) > LONGEST_SCHOOL:
        return message("setup.school-long", count=LONGEST_SCHOOL)
    return _harm(school) if school.isprintable() else message("setup.unseen")


def _number(number: str) -> Message | None:
    try:
        whole = e164(number)
    except ValueError:
        whole = number
    if _MADE_UP.fullmatch(whole):
        return message("setup.made-up")
    is_wrong = whole and phone_numbers.problem(whole, short_codes=())
    return message("setup.no-number") if is_wrong else None


def _name(name: str) -> Message | None:
    if len(name) > LONGEST_NAME or not name.isprintable():
        return message("setup.text-long", count=LONGEST_NAME)
    if letters := sms_segments.outside(sms_segments.fold(name)):
        return message("setup.no-letters", letters=letters)
    return _harm(name)


def _contact(contact: str) -> Message | None:
    if len(contact) > LONGEST_CONTACT or not contact.isprintable():
        return message("setup.text-long", count=LONGEST_CONTACT)
    if contact and not (_MAIL.search(contact) or len(phone_numbers.digits(contact)) >= _DIGITS):
        return message("setup.no-contact")
    return None


def _terms(terms: str) -> Message | None:
    if len(terms) > LONGEST_TERMS:
        return message("setup.terms-long", count=LONGEST_TERMS)
    return _harm(terms) if is_page(terms) and terms.isprintable() else message("setup.no-page")


def _addresses(typed: str) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r"[\s,;]+", typed)))


def _mail_to(typed: str) -> Message | None:
    found = _addresses(typed)
    if wrong := [one for one in found if not (is_mail(one) and _MAIL.fullmatch(one))]:
        return message("setup.no-mail", address=wrong[0][:LONGEST_TERMS])
    is_long = len(found) > MOST_ADDRESSES
    return message("setup.many-mail", count=MOST_ADDRESSES) if is_long else None


def _listed(choices: Collection[str], typed: str) -> Message | None:
    return None if typed in choices else message("command.choose-from-lists")


def _harm(text: str) -> Message | None:
    word = sensitive_words.named(text)
    return message("setup.harm", word=word) if word else None


class Field(NamedTuple):
    """A single-line field. ``judge``: finds the error in its text; ``meant``: turns valid
    text into the setting's value; ``shown``: turns a value into text."""

    name: str
    judge: Callable[[str], Message | None]
    meant: Callable[[str], Any] = str
    shown: Callable[[Any], str] = str


FIELDS = {
    "kiosk.school": Field("school", _school),
    "alarms.mail_to": Field("mail_to", _mail_to, _addresses, ", ".join),
    "kiosk.county_line": Field("county_line", _number, e164, phone_numbers.display),
    "kiosk.audio": Field("audio", partial(_listed, AUDIO)),
    "kiosk.printer": Field("printer", partial(_listed, PRINTERS)),
    "sms.number": Field("number", _number, e164, phone_numbers.display),
    "sms.program_name": Field("program_name", _name, lambda typed: typed or Sms().program_name),
    "sms.contact": Field("contact", _contact),
    "sms.terms": Field("terms", _terms),
}


@dataclass(frozen=True, slots=True)
class Answers:
    """The fields' content. ``texts``: text by field; ``counties``: names; ``languages``: tags."""

    texts: Mapping[str, str]
    counties: frozenset[str]
    languages: frozenset[str]


def of_settings(settings: Settings) -> Answers:
    kiosk = settings.kiosk
    texts = {
        field.name: field.shown(getattr(getattr(settings, section), name))
        for key, field in FIELDS.items()
        for section, name in [key.split(".")]
    }
    texts |= {ZIPS: "", FIRST: kiosk.languages[0]}
    return Answers(texts, frozenset(kiosk.counties), frozenset(kiosk.languages))


def of_form(form: Mapping[str, str], pack: Pack, now: Answers) -> Answers:
    """Return the fields as sent. ``now``: the answers that supply fields missing from the page."""
    return Answers(
        {name: " ".join(form.get(name, text).split()) for name, text in now.texts.items()},
        frozenset(c.name for c in pack.counties if f"county-{c.fips}" in form),
        frozenset(tag for tag in pack.languages if f"language-{tag}" in form),
    )


def fixed(settings: Settings) -> dict[str, str]:
    """Map each setting that is fixed elsewhere to the file or variable that fixes it."""
    return {key: origin for key, origin in settings.origins.items() if origin != DESK}


def with_counties(answers: Answers, pack: Pack) -> tuple[Answers, list[str]]:
    """Return the answers with the ZIP codes' counties added, and the codes that this pack lacks."""
    names = {county.fips: county.name for county in pack.counties}
    found: set[str] = set()
    unknown: list[str] = []
    for typed in re.split(r"[\s,;]+", answers.texts[ZIPS]):
        code = _ZIP.fullmatch(typed)
        here = (
            [names[f] for f in zips_and_counties.counties_of(code[1]) if f in names] if code else []
        )
        found |= set(here)
        if typed and not here:
            unknown.append(typed[:20])
    return replace(answers, counties=answers.counties | found), unknown


def problems(answers: Answers, pack: Pack, known: Collection[str]) -> dict[str, Message]:
    """Map each wrong field to its error. ``known``: settings that are set elsewhere."""
    found = {
        field.name: field.judge(answers.texts[field.name])
        for key, field in FIELDS.items()
        if key not in known
    }
    if COUNTIES not in known:
        found[ZIPS] = _counties_problem(answers, pack, known)
    if LANGUAGES not in known and not answers.languages:
        found["languages"] = message("setup.no-language")
    elif LANGUAGES not in known and answers.texts[FIRST] not in pack.languages:
        found["languages"] = message("setup.no-first-language")
    return {name: wrong for name in _ON_THE_PAGE if (wrong := found.get(name))}


def values(answers: Answers, pack: Pack, known: Collection[str]) -> dict[str, Any]:
    """Return the settings for valid answers, without settings that are set elsewhere."""
    ticked, first = with_counties(answers, pack)[0].counties, answers.texts[FIRST]
    others = [tag for tag in pack.languages if tag in answers.languages and tag != first]
    meant = {
        **{key: field.meant(answers.texts[field.name]) for key, field in FIELDS.items()},
        COUNTIES: tuple(c.name for c in pack.counties if c.name in ticked),
        LANGUAGES: (first, *others),
    }
    return {key: value for key, value in meant.items() if key not in known}


def in_fields(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return each setting's value as its field shows it, to compare two people's changes."""
    texts = {
        field.name: field.shown(settings[key]) for key, field in FIELDS.items() if key in settings
    }
    if COUNTIES in settings:
        texts[ZIPS] = ", ".join(settings[COUNTIES])
    if LANGUAGES in settings:
        texts["languages"] = ", ".join(map(own_name, settings[LANGUAGES]))
    return texts


def _counties_problem(answers: Answers, pack: Pack, known: Collection[str]) -> Message | None:
    ticked, unknown = with_counties(answers, pack)
    if broken := [typed for typed in unknown if not _ZIP.fullmatch(typed)]:
        return _wrong_zips("setup.no-zip", broken)
    if unknown:
        is_here = pack.scope == _CALIFORNIA
        return _wrong_zips("setup.not-california" if is_here else "setup.not-this-state", unknown)
    has_line = answers.texts["county_line"] or "kiosk.county_line" in known
    return None if ticked.counties or has_line else message("setup.no-county")


def _wrong_zips(code: str, typed: list[str]) -> Message:
    codes = tuple(typed[:MOST_NAMED])
    return in_order(message(code, codes=codes), message("setup.correct-zips", count=len(codes)))
