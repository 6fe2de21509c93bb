"""The rules: keywords that are the whole message, and safety phrases inside one."""

import tracemalloc

import pytest

from content.model.pack import Case, Keyword, Words
from sms.understanding.keyword_matcher import MOST_FILLERS, Hit, Matcher
from sms.understanding.normalise import tokenize
from tests.sms.packs import KEYWORDS

MATCHER = Matcher(KEYWORDS)
LETTERS = str.maketrans("01", "ab")


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.topic, hit.how) for hit in MATCHER.find(tokenize(text))]


@pytest.mark.parametrize(
    ("text", "topic", "how"),
    [
        ("FOOD", "basics", "exact"),
        ("food please!!", "basics", "exact"),
        ("im not safe", "danger", "phrase"),
        ("I'm NOT safe", "danger", "phrase"),
        ("i am really not even safe", "danger", "phrase"),
        ("wanna die", "suicide", "phrase"),
        ("want 2 die", "suicide", "phrase"),
        ("kms", "suicide", "phrase"),
        ("die", "suicide", "exact"),
        ("d i e", "suicide", "exact"),
        ("su1c1de", "suicide", "exact"),
        ("suicideeee", "suicide", "exact"),
        ("kiero morir", "suicide", "phrase"),
        ("ME ESCAPÉ de casa", "runaway", "phrase"),
    ],
)
def test_a_message_finds_its_topic(text: str, topic: str, how: str) -> None:
    assert found(text)[:1] == [(topic, how)]


@pytest.mark.parametrize(
    "text",
    ["", "good", "i love food", "i might die laughing", "dye", "safe not", "asdf", "stop", "help"],
)
def test_other_messages_find_nothing(text: str) -> None:
    assert found(text) == []


def test_the_most_urgent_topic_comes_first() -> None:
    said = "want to die and hes going to hurt me"
    assert [topic for topic, _ in found(said)] == ["danger", "suicide"]


def test_a_word_that_two_topics_have_belongs_to_the_more_urgent() -> None:
    words = {"en": Words(alone=("pills",), phrases=("took pills",))}
    two = [
        Keyword(topic=topic, priority=priority, max_segments={}, words=words)
        for topic, priority in (("danger", 1), ("substance", 9))
    ]
    for order in (two, two[::-1]):
        matcher = Matcher(order)
        assert matcher.find(tokenize("pills")) == (Hit("danger", "exact", "en"),)
        assert matcher.find(tokenize("i took pills")) == (Hit("danger", "phrase", "en"),)


def test_only_so_many_small_words_stand_between_two_words_of_a_phrase() -> None:
    assert found(f"sex {'so ' * MOST_FILLERS}for money") == [("trafficking", "phrase")]
    assert found(f"sex {'so ' * (MOST_FILLERS + 1)}for money") == []


CLASSES = {
    "took": ("took", "swallowed", "i ate up"),
    "many": ("{10+}", "a bunch of", "the whole bottle of"),
    "pills": ("pills", "advil"),
    "she": ("she", "my friend"),
}
WITH_CASES = Keyword(
    topic="danger",
    priority=1,
    max_segments={},
    words={"en": Words(phrases=("took pills",))},
    classes={"en": CLASSES},
    case={
        "pills": Case(
            priority=2,
            words={"en": Words(phrases=("{took} {many} {any} {pills}",), alone=("took them all",))},
            friend={"en": Words(phrases=("{she} {took} {many} {pills}",))},
            unless={"en": ("in the game",)},
        ),
        "asleep": Case(priority=1, words={"en": Words(phrases=("wont wake up",))}),
    },
)
OTHER = Keyword(
    topic="substance", priority=9, max_segments={}, words={"en": Words(phrases=("advil",))}
)


