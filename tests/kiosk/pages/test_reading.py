"""Case 30: every English text that a student reads is easy enough, sentence by sentence."""

import re

import pytest

from content.model.pack import Pack
from kiosk.pages.ui_strings import Wording
from tests.kiosk.reading import WORDS, faults, sentences
from tests.kiosk.strings import extracted

# Words that every reader here knows and no plainer one can stand for.
EASY = frozenset({"anonymous", "california", "usually"})

# For adults: staff pages and laws; what a partner does; the topic that only leads adults to their
# page.
ADULT = re.compile(r"staff:|law:|partner:[^:]+:(?:does|serves|status)$|topic:adults:")
# Names of services are theirs. Replies of the text line are counted in segments, with rules of
# their own.
NOT_SENTENCES = re.compile(r"resource:[^:]+:name$|sms:|partner:[^:]+:sms$")

# Translations need more words for the same sentence; this much more and no more.
OTHER_WORDS = 17


def names(pack: Pack) -> tuple[str, ...]:
    """Services and partners by name, longest first."""
    found = {pack.texts["en"][f"resource:{r.id}:name"] for r in pack.resources}
    found |= {r.organization for r in pack.resources} | {p.organization for p in pack.partners}
    return tuple(sorted(found, key=len, reverse=True))


def student_texts(pack: Pack, language: str) -> dict[str, str]:
    staff = {f"resource:{r.id}" for r in pack.resources if "student" not in r.audience}
    return {
        key: text
        for key, text in pack.texts[language].items()
        if not ADULT.match(key)
        and not NOT_SENTENCES.match(key)
        and ":".join(key.split(":")[:2]) not in staff
    }


def test_case_30_every_english_text_of_the_pack_reads_at_grade_6_in_14_words_a_sentence(
    pack: Pack,
) -> None:
    known = names(pack)
    hard = {
        (key, sentence): found
        for key, text in student_texts(pack, "en").items()
        for sentence in sentences(text, known)
        if (found := faults(sentence, EASY))
    }
    assert hard == {}


def test_case_30_every_english_string_of_the_screen_reads_at_grade_6_in_14_words_a_sentence() -> (
    None
):
    strings = extracted()
    assert len(strings) > 200
    assert [
        (sentence, found)
        for english in strings
        for sentence in sentences(english)
        if (found := faults(sentence, EASY))
    ] == []


def test_case_30_a_translation_has_sentences_hardly_longer(pack: Pack) -> None:
    texts = [
        *student_texts(pack, "es").values(),
        *(spanish for _english, spanish in Wording("es").messages()),
    ]
    long = [s for text in texts for s in sentences(text) if len(s.split()) > OTHER_WORDS]
    assert long == []


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("You can stop any time.", []),
        ("Confidential opportunities.", ["hard words: Confidential, opportunities"]),
        (
            "The organization facilitates confidential communication with appropriate authorities and agencies.",
            ["grade"],
        ),
        (" ".join(["one"] * (WORDS + 1)) + ".", [f"{WORDS + 1} words"]),
    ],
)
def test_the_lint_finds_what_is_too_hard(sentence: str, told: list[str]) -> None:
    found = faults(sentence)
    assert len(found) >= len(told)
    assert all(any(fault.startswith(part) for fault in found) for part in told)


PROMISES = re.compile(
    r"\b(?:always|100%|completely|totally) (?:private|safe|secret|anonymous)|\bno one will (?:ever )?(?:know|tell)"
    r"|\bwe promise|\bguarantee|\bkeep (?:it|this) (?:a )?secret\b|\bcannot get in trouble|\bnot be in trouble"
    r"|\bvictims?\b|\byou will be safe\b",
    re.IGNORECASE,
)


def test_no_student_text_promises_what_the_law_does_not_allow(pack: Pack) -> None:
    texts = [*student_texts(pack, "en").values(), *extracted()]
    allowed = {"Do not promise to keep it secret", "Maybe you promised to keep it secret."}
    found = [
        text
        for text in texts
        if PROMISES.search(re.sub("|".join(map(re.escape, allowed)), "", text)) is not None
    ]
    assert found == []
