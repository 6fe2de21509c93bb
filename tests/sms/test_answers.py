"""The shipped answers to what people ask next, as the line sends them."""

import re
from dataclasses import replace
from itertools import takewhile

import pytest

from content.rules.answers import ANSWERS, IN_PART
from content.rules.locked_screen import LOCKED
from sms.decide import decide, recall
from sms.replies import Reply, drafts
from sms.script import Script
from tests.shipped import pack
from tests.sms.test_real_pack import SETTINGS, script

BODY = re.compile(
    r"(?i)\b(?:child abuse|abus\w*|maltrat\w*|danger|peligro|suicid\w*|sex\w*|rap\w*|viol\w*|hurt\w*|hit|pregnan\w*"
    r"|embaraz\w*|period|drug\w*|drog\w*|nudes?|body|cuerpo|touch\w*|gay|food|comida|bed|cama|money|hide)\b"
)
BOTH = [(answer, language) for answer in ANSWERS for language in ("en", "es")]


def reply(answer: str, language: str) -> Reply:
    assert script().has(f"a:{answer}:{language}"), (answer, language)
    return script().reply(f"a:{answer}:{language}")


@pytest.mark.parametrize(("answer", "language"), BOTH)
def test_each_answer_is_short_and_leads_on_and_shows_nothing_on_a_locked_screen(
    answer: str, language: str
) -> None:
    sent = reply(answer, language)

    assert (sent.encoding, sent.segments <= 2) == ("GSM-7", True)
    assert re.search(r"\b(?:988|911)\b|1-8\d\d-", sent.text)
    assert not sent.text.startswith("This is NOT")
    assert not BODY.search(sent.text[:LOCKED])


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_spanish_answer_is_written_without_any_accent(answer: str) -> None:
    assert not set(reply(answer, "es").text) & set("áéíóúÁÉÍÓÚ")


@pytest.mark.parametrize("language", pack().partial)
def test_a_language_in_part_has_ten_answers_that_end_with_not_being_checked(language: str) -> None:
    sent = [reply(answer, language) for answer in IN_PART]
    columns = zip(*(one.text[::-1] for one in sent), strict=False)
    same = takewhile(lambda column: len(set(column)) == 1, columns)
    ends = "".join(column[0] for column in same)[::-1].strip(" .。।")

    assert max(one.segments for one in sent) <= 3
    assert len(ends) > 5
    assert ends in pack().texts[language]["sms:danger:further"]


SAYS = {
    "who": (("machine", "No person reads"), ("maquina", "Ninguna persona")),
    "private": (("keeps nothing", "bill", "phone company", "will you tell anyone?"), ("no guarda nada", "recibo")),
    "parents": (("tells nobody", "School staff must report"), ("no le avisa a nadie", "En la escuela deben avisar")),
    "police": (("sends nobody", "seldom", "can send", "a life is in danger", "ICE"), ("rara vez", "puede mandar policia", "ICE", "en español")),
    "cost": (("free", "Wi-Fi"), ("gratis", "Wi-Fi")),
    "expect": (("You can say:", "stop at any time", "stay on"), ("Puedes decir:", "parar cuando quieras", "no cuelgues")),
    "cannot_call": (("text 988", "741741", "where you are, then", "711"), ("AYUDA al 988", "donde estas", "711")),
    "no_answer": (("Stay on", "741741", "911"), ("Espera en la linea", "741741", "911")),
    "afraid": (("hang up", "text 988"), ("colgar", "AYUDA al 988")),
    "watched": (("automatic reply", "Any phone"), ("respuesta es automatica", "cualquier telefono")),
    "more": (("code at the end of the last message",), ("codigo que esta al final del ultimo mensaje",)),
    "again": (("911", "988", "233733", "text your word again"), ("911", "988", "233733")),
    "number": (("988:", "911:", "211:", "741741:"), ("988:", "911:", "211:", "741741:")),
    "removed": (("cannot know",), ("no lo puede saber",)),
    "wrong": (("Sorry", "SAFE"), ("Perdon", "PELIGRO")),
}  # fmt: skip


@pytest.mark.parametrize("answer", SAYS)
def test_what_must_be_said_is_said_in_both_languages(answer: str) -> None:
    for language, words in zip(("en", "es"), SAYS[answer], strict=True):
        assert [word for word in words if word not in reply(answer, language).text] == []


def test_a_language_in_part_without_an_answer_has_the_general_reply() -> None:
    assert not script().has("a:hours:vi")
    assert script().reply("a:hours:vi") == script().reply("line:general:vi")


def test_who_is_answered_under_its_code_and_again_for_a_message_that_comes_twice() -> None:
    decision = decide(script(), "quien eres")

    assert (decision.code, decision.topic) == ("a:who:es", None)
    assert recall(script(), decision.code).reply == decision.reply


def test_an_answer_that_comes_back_as_an_echo_is_met_with_silence() -> None:
    for answer in ("private", "expect", "watched"):
        assert decide(script(), reply(answer, "en").text).how == "echo"


def test_every_answer_has_a_draft_of_its_own() -> None:
    codes = [draft.code for draft in drafts(pack(), SETTINGS) if draft.code.startswith("a:")]
    in_part = [(answer, language) for answer in IN_PART for language in pack().partial]
    assert sorted(codes) == sorted(f"a:{answer}:{tag}" for answer, tag in (*BOTH, *in_part))


def test_a_pack_from_before_the_answers_has_none_of_them() -> None:
    texts = {
        tag: {key: text for key, text in said.items() if not key.startswith("sms:answer:")}
        for tag, said in pack().texts.items()
    }
    older = Script(replace(pack(), texts=texts), SETTINGS)
    assert not decide(older, "who are you").code.startswith("a:")
