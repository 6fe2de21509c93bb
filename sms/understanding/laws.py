"""Recognizes laws as people type them, with or without other words: "AB 1227", "ed code 51934"."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from content.model import zips_and_counties
from content.model.pack import Law
from sms.understanding.normalise import Tokens

UNKNOWN = "unknown"  # not a law's id: those contain a number
_GIVEN = tomllib.loads(Path(__file__).with_name("laws.toml").read_text("utf-8"))
_BILLS = {name: house for house, names in _GIVEN["bills"].items() for name in names}
_CODE_OF = {name: code for code, names in _GIVEN["codes"].items() for name in names}
_CITED = (  # a code in a citation, and the sections that follow the code
    r"(Education|Penal|Welfare and Institutions) Code ((?:\d+(?:\.\d+)?(?:, | and )?)+)"
)


def titles(law: Law) -> tuple[str, ...]:
    """Return an act's name, which follows the bill's number in its citation."""
    name = law.citation.rpartition(", ")[2]
    return (name,) if name.endswith(" Act") else ()


def _one_of(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_LEAD = rf"(?:(?:{_GIVEN['leads']})\s+)*"
_TAIL = rf"(?:[\s,]*(?:{_GIVEN['tails']}))*[\s.?!]*"
_CODE = rf"(?P<%s>{_one_of(_CODE_OF)})(?:\s*codes?|\s*codigo)?"
_BILL = re.compile(
    rf"\s*{_LEAD}(?P<house>{_one_of(_BILLS)})[\s.#-]*(?:no\.?\s*)?(?P<number>\d{{1,4}}){_TAIL}"
)
_SECTION = re.compile(
    rf"\s*{_LEAD}(?:(?:codigo (?:de )?)?{_CODE % 'before'}[\s.,:#-]*)?"
    r"(?:(?P<said>section|sections|sec|seccion|§+)[\s.]*)?"
    r"(?P<number>\d{3,5}(?:\.\d{1,2})?)(?:\s*\([a-z0-9]{1,3}\))*"
    rf"(?:\s*(?:,|of the|of|del|de)?\s*(?:california\s+)?{_CODE % 'after'})?{_TAIL}"
)
_BILL_INSIDE = re.compile(
    rf"(?<!\w)(?P<house>{_one_of(_BILLS)})[\s.#-]*(?:no\.?\s*)?(?P<number>\d{{1,4}})(?!\w)"
)
_SECTION_INSIDE = re.compile(
    rf"(?<!\w)(?:{_CODE % 'before'}[\s.,:#-]*)?"
    r"(?:(?P<said>section|sections|sec|seccion|§+)[\s.]*)?"
    r"(?P<number>\d{3,5}(?:\.\d{1,2})?)(?![\w.]*\d)"
    rf"(?:\s*(?:,|of the|of|del|de)?\s*(?:california\s+)?{_CODE % 'after'}(?!\w))?"
)
_FEWEST_DIGITS = 5  # minimum digits of a section named in a sentence without a code
_LONGEST = 80  # maximum letters of a message that is only a law
_DIGIT = re.compile(r"\d")
_BARE = re.compile(r"\d{5}|\d{3,5}\.\d{1,2}")


class Laws:
    """A pack's laws, by the bills and sections that their citations name."""

    def __init__(self, laws: Iterable[Law]) -> None:
        self._bills: dict[tuple[str, str], str] = {}
        self._sections: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for law in laws:
            for house, number in re.findall(r"\b(AB|SB) (\d+)", law.citation):
                self._bills[house.lower(), number] = law.id
            for code, numbers in re.findall(_CITED, law.citation):
                kind = _CODE_OF[code.lower()]
                for number in re.findall(r"\d+(?:\.\d+)?", numbers):
                    self._sections[number].append((kind, law.id))

    def find(self, tokens: Tokens) -> str:
        """Return the id of the law that is the whole message, UNKNOWN for other laws, or ""."""
        text = tokens.folded
        if len(text) > _LONGEST or not _DIGIT.search(text):
            return ""
        if bill := _BILL.fullmatch(text):
            return self._bills.get((_BILLS[bill["house"]], bill["number"]), UNKNOWN)
        section = _SECTION.fullmatch(text)
        if section is None:
            return ""
        number, code = section["number"], section["before"] or section["after"]
        kind = _CODE_OF[code] if code else ""
        for known, law in self._sections.get(number, ()):
            if known == kind or (not code and (section["said"] or _BARE.fullmatch(number))):
                return law
        if not code or zips_and_counties.counties_of(number):
            return ""  # this is just a number, or WIC (the food program) at a ZIP code
        return UNKNOWN

    def inside(self, tokens: Tokens) -> tuple[str, str]:
        """Return the id of a known law named in a sentence, or "", and the rest of the sentence.

        A section without its code needs five digits: "215.5 pounds" is not a law.
        """
        text = tokens.folded
        if not _DIGIT.search(text):
            return "", text
        for bill in _BILL_INSIDE.finditer(text):
            if law := self._bills.get((_BILLS[bill["house"]], bill["number"]), ""):
                return law, _without(text, bill)
        for section in _SECTION_INSIDE.finditer(text):
            code = section["before"] or section["after"]
            kind = _CODE_OF[code] if code else ""
            whole = section["number"].partition(".")[0]
            for known, law in self._sections.get(section["number"], ()):
                if known == kind or (not code and len(whole) >= _FEWEST_DIGITS):
                    return law, _without(text, section)
        return "", text


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"
