"""Replies begin with 911 for now, without blame, and tell nothing on a locked screen."""

import re

import pytest

from content.rules import locked_screen
from sms.decide import decide
from sms.replies import drafts
from tests.shipped import pack
from tests.sms.test_real_pack import SETTINGS, script

BOTH = ("en", "es")
EARLY = 180  # letters: the first part of a reply, and what a phone shows of it
NO_NEED = {"partners"}  # asks for a group by name


def said(code: str) -> str:
    return script().reply(code).text


@pytest.mark.parametrize("language", BOTH)
def test_each_first_reply_names_911_for_now_before_it_goes_into_detail(language: str) -> None:
    late = {
        topic: text
        for topic in script().priority
        if topic not in NO_NEED
        and not 0 <= (text := said(f"t:{topic}:{language}:first")).find("911") < EARLY
    }
    assert late == {}


NARROW = re.compile(
    r"[^,] bad pain: 911|weapon is near: get away|passed out or bad breathing\? call"
    r"|danger: 911\. more|si te pueden lastimar hoy: 911",
    re.IGNORECASE,
)
HURTS = ("abuse", "assault", "bullying", "dating", "feelings", "foster", "gangs", "lgbtq", "lonely", "online", "runaway", "schoolstaff", "suicide", "trafficking", "work")  # fmt: skip


@pytest.mark.parametrize("topic", HURTS)
def test_911_is_for_anyone_who_is_hurt_and_not_for_one_kind_of_danger_alone(topic: str) -> None:
    english, spanish = (said(f"t:{topic}:{language}:first") for language in BOTH)
    assert re.search(r"hurt", english.split("911")[0], re.IGNORECASE)
    assert re.search(r"lastim|herid|daño|peligro", spanish.split("911")[0], re.IGNORECASE)
    assert not NARROW.search(english)


FRIEND = ("t:friend:{}:first", "t:friend:{}:secret", "t:suicide:{}:friend", "t:eating:{}:friend")


@pytest.mark.parametrize("code", FRIEND)
@pytest.mark.parametrize("language", BOTH)
def test_who_asks_for_another_is_told_of_911_before_staying_or_listening(
    code: str, language: str
) -> None:
    text = said(code.format(language)).casefold()
    stays = (
        r"\bstay\b|\blisten\b|\bask (?:them )?straight|qu[eé]date|escucha|pregunta (?:sin|directo)"
    )
    assert 0 <= text.find("911") < re.search(stays, text).start()  # type: ignore[union-attr]


ACTOR = ("line:actor:{}", "t:pictures:{}:actor")


@pytest.mark.parametrize("code", ACTOR)
@pytest.mark.parametrize("language", BOTH)
def test_who_did_harm_reads_of_help_first_then_to_stop(code: str, language: str) -> None:
    text = said(code.format(language))
    stop = "Stop" if language == "en" else "Detente"
    assert "911" in text[: locked_screen.LOCKED]
    assert text.index("911") < text.index(stop)
    assert not re.search(r"fault|blame|matters|guilt|culpa|importa", text, re.IGNORECASE)


@pytest.mark.parametrize("language", BOTH)
def test_who_brought_others_may_be_forced_and_reads_of_help_alone(language: str) -> None:
    text = said(f"t:trafficking:{language}:actor")
    assert "911" in text[: locked_screen.LOCKED]
    assert not re.search(r"stop|detente|keep away|lejos|fault|blame|culpa", text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "code", "way"),
    [
        ("i posted her nudes and she wont come to school", "t:pictures:en:actor", "takeitdown.ncmec.org"),
        ("i recruited her for him", "t:trafficking:en:actor", "1-888-373-7888"),
    ],
)  # fmt: skip
def test_who_shared_a_picture_or_brought_someone_in_gets_what_helps_them(
    text: str, code: str, way: str
) -> None:
    decision = decide(script(), text)
    assert decision.code == code
    assert way in decision.reply.text


