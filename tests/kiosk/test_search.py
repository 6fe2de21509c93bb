"""The search finds the right entries in the right order, and nothing typed can break it."""

from dataclasses import replace

import pytest

from content.model.edit_distance import fold
from content.model.pack import Area, Pack
from kiosk import learned_words
from kiosk.pages.ui_strings import Wording
from kiosk.search import ADULTS, MAX_RESULTS, SearchIndex, indexes
from settings.schema import Kiosk
from tests.search_table import CASES, says
from tools.train_search import learn, written

LINE = "+19168755437"  # a county's, checked by the school


@pytest.fixture(scope="module")
def english(pack: Pack) -> SearchIndex:
    return indexes(pack, ["en"], county_line=LINE)["en"]


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
def test_a_name_finds_its_card_at_once(english: SearchIndex, typed: str, code: str) -> None:
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
        ("ab 1227", "/en/adults/laws#l"),
        ("sacramento", "/en/adults/counties#c06067"),
        ("bull", "/en/t/44"),
    ],
)
def test_words_with_slips_accents_or_half_typed_find_their_page(
    english: SearchIndex, typed: str, place: str
) -> None:
    assert any(hit.href.startswith(place) for hit in english.find(typed)), english.find(typed)


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        *(("xanax", "/en/t/40"), ("fentanilo", "/en/t/40"), ("nonbinary", "/en/t/45")),
        *(("cyberbullied", "/en/t/44"), ("ptsd", "/en/t/43"), ("roblox", "/en/t/41")),
        *(("kidnapped", "/en/t/31"), ("moretones", "/en/t/33"), ("tampons", "/en/t/46")),
    ],
)
def test_a_word_that_stands_in_no_text_finds_the_page_that_lists_it(
    english: SearchIndex, typed: str, place: str
) -> None:
    assert place in [hit.href for hit in english.find(typed)[:3]]


def test_spanish_results_are_in_spanish(pack: Pack) -> None:
    hits = indexes(pack, ["en", "es"])["es"].find("suicidio")
    assert all(hit.href.startswith("/es/") for hit in hits)
    assert "/es/t/62" in [hit.href for hit in hits]
    assert pack.texts["es"]["topic:suicide:title"] in [hit.title for hit in hits]


@pytest.mark.parametrize(
    "typed", ["", " ", "???", "qqqqqqxxxx", "\0\uffff", "@@rows@@ zzz", "a" * 5000]
)
def test_nothing_typed_can_break_it(english: SearchIndex, typed: str) -> None:
    assert len(english.find(typed)) <= MAX_RESULTS


def test_nonsense_finds_nothing(english: SearchIndex) -> None:
    assert english.find("qqqqqqxxxx") == []


def test_lines_for_staff_are_not_found(pack: Pack, english: SearchIndex) -> None:
    codes = {r.code for r in pack.resources if "student" not in r.audience}
    found = {hit.href for r in pack.resources for hit in english.find(r.organization)}
    assert not {f"/en/r/{code}" for code in codes} & found


@pytest.mark.parametrize("typed", ["ice", "deaf", "police", "drugs"])
def test_the_word_for_a_need_finds_no_text_for_staff(english: SearchIndex, typed: str) -> None:
    assert not [hit.href for hit in english.find(typed) if "/adults/lines" in hit.href]


@pytest.mark.parametrize(
    "typed",
    ["overdose", "overdosed", "drank bleach", "too many pills", "swallowed pills", "passed out"],
)
def test_what_cannot_wait_finds_911_first(english: SearchIndex, typed: str) -> None:
    assert english.find(typed)[0].href == "/en/r/120"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("¿Teléfono?", ["telefono"]),
        ("H.E.A.T.", ["h", "e", "a", "t"]),
        ("STRASSE ﬁn", ["strasse", "fin"]),
    ],
)
def test_folding_takes_case_accents_and_marks_away(text: str, words: list[str]) -> None:
    assert fold(text) == words


