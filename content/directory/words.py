"""The words by which services are indexed and searched, for the index and for search."""

import hashlib
import unicodedata
from collections.abc import Collection, Iterator

from content.directory.confidential import public
from content.directory.model import DirectoryService
from content.model.confidential import WORDS
from content.model.edit_distance import LONGEST, allowance, fold, forms, osa
from content.model.zips_and_counties import STATE, Place, Tier, counties_of

# a service must be taken out of an index by the words it was put in with
FOLDED_BY = unicodedata.unidata_version
CONFIDENTIAL_BY = hashlib.sha256(WORDS.read_bytes()).hexdigest()[:8]
_LONG = 9  # letters: from here on a known word is also kept with two letters dropped, not only one
_MOST_NEAR = 6
# Words that say nothing about what is wanted: no service is asked for them.
PASSED_OVER = frozenset(
    (  # noqa: SIM905
        "a an and any at by can find for get have help how i im in is me my near need of on or "
        "place places some someone that the to want where with cerca de del donde el en la las los "
        "mi necesito para por quiero un una y ayuda"
    ).split()
)


def columns(service: DirectoryService) -> tuple[str, str, str]:
    """The folded words of the columns ``title``, ``more`` and ``place``, of what may be told."""
    service = public(service)
    title = " ".join(fold(" ".join((service.name, service.organization, *service.categories))))
    address = service.address
    more = " ".join(fold(" ".join((service.what, address.city, address.street, address.zip))))
    return title, more, _place(service)


def nearness(place: Place) -> tuple[tuple[Tier, list[str]], ...]:
    """For each tier, nearest first, the words of the column ``place`` that serve the place."""
    return (
        ("zip", [f"z{place.zip_code}"] if place.zip_code else []),
        ("county", [f"c{county}" for county in place.counties]),
        ("region", [f"r{county}" for county in place.counties]),
        ("state", [f"s{STATE.lower()}"]),
        ("nation", ["us"]),
    )


def spelt(word: str) -> Iterator[tuple[int, str]]:
    """The forms under which a known word is kept; numbers, short and long ones have none."""
    if allowance(word) and not word.isdigit():
        for form in forms(word, 1 if len(word) < _LONG else 2):
            yield form, word


def asked(word: str) -> set[int]:
    """The forms by which a typed word looks for its neighbours; none where it is not guessed at."""
    if word.isdigit() or not 3 <= len(word) <= LONGEST + 2:
        return set()
    return forms(word, 1 if len(word) < 6 else 2)


def nearest(word: str, known: Collection[str]) -> list[str]:
    """The known words nearest to ``word`` within their allowance, all of the same distance."""
    within = sorted((osa(word, one), one) for one in known if abs(len(word) - len(one)) <= 2)
    within = [(far, one) for far, one in within if far <= allowance(one)]
    return [one for far, one in within if far == within[0][0]][:_MOST_NEAR]


def _place(service: DirectoryService) -> str:
    """Words for each ZIP code, county (``c`` the only one, ``r`` of many), state and the nation.

    The address's ZIP code counts only if the area serves it.
    """
    area, own = service.area, service.address.zip
    kind = "c" if len(area.counties) == 1 else "r"
    here = (
        area.us
        or STATE in area.states
        or any(county in area.counties for county in counties_of(own))
    )
    found = [f"z{zip_code}" for zip_code in {*area.zips, *([own] if own and here else [])}]
    found += [f"{kind}{county}" for county in area.counties]
    found += [f"s{state.lower()}" for state in area.states]
    return " ".join(sorted(found) + ["us"] * area.us)
