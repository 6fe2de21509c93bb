"""What the text line says in a language in part: its words, its replies, and how they are judged."""

import pytest

from content.model import built_pack
from content.model.pack import Words
from tests.content.conftest import TinyPack

SUICIDE, LINE, PO = "pack/sms/suicide.toml", "pinned/sms/line.toml", "pack/po/ko.po"
WORDS = '[words.ko]\nalone = ["죽고싶"]\n\n[words.en]'
HEAD = 'msgid ""\nmsgstr ""\n"Language: ko\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
ENGLISH = "Call {988.voice}. English: text {code.en}"


@pytest.fixture
def korean(tiny: TinyPack) -> TinyPack:
    """The tiny pack with Korean in part, which has an answer to one topic."""
    for file in ("pack/pack.toml", "pinned/pack.toml"):
        tiny.edit(file, 'languages = ["en", "es"]', 'languages = ["en", "es", "ko"]')
        tiny.edit(file, 'unchecked = ["es"]', 'unchecked = ["es", "ko"]\npartial = ["ko"]')
    tiny.edit(SUICIDE, "es = 2 }", "es = 2, ko = 3 }")
    tiny.edit(SUICIDE, "[reply]", f'[reply]\nfurther = "{ENGLISH}"')
    tiny.edit(SUICIDE, "[words.en]", WORDS)
    return tiny.write(PO, HEAD + _entry("{988.voice}에 전화. English: text {code.en}"))


def _entry(text: str) -> str:
    return f'\nmsgctxt "sms:suicide:further"\nmsgid "{ENGLISH}"\nmsgstr "{text}"\n'


def _about(pack: TinyPack) -> list[str]:
    """The problems of the replies and the words; the titles are the matter of test_required_texts.py."""
    return [
        row for row in pack.said() if "further" in row or "words" in row or "max_segments" in row
    ]


def test_its_words_stand_beside_the_others_and_its_answer_in_the_translations(
    korean: TinyPack,
) -> None:
    assert _about(korean) == []
    pack, _problems = korean.read()
    assert pack is not None
    (keyword,) = (entry for entry in pack.keywords if entry.topic == "suicide")
    assert keyword.words["ko"] == Words(alone=("죽고싶",))
    assert built_pack.load(built_pack.build(pack)).keywords == pack.keywords


def test_an_answer_that_is_missing_is_an_error_there_and_in_no_other_language(
    korean: TinyPack,
) -> None:
    korean.write(PO, HEAD)
    assert [row.split(": ")[0] for row in _about(korean)] == [f"{PO}:1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{988.voice} {code.en} 12", "is a number in a text"),
        ("{988.voice} {code.en} ١٢", "is a number in a text"),
        ("\u202b{988.voice} {code.en}", "an invisible character"),
        ("{988.voice}", "lacks {code.en}"),
        ("{988.voice} {code.en}" + "가" * 200, "4 parts in UCS-2"),
    ],
)
def test_an_answer_is_judged_as_any_translation(korean: TinyPack, text: str, message: str) -> None:
    korean.write(PO, HEAD + _entry(text))
    assert message in " ".join(row for row in korean.said() if row.startswith(PO))


def test_three_parts_are_allowed_and_four_are_not(korean: TinyPack) -> None:
    korean.edit(SUICIDE, "ko = 3", "ko = 4")
    assert _about(korean) == [f"{SUICIDE}:3: max_segments is 4; write 1, 2 or 3"]


def test_vietnamese_is_not_made_cheaper_by_leaving_its_marks_out(korean: TinyPack) -> None:
    korean.write(PO, HEAD + _entry("{988.voice} {code.en}" + "á" * 200))
    assert "4 parts in UCS-2" in " ".join(korean.said())


def test_a_carriers_word_is_an_error_in_a_language_in_part_too(korean: TinyPack) -> None:
    korean.edit(SUICIDE, "죽고싶", "stop")
    assert any(
        "carriers answer themselves" in row
        for row in korean.said()
        if row.startswith(f"{SUICIDE}:")
    )


def test_words_for_help_lead_to_a_language_of_the_pack(korean: TinyPack) -> None:
    korean.edit("pack/sms/line.toml", "[reply]", '[words.vi]\nalone = ["giup"]\n\n[reply]')
    assert any(
        '"vi" is not a language of this pack; remove [words.vi]' in row for row in korean.said()
    )


def test_a_pack_with_fewer_languages_than_the_pinned_set_does_without_their_words(
    korean: TinyPack,
) -> None:
    korean.edit(LINE, "[reply]", '[words.vi]\nalone = ["giup"]\n\n[reply]')
    pack, _problems = korean.read()
    assert pack is not None
    assert "vi" not in pack.line_words
    assert not any("vi" in row and "language of this pack" in row for row in korean.said())
