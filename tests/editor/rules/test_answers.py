"""Answers to what people ask next: read from sms/answers.toml, and what each must be."""

import pytest

from content.model import built_pack
from content.rules.answers import ANSWERS, IN_PART, budget
from tests.content.conftest import TinyPack

ANSWERS_FILE, PO = "pack/sms/answers.toml", "pack/po/es.po"
TEXT, SPANISH = "Ask here: {988.voice}.", "Aqui: {988.voice}."
DULL = {"watched": "Leelo luego. " * 8}  # what comes before: others can read the opening
KO = 'msgid ""\nmsgstr ""\n"Language: ko\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def entry(key: str, english: str, said: str) -> str:
    return f'\nmsgctxt "{key}"\nmsgid "{english}"\nmsgstr "{said}"\n'


@pytest.fixture
def answering(tiny: TinyPack) -> TinyPack:
    """The tiny pack with every answer, in English on line 5 and following, and in Spanish."""
    rows = "".join(f'{answer} = "{DULL.get(answer, "")}{TEXT}"\n' for answer in ANSWERS)
    tiny.write(ANSWERS_FILE, f"[max_segments]\nwho = {{ en = 1, es = 1 }}\n\n[answer]\n{rows}")
    spanish = (tiny.root / PO).read_text("utf-8")
    for answer in ANSWERS:
        dull = DULL.get(answer, "")
        spanish += entry(f"sms:answer:{answer}", f"{dull}{TEXT}", f"{dull}{SPANISH}")
    return tiny.write(PO, spanish)


def test_the_answers_and_their_budgets_reach_the_built_pack(answering: TinyPack) -> None:
    assert answering.said() == []
    loaded = built_pack.load(built_pack.build(answering.pack()))

    for answer in ANSWERS:
        assert loaded.texts["es"][f"sms:answer:{answer}"] == f"{DULL.get(answer, '')}{SPANISH}"
    assert (budget(loaded, "who", "en"), budget(loaded, "cost", "en")) == (1, 2)


def test_a_pack_without_any_answer_is_whole(tiny: TinyPack) -> None:
    assert [row for row in tiny.said() if "answer" in row] == []


OWN = f'who = "{TEXT}"\n'
BROKEN = {
    "one is missing": (OWN, "", 1, 'the answer "who" is missing'),
    "one that no one knows": (OWN, f'{OWN}whom = "{TEXT}"\n', 6, 'did you mean "who"?'),
    "no text": (OWN, "who = 3\n", 5, '"who" must be a text'),
    "no section": ("[answer]", "[answers]", 4, '"answers" is not a name'),
    "no way on": (OWN, 'who = "{program} is a machine."\n', 5, "does not lead anywhere; add a number to call or text, such as"),
    "the beginning of another": (OWN, 'who = "This is NOT {911.voice}."\n', 5, "begins like the reply about danger; begin with the answer"),
    "a topic's word on a locked screen": (OWN, 'who = "On abuse: {988.voice}."\n', 5, "locked screen"),
    "a topic's word in capitals": (OWN, 'who = "(Abuse?) {988.voice}."\n', 5, "locked screen"),
    "a number of its own": (OWN, 'who = "Call 988, {911.voice}."\n', 5, "is a number in a text"),
    "a code": (OWN, 'who = "{988.voice}, {code}."\n', 5, "{code} has no value"),
    "a secret promised": (OWN, 'who = "We will not tell anyone. {988.voice}."\n', 5, "(secrecy)"),
    "over its budget": (OWN, f'who = "{"Say it. " * 20}{{988.voice}}"\n', 5, "needs 2 parts"),
    "a budget of three": ("en = 1", "en = 3", 2, "write 1 or 2"),
    "a budget of none": ("who = {", "whom = {", 2, "but this file has no such answer; correct the name"),
    "a file that is no TOML": ("[answer]", "[answer", 4, ""),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_a_wrong_answer_is_told_with_its_line(
    answering: TinyPack, case: tuple[str, str, int, str]
) -> None:
    old, new, line, message = case
    answering.broken((ANSWERS_FILE, old, new, f"{ANSWERS_FILE}:{line}", message))


def test_a_file_that_cannot_be_read_is_told_once(answering: TinyPack) -> None:
    answering.edit(ANSWERS_FILE, "[answer]", "[answer")
    assert [row for row in answering.said() if "is missing" in row] == []


def test_a_topics_word_may_come_where_a_locked_screen_does_not_reach(answering: TinyPack) -> None:
    late = f"{'Now. ' * 10}Abuse: {{988.voice}}."
    answering.edit(ANSWERS_FILE, OWN, f'who = "{late}"\n')
    assert [row for row in answering.said() if "locked" in row] == []


def test_a_translation_is_judged_by_the_words_of_its_language(answering: TinyPack) -> None:
    answering.edit(PO, SPANISH, "El suicidio: {988.voice}.")
    assert any(row.startswith(PO) and "locked screen" in row for row in answering.said())


def test_a_missing_translation_is_an_error(answering: TinyPack) -> None:
    answering.edit(PO, entry("sms:answer:who", TEXT, SPANISH), "")
    assert any('"sms:answer:who" has no translation' in row for row in answering.said())


@pytest.fixture
def korean(answering: TinyPack) -> TinyPack:
    """With Korean in part, which has a sentence for each answer that one sentence answers."""
    for file in ("pack/pack.toml", "pinned/pack.toml"):
        answering.edit(file, 'languages = ["en", "es"]', 'languages = ["en", "es", "ko"]')
        answering.edit(file, 'unchecked = ["es"]', 'unchecked = ["es", "ko"]\npartial = ["ko"]')
    rows = "".join(f'{answer} = "{TEXT}"\n' for answer in IN_PART)
    whole = (answering.root / ANSWERS_FILE).read_text("utf-8")
    answering.write(ANSWERS_FILE, f"{whole}\n[further]\n{rows}")
    entries = (entry(f"sms:answer:{answer}:further", TEXT, "{988.voice}") for answer in IN_PART)
    return answering.write("pack/po/ko.po", KO + "".join(entries))


def answers_said(pack: TinyPack) -> list[str]:
    return [row for row in pack.said() if "answer" in row]


def test_a_language_in_part_has_own_sentences_and_three_segments(korean: TinyPack) -> None:
    assert answers_said(korean) == []
    pack = korean.read()[0]
    assert pack is not None
    assert pack.texts["ko"]["sms:answer:cost:further"] == "{988.voice}"
    assert budget(pack, "cost", "ko") == 3


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("pack/po/ko.po", entry("sms:answer:cost:further", TEXT, "{988.voice}"), "", "has no translation"),
        ("pack/po/ko.po", 'msgstr "{988.voice}"', f'msgstr "{"가" * 200}{{988.voice}}"', "needs 4 parts"),
        (ANSWERS_FILE, f"[further]\n{OWN}", "[further]\n", "is missing for partly translated languages; add"),
    ],
)  # fmt: skip
def test_what_a_language_in_part_lacks_is_told(
    korean: TinyPack, file: str, old: str, new: str, message: str
) -> None:
    korean.edit(file, old, new)
    assert any(message in row for row in answers_said(korean)), korean.said()
