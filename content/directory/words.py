"""The words by which services are indexed and searched, used by both the index and search."""

import hashlib
import unicodedata
from collections.abc import Collection, Iterator

from content.directory.confidential import public
from content.directory.model import DirectoryService
from content.model.confidential import WORDS
from content.model.edit_distance import LONGEST, allowance, fold, forms, osa
from content.model.zips_and_counties import STATE, Place, Tier, counties_of

# to remove a service from an index, we need exactly the words with which it was added
FOLDED_BY = unicodedata.unidata_version
CONFIDENTIAL_BY = hashlib.sha256(WORDS.read_bytes()).hexdigest()[:8]
_LONG = 9  # letters; a known word this long is also kept with two letters dropped, not only one
_MOST_NEAR = 6
# Words that say nothing about the need: nobody looks for a service by them.
PASSED_OVER = frozenset(
    (  # noqa: SIM905
        "a an and any at by can find for get have help how i im in is me my near need of on or "
        "place places some someone that the to want where with cerca de del donde el en la las los "
        "mi necesito para por quiero un una y ayuda"
    ).split()
)


def columns(service: DirectoryService) -> tuple[str, str, str]:
    """Return folded words for columns ``title``, ``more`` and ``place``, from public facts."""
    service = public(service)
    title = " ".join(fold(" ".join((service.name, service.organization, *service.categories))))
    address = service.address
    more = " ".join(fold(" ".join((service.what, address.city, address.street, address.zip))))
    return title, more, _place(service)


def nearness(place: Place) -> tuple[tuple[Tier, list[str]], ...]:
    """Return the ``place`` words of services for this place: a group per tier, nearest first."""
    return (
        ("zip", [f"z{place.zip_code}"] if place.zip_code else []),
        ("county", [f"c{county}" for county in place.counties]),
        ("region", [f"r{county}" for county in place.counties]),
        ("state", [f"s{STATE.lower()}"]),
        ("nation", ["us"]),
    )


def spelt(word: str) -> Iterator[tuple[int, str]]:
    """Yield the forms under which a known word is stored; none for numbers, short or long words."""
    if allowance(word) and not word.isdigit():
        for form in forms(word, 1 if len(word) < _LONG else 2):
            yield form, word


def asked(word: str) -> set[int]:
    """Return the forms that find words similar to a typed one; empty if we do not guess."""
    if word.isdigit() or not 3 <= len(word) <= LONGEST + 2:
        return set()
    return forms(word, 1 if len(word) < 6 else 2)


def nearest(word: str, known: Collection[str]) -> list[str]:
    """Return the known words nearest to ``word`` within their allowance, including all ties."""
    within = sorted((osa(word, one), one) for one in known if abs(len(word) - len(one)) <= 2)
    within = [(far, one) for far, one in within if far <= allowance(one)]
    return [one for far, one in within if far == within[0][0]][:_MOST_NEAR]


def _place(service: DirectoryService) -> str:
    """Return words for ZIP codes, counties (``c``: only one, ``r``: many), states and nation.

    The address's ZIP code counts only if the area includes it.
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
