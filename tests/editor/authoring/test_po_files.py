"""Translations that no longer fit their English."""

import pytest

from tests.content.conftest import TinyPack

PO = "pack/po/es.po"
ENTRY = 'msgctxt "topic:suicide:title"\n'
WHOLE = f'{ENTRY}msgid "I don\'t want to be here anymore"\nmsgstr "Ya no quiero estar aquí"\n'
AGAIN = f'msgctxt "resource:988:name"\nmsgid "Lifeline"\nmsgstr "Otra"\n\n{ENTRY}'
BROKEN = {
    "an entry is gone": (WHOLE, "", 1, '"topic:suicide:title" has no translation'),
    "an entry is empty": ('msgstr "Ya no quiero estar aquí"', 'msgstr ""', 30,
        '"topic:suicide:title" has no translation'),
    "an entry is fuzzy": (ENTRY, f"#, fuzzy\n{ENTRY}", 31, "marked fuzzy"),
    "the English was changed": ('msgid "It can get better."', 'msgid "It will get better."', 34,
        "topics/suicide.md:9): the PO file has \"...It will get"),
    "a key that no text has": (ENTRY, ENTRY.replace("suicide", "sucide"), 30,
        'no text has the key "topic:sucide:title"'),
    "a key that appears twice": ('msgctxt "topic:suicide:lead"', ENTRY.strip(), 34, "appears twice, first on line 30"),
    "an entry without a key": (ENTRY, "", 30, "has no msgctxt"),
    "a quotation mark is missing": ('msgstr "Ya no quiero estar aquí"', "msgstr Ya no quiero estar aquí", 32,
        "not valid in a PO file"),
    "a plural": ('msgstr "Ya no quiero estar aquí"', 'msgid_plural "x"\nmsgstr[0] "Ya no quiero estar aquí"', 30,
        "plural forms"),
    "a placeholder is lost": ("Llama al {voice} o lee {web}.", "Llama al {voice}.", 10, "lacks {web}"),
    "a placeholder is added": ("Llama al {voice} o lee {web}.", "Llama al {voice} o lee {web}. {988.voice}", 10,
        "has {988.voice} that the English does not have"),
    "a translation equals its English": ('msgstr "Puede mejorar."', 'msgstr "It can get better."', 34,
        "is the same as the English; translate it, or list it in same.toml with a reason"),
    "a pinned text is translated again": (ENTRY, AGAIN, 30, "belongs to the pinned crisis set"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_a_translation_that_does_not_fit_is_told(
    tiny: TinyPack, case: tuple[str, str, int, str]
) -> None:
    old, new, line, message = case
    tiny.edit(PO, old, new).complains(f"{PO}:{line}", message)


def test_a_language_without_a_file_misses_every_text(tiny: TinyPack) -> None:
    (tiny.folder / "po/es.po").unlink()
    said = [row for row in tiny.said() if "has no translation" in row]
    assert len(said) == 40
    assert all(row.startswith(f"{PO}:1: ") for row in said)


def test_a_pinned_text_without_translation_is_told_in_the_pinned_file(tiny: TinyPack) -> None:
    tiny.edit("pinned/po/es.po", 'msgstr "Línea de vida"', 'msgstr ""')
    assert [row.split(": ")[0] for row in tiny.said()] == ["pinned/po/es.po:26"]


def test_an_entry_in_same_toml_that_is_not_needed_is_told(tiny: TinyPack) -> None:
    tiny.edit(PO, 'msgstr "Trevor Project"', 'msgstr "Proyecto Trevor"').complains(
        "pack/same.toml:1", "but its translation differs from the English; remove it from same.toml"
    )


def test_an_entry_in_same_toml_for_no_text_is_told(tiny: TinyPack) -> None:
    tiny.edit("pack/same.toml", "trevor", "revor").complains(
        "pack/same.toml:1", "but this pack has no such text; remove it"
    )


def test_a_reason_is_needed_to_leave_a_text_as_it_is(tiny: TinyPack) -> None:
    tiny.edit("pack/same.toml", 'reason = "A proper name."', "").complains(
        "pack/same.toml:1", '"reason" is missing'
    )


def test_a_file_for_a_language_the_pack_does_not_have_is_told(tiny: TinyPack) -> None:
    tiny.write("pack/po/vi.po", 'msgid ""\nmsgstr ""\n').complains(
        "pack/po/vi.po:1", '"vi" is not a language'
    )


def test_a_header_that_babel_cannot_read_is_a_problem_not_a_crash(tiny: TinyPack) -> None:
    tiny.edit(
        PO,
        '"Language: es\\n"',
        '"Language: es\\n"\n"Plural-Forms: nplurals=two\\n"\n"PO-Revision-Date: soon\\n"',
    )
    tiny.complains(f"{PO}:1", "header")


def test_obsolete_entries_are_not_looked_at(tiny: TinyPack) -> None:
    path = tiny.folder / "po/es.po"
    path.write_text(
        path.read_text("utf-8")
        + '\n#~ msgctxt "topic:old:title"\n#~ msgid "Old"\n#~ msgstr "Vieja"\n',
        "utf-8",
    )
    assert tiny.said() == []