URGES = {
    "en": ["i get urges to touch my little cousin and i havent done anything", "im scared of what i might do to my baby sister",
        "i dont trust myself around little kids", "i keep having sexual thoughts about kids and i hate it"],
    "es": ["tengo ganas de tocar a mi primita y me da miedo", "tengo miedo de hacerle algo a mi hermanita",
        "tengo pensamientos sexuales con niños y no quiero"],
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(tag, one) for tag in URGES for one in URGES[tag]])
def test_who_fears_an_own_urge_is_told_to_stay_away_and_to_talk_without_blame(
    language: str, text: str
) -> None:
    decision = decide(script(), text)
    assert decision.code == f"t:abuse:{language}:urge"
    assert {"911", "988"} <= set(re.findall(r"\d{3}", decision.reply.text))
    assert re.search(r"Keep yourself away|Mantente lejos", decision.reply.text)
    assert not re.search(r"fault|blame|sick|wrong|culpa|mal\b", decision.reply.text)


@pytest.mark.parametrize(
    "text",
    [
        "im scared of what my dad might do to my little sister",
        "my uncle has urges to touch kids and he touched me",
        "my dad keeps having urges to touch little kids",
        "i have urges to hug the baby lol",
        "i dont trust my brother around my little cousin",
        "mi tio tiene ganas de tocar a los niños y a mi me toco",
    ],
)
def test_fear_of_somebody_else_is_no_urge_of_ones_own(text: str) -> None:
    assert not decide(script(), text).code.endswith(":urge")


BABY = {
    "en": ["i almost shook the baby so i put her down and walked away", "she wont stop crying i put her in her crib and closed the door",
        "i wanted to shake him i put him down and went outside", "im scared i will shake my baby"],
    "es": ["casi sacudo al bebe y mejor lo deje en la cuna", "no para de llorar y lo puse en la cuna y me sali"],
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(tag, one) for tag in BABY for one in BABY[tag]])
def test_who_put_a_baby_down_and_went_away_did_right_and_is_no_threat(
    language: str, text: str
) -> None:
    decision = decide(script(), text)
    assert decision.code == f"t:feelings:{language}:baby"
    assert decision.reply.text.startswith(("You did right", "Hiciste bien"))
    assert "911" in decision.reply.text


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("answer", ["over", "thanks", "again", "sick"])
def test_behind_a_drugged_drink_or_pills_even_thanks_names_911_before_988(
    answer: str, language: str
) -> None:
    text = said(f"a:{answer}:{language}")
    assert text.index("911") < text.index("988")
    assert re.search(r"\btook\b|\btomo\b", text, re.IGNORECASE)
    if answer in {"over", "sick"}:
        assert text.index("911") < text.index("1-800-222-1222")


def test_what_is_sent_shows_no_word_of_the_list_on_a_locked_screen() -> None:
    """As sent: with the numbers, the code and the other language in it."""
    words = locked_screen.giveaways()
    kept = [
        draft
        for draft in drafts(pack(), SETTINGS)
        if locked_screen.opens_a_reply(draft.key)
        and draft.code.split(":")[2].partition("+")[0] in BOTH
    ]
    assert len(kept) > 300
    for draft in kept:
        language = draft.code.split(":")[2].partition("+")[0]
        opening = draft.text[: locked_screen.LOCKED].rpartition(" ")[0].casefold()
        shown = set(re.findall(r"[^\W\d_]+", opening))
        assert not shown & words[language], (draft.code, shown & words[language])


@pytest.mark.parametrize(
    ("text", "language"), [("alto", "es"), ("ALTO.", "es"), ("stop now", "en")]
)
def test_who_asks_for_quiet_in_one_word_is_answered_in_its_language(
    text: str, language: str
) -> None:
    assert decide(script(), text).code == f"line:optout:{language}"


@pytest.mark.parametrize(
    "text",
    ["this is her boyfriend, who is this", "soy su novio, quien eres", "im his boss who are you"],
)
def test_anyone_else_who_holds_the_phone_learns_of_no_need(text: str) -> None:
    said = decide(script(), text).reply.text
    assert re.search(r"all students|todo el alumnado|todos", said)
    assert set(re.findall(r"\d[\d-]{2,}", said)) <= {"911", "988"}


def test_a_need_with_that_question_keeps_its_reply() -> None:
    assert decide(script(), "her boyfriend hits her, who is this number").topic != "adults"


@pytest.mark.parametrize(
    "text", ["ya volvió. luego te escribo", "hes back ill text you later", "gtg hes home"]
)
def test_who_breaks_off_because_somebody_is_back_gets_a_reply_that_tells_nothing(text: str) -> None:
    assert decide(script(), text).code.endswith(":near")
