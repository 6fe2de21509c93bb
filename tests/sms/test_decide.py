"""From a message to an answer: transcripts as tables."""

from dataclasses import replace

import pytest

from content.model.reserved_words import STOP
from settings.schema import Sms
from sms.decide import decide, problems, read, recall
from sms.script import Script, ScriptError
from sms.understanding.classifier import Prediction
from tests.sms.packs import PACK, SETTINGS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HELP", ("help", None, "en", "line:help:en")),
        ("info", ("help", None, "en", "line:help:en")),
        ("AYUDA", ("help", None, "es", "line:help:es")),
        ("H E L P", ("help", None, "en", "line:help:en")),
        ("START", ("start", None, "en", "line:start:en")),
        ("yes", ("start", None, "en", "line:start:en")),
        ("STOP.", ("optout", None, "en", "line:optout:en")),
        ("no más mensajes", ("optout", None, "es", "line:optout:es")),
        ("im not safe", ("phrase", "danger", "en", "t:danger:en:first")),
        ("he wont stop hurt me", ("phrase", "danger", "en", "t:danger:en:first")),
        ("no estoy segura", ("phrase", "danger", "es", "t:danger:es:first")),
        ("sucide", ("model", "suicide", "en", "t:suicide:en:first")),
        ("51", ("general", None, "en", "line:general:en")),
        ("1234 5678", ("general", None, "en", "line:general:en")),
        ("M99", ("general", None, "en", "line:general:en")),
        (
            "he makes me have sex for money",
            ("phrase", "trafficking", "en", "t:trafficking:en:first"),
        ),
        ("me quiero morir", ("phrase", "suicide", "es", "t:suicide:es:first")),
        ("ya no puedo", ("phrase", "suicide", "es", "t:suicide:es:first")),
        ("FOOD", ("exact", "basics", "en", "t:basics:en:first")),
        ("ME ESCAPÉ", ("phrase", "runaway", "es", "t:runaway:es:first")),
        ("M32", ("code", "suicide", "en", "t:suicide:en:more")),
        ("E32", ("code", "suicide", "es", "t:suicide:es:more")),
        ("911", ("exact", "danger", "en", "t:danger:en:first")),
        ("988", ("exact", "suicide", "en", "t:suicide:en:first")),
        ("211", ("exact", "basics", "en", "t:basics:en:first")),
        ("95814", ("place", None, "en", "place:06067:en")),
        ("95814-1234", ("place", None, "en", "place:06067:en")),
        (
            "96093",
            ("place", None, "en", "line:place_unknown:en"),
        ),  # Trinity: no number may be printed
        ("10001", ("place", None, "en", "line:place_unknown:en")),
        ("3 strands", ("partner", "partners", "en", "partner:3strands:en")),
        ("quien es ncmec", ("partner", "partners", "es", "partner:ncmec:es")),
        ("ncmce", ("general", None, "en", "line:general:en")),  # a name is asked for as it is
        ("stop it", ("general", None, "en", "line:general:en")),
        ("zxcv", ("general", None, "en", "line:general:en")),
        ("hola que tal", ("general", None, "es", "line:general:es")),
        ("", ("general", None, "en", "line:general:en")),
        ("???", ("general", None, "en", "line:general:en")),
        ("😀", ("general", None, "en", "line:general:en")),
        ("\u200b", ("general", None, "en", "line:general:en")),
        ("\x00\ud800", ("general", None, "en", "line:general:en")),
    ],
)
def test_a_message_gets_its_answer(
    script: Script, text: str, expected: tuple[str, str | None, str, str]
) -> None:
    decision = decide(script, text)
    assert (decision.how, decision.topic, decision.language, decision.code) == expected
    assert decision.reply.segments in {1, 2}


@pytest.mark.parametrize("text", ["42", "4 2 0", "M51", "text E99"])
def test_the_model_is_not_asked_about_numbers_and_codes(script: Script, text: str) -> None:
    assert read(script, text).seen == Prediction()
    assert read(script, f"{text} hungry").seen != Prediction()


