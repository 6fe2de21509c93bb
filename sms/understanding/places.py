"""Recognizes California's cities and counties in messages that say where a person is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from content.model.pack import County
from sms.understanding.normalise import Tokens, words
from sms.understanding.sayings import sayings, single

TABLE = Path(__file__).with_name("california_places.tsv")
_COUNTY_BEFORE = ("county", "condado")
_OF = ("of", "de")
_MOST_WORDS = 12  # maximum words in a message that is only a place
_LONGEST_NAME = 5
_LIVES, _ASKS = sayings("place", "living"), sayings("place", "asking")
_TAILS, _BEING, _PREPOSITIONS = (single("place", name) for name in ("tails", "being", "where"))
_LONGEST_LEAD = max(map(len, _LIVES | _ASKS))
_FIRST = frozenset(lead[0] for lead in _LIVES | _ASKS)


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """The FIPS codes of a place's counties, and the message's words that are not its name."""

    counties: tuple[str, ...]
    other: tuple[str, ...] = ()


class Places:
    def __init__(self, counties: Iterable[County]) -> None:
        self._counties = {" ".join(words(county.name)): (county.fips,) for county in counties}
        self._fips = frozenset(fips for (fips,) in self._counties.values())

    def only(self, tokens: Tokens) -> NamedPlace | None:
        """Return the place if a message consists only of a place.

        A name that is also a word or a person's name counts only after words like "i live in", or
        with "county" or the state.
        """
        said = tokens.words
        if not 0 < len(said) <= _MOST_WORDS:
            return None
        longest = min(_LONGEST_LEAD, len(said) - 1) if said[0] in _FIRST else 0
        for length in range(longest, -1, -1):
            lead, rest = said[:length], said[length:]
            lives = lead in _LIVES
            if length and not lives and lead not in _ASKS:
                continue
            found = self._county(rest) or self._named(rest, sure=lives)
            if found:
                return NamedPlace(found, lead)
        return None

    def inside(self, tokens: Tokens) -> NamedPlace | None:
        """Return the place where the writer of a longer message says that they live or are."""
        said = tokens.words
        for at in range(1, len(said) - 1):
            if said[at] in _PREPOSITIONS and said[at - 1] in _BEING:
                for end in range(min(at + 1 + _LONGEST_NAME, len(said)), at + 1, -1):
                    rest = said[at + 1 : end]
                    if found := self._county(rest) or self._named(rest, sure=True):
                        return NamedPlace(found, said[: at + 1] + said[end:])
        return None

    def _county(self, said: tuple[str, ...]) -> tuple[str, ...]:
        """Return the counties for "kern county", "county of kern", "condado de kern"."""
        said = _without_tail(said)
        if said[0] == "the" or said[:2] == ("el", "condado"):
            said = said[1:]
        if len(said) > 2 and said[0] in _COUNTY_BEFORE and said[1] in _OF:
            name = said[2:]
        elif len(said) > 1 and said[-1] == "county":
            name = said[:-1]
        else:
            return ()
        return self._counties.get(" ".join(name), ()) or self._known(" ".join(name))

    def _named(self, said: tuple[str, ...], *, sure: bool) -> tuple[str, ...]:
        for name in dict.fromkeys((said, _without_tail(said))):
            found = _table().get(" ".join(name))
            if found and (sure or not found.also_a_word or name != said):
                return self._known(" ".join(name))
        return ()

    def _known(self, name: str) -> tuple[str, ...]:
        found = _table().get(name)
        return tuple(fips for fips in found.counties if fips in self._fips) if found else ()


@dataclass(frozen=True, slots=True)
class _Entry:
    counties: tuple[str, ...]
    also_a_word: bool


def _without_tail(said: tuple[str, ...]) -> tuple[str, ...]:
    while len(said) > 1 and said[-1] in _TAILS:
        said = said[:-1]
    return said


@cache  # the table is fixed; this does not cache messages
def _table() -> Mapping[str, _Entry]:
    shared: dict[str, _Entry] = {}
    found = {}
    for line in TABLE.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, _, rest = line.partition("\t")
            fips, _, word = rest.partition("\t")
            found[name] = shared.setdefault(rest, _Entry(tuple(fips.split()), bool(word)))
    return found
