"""What docs/editor/safe-messaging.md promises of every text about suicide: screen, cards and replies."""

import re
from collections.abc import Iterator

from content.model.pack import Pack
from tests.shipped import pack

ABOUT = re.compile(r"(topic|sms):suicide:|resource:(988|ctl):")
# Methods, places and tools; death as a way out; words that blame. Whole words, in both languages.
NEVER = re.compile(
    r"\b(cut|cuts|cutting|burn|burns|pills?|gun|rope|hang|bridge|jump|overdose|poison|blade|razor"
    r"|commit\w*|successful|failed|epidemic|peace|escape|way out|end the pain"
    r"|cort\w+|quem\w+|pastillas?|pistola|soga|colgar\w*|puente|saltar|veneno|navaja|salida"
    r"|cometer|epidemia|descansar|escapar)\b",
    re.IGNORECASE,
)
FIRST_PROSE = "topic:suicide:p.1"


def said(of: Pack) -> Iterator[tuple[str, str, str]]:
    for language in ("en", "es"):
        for key, text in of.texts[language].items():
            if ABOUT.match(key) and not key.endswith(":parent"):  # what a parent locks away
                yield language, key, text


def test_no_text_about_suicide_names_a_method_or_shows_death_as_a_way_out() -> None:
    found = [(language, key, NEVER.findall(text)) for language, key, text in said(pack())]
    assert len(found) > 20
    assert [row for row in found if row[2]] == []


def test_hope_stands_in_the_first_paragraph_and_help_before_it() -> None:
    texts = pack().texts["en"]
    assert "help works" in texts[FIRST_PROSE]
    assert texts["topic:suicide:warm"].startswith("You matter")
    assert "Call or text" in texts["topic:suicide:step.1"]


def test_the_page_on_a_friend_says_to_ask_straight_out() -> None:
    assert "Ask about suicide straight out" in pack().texts["en"]["topic:friend:step.2"]