@pytest.mark.parametrize(
    ("text", "case", "about"),
    [
        ("i took 20 advil", "pills", "me"),
        ("i took like 20 of my moms pills", "pills", "me"),
        ("took 10 pills", "pills", "me"),
        ("i ate up just a bunch of pills", "pills", "me"),
        ("i swallowed a bunch of pills", "pills", "me"),
        ("took the whole bottle of advil", "pills", "me"),
        ("Took them all", "pills", "me"),
        ("my friend took 30 advil", "pills", "friend"),
        ("my friend knows i took 30 advil", "pills", "me"),
        ("i took 20 advil and now my sister wont wake up", "asleep", ""),
        ("i took pills", "", ""),
        ("i swallowed pills", "none", ""),
        ("i took 20 pills in the game", "none", ""),
        ("i took pills in the game", "", ""),
        ("i took 9 advil", "none", ""),
        ("i took 20 of them in a park so far pills", "none", ""),
        ("i saw a bunch of pills", "none", ""),
    ],
)
def test_a_case_is_found_by_classes_of_words_and_counts(text: str, case: str, about: str) -> None:
    hits = Matcher([WITH_CASES, OTHER]).find(tokenize(text))
    told = [(hit.case, hit.about) for hit in hits if hit.topic == "danger"]
    assert told == ([] if case == "none" else [(case, about)])


def test_a_class_belongs_to_its_language_and_topic() -> None:
    def one(topic: str, language: str, word: str) -> Keyword:
        return Keyword(
            topic=topic,
            priority=1,
            max_segments={},
            words={language: Words(phrases=("{took} pills",))},
            classes={language: {"took": (word,)}},
        )

    matcher = Matcher([one("danger", "en", "took"), one("danger", "es", "tome"), OTHER])
    assert [hit.language for hit in matcher.find(tokenize("tome pills"))] == ["es"]
    assert [hit.language for hit in matcher.find(tokenize("took pills"))] == ["en"]


def test_pictures_count_as_words_of_rules_and_may_be_skipped() -> None:
    words = {"en": Words(phrases=("🔪 {any} scared", "want to die"), alone=("🔪 now",))}
    matcher = Matcher([Keyword(topic="danger", priority=1, max_segments={}, words=words)])
    found = {
        text: [hit.how for hit in matcher.find(tokenize(text))]
        for text in (
            "🔪",
            "🔪 im so scared",
            "scared 🔪",
            "want to 😭😭😭😭😭😭 die",
            "so 🔪 now 😭",
            "now",
            "die 🔪",
        )
    }
    assert found == {
        "🔪": [],
        "🔪 im so scared": ["phrase"],
        "scared 🔪": [],
        "want to 😭😭😭😭😭😭 die": ["phrase"],
        "so 🔪 now 😭": ["exact"],
        "now": [],
        "die 🔪": [],
    }


def test_phrases_that_end_alike_keep_their_own_topic_and_class() -> None:
    words = {"en": Words(phrases=("{they} hit me", "{they} said hi"))}
    classes = {
        "en": {
            "they": ("he", "she and her {kin}", "she and her friend", "{kin}"),
            "kin": ("she", "mom", "mom and dad"),
        }
    }
    harm = Keyword(topic="abuse", priority=2, max_segments={}, words=words, classes=classes)
    other = {"en": Words(phrases=("strangers hit me", "she and her mom and"))}
    more = Keyword(topic="assault", priority=1, max_segments={}, words=other)
    matcher = Matcher([harm, more])
    found = {
        text: [hit.topic for hit in matcher.find(tokenize(text))]
        for text in (
            "he hit me",
            "she hit me",
            "she and her friend hit me",
            "strangers hit me",
            "strangers said hi",
            "she and her mom hit me",
            "she and her mom and dad said hi",
            "she and her hit me",
        )
    }
    assert found == {
        "he hit me": ["abuse"],
        "she hit me": ["abuse"],
        "she and her friend hit me": ["abuse"],
        "strangers hit me": ["assault"],
        "strangers said hi": [],
        "she and her mom hit me": ["abuse"],
        "she and her mom and dad said hi": ["assault", "abuse"],
        "she and her hit me": [],
    }


def test_phrases_that_end_alike_take_little_memory() -> None:
    def matcher(many: int) -> Matcher:
        phrases = tuple(
            f"{one:b} took all of my moms pills".translate(LETTERS) for one in range(many)
        )
        words = {"en": Words(phrases=phrases)}
        return Matcher([Keyword(topic="danger", priority=1, max_segments={}, words=words)])

    matcher(10)  # what is read once for all
    tracemalloc.start()
    kept = matcher(1000)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [hit.topic for hit in kept.find(tokenize("bbab took all of my moms pills"))] == [
        "danger"
    ]
    assert size < 1000 * 500
