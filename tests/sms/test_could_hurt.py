"""Messages whose reply could hurt someone, by class: paraphrases, and look-alikes."""

import re
import tomllib
from pathlib import Path

import pytest

from sms.decide import decide
from tests.sms.test_real_pack import script

CLASSES = tomllib.loads(Path(__file__).with_name("could_hurt.toml").read_text(encoding="utf-8"))
SAID = [(name, text) for name, one in CLASSES.items() for text in one["said"]]
ALIKE = [(name, text) for name, one in CLASSES.items() for text in one["alike"]]


@pytest.mark.parametrize(("name", "text"), SAID)
def test_each_paraphrase_gets_the_reply_of_its_class(name: str, text: str) -> None:
    assert re.fullmatch(CLASSES[name]["code"], decide(script(), text).code)


@pytest.mark.parametrize(("name", "text"), ALIKE)
def test_what_only_sounds_alike_does_not(name: str, text: str) -> None:
    assert not re.fullmatch(CLASSES[name]["code"], decide(script(), text).code)


@pytest.mark.parametrize("language", ["en", "es"])
def test_who_hides_is_told_to_stay_hidden_and_to_text_911(language: str) -> None:
    text = script().reply(f"t:danger:{language}:hidden").text
    assert text.index("I am hiding. I need police.") > text.index("911")
    assert not re.search(r"where people are|donde hay gente", text)


@pytest.mark.parametrize("part", ["near", "deaf", "hidden"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_who_cannot_speak_or_hear_texts_911_before_a_call(language: str, part: str) -> None:
    text = script().reply(f"t:danger:{language}:{part}").text
    by_text = re.search(r"[Tt]ext 911|[Mm]anda(?: ya)? al 911", text)
    call = re.search(r"\bcall\b|\bllam[ae]\b", text, re.IGNORECASE)
    assert by_text and call and by_text.start() < call.start()


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_fear_of_papers_keeps_from_911_and_nothing_is_promised(language: str) -> None:
    text = script().reply(f"t:immigration:{language}:afraid").text
    assert "911" in text and not re.search(r"\bICE\b|migra\b", text)
    assert re.search(r"nobody here can promise|Nadie aqui puede prometer", text)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_friend_without_an_address_can_still_be_named_to_911(language: str) -> None:
    for code in ("t:danger:{}:silent", "t:danger:{}:check", "t:suicide:{}:now.friend"):
        assert re.search(
            r"name, phone|nombre, tel[eé]fono", script().reply(code.format(language)).text
        )


@pytest.mark.parametrize("language", ["en", "es"])
def test_who_is_lured_is_told_not_to_go(language: str) -> None:
    text = script().reply(f"t:trafficking:{language}:offer").text
    assert re.search(r"Don't go|No vayas", text)