@pytest.mark.parametrize(
    "typed",
    [
        *("county line", "child protective services", "cps", "report abuse"),
        *("linea del condado", "servicios de proteccion infantil"),
    ],
)
def test_the_county_line_is_found(english: SearchIndex, typed: str) -> None:
    assert "/en/r/150" in [hit.href for hit in english.find(typed)]


@pytest.mark.parametrize("typed", ["cps", "report abuse", "95814", "alpine county", "county line"])
def test_a_county_s_card_is_found_only_where_it_has_a_number(pack: Pack, typed: str) -> None:
    bare = tuple(c.name for c in pack.counties if not c.numbers)
    for home, line, shown in (((), "", False), (bare, "", False), (bare, LINE, True)):
        found = indexes(pack, ["en"], home=home, county_line=line)["en"].find(typed)
        assert ("/en/r/150" in [hit.href for hit in found]) is shown, home
    assert bare


@pytest.mark.parametrize(
    ("typed", "hrefs"),
    [
        ("i want to die", ["/en/r/121", "/en/t/32"]),
        ("pimp", ["/en/r/122", "/en/t/35"]),
        ("cops", ["/en/r/120", "/en/t/31"]),
        ("bulying", ["/en/t/44"]),  # not every topic is a crisis
    ],
)
def test_for_words_of_a_crisis_its_hotline_stands_above_the_topic(
    english: SearchIndex, typed: str, hrefs: list[str]
) -> None:
    assert [hit.href for hit in english.find(typed)[: len(hrefs)]] == hrefs


SAID = {
    # said: its topic, and the line that stands before it where it is a crisis
    "deported": ["t/52"], "my dad got deported": ["t/52"], "ice took my dad": ["t/52"], "migra": ["t/52"],
    "lonely": ["t/59"], "i am so lonely": ["t/59"], "grandma died": ["t/58"], "my friend died": ["t/58"],
    "my dad died": ["t/58"], "murio mi abuela": ["t/58"], "drunk": ["t/40", "t/31"], "my mom is always drunk": ["t/40"],
    "weed": ["t/40"], "borracho": ["t/40", "t/31"], "onlyfans": ["r/122", "t/35"], "he shares me": ["r/122", "t/35"],
    "my boyfriend shares me": ["r/122", "t/35"], "me comparte con sus amigos": ["r/122", "t/35"],
    "bullied": ["t/44"], "being bullied": ["t/44"], "getting bullied at school": ["t/44"], "group chat": ["t/44"],
    "gang": ["t/93"], "pregnant": ["t/51"], "i think im pregnant": ["t/51"], "embarazada": ["t/51"],
    "missed my period": ["t/51"], "condom broke": ["t/51"], "plan b": ["t/51"], "shooting": ["r/120", "t/31"],
    "uncle took my passport": ["r/122", "t/35"], "my stepdad hits me": ["r/124", "t/33"],
    "i want to die": ["r/121", "t/32"], "my drunk friend wont wake up": ["r/120", "t/31", "r/156"], "coach": ["t/54", "r/153"],
    "cousin touched": ["r/128", "t/34"], "tired of living": ["r/121", "t/32"], "cansada de vivir": ["r/121", "t/32"],
    "brother hits": ["r/124", "t/33"], "belt": ["r/124", "t/33"], "dick pic": ["t/36"], "threatened me": ["t/44"],
    "no money": ["t/46"], "no lights": ["t/46"], "fired": ["t/47"], "fire": ["r/120", "t/31"], "locked out": ["t/37"],
    "bumps down there": ["t/51"], "adopted": ["t/53"], "restraining order": ["t/55"], "huffing": ["t/40"],
    "hearing": ["hearing"], "hard of hearing": ["hearing"], "deaf": ["hearing", "r/136"],
}  # fmt: skip


@pytest.mark.parametrize(("typed", "places"), SAID.items())
def test_what_a_student_says_leads_to_its_topic(pack: Pack, typed: str, places: list[str]) -> None:
    found = indexes(pack, ["en"], home=("Sacramento",))["en"].find(typed)
    assert [hit.href for hit in found[: len(places)]] == [f"/en/{place}" for place in places]