@pytest.mark.parametrize("opt_out_type", ["", "STOP"])
@pytest.mark.parametrize("word", sorted(STOP))
def test_stop_is_silent_in_every_mode(script: Script, word: str, opt_out_type: str) -> None:
    decision = decide(script, f" {word.upper()}\n", opt_out_type=opt_out_type)
    assert (decision.how, decision.reply.segments) == ("optout", 0)


@pytest.mark.parametrize("text", ["HELP", "AYUDA", "anything"])
def test_help_that_the_carrier_answered_is_not_answered_twice(script: Script, text: str) -> None:
    decision = decide(script, text, opt_out_type="HELP")
    assert (decision.how, decision.reply.segments) == ("help", 0)


def test_start_is_answered_once_also_beside_the_carriers_own_reply(script: Script) -> None:
    assert decide(script, "START", opt_out_type="START").code == "line:start:en"


def test_a_word_the_carrier_took_is_silent_whatever_it_was(script: Script) -> None:
    assert decide(script, "parar", opt_out_type="STOP").reply.segments == 0


def test_two_needs_get_the_more_urgent_answer_and_name_the_other(script: Script) -> None:
    decision = decide(script, "im hungry and want to die")
    assert (decision.topic, decision.also) == ("suicide", "basics")


def test_a_code_gives_the_same_answer_again(script: Script) -> None:
    for text in ("im not safe", "E32", "95814", "ncmec", "STOP", "hola", "HELP", "START"):
        first = decide(script, text)
        again = recall(script, first.code)
        assert again.reply is first.reply
        assert (again.how, again.topic, again.language) == ("repeat", first.topic, first.language)


@pytest.mark.parametrize(
    "code", ["t:gone:es:first", "place:99999:es", "partner:gone:es", "nonsense"]
)
def test_a_code_of_another_pack_gives_the_general_answer(script: Script, code: str) -> None:
    language = "es" if ":es" in code else "en"
    assert script.reply(code) is script.reply(f"line:general:{language}")


def test_a_pack_without_topics_still_answers() -> None:
    bare = replace(PACK, keywords=(), topics=(), partners=(), counties=())
    script = Script(bare, SETTINGS)
    for text in ("im not safe", "M32", "911", "95814", "ncmec", "HELP"):
        assert "911" in decide(script, text).reply.text or "211" in decide(script, text).reply.text


def test_a_withdrawn_partner_is_not_known_by_its_name() -> None:
    assert decide(Script(PACK, SETTINGS), "ncmec").how == "partner"
    gone = tuple(
        replace(one, status="withdrawn") if one.id == "ncmec" else one for one in PACK.partners
    )
    script = Script(replace(PACK, partners=gone), SETTINGS)
    assert decide(script, "ncmec").how != "partner"
    assert not script.has("partner:ncmec:en")


def test_a_pack_without_a_general_reply_is_refused() -> None:
    texts = {"en": {k: v for k, v in PACK.texts["en"].items() if k != "sms:line:general"}}
    with pytest.raises(ScriptError, match="sms:line:general"):
        Script(replace(PACK, texts=texts), SETTINGS)


def test_a_placeholder_that_nothing_fills_is_a_problem() -> None:
    texts = {**PACK.texts, "en": {**PACK.texts["en"], "sms:line:start": "Call {nobody.voice}."}}
    broken = replace(PACK, texts=texts)
    assert any("nobody.voice" in str(problem.message) for problem in problems(broken, SETTINGS))
    with pytest.raises(ScriptError, match=r"nobody\.voice"):
        Script(broken, SETTINGS)


def test_a_good_pack_has_no_problems() -> None:
    assert problems(PACK, SETTINGS) == []


def test_a_reply_that_is_too_long_with_this_program_name_is_a_problem() -> None:
    found = problems(PACK, Sms(program_name="P" * 300, contact="x"))
    assert [problem.file for problem in found] == ["sms/line.toml", "sms/line.toml"]
    assert "sms:line:help" in str(found[0].message)


def test_a_county_whose_reply_is_too_long_is_a_problem() -> None:
    long = replace(PACK, counties=(replace(PACK.counties[0], name="C" * 300),))
    assert any("sms:line:place" in str(problem.message) for problem in problems(long, SETTINGS))
