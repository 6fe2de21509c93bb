"""A language that a pack is translated into only in part: what it must have, what it may lack, what
it borrows."""

import pytest

from content.model import built_pack
from content.model.pack import Pack, Phrase
from tests.content.conftest import TinyPack

HEAD = 'msgid ""\nmsgstr ""\n"Language: vi\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
PACK, PINNED = "pack/po/vi.po", "pinned/po/vi.po"


@pytest.fixture
def part(tiny: TinyPack) -> TinyPack:
    """The tiny pack with Vietnamese, which has exactly the texts that it must have."""
    for file in ("pack/pack.toml", "pinned/pack.toml"):
        tiny.edit(file, 'languages = ["en", "es"]', 'languages = ["en", "es", "vi"]')
        tiny.edit(file, 'unchecked = ["es"]', 'unchecked = ["es", "vi"]\npartial = ["vi"]')
    tiny.write(PACK, HEAD).write(PINNED, HEAD)
    pack, problems = tiny.read()
    assert pack is not None
    for row in (row for row in problems if "has no translation" in str(row.message)):
        key = str(row.message).split('"')[1]
        english = pack.texts["en"][key]
        path = tiny.root / (PINNED if "pinned" in row.file else PACK)
        entry = f'\nmsgctxt "{key}"\nmsgid "{english}"\nmsgstr "Viết: {english}"\n'
        path.write_text(path.read_text("utf-8") + entry, "utf-8")
    return tiny


def test_the_titles_and_the_crisis_cards_are_enough(part: TinyPack) -> None:
    assert part.said() == []
    pack = part.pack()
    assert pack.partial == ("vi",)
    assert pack.complete == ("en", "es")
    kinds = {key.partition(":")[0] for key in pack.texts["vi"]}
    assert kinds == {"topic", "group", "resource"}
    assert {key.split(":")[1] for key in pack.texts["vi"] if key.startswith("resource:")} == {
        resource.id for resource in pack.resources if resource.pinned
    }


@pytest.mark.parametrize("key", ["topic:suicide:title", "topic:suicide:lead", "group:home:sub"])
def test_a_title_that_is_missing_is_an_error_of_its_file(part: TinyPack, key: str) -> None:
    _cut(part, PACK, key)
    assert part.said() == [
        f'{PACK}:1: "{key}" has no translation; add it: msgctxt "{key}", its English as msgid, and msgstr'
    ]


def test_a_crisis_text_that_is_missing_is_an_error_of_the_pinned_file(part: TinyPack) -> None:
    _cut(part, PINNED, "resource:988:private")
    assert [row.split(": ")[0] for row in part.said()] == [f"{PINNED}:1"]


def test_any_other_text_falls_back_to_english_and_says_so(part: TinyPack) -> None:
    said = part.pack().say("vi", "topic:suicide:p.1")
    assert said == Phrase(said.text, "en")


def test_what_is_there_is_checked_like_any_translation(part: TinyPack) -> None:
    english = part.pack().texts["en"]["resource:trevor:blurb"]
    entry = f'\nmsgctxt "resource:trevor:blurb"\nmsgid "{english}"\nmsgstr "Gọi 18 lần."\n'
    path = part.root / PACK
    path.write_text(path.read_text("utf-8") + entry, "utf-8")
    said = " ".join(part.said())
    assert "is a number in a text" in said
    assert "lacks {voice} {web}" in said


def test_a_topic_needs_no_code_and_a_keyword_no_budget_in_such_a_language(part: TinyPack) -> None:
    topic = part.pack().topic("suicide")
    assert set(topic.codes) == {"en", "es"}


def test_a_line_that_asks_for_a_word_asks_for_the_same_one(part: TinyPack) -> None:
    channel = part.pack().resource("ctl").channel("sms")
    assert channel is not None
    assert channel.keyword["vi"] == channel.keyword["en"] == "HOME"


def test_a_line_that_asks_for_no_word_in_english_asks_for_none(part: TinyPack) -> None:
    part.edit(
        "pinned/resources/ctl.toml",
        'keyword = { en = "HOME", es = "HOLA" }',
        'keyword = { es = "AYUDA" }',
    )
    channel = _unfinished(part).resource("ctl").channel("sms")
    assert channel is not None
    assert dict(channel.keyword) == {"es": "AYUDA"}


@pytest.mark.parametrize("tag", ["en", "fr"])
def test_only_a_further_language_of_the_pack_can_be_partial(tiny: TinyPack, tag: str) -> None:
    tiny.edit("pack/pack.toml", "[facts]", f'partial = ["{tag}"]\n\n[facts]')
    tiny.complains(
        "pack/pack.toml:8", f'"{tag}" is the default language, or not a language of this pack'
    )


def test_the_built_pack_knows_which_languages_are_partial(part: TinyPack) -> None:
    assert built_pack.load(built_pack.build(part.pack())).partial == ("vi",)


def test_a_sentence_is_counted_in_words_if_spaces_part_syllables(
    part: TinyPack,
) -> None:
    key = "topic:suicide:lead"
    _cut(part, PACK, key)
    english = _unfinished(part).texts["en"][key]
    path = part.root / PACK
    kept = path.read_text("utf-8")
    for syllables, right in ((32, True), (33, False)):
        text = " ".join(["một"] * syllables)
        path.write_text(f'{kept}\nmsgctxt "{key}"\nmsgid "{english}"\nmsgstr "{text}"\n', "utf-8")
        assert ("a sentence of" not in " ".join(part.said())) is right


def _unfinished(part: TinyPack) -> Pack:
    pack, _problems = part.read()
    assert pack is not None
    return pack


def _cut(part: TinyPack, file: str, key: str) -> None:
    """Removes the entry of that key."""
    path = part.root / file
    head, _, rest = path.read_text("utf-8").partition(f'\nmsgctxt "{key}"\n')
    _entry, _, after = rest.partition("\n\n")
    path.write_text(f"{head}\n\n{after}" if after else head, "utf-8")