def test_what_a_student_types_leads_first_to_the_number_or_topic_for_it(pack: Pack) -> None:
    found = indexes(pack, list(pack.texts), county_line=LINE)
    wrong = []
    for case in CASES:
        hrefs = [hit.href for hit in found[case["language"]].find(case["typed"])]
        if not says(case, hrefs):
            wrong.append((case, hrefs))
    assert wrong == []


@pytest.mark.parametrize(
    ("typed", "meant", "first"),
    [
        ("they call me names", "/en/t/44", ["/en/t/44"]),
        ("qqqqqxxxx", "/en/t/32", ["/en/r/121", "/en/t/32"]),  # with the hotline before it
        ("trevor", "/en/t/32", ["/en/r/130"]),  # a name stays first
        ("friend cuts", "/en/t/32", ["/en/r/121", "/en/t/42"]),
        ("teacher", "/en/t/50", ["/en/t/54"]),  # a student is sent to no page for adults
        ("eats in the bathroom", "/en/t/31", ["/en/t/59"]),  # a known phrase as a whole
    ],
)
def test_what_the_text_line_takes_the_words_for_comes_first(
    english: SearchIndex, typed: str, meant: str, first: list[str]
) -> None:
    found = [hit.href for hit in english.find(typed, [meant])]
    assert found[: len(first)] == first
    assert (meant in found) is (typed != "teacher")


def test_each_learned_word_tells_of_topics_of_the_pack(pack: Pack) -> None:
    topics = {topic.id for topic in pack.topics} - ADULTS
    assert set(learned_words.of_topics()) == topics


def test_words_are_learned_from_several_writers_only_where_they_tell_of_a_topic() -> None:
    said = [
        (topic, str(n), f"{topic} the same words") for topic in ("work", "grief") for n in range(9)
    ]
    said += [("work", "one", "muttered")] * 30 + [
        ("ordinary", str(n), "lunch time") for n in range(9)
    ]
    known = dict(learn(said * 2))
    assert {word: set(gains) for word, gains in known.items()} == {
        "work": {"work"},
        "grief": {"grief"},
    }
    assert written(known.items()).count("\n") == 3


@pytest.mark.parametrize(
    "typed", ["teacher", "self harm", "my friend wants to die", "school staff", "my coach is weird"]
)
def test_a_student_s_words_find_no_page_for_adults(pack: Pack, typed: str) -> None:
    found = indexes(pack, ["en"], home=("Sacramento",))["en"].find(typed)
    assert found
    assert not [hit.href for hit in found if "/adults" in hit.href or hit.href == "/en/t/50"]


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("mandated reporter", "/en/t/50"),
        ("i am a teacher", "/en/t/50"),
        ("ab 1227", "/en/adults/laws#l1"),
    ],
)
def test_an_adult_s_own_words_find_the_pages_for_adults(pack: Pack, typed: str, place: str) -> None:
    assert indexes(pack, ["en"])["en"].find(typed)[0].href == place


@pytest.mark.parametrize("typed", ["labor commissioner", "i hate math", "free lawyer"])
def test_a_topic_comes_before_a_hotline_that_was_not_asked_for_by_name(
    english: SearchIndex, typed: str
) -> None:
    assert english.find(typed)[0].href.startswith("/en/t/")


@pytest.mark.parametrize("typed", ["my", "i am", "¿y tú?"])
def test_small_words_alone_are_searched_as_any_other(english: SearchIndex, typed: str) -> None:
    assert english.find(typed)


@pytest.mark.parametrize("tag", Kiosk().languages)
def test_the_county_line_is_found_by_the_name_of_its_card_in_each_language(
    pack: Pack, tag: str
) -> None:
    """Languages other than Spanish were shown English."""
    found = indexes(pack, [tag], home=("Sacramento",))[tag].find("county line")

    assert found[0].title == Wording(tag)("Your county’s child protection line")


