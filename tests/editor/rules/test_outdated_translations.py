"""A translation whose English changed: marked, never shown, and for crisis texts the build stops."""

from dataclasses import replace
from pathlib import Path

import pytest

from editor.rules import whole_texts
from messages.message import Severity
from tests.content.conftest import TinyPack
from tools.missing_words import Catalogue, Text

PO, TREVOR = "pack/po/es.po", "pack/resources/trevor.toml"
CHANGED = {  # file of the English, old, new → key of its translation, severity
    "the card of a pinned line": ("pinned/resources/988.toml", 'name = "Lifeline"', 'name = "The lifeline"',
                                  "resource:988:name", "wrong"),
    "what the text line sends": ("pack/sms/suicide.toml", "You can talk to", "You can speak to", "sms:suicide:more",
                                 "wrong"),
    "what the text line sends of a partner": ("pack/partners/a21.toml", "For help from a person", "For the help of a person",
                                              "partner:a21:sms", "wrong"),
    "a topic's title": ("pack/topics/suicide.md", "# I don't want", "# I do not want", "topic:suicide:title", "wrong"),
    "a topic's lead": ("pack/topics/suicide.md", "It can get better.", "It can get good.", "topic:suicide:lead",
                       "wrong"),
    "a group's title": ("pack/groups.toml", 'title = "', 'title = "My ', "group:home:title", "wrong"),
    "the card of another line": (TREVOR, "You can hang up.", "You can hang up now.", "resource:trevor:happens.2",
                                 "note"),
    "a topic's paragraph": ("pack/topics/suicide.md", "You matter to someone.", "You matter.", "topic:suicide:p.1",
                            "note"),
    "what a partner does": ("pack/partners/a21.toml", "{name} teaches.", "{name} teaches well.", "partner:a21:does",
                            "note"),
    "a law": ("pack/legal/ab1227.toml", 'text = "', 'text = "So: ', "law:ab1227:text", "note"),
}  # fmt: skip


def told(tiny: TinyPack, key: str) -> list[Severity]:
    """How each problem with that translation is told."""
    return [problem.kind for problem in tiny.read()[1] if f'"{key}"' in str(problem.message)]


@pytest.mark.parametrize("case", CHANGED.values(), ids=CHANGED)
def test_changed_english_stops_the_build_where_someone_in_danger_may_need_it(
    tiny: TinyPack, case: tuple[str, str, str, str, str]
) -> None:
    file, old, new, key, severity = case
    tiny.edit(file, old, new)
    assert told(tiny, key) == [severity]


@pytest.mark.parametrize("case", CHANGED.values(), ids=CHANGED)
def test_an_outdated_translation_is_never_shown(
    tiny: TinyPack, case: tuple[str, str, str, str, str]
) -> None:
    file, old, new, key, _severity = case
    pack, _problems = tiny.edit(file, old, new).read()
    assert pack is not None
    assert pack.say("es", key).language == "en"


def test_an_entry_marked_fuzzy_counts_as_outdated(tiny: TinyPack) -> None:
    entry = 'msgctxt "resource:trevor:happens.1"'
    tiny.edit(PO, entry, f'#, fuzzy\n#| msgid "Somebody listens."\n{entry}')
    assert told(tiny, "resource:trevor:happens.1") == ["note"]
    assert tiny.pack().say("es", "resource:trevor:happens.1").language == "en"
    tiny.edit(TREVOR, 'urgency = "today"', 'urgency = "crisis"')
    assert told(tiny, "resource:trevor:happens.1") == ["wrong"]


@pytest.mark.parametrize(
    ("key", "severity"), [("topic:suicide:p.1", "note"), ("topic:suicide:title", "wrong")]
)
def test_a_missing_translation_is_judged_alike(tiny: TinyPack, key: str, severity: str) -> None:
    path = tiny.folder / "po/es.po"
    blocks = path.read_text("utf-8").split("\n\n")
    path.write_text("\n\n".join(block for block in blocks if f'"{key}"' not in block), "utf-8")
    assert told(tiny, key) == [severity]


def test_every_line_of_the_pinned_set_is_a_crisis_line_whatever_its_urgency(tiny: TinyPack) -> None:
    ncmec = tiny.pack().resource("ncmec")
    assert whole_texts.crisis_ids([replace(ncmec, urgency="info")]) == {"ncmec"}
    assert whole_texts.crisis_ids([replace(ncmec, urgency="info", pinned=False)]) == frozenset()


def test_bringing_a_file_up_to_date_keeps_the_old_english_and_marks_the_entry(
    tmp_path: Path,
) -> None:
    file = tmp_path / "es.po"
    file.write_text(
        'msgid ""\nmsgstr ""\n"Language: es\\n"\n\nmsgctxt "topic:a:p.1"\nmsgid "Old."\nmsgstr "Vieja."\n\n'
        'msgctxt "topic:a:p.2"\nmsgid "Same."\nmsgstr "Igual."\n',
        "utf-8",
    )
    texts = (
        Text("New.", "topic:a:p.1"),
        Text("Same.", "topic:a:p.2"),
        Text("More.", "topic:a:p.3"),
    )
    assert Catalogue("tiny", file, texts).update() == "1 added, 1 marked fuzzy"
    assert (
        '#, fuzzy\n#| msgid "Old."\nmsgctxt "topic:a:p.1"\nmsgid "New."\nmsgstr "Vieja."'
        in file.read_text("utf-8")
    )
    newer = (Text("Newest.", "topic:a:p.1"), *texts[1:])
    Catalogue("tiny", file, newer).update()
    assert file.read_text("utf-8").count("#|") == 1
    assert '#| msgid "Old."\nmsgctxt "topic:a:p.1"\nmsgid "Newest."' in file.read_text("utf-8")
