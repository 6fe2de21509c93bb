"""What is found, in which order, and that nothing typed can break it."""

import pytest

from content.model import Pack
from kiosk.search import COUNTY_WORDS, MAX_RESULTS, Index, fold, indexes
from kiosk.wording import Wording


@pytest.fixture(scope="module")
def english(pack: Pack) -> Index:
    return indexes(pack, ["en"])["en"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("protect", "172"),
        ("3strands", "173"),
        ("3 strands", "173"),
        ("a21", "176"),
        ("blue campaign", "177"),
        ("ncmec", "178"),
        ("heat", "179"),
        ("love never fails", "175"),
        ("school health office", "180"),
        ("frederick douglass", "174"),
        ("trevor", "130"),
        ("988", "121"),
    ],
)
def test_a_name_finds_its_card_at_once(english: Index, typed: str, code: str) -> None:
    assert f"/en/r/{code}" in [hit.href for hit in english.find(typed)[:3]]


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("csec", "/en/r/171"),
        ("traficking", "/en/t/35"),
        ("suicde", "/en/t/32"),
        ("suicidio", "/en/t/32"),
        ("bulying", "/en/t/44"),
        ("ran away", "/en/t/37"),
        ("SUICÍDIO", "/en/t/32"),
        ("ab 1227", "/en/adults#l"),
        ("sacramento", "/en/adults#c06067"),
        ("bull", "/en/t/44"),
    ],
)
def test_words_with_slips_accents_or_half_typed_find_their_page(english: Index, typed: str, place: str) -> None:
    assert any(hit.href.startswith(place) for hit in english.find(typed)), english.find(typed)


def test_spanish_results_are_in_spanish(pack: Pack) -> None:
    hits = indexes(pack, ["en", "es"])["es"].find("suicidio")
    assert all(hit.href.startswith("/es/") for hit in hits)
    assert "/es/t/62" in [hit.href for hit in hits]
    assert pack.texts["es"]["topic:suicide:title"] in [hit.title for hit in hits]


@pytest.mark.parametrize("typed", ["", " ", "???", "qqqqqqxxxx", "\0\uffff", "@@rows@@ zzz", "a" * 5000])
def test_nothing_typed_can_break_it(english: Index, typed: str) -> None:
    assert len(english.find(typed)) <= MAX_RESULTS


def test_nonsense_finds_nothing(english: Index) -> None:
    assert english.find("qqqqqqxxxx") == []


def test_lines_for_staff_are_not_found(pack: Pack, english: Index) -> None:
    codes = {r.code for r in pack.resources if "student" not in r.audience}
    found = {hit.href for r in pack.resources for hit in english.find(r.organization)}
    assert not {f"/en/r/{code}" for code in codes} & found


@pytest.mark.parametrize(
    ("text", "words"),
    [("¿Teléfono?", ["telefono"]), ("H.E.A.T.", ["h", "e", "a", "t"]), ("STRASSE ﬁn", ["strasse", "fin"])],
)
def test_folding_takes_case_accents_and_marks_away(text: str, words: list[str]) -> None:
    assert fold(text) == words


@pytest.mark.parametrize(
    "typed",
    [
        *("county line", "child protective services", "cps", "report abuse", "sacramento"),
        *("linea del condado", "servicios de proteccion infantil"),
    ],
)
def test_the_county_line_is_found(english: Index, typed: str) -> None:
    assert "/en/r/150" in [hit.href for hit in english.find(typed)]


def test_the_county_line_s_words_are_those_of_its_card() -> None:
    for tag, words in COUNTY_WORDS.items():
        assert words == tuple(Wording(tag)(text) for text in COUNTY_WORDS["en"])


@pytest.mark.parametrize(("typed", "code"), [("protect me", "172"), ("never", "175")])
def test_an_ordinary_word_does_not_ask_for_a_partner(english: Index, typed: str, code: str) -> None:
    assert f"/en/r/{code}" not in [hit.href for hit in english.find(typed)]


def test_help_finds_the_crisis_lines_first(english: Index) -> None:
    assert {hit.href for hit in english.find("help")[:2]} == {"/en/r/120", "/en/r/121"}


def test_a_partner_that_could_not_be_confirmed_says_so(english: Index) -> None:
    assert any("could not confirm" in hit.lead for hit in english.find("a21"))
