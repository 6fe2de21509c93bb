"""A made-up directory of services, any size, only for tests and the bench. Nothing in it is real.

Every number is in the 555 exchange above 0199, which no line answers and which the rules treat as
real; every name has the word "Invented". The same seed gives the same services. Written only to
temporary folders.
"""

# ruff: noqa: S311 - the same each time, and not used for secrets

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from content.model import zips_and_counties

AREA_CODES = (
    "209",
    "213",
    "310",
    "408",
    "415",
    "510",
    "530",
    "559",
    "619",
    "626",
    "707",
    "714",
    "805",
    "818",
    "916",
)
KINDS = (
    "food pantry", "hot meals", "emergency shelter", "youth shelter", "counseling", "drop-in center", "legal aid",
    "health clinic", "dental clinic", "tutoring", "after school club", "job training", "clothing closet", "showers",
    "transitional housing", "parenting classes", "recovery group", "domestic violence shelter", "rental help",
    "utility help", "bus passes", "immigration help", "mental health clinic", "crisis counseling", "foster care help",
    "school supplies", "diapers", "library", "family resource center", "LGBTQ youth group", "mentoring", "WIC office",
)  # fmt: skip
WHAT = (
    "Open to anyone under 25. No papers are asked for. {extra}",
    "Free food every week for families and young people. {extra}",
    "Short stays for young people who cannot go home. {extra}",
    "Talk with a counselor alone or with your family. {extra}",
    "A safe place to rest, eat and wash clothes. {extra}",
    "Help with forms, school and work. Walk in or call first. {extra}",
)
EXTRA = (
    "Ask for the young people's worker at the desk.", "Bring a bag.", "Interpreters can be asked for.",
    "Children are welcome.", "Wheelchair access at the side door.", "Proof of address is not needed.",
    "Meals are served at noon.", "Beds cannot be held by phone.", "A parent does not have to come along.",
)  # fmt: skip
SYLLABLES = tuple(
    "babebocacecordadeldiesfargarhaholjajokilalomarmemimonnaneorpaperquerarirosasansotatetor"[
        at : at + 2
    ]
    for at in range(0, 86, 2)
)
ACCENTED = (
    "Peña",
    "Niño",
    "José",
    "María",
    "Corazón",
    "Montaña",
    "Esperanza",
    "Núñez",
    "Guía",
    "Año",
)


def services(many: int, *, seed: int = 5) -> Iterator[dict[str, Any]]:
    """Yield that many services as JSON objects; service N is the same whatever ``many`` is."""
    zips = [zip_code for zip_code in zips_and_counties.known() if zip_code.startswith("9")]
    cities = [_word(Random(f"city {n}"), 3) for n in range(900)]
    for number in range(many):
        yield _service(number, Random(f"{seed} {number}"), zips, cities)


def write(path: Path, many: int, *, seed: int = 5) -> Path:
    """Write the services as a source file, one per line."""
    with path.open("w", encoding="utf-8") as file:
        for service in services(many, seed=seed):
            file.write(json.dumps(service, ensure_ascii=False) + "\n")
    return path


def _service(number: int, chance: Random, zips: list[str], cities: list[str]) -> dict[str, Any]:
    kind = chance.choice(KINDS)
    # A few names are everywhere and most are rare, as in a real list.
    own = (
        chance.choice(ACCENTED)
        if chance.random() < 0.05
        else _word(Random(f"name {int(chance.paretovariate(0.35))}"), 3)
    )
    zip_code = zips[int(len(zips) * chance.random() ** 2)]
    made: dict[str, Any] = {
        "id": f"invented-{number:06d}",
        "name": f"{own} {kind.title()}",
        "organization": f"Invented {own} {chance.choice(('Center', 'House', 'Alliance', 'Services', 'Network'))}",
        "what": chance.choice(WHAT).format(extra=" ".join(chance.sample(EXTRA, 3))),
        "phones": [{"number": _number(chance)} for _ in range(1 if chance.random() < 0.8 else 2)],
        "url": f"https://{own.lower() if own.isascii() else 'invented'}{number}.example.org/",
        "address": {
            "street": f"{chance.randrange(1, 9900)} {_word(chance, 2)} Street",
            "city": chance.choice(cities),
            "zip": zip_code,
        },
        "area": {"counties": list(zips_and_counties.counties_of(zip_code))},
        "hours": chance.choice(
            ("Monday to Friday, 9 to 5", "Every day, day and night", "Saturday mornings", "")
        ),
        "languages": chance.choice((["en"], ["en", "es"], ["en", "es", "vi"], [])),
        "categories": [kind],
        "updated": f"2026-{chance.randrange(1, 11):02d}-{chance.randrange(1, 28):02d}",
    }
    if "shelter" in kind or "housing" in kind:
        made["confidential"] = False  # anybody may know the place: it is made up
    if chance.random() < 0.02:
        made["area"] = {"states": ["CA"]}
    return made


def _word(chance: Random, syllables: int) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(syllables)).capitalize()


def _number(chance: Random) -> str:
    return f"+1{chance.choice(AREA_CODES)}555{chance.randrange(200, 10000):04d}"
