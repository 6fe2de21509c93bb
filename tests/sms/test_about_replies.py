"""The shipped answers by whom a message is about: a friend, who did harm, a parent, staff, watched."""

import re

import pytest

from sms.decide import decide, recall
from tests.sms.test_real_pack import script

ABOUT = (
    "t:suicide:{}:friend",
    "t:suicide:{}:parent",
    "t:danger:{}:friend",
    "t:danger:{}:actor",
    "t:danger:{}:watched",
    "line:actor:{}",
    "line:parent:{}",
    "line:staff:{}",
)
CODES = [code.format(language) for code in ABOUT for language in ("en", "es")]
# Blame and its opposite; what nobody can promise; what may anger the one who watches.
JUDGES = r"fault|blame|wrong|sorry|shame|should|forgive|culpa|perd[oó]n|mal hecho|verg|debiste"
PROMISES = r"secret(?! about)|\bprivate|confiden|anonym|anónim|\bdelete|\bborra|settings|ajustes"
TOPICS = r"suicid|abus|rape|sex|hurt|kill|\bdie\b|morir|viol|maltrat|lastim|body|cuerpo"


def text_of(code: str) -> str:
    return script().reply(code).text


@pytest.mark.parametrize("code", CODES)
def test_each_is_served_in_two_parts_at_most_and_comes_again(code: str) -> None:
    reply = recall(script(), code).reply
    assert reply.text != text_of(f"line:general:{'es' if ':es' in code else 'en'}")
    assert reply.encoding == "GSM-7"
    assert reply.segments <= 2


@pytest.mark.parametrize("code", CODES)
def test_each_names_911_and_each_but_the_one_for_staff_988(code: str) -> None:
    named = set(re.findall(r"\b\d{3}\b", text_of(code)))
    assert {"911", "988"} <= named or ("staff" in code and "911" in named)


@pytest.mark.parametrize("code", CODES)
def test_none_judges_absolves_or_promises(code: str) -> None:
    text = text_of(code).replace("no se guarda en secreto", "")
    assert re.search(f"{JUDGES}|{PROMISES}", text, re.IGNORECASE) is None


@pytest.mark.parametrize("code", [code for code in CODES if not code.startswith("t:danger")])
def test_a_lock_screen_shows_no_word_of_the_topic(code: str) -> None:
    assert re.search(TOPICS, text_of(code)[:50], re.IGNORECASE) is None


@pytest.mark.parametrize(
    ("language", "alarms"), [("en", "NOT|danger|911"), ("es", "NO es|peligro")]
)
def test_where_someone_reads_along_danger_opens_neutrally(language: str, alarms: str) -> None:
    opening = text_of(f"t:danger:{language}:watched")[:50]
    assert re.search(alarms, opening) is None
    assert re.search(alarms, text_of(f"t:danger:{language}:first")[:50])


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("t:danger:en:actor", ["reached nobody", "in person now", "must report", "at once"]),
        ("t:danger:es:actor", ["no llega a nadie", "en persona", "deben avisar enseguida"]),
        ("t:suicide:en:friend", ["Ask straight out", "Stay", "adult", "no secret", "together"]),
        ("t:suicide:es:friend", ["Pregunta sin rodeos", "Quédate", "adulto", "secreto", "junto"]),
        ("line:actor:en", ["Stop", "keep away", "adult you trust", "Ask first"]),
        ("line:actor:es", ["Detente", "lejos", "adulto de confianza", "Pregunta antes"]),
        ("line:parent:en", ["1-800-422-4453", "1-888-373-7888", "school"]),
        ("line:parent:es", ["1-800-422-4453", "1-888-373-7888", "escuela"]),
        ("line:staff:en", ["county line", "ZIP", "SS 8572", "36 hours", "no report"]),
        ("line:staff:es", ["condado", "ZIP", "SS 8572", "36 horas", "no basta"]),
    ],
)
def test_each_says_what_to_do_first(code: str, said: list[str]) -> None:
    """Threats: Education Code 49390-49395, staff must report at once."""
    assert [words for words in said if words not in text_of(code)] == []


HURT = (
    *("i was raped", "i got molested", "i was touched", "im scared of my dad", "i get hit"),
    *("im scared of my boyfriend", "im scared to be home", "i have a gun to my head", "im hurt"),
    *("me violaron", "me tocaron", "le tengo miedo", "me pegan", "im scared hell kill me"),
)


@pytest.mark.parametrize("text", HURT)
def test_who_was_hurt_never_gets_the_words_for_who_did_it(text: str) -> None:
    assert decide(script(), text).about != "actor"


def test_who_did_harm_is_offered_no_number_for_those_who_were_hurt() -> None:
    decision = decide(script(), "i bullied a kid for no reason all year and i feel bad")
    assert decision.about == "actor"
    assert decision.code == "line:actor:en"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("role", ["parent", "staff"])
def test_a_second_sentence_follows_one_full_stop(role: str, language: str) -> None:
    plain, both = (text_of(f"line:{role}:{language}{more}") for more in ("", "+bullying"))
    assert len(both) > len(plain)
    assert ".." not in both
