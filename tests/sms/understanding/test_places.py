"""Cities and counties by name."""

import pytest

from sms.understanding.normalise import tokenize
from sms.understanding.places import Places
from tests.shipped import pack

PLACES = Places(pack().counties)
FIPS = {county.name: county.fips for county in pack().counties}


@pytest.mark.parametrize(
    ("text", "counties"),
    [
        ("fresno", ["Fresno"]),
        ("Fresno, CA", ["Fresno"]),
        ("i live in elk grove", ["Sacramento"]),
        ("we're in Compton", ["Los Angeles"]),
        ("kern county", ["Kern"]),
        ("the county of kern", ["Kern"]),
        ("condado de Kern", ["Kern"]),
        ("estoy en san jose", ["Santa Clara"]),
        ("Los Angeles", ["Los Angeles"]),
        ("LA county", ["Los Angeles"]),
        ("i live in LA", ["Los Angeles"]),
        ("St. Helena", ["Napa"]),
        ("Carmel-by-the-Sea", ["Monterey"]),
        ("san joaquin", ["San Joaquin", "Fresno"]),  # a county, and a city in another
        ("help in stockton", ["San Joaquin"]),
        ("nevada county", ["Nevada"]),
    ],
)
def test_a_place_alone_has_its_counties(text: str, counties: list[str]) -> None:
    found = PLACES.only(tokenize(text))
    assert found is not None
    assert list(found.counties) == [FIPS[name] for name in counties]


@pytest.mark.parametrize(
    ("word", "county"),
    [
        ("orange", "Orange"),
        ("industry", "Los Angeles"),
        ("commerce", "Los Angeles"),
        ("paradise", "Butte"),
        ("lincoln", "Placer"),
        ("angels", "Calaveras"),
        ("jackson", "Amador"),
        ("la", "Los Angeles"),
    ],
)
def test_a_name_that_is_also_a_word_or_a_persons_counts_only_with_words_of_living_there(
    word: str, county: str
) -> None:
    assert PLACES.only(tokenize(word)) is None
    assert PLACES.only(tokenize(f"help in {word}")) is None
    for text in (f"i live in {word}", f"im from {word}", f"{word}, CA"):
        found = PLACES.only(tokenize(text))
        assert found is not None, text
        assert found.counties == (FIPS[county],)


@pytest.mark.parametrize(
    "text",
    ["", "hope", "nevada", "i live in nevada", "i live in the hood", "im in danger", "escondido",
     "soledad", "county", "i live in washington", "in", "fresno state game tonight was so good",
     "my dad hits me in fresno", "i live in fresno and my dad hits me"],
)  # fmt: skip
def test_what_says_more_or_something_else_is_no_place(text: str) -> None:
    assert PLACES.only(tokenize(text)) is None


@pytest.mark.parametrize(
    ("text", "county"),
    [
        ("i live in fresno do you have a number", "Fresno"),
        ("hello im from east los angeles and i dont know who to ask", "Los Angeles"),
        ("vivo en santa ana y no se a quien preguntar", "Orange"),
    ],
)
def test_a_place_where_someone_lives_is_known_inside_a_longer_message(
    text: str, county: str
) -> None:
    found = PLACES.inside(tokenize(text))
    assert found is not None
    assert found.counties == (FIPS[county],)


@pytest.mark.parametrize("text", ["the game in anaheim tonight", "my cousin moved to fresno"])
def test_a_place_that_is_only_spoken_of_is_not(text: str) -> None:
    assert PLACES.inside(tokenize(text)) is None


def test_a_place_outside_the_packs_counties_is_unknown() -> None:
    few = Places([county for county in pack().counties if county.name == "Kern"])
    assert few.only(tokenize("fresno")) is None
    assert few.only(tokenize("bakersfield")) is not None
