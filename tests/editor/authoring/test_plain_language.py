"""Plain words: what is found, what is let be, and how an author answers."""

import pytest

from editor.authoring import readability
from messages.message import Finding
from tests.content.conftest import TinyPack

TREVOR, SUICIDE, PO, REPORT = (
    "pack/resources/trevor.toml",
    "pack/topics/suicide.md",
    "pack/po/es.po",
    "pack/staff/report.md",
)
HEARS, ESCUCHA = "Someone listens.", "Alguien escucha."
FOUND = {  # language, text, rule
    "confidential": ("en", "It is confidential.", "secrecy"),
    "confidentiality": ("en", "They promise confidentiality.", "secrecy"),
    "anonymous": ("en", "You stay anonymous.", "secrecy"),
    "a private talk": ("en", "What you say is private.", "secrecy"),
    "no one will know": ("en", "No one will know.", "secrecy"),
    "nobody can find out": ("en", "Nobody can find out.", "secrecy"),
    "we won't tell": ("en", "They won't tell anyone.", "secrecy"),
    "keep it secret": ("en", "They keep it secret.", "secrecy"),
    "between us": ("en", "It stays between us.", "secrecy"),
    "confidencial": ("es", "Es confidencial.", "secrecy"),
    "anónima": ("es", "La llamada es anónima.", "secrecy"),
    "privada": ("es", "La llamada es privada.", "secrecy"),
    "nadie lo sabrá": ("es", "Nadie lo sabrá.", "secrecy"),
    "nadie se va a enterar": ("es", "Nadie se va a enterar.", "secrecy"),
    "no le dirán a nadie": ("es", "No le dirán a nadie.", "secrecy"),
    "guardan el secreto": ("es", "Guardan el secreto.", "secrecy"),
    "your fault": ("en", "It is partly your fault.", "blame"),
    "you should have": ("en", "You should have said no.", "blame"),
    "why didn't you": ("en", "Why didn't you call?", "blame"),
    "a word that brands": ("en", "Not every prostitute is free.", "blame"),
    "commit suicide": ("en", "Some commit suicide.", "blame"),
    "tu culpa": ("es", "En parte es tu culpa.", "blame"),
    "cometer suicidio": ("es", "Piensa en cometer suicidio.", "blame"),
    "you could die": ("en", "You could die.", "fear"),
    "arrested": ("en", "You can be arrested.", "fear"),
    "too late": ("en", "Call before it is too late.", "fear"),
    "predators": ("en", "Predators are online.", "fear"),
    "deportar": ("es", "Te pueden deportar.", "fear"),
    "shall": ("en", "You shall call.", "permission"),
    "you may": ("en", "You may call.", "permission"),
    "capitals": ("en", "Call them RIGHT now.", "capitals"),
    "sixteen words": ("en", f"{' '.join(['word'] * 16)}.", "sentence"),
}
LET_BE = {
    "not your fault": "It is not your fault.",
    "no culpa, in English too": "You did nothing wrong.",
    "pictures are private": "It is about private pictures.",
    "a line may act": "They may have to tell someone.",
    "you may feel": "You may feel sad.",
    "if you may": "If you may be hurt, call.",
    "a number to call": "Call {988.voice}.",
    "letters of a name": "For LGBTQ young people.",
    "a word that the line knows": "Text SUICIDE.",
    "a warning is no promise": "Do not promise to keep it secret.",
    "danger is a plain word": "In danger, call {911.voice}.",
    "fifteen words, a colon, and more": f"{' '.join(['word'] * 15)}: {' '.join(['word'] * 4)}.",
}


def told(tiny: TinyPack, rule: str = "") -> list[Finding]:
    """The problems of one rule of plain words, or of all."""
    rules = (
        [rule]
        if rule
        else ["secrecy", "blame", "fear", "permission", "capitals", "sentence", "words", "grade"]
    )
    return [
        problem
        for problem in tiny.read()[1]
        if any(f"({one}): " in str(problem.message) for one in rules)
    ]


@pytest.mark.parametrize("case", FOUND.values(), ids=FOUND)
def test_what_is_not_plain_or_not_true_is_told_with_its_line_and_its_reason(
    tiny: TinyPack, case: tuple[str, str, str]
) -> None:
    language, text, rule = case
    file, old, line = (PO, ESCUCHA, 18) if language == "es" else (TREVOR, HEARS, 37)
    (problem,) = told(tiny.edit(file, old, text), rule)
    assert (problem.file.removeprefix(f"{tiny.root.as_posix()}/"), problem.line) == (file, line)
    assert problem.kind == ("wrong" if rule in {"secrecy", "blame", "fear"} else "note")
    assert f'key = "resource:trevor:happens.1", rule = "{rule}"' in str(problem.message)


