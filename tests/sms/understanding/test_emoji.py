"""Emoji of things are words to the model; faces, hearts and a picture alone are not."""

import pytest

from sms.decide import decide
from sms.understanding.features import spelled_out
from sms.understanding.normalise import tokenize
from tests.sms.test_real_pack import script

SAID = [
    ("he 🔪 at me", "he knife at me"),
    ("💊💊💊 i took them", "pill i took them"),
    ("my mom is 🍺🍺 every night", "my mom is beer drunk every night"),
    ("my friend ✂️ herself", "my friend scissors herself"),
    ("lol im dead 💀😭", "lol im dead"),
    ("🔫", ""),
    ("🔪 lol", "lol"),
    ("k i l l", "kill"),
    ("no emoji here", "no emoji here"),
]


@pytest.mark.parametrize(("text", "words"), SAID)
def test_an_emoji_of_a_thing_is_its_name_among_words(text: str, words: str) -> None:
    assert " ".join(spelled_out(tokenize(text))) == words


@pytest.mark.parametrize(
    ("text", "topic"),
    [("he 🔪 at me", "danger"), ("i have a 🔫 at school", "danger"), ("im 🤰 and scared", "health"),
     ("lol im dead 💀💀", None), ("go team 🔥🔥", None), ("this test killed me 😭", None)],
)  # fmt: skip
def test_what_an_emoji_says_is_understood_and_a_joke_stays_one(
    text: str, topic: str | None
) -> None:
    assert decide(script(), text).topic == topic
