"""Matching: words, phrases, misspellings."""

import pytest

from content.model.pack import Keyword, Words
from sms.understanding.dictionary import ordinary
from sms.understanding.keyword_matcher import MOST_GUESSED, Hit, Matcher
from sms.understanding.normalise import tokenize
from tests.sms.packs import KEYWORDS
from tests.sms.test_real_pack import script

MATCHER = Matcher(KEYWORDS, ordinary())


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.topic, hit.how) for hit in MATCHER.find(tokenize(text))]


@pytest.mark.parametrize(
    ("text", "topic", "how"),
    [
        ("FOOD", "basics", "exact"),
        ("i need food!!", "basics", "exact"),
        ("im not safe", "danger", "phrase"),
        ("I'm NOT safe", "danger", "phrase"),
        ("i am not safe", "danger", "phrase"),
        ("I don't feel very safe", "danger", "phrase"),
        ("not feeling at all safe", "danger", "phrase"),
        ("killmyself", "suicide", "phrase"),
        ("helpme", "danger", "phrase"),
        ("n o t s a f e", "danger", "phrase"),
        ("kms", "suicide", "phrase"),
        ("wanna die", "suicide", "phrase"),
        ("want 2 die", "suicide", "phrase"),
        ("end my life", "suicide", "phrase"),
        ("die", "suicide", "exact"),
        ("suicde", "suicide", "typo"),
        ("sucidal", "suicide", "typo"),
        ("suiciiide", "suicide", "typo"),
        ("su1c1de", "suicide", "typo"),
        ("traficked", "trafficking", "typo"),
        ("shleter", "basics", "typo"),
        ("i wnat to die", "suicide", "typo"),
        ("kiero morir", "suicide", "phrase"),
        ("Me escapé de casa", "runaway", "phrase"),
        ("AMBRE", "basics", "typo"),
    ],
)
def test_a_message_finds_its_topic(text: str, topic: str, how: str) -> None:
    assert found(text)[:1] == [(topic, how)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "good",  # one letter from food
        "save",
        "i might die laughing",  # "die" only alone
        "dye",
        "end of the long school year life",  # more than three words between
        "safe not",
        "asdf",
        "hello there",
        "stop",
        "help",
    ],
)
def test_other_messages_find_nothing(text: str) -> None:
    assert found(text) == []


def test_the_most_urgent_topic_comes_first() -> None:
    assert [topic for topic, _ in found("im hungry and want to die and hes going to hurt me")] == [
        "danger",
        "suicide",
        "basics",
    ]


def test_a_topic_is_named_by_its_surest_match() -> None:
    assert found("suicde suicide") == [("suicide", "exact")]
    assert found("suicide suicde") == [("suicide", "exact")]


def test_a_hit_knows_the_languages_of_its_words() -> None:
    assert MATCHER.find(tokenize("comida")) == (Hit("basics", "exact", frozenset({"es"})),)
    assert MATCHER.find(tokenize("food comida"))[0].languages == {"en", "es"}


def test_no_misspelling_becomes_a_carriers_word() -> None:
    words = Words(phrases=("help now", "stop him", "info please"))
    matcher = Matcher(
        [Keyword(topic="x", priority=1, max_segments={}, words={"en": words})], ordinary()
    )
    assert matcher.find(tokenize("hepl now")) == ()
    assert matcher.find(tokenize("stpo him")) == ()
    assert matcher.find(tokenize("help now"))[0].topic == "x"


def test_a_phrase_written_as_one_ordinary_word_is_that_word() -> None:
    words = Words(phrases=("no body",))
    matcher = Matcher(
        [Keyword(topic="x", priority=1, max_segments={}, words={"en": words})], ordinary()
    )
    assert matcher.find(tokenize("nobody")) == ()
    assert matcher.find(tokenize("no body"))[0].topic == "x"


def test_a_message_has_so_many_letters_to_guess_at_and_the_same_misspelt_word_takes_its_own_once() -> (
    None
):
    odd = [f"{a}{b}zzqq" for a in "bcdfghjk" for b in "bcdfghjk"][: MOST_GUESSED // len("suicde")]

    assert found(" ".join([*odd[1:], *odd[1:], "suicde"])) == [("suicide", "typo")]
    assert found(" ".join([*odd, "suicde"])) == []


def test_up_to_eight_small_words_may_stand_in_a_row_between_two_words_of_a_phrase() -> None:
    assert found(f"sex {'so ' * 8}for money") == [("trafficking", "phrase")]
    assert found(f"sex {'so ' * 9}for money") == []


@pytest.mark.parametrize(
    ("text", "topic"), [("im so tired of livin", "suicide"), ("he keeps touchin me", "assault")]
)
def test_a_word_without_its_last_g_is_that_word(text: str, topic: str) -> None:
    """Also where the short form is listed as an ordinary word."""
    hits = script().matcher.find(tokenize(text))
    assert hits[0].topic == topic
    assert hits[0].how != "typo"