@pytest.mark.parametrize("text", LET_BE.values(), ids=LET_BE)
def test_what_is_plain_and_true_is_let_be(tiny: TinyPack, text: str) -> None:
    assert told(tiny.edit(TREVOR, HEARS, text)) == []


ANSWER = '[[answer]]\nkey = "resource:trevor:happens.1"\nrule = "secrecy"\nreason = "They say so themselves."\n'


def test_an_answer_with_a_reason_settles_it_in_every_language(tiny: TinyPack) -> None:
    tiny.edit(TREVOR, HEARS, "It says it is confidential.").edit(
        PO, HEARS, "It says it is confidential."
    )
    tiny.edit(PO, ESCUCHA, "Dice que es confidencial.")
    assert len(told(tiny, "secrecy")) == 2
    assert told(tiny.write("pack/answers.toml", ANSWER)) == []


def test_an_answer_for_one_language_leaves_the_other(tiny: TinyPack) -> None:
    tiny.edit(TREVOR, HEARS, "It says it is confidential.").edit(
        PO, HEARS, "It says it is confidential."
    )
    tiny.edit(PO, ESCUCHA, "Dice que es confidencial.").write(
        "pack/answers.toml", f'{ANSWER}language = "es"\n'
    )
    (problem,) = told(tiny)
    assert problem.file.endswith(TREVOR)


def test_an_answer_without_a_reason_is_none(tiny: TinyPack) -> None:
    tiny.edit(TREVOR, HEARS, "It is confidential.")
    tiny.write("pack/answers.toml", ANSWER.replace("They say so themselves.", "  "))
    assert len(told(tiny, "secrecy")) == 1


def test_an_answer_of_another_rule_or_text_settles_nothing(tiny: TinyPack) -> None:
    tiny.edit(TREVOR, HEARS, "It is confidential.")
    tiny.write("pack/answers.toml", ANSWER.replace('"secrecy"', '"blame"'))
    assert len(told(tiny, "secrecy")) == 1
    tiny.complains(
        "pack/answers.toml:1", 'the answer to "blame" for "resource:trevor:happens.1" is not needed'
    )


def test_an_answer_that_nothing_needs_is_a_warning(tiny: TinyPack) -> None:
    tiny.write("pack/answers.toml", ANSWER)
    (problem,) = [
        problem for problem in tiny.read()[1] if "is not needed; remove it" in str(problem.message)
    ]
    assert problem.kind == "note"


def test_a_rule_that_is_none_is_told_with_its_line(tiny: TinyPack) -> None:
    tiny.write("pack/answers.toml", ANSWER.replace('"secrecy"', '"secret"'))
    tiny.complains("pack/answers.toml:3", '"rule" is "secret"; it must be')


def test_long_words_are_counted_over_an_entry_and_named(tiny: TinyPack) -> None:
    hard = (
        "Confidently participate in psychological rehabilitation. "
        + "We talk and we help you now. " * 3
    )
    (problem,) = told(tiny.edit(TREVOR, HEARS, hard.strip()), "words")
    assert "confidently, participate, psychological, rehabilitation" in str(problem.message)
    assert problem.kind == "note"


def test_adults_are_written_to_as_adults_but_for_promises_and_blame(tiny: TinyPack) -> None:
    tiny.edit(
        REPORT, "Call the county.", "You may participate in multidisciplinary consultation FOREVER."
    )
    assert told(tiny, "words") == told(tiny, "capitals") == []
    tiny.edit(REPORT, "FOREVER.", "and it is confidential.")
    assert len(told(tiny, "secrecy")) == 1


@pytest.mark.parametrize(
    ("word", "count"),
    [("help", 1), ("called", 1), ("wanted", 2), ("family", 3), ("someone", 2), ("trafficking", 3), ("hotlines", 2),
     ("danger", 2), ("the", 1), ("rehabilitation", 6), ("able", 2), ("counselor's", 3)],
)  # fmt: skip
def test_syllables_are_counted_to_a_rule_of_thumb(word: str, count: int) -> None:
    assert readability.syllables(word) == count


def test_a_short_text_has_no_grade_and_a_long_one_has() -> None:
    plain, heavy = (
        "The cat sat on the mat. " * 20,
        "Organizational accountability necessitates documentation. " * 30,
    )
    assert readability.grade(["The cat sat on the mat."]) is None
    easy, hard = readability.grade([plain]), readability.grade([heavy])
    assert easy is not None
    assert hard is not None
    assert easy < 3
    assert hard > 12


def test_a_topic_that_reads_like_a_law_is_told(
    tiny: TinyPack,
) -> None:
    heavy = " ".join(
        ["Organizational accountability necessitates comprehensive documentation."] * 25
    )
    (problem,) = told(tiny.edit(SUICIDE, "You matter to someone.", heavy), "grade")
    assert "pages for students must read at grade 5 or 6" in str(problem.message)
    assert problem.kind == "note"
