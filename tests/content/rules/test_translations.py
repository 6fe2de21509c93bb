"""Rules about texts: one row each, in English and in a translation."""

import pytest

from tests.content.conftest import TinyPack

TREVOR, SUICIDE, ABUSE, PO = (
    "pack/resources/trevor.toml",
    "pack/topics/suicide.md",
    "pack/topics/abuse.md",
    "pack/po/es.po",
)
GROUPS, NEVER, LINE, REPORT = (
    "pack/groups.toml",
    "pack/never-print.toml",
    "pack/sms/line.toml",
    "pack/staff/report.md",
)
LISTENS, ESCUCHA = "Someone listens.", "Alguien escucha."
WORDS_20 = " ".join(["word"] * 20)
BROKEN = {
    "a number": (TREVOR, LISTENS, "Call 988 now.", f"{TREVOR}:37", '"98" is a number in a text'),
    "a number in a translation": (PO, ESCUCHA, "Llama al 988.", f"{PO}:18", "is a number in a text"),
    "Arabic digits": (PO, ESCUCHA, "Llama al ٩٨٨.", f"{PO}:18", "is a number in a text"),
    "full-width digits": (PO, ESCUCHA, "Llama al ９８８.", f"{PO}:18", "is a number in a text"),
    "digits as emoji": (PO, ESCUCHA, "Llama al 9\ufe0f\u20e38\ufe0f\u20e38\ufe0f\u20e3.", f"{PO}:18", "is a number"),
    "digits in circles": (PO, ESCUCHA, "Llama al ⑨⑧⑧.", f"{PO}:18", "is a number in a text"),
    "digits with gaps": (PO, ESCUCHA, "Llama al 9 8 8.", f"{PO}:18", "is a number in a text"),
    "an address": (TREVOR, LISTENS, "See https://x.", f"{TREVOR}:37", "looks like an address"),
    "a host": (TREVOR, LISTENS, "See Example.ORG now.", f"{TREVOR}:37", "looks like an address"),
    "a host of an unusual kind": (PO, ESCUCHA, "Mira bit.ly o ayuda.xyz.", f"{PO}:18", "looks like an address"),
    "an e-mail address": (PO, ESCUCHA, "Escribe a yo@casa.", f"{PO}:18", "looks like an address"),
    "HTML": (TREVOR, LISTENS, "<b>Someone</b> listens.", f"{TREVOR}:37", "would appear in the text; do not use HTML or formatting"),
    "an HTML entity": (PO, ESCUCHA, "Alguien&nbsp;escucha.", f"{PO}:18", "would appear in the text; do not use HTML or formatting"),
    "formatting": (TREVOR, LISTENS, "**Someone** listens.", f"{TREVOR}:37", "would appear in the text; do not use HTML or formatting"),
    "a mark that turns text around": (PO, ESCUCHA, "Alguien \u202eescucha.", f"{PO}:18", "RIGHT-TO-LEFT OVERRIDE"),
    "a space of no width": (PO, ESCUCHA, "Alguien\u200b escucha.", f"{PO}:18", "U+200B"),
    "a letter that shows nothing": (PO, ESCUCHA, "Alguien\u3164 escucha.", f"{PO}:18", "U+3164"),
    "a line break": (TREVOR, LISTENS, "Someone\\nlistens.", f"{TREVOR}:37", "U+000A"),
    "an empty text": (TREVOR, LISTENS, " ", f"{TREVOR}:37", "is empty"),
    "a space at the end": (TREVOR, LISTENS, "Someone listens. ", f"{TREVOR}:37", "ends with a space"),
    "a bracket alone": (TREVOR, LISTENS, "Call {voice now.", f"{TREVOR}:37", "a curly bracket has no partner; write placeholders like"),
    "a placeholder with a space": (TREVOR, LISTENS, "Call { voice }.", f"{TREVOR}:37", "is not a placeholder"),
    "a placeholder of no resource": (TREVOR, LISTENS, "Call {989.voice}.", f"{TREVOR}:37", "has no value here"),
    "a placeholder of no channel": (TREVOR, LISTENS, "Text {sms}.", f"{TREVOR}:37", "{sms} has no value here"),
    "an own placeholder without an owner": (SUICIDE, "It can", "{voice} can", f"{SUICIDE}:9", "{voice} has no value"),
    "a word the line does not need": (SUICIDE, "{ctl.word}", "{988.word}", f"{SUICIDE}:13", 'no keyword in "en"'),
    "the line's placeholder elsewhere": (SUICIDE, "It can", "{code} can", f"{SUICIDE}:9", "{code} has no value here"),
    "the county outside its reply": (LINE, "[reply]", '[reply]\nlimited = "{county}"', f"{LINE}:2", "{county} has no"),
    "a long sentence": (TREVOR, LISTENS, f"{WORDS_20} word.", f"{TREVOR}:37", "a sentence of 21 words"),
    "a long sentence in a translation": (PO, ESCUCHA, f"¿{WORDS_20} word?", f"{PO}:18", "a sentence of 21 words"),
    "a paragraph of another topic": (ABUSE, "You can tell an adult you trust.",
        "You matter to someone. Call {988.voice}!",
                                     f"{SUICIDE}:11", 'the same text as "topic:abuse:p.1" at'),
    "a paragraph of another topic in a translation": (PO, "No es tu culpa.", "Puede mejorar", f"{PO}:",
        "has the same text as"),
    "a phrase never to be printed": (TREVOR, LISTENS, "The {name} answers, all night!", f"{TREVOR}:37",
        "never be printed"),
    "a name never to be printed": (NEVER, "the Trevor Project answers all night", "A21", "pack/partners/a21.toml:3",
        "It has"),
    "a group without a lead": (GROUPS, 'lead = "Pick what fits."', "", f"{GROUPS}:1", 'the text "lead" is missing'),
    "a line that does not say what happens": (TREVOR, '["Someone listens.", "You can hang up."]', "[]", f"{TREVOR}:1",
                                              'the text "happens" is missing'),
    "a topic without a paragraph": (ABUSE, "You can tell an adult you trust.", "", f"{ABUSE}:1", "has no paragraph"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_a_wrong_text_is_told_with_its_line(tiny: TinyPack, case: tuple[str, ...]) -> None:
    tiny.broken(case)


FINE = {
    "one digit": "Press 2 for Spanish.",
    "two digits apart": "It takes 1 or 2 calls.",
    "a name of letters and dots": "H.E.A.T. and 3Strands, a.m. or p.m., at school.",
    "twenty words and a placeholder is one": f"{' '.join(['word'] * 19)} {{988.voice}}.",
    "two sentences of twenty words": f"{WORDS_20}! {WORDS_20}.",
    "quotation marks after a full stop": f'"{WORDS_20}." {WORDS_20}.',
}


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_a_plain_text_is_let_be(tiny: TinyPack, text: str) -> None:
    tiny.edit(SUICIDE, "It can get better.", text).edit(
        PO, "It can get better.", text.replace('"', '\\"')
    )
    tiny.edit(PO, "Puede mejorar.", f"{text.replace(WORDS_20, 'X')} sí".replace('"', '\\"'))
    said = [row for row in tiny.said() if row.startswith(f"{SUICIDE}:9")]
    assert [
        row for row in said if "(sentence)" not in row
    ] == []  # that is a warning of rules_plain


def test_adults_are_only_warned_of_a_long_sentence_and_later(tiny: TinyPack) -> None:
    tiny.edit(REPORT, "Call the county.", f"{WORDS_20} word.")
    assert [row for row in tiny.said() if "a sentence of" in row] == []
    tiny.edit(REPORT, f"{WORDS_20} word.", f"{WORDS_20} {' '.join(['more'] * 9)}.")
    problems = [
        problem for problem in tiny.read()[1] if "a sentence of 29 words" in str(problem.message)
    ]
    assert [(problem.line, problem.kind) for problem in problems] == [(10, "note")]


def test_a_line_for_staff_is_written_for_adults(tiny: TinyPack) -> None:
    tiny.edit(TREVOR, "maximum_age", 'audience = ["staff"]\nmaximum_age').edit(
        TREVOR, LISTENS, f"{WORDS_20} word."
    )
    assert [row for row in tiny.said() if "a sentence of" in row] == []