@pytest.mark.parametrize(("typed", "code"), [("protect me", "172"), ("never", "175")])
def test_an_ordinary_word_does_not_ask_for_a_partner(
    english: SearchIndex, typed: str, code: str
) -> None:
    assert f"/en/r/{code}" not in [hit.href for hit in english.find(typed)]


def test_help_finds_the_crisis_lines_first(english: SearchIndex) -> None:
    assert {hit.href for hit in english.find("help")[:2]} == {"/en/r/120", "/en/r/121"}


def test_a_partner_that_could_not_be_confirmed_says_so(english: SearchIndex) -> None:
    assert any("could not confirm" in hit.lead for hit in english.find("a21"))


def test_the_school_s_own_county_leads_to_its_card_and_another_to_the_adults_table(
    pack: Pack,
) -> None:
    found = indexes(pack, ["en"], home=("Sacramento",))["en"]
    assert found.find("sacramento")[0].href == "/en/r/150"
    yolo = found.find("yolo county")[0]
    assert yolo.href == "/en/adults/counties#c06113"
    assert "list for school staff" in yolo.lead
    assert "1-530-669-2345" in yolo.lead


def test_a_county_without_a_sure_number_says_so(english: SearchIndex) -> None:
    assert english.find("alpine county")[0].lead.startswith("We have no sure number.")


@pytest.mark.parametrize(
    ("typed", "hrefs"),
    [
        (
            "94103",
            ["/en/adults/counties#c06075", "/en/r/140", "/en/r/150"],
        ),  # San Francisco, then 211 and the county's card
        ("94608", ["/en/adults/counties#c06001", "/en/r/140", "/en/r/150"]),
        (
            "92672",
            ["/en/adults/counties#c06059", "/en/adults/counties#c06073", "/en/r/140"],
        ),  # the union of two counties
        (
            "89060",
            ["/en/adults/counties#c06027", "/en/r/140", "/en/r/150"],
        ),  # across the state's border
        (
            "95999",
            ["/en/r/140", "/en/r/150"],
        ),  # no ZIP code of the table: 211, and how to find a county's line
        ("94103-1234", ["/en/adults/counties#c06075", "/en/r/140"]),
        ("sacramento", ["/en/adults/counties#c06067", "/en/r/140"]),
    ],
)
def test_a_place_leads_to_its_counties_and_to_what_is_near(
    english: SearchIndex, typed: str, hrefs: list[str]
) -> None:
    assert [hit.href for hit in english.find(typed)[: len(hrefs)]] == hrefs


@pytest.mark.parametrize("typed", ["94608", "92672", "00000"])
def test_a_zip_code_shows_county_then_region_state_and_nation(pack: Pack, typed: str) -> None:
    line = pack.resource("cycl")
    made = {
        "county": Area(counties=("06001",)),
        "region": Area(counties=("06001", "06059")),
        "nation": Area(us=True),
    }
    kept = [one for one in pack.resources if one.pinned or one.id == "cycl"]
    others = [
        replace(line, id=tier, code=f"90{n}", area=area)
        for n, (tier, area) in enumerate(made.items())
    ]
    texts = {
        tag: {
            **texts,
            **{
                f"resource:{tier}:{name}": tier
                for tier in made
                for name in ("name", "blurb", "for")
            },
        }
        for tag, texts in pack.texts.items()
    }
    found = indexes(replace(pack, resources=(*kept, *others), texts=texts), ["en"])["en"].find(
        typed
    )
    near = {"94608": ["county", "region"], "92672": ["region"], "00000": []}[typed]
    order = [*near, pack.texts["en"]["resource:cycl:name"], "nation"]
    assert [hit.title for hit in found if hit.title in {*made, *order}] == order


@pytest.mark.parametrize("typed", ["911", "9410", "9", "9410355"])
def test_a_number_means_itself_and_no_zip_code_near_it(english: SearchIndex, typed: str) -> None:
    assert not any("#c" in hit.href for hit in english.find(typed))
