"""Reading a pack's files: what cannot be read is told with its line, all of it at once."""

from pathlib import Path

import pytest

from editor.authoring.read_pack import PINNED, read
from tests.content.conftest import TinyPack

TREVOR, PACK, LINE = "pack/resources/trevor.toml", "pack/pack.toml", "pack/sms/line.toml"
SUICIDE, REPORT, GROUPS = "pack/topics/suicide.md", "pack/staff/report.md", "pack/groups.toml"
BROKEN = {
    # file, what stands there, what stands there instead, where the problem is, what it says
    "a text has no end; add a quotation mark": (
        TREVOR,
        'id = "trevor"',
        'id = "trevor',
        f"{TREVOR}:1",
        "add a quotation mark",
    ),
    "a number without quotation marks": (
        TREVOR,
        '"+18664887386"',
        "+18664887386",
        f"{TREVOR}:16",
        'add them: "+18664887386"',
    ),
    "a code without quotation marks": (
        TREVOR,
        '"130"',
        "130",
        f"{TREVOR}:2",
        '"code" is 130 without quotation marks',
    ),
    "a value that is not understood": (
        TREVOR,
        '"today"',
        "today",
        f"{TREVOR}:5",
        "in quotation marks",
    ),
    "a list that is not closed": (
        TREVOR,
        'states = ["CA"]',
        'states = ["CA"',
        f"{TREVOR}:14",
        "a list has no end; add ]",
    ),
    "lists in lists without end": (
        TREVOR,
        'states = ["CA"]',
        f"states = {'[' * 9000}{']' * 9000}",
        f"{TREVOR}:12",
        "deep; no file in a pack needs that, so remove the brackets or dots",
    ),
    "no value": (TREVOR, 'urgency = "today"', "urgency", f"{TREVOR}:5", "name = value"),
    "a name with a slip": (
        TREVOR,
        "urgency =",
        "urgancy =",
        f"{TREVOR}:5",
        'did you mean "urgency"?',
    ),
    "a required value is missing": (
        TREVOR,
        'urgency = "today"',
        "",
        f"{TREVOR}:1",
        '"urgency" is missing',
    ),
    "a choice that does not exist": (
        TREVOR,
        '"today"',
        '"soon"',
        f"{TREVOR}:5",
        '"crisis", "today" or "info"',
    ),
    "a number in quotation marks": (
        TREVOR,
        "= 180",
        '= "180"',
        f"{TREVOR}:8",
        "a whole number without quotation",
    ),
    "yes for true": (TREVOR, 'states = ["CA"]', 'us = "yes"', f"{TREVOR}:12", "true or false"),
    "a text for a list": (
        TREVOR,
        'states = ["CA"]',
        'states = "CA"',
        f"{TREVOR}:12",
        "a list in square brackets",
    ),
    "a text for a table": (
        TREVOR,
        '{ es = "2" }',
        '"2"',
        f"{TREVOR}:23",
        "a table in curly brackets",
    ),
    "not a date": (
        TREVOR,
        "maximum_age",
        'checked_on = "soon"\nmaximum_age',
        f"{TREVOR}:9",
        "such as 2026-12-01",
    ),
    "a slip inside a channel": (
        TREVOR,
        "opens_at",
        "open_at",
        f"{TREVOR}:19",
        "not a name that can be in open",
    ),
    "a missing value inside a channel": (
        TREVOR,
        'kind = "web"',
        "",
        f"{TREVOR}:25",
        '"kind" is missing in this part of channels',
    ),
    "a derived value is written": (
        TREVOR,
        "code =",
        "pinned = true\ncode =",
        f"{TREVOR}:2",
        "must not be in this file; remove this line",
    ),
    "an id that is not the file's name": (
        TREVOR,
        'id = "trevor"',
        'id = "trev"',
        f"{TREVOR}:1",
        'called "trevor"',
    ),
    "a text is missing": (
        TREVOR,
        'for = "Young',
        'four = "Young',
        f"{TREVOR}:33",
        'the text "for" is missing',
    ),
    "a text with a slip in its name": (
        TREVOR,
        "private =",
        "privat =",
        f"{TREVOR}:38",
        'did you mean "private"?',
    ),
    "a text that is a number": (
        TREVOR,
        'name = "Trevor Project"',
        "name = 1",
        f"{TREVOR}:34",
        "must be a text",
    ),
    "a list of texts that is none": (
        TREVOR,
        '["Someone listens.", "You can hang up."]',
        '"x"',
        f"{TREVOR}:37",
        "a list of texts",
    ),
    "no texts at all": (TREVOR, "[text]", "[texts]", f"{TREVOR}:1", "there is no section [text]"),
    "pack.toml lacks its name": (PACK, 'name = "tiny"', "", f"{PACK}:1", '"name" is missing'),
    "a format of the future": (PACK, "format = 1", "format = 2", f"{PACK}:2", "reads format 1"),
    "a default that is no language": (
        PACK,
        'default = "en"',
        'default = "vi"',
        f"{PACK}:5",
        "is not in the list of languages; add it there",
    ),
    "a topic without front matter": (
        SUICIDE,
        "+++\n",
        "",
        f"{SUICIDE}:1",
        "the file must begin with a line that says +++, then its settings, then another +++ line",
    ),
    "front matter that is not TOML": (
        SUICIDE,
        'icon = "heart"',
        "icon = heart",
        f"{SUICIDE}:4",
        "in quotation marks",
    ),
    "a topic without a title": (
        SUICIDE,
        "# I",
        "I",
        f"{SUICIDE}:7",
        "the text must begin with one title: a line that begins with # and a space",
    ),
    "a topic with two leads": (SUICIDE, "\nText", "\n> Text", f"{SUICIDE}:13", "one lead"),
    "a topic without a lead": (SUICIDE, "> It", "It", f"{SUICIDE}:7", "one lead"),
    "a list in a topic": (
        SUICIDE,
        "\nText",
        "\n- Text",
        f"{SUICIDE}:13",
        "a topic cannot have lists; write a sentence instead of the line that begins with -",
    ),
    "formatting in a text": (SUICIDE, "\nText", "\n### Text", f"{SUICIDE}:13", "is formatting"),
    "paragraphs that are counted by hand": (
        SUICIDE,
        "icon",
        "paragraphs = 2\nicon",
        f"{SUICIDE}:4",
        "must not be in this file",
    ),
    "a lead in a staff section": (
        REPORT,
        "- Call",
        "> Call",
        f"{REPORT}:10",
        "a staff section can have only a title, paragraphs and list items that begin with -",
    ),
    "single brackets around a group": (
        GROUPS,
        "[[group]]",
        "[group]",
        f"{GROUPS}:1",
        "double brackets",
    ),
    "a group without its first line": (
        GROUPS,
        "[[group]]",
        "",
        f"{GROUPS}:2",
        "entries begin with [[group]]",
    ),
    "a control character": (
        TREVOR,
        "Someone",
        "Some\x00one",
        f"{TREVOR}:37",
        "control character (U+0000)",
    ),
    "a section of another file": (
        GROUPS,
        "[[group]]",
        "[[groups]]\n[[group]]",
        f"{GROUPS}:1",
        "begin with [[group]]",
    ),
    "a group's text is missing": (
        GROUPS,
        'sub = "When it is not safe"',
        "",
        f"{GROUPS}:8",
        'the text "sub" is missing',
    ),
    "an unknown reply of the line": (
        LINE,
        "place =",
        "palce =",
        f"{LINE}:2",
        'did you mean "place"?',
    ),
    "a budget that is no number": (
        LINE,
        "[reply]",
        '[max_segments]\nplace = "2"\n[reply]',
        f"{LINE}:2",
        "curly",
    ),
}


def test_the_tiny_pack_is_fine(tiny: TinyPack) -> None:
    assert tiny.said() == []


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_a_fault_in_a_file_is_told_with_its_line(tiny: TinyPack, case: tuple[str, ...]) -> None:
    file, old, new, place, message = case
    tiny.edit(file, old, new).complains(place, message)


def test_a_name_that_stands_twice_is_told_in_plain_words(tiny: TinyPack) -> None:
    tiny.edit(TREVOR, 'code = "130"', 'code = "130"\ncode = "131"').complains(
        f"{TREVOR}:3", "this name appears twice in one section; keep one of them"
    )


def test_every_fault_of_every_file_is_told_at_once(tiny: TinyPack) -> None:
    tiny.edit(TREVOR, '"today"', '"soon"').edit(TREVOR, '"130"', "130").edit(SUICIDE, "> It", "It")
    tiny.edit("pinned/resources/ctl.toml", '"crisis"', '"now"')
    places = {row.split(": ")[0] for row in tiny.said()}
    assert {f"{TREVOR}:2", f"{TREVOR}:5", f"{SUICIDE}:7", "pinned/resources/ctl.toml:5"} <= places


def test_an_entry_that_cannot_be_read_is_not_wrong_twice(tiny: TinyPack) -> None:
    """Its file is the one to mend; what points at it, and its translations, are not."""
    tiny.edit(TREVOR, 'id = "trevor"', "id = trevor")
    assert [row.split(": ")[0] for row in tiny.said()] == [f"{TREVOR}:1"]


def test_a_folder_that_is_not_there_gives_no_pack(tiny: TinyPack) -> None:
    pack, problems = read(tiny.root / "nowhere", pinned=tiny.pinned)
    assert pack is None
    assert "there is no such folder" in str(problems[0].message)


def test_a_folder_without_pack_toml_gives_no_pack(tiny: TinyPack) -> None:
    (tiny.folder / "pack.toml").unlink()
    assert tiny.read()[0] is None
    tiny.complains("pack/pack.toml:1", "this file is missing")


def test_a_file_that_no_one_reads_is_named(tiny: TinyPack) -> None:
    tiny.write("pack/resources/new.tml", "").complains(
        "pack/resources/new.tml:1", "this file is not read"
    )
    assert [problem.kind for problem in tiny.read()[1]] == ["note"]


def test_hidden_files_and_read_me_files_are_let_be(tiny: TinyPack) -> None:
    assert tiny.write("pack/.gitkeep", "").write("pack/po/README.md", "").said() == []


_SUBJECT = """topic = "suicide"
[classes.en]
sad = ["sad", "blue"]
[case.tonight]
priority = 1
[case.tonight.reply]
first = "Call {988.voice} tonight."
[case.tonight.words.en]
phrases = ["{sad} tonight"]
"""


def test_a_topic_may_have_files_of_cases_by_subject(tiny: TinyPack) -> None:
    pack, _ = tiny.write("pack/sms/suicide.night.toml", _SUBJECT).read()
    assert pack is not None
    (keyword,) = (one for one in pack.keywords if one.topic == "suicide")
    assert keyword.classes["en"]["sad"] == ("sad", "blue")
    assert keyword.case["tonight"].words["en"].phrases == ("{sad} tonight",)
    assert pack.texts["en"]["sms:suicide:tonight"] == "Call {988.voice} tonight."
    assert "sms:suicide:first" in pack.texts["en"]


@pytest.mark.parametrize(
    ("files", "place", "message"),
    [
        ({"none.night": _SUBJECT}, "none.night.toml:1", "there is no sms/none.toml"),
        (
            {"suicide.night": _SUBJECT.replace("suicide", "abuse")},
            "suicide.night.toml:1",
            "but the file is called",
        ),
        (
            {"suicide.a": _SUBJECT, "suicide.b": _SUBJECT.replace("tonight", "today")},
            "suicide.b.toml:3",
            'already has "sad"',
        ),
        (
            {"suicide.a": _SUBJECT, "suicide.b": _SUBJECT.replace("sad", "low")},
            "suicide.b.toml:4",
            'already has "tonight"',
        ),
        (
            {"suicide.night": _SUBJECT.replace("{sad} tonight", "{glad} tonight")},
            "suicide.night.toml:9",
            '= ["..."] to [classes.<language>] in this file; a class cannot contain itself',
        ),
        ({"suicide.night": _SUBJECT + "[words.en]"}, "suicide.night.toml:10", "words"),
    ],
)
def test_a_fault_in_a_file_by_subject_is_told_with_its_line(
    tiny: TinyPack, files: dict[str, str], place: str, message: str
) -> None:
    for name, text in files.items():
        tiny.write(f"pack/sms/{name}.toml", text)
    tiny.complains(f"pack/sms/{place}", message)


def test_a_file_may_come_from_windows(tiny: TinyPack) -> None:
    """A byte order mark, carriage returns and decomposed accents are what editors add unasked."""
    for path in (
        tiny.folder / "topics/suicide.md",
        tiny.folder / "resources/trevor.toml",
        tiny.folder / "po/es.po",
    ):
        text = path.read_text("utf-8").replace("é", "e\u0301").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert tiny.said() == []


def test_a_file_that_is_not_utf8_is_told_by_its_line(tiny: TinyPack) -> None:
    path = tiny.folder / "resources/trevor.toml"
    path.write_bytes(path.read_bytes().replace(b"Someone listens", b"Se\xf1or"))
    tiny.complains(f"{TREVOR}:37", "not UTF-8")


def test_a_file_that_is_too_large_is_not_read(tiny: TinyPack) -> None:
    tiny.write(TREVOR, "#" * 200_000).complains(f"{TREVOR}:1", "larger than 192 KB")


def test_a_link_is_not_followed(tiny: TinyPack) -> None:
    path = tiny.folder / "resources/trevor.toml"
    secret = tiny.write("secret.toml", path.read_text("utf-8")).root / "secret.toml"
    path.unlink()
    path.symlink_to(secret)
    tiny.complains(f"{TREVOR}:1", "not a regular file")


def test_texts_keep_their_placeholders_and_paragraphs_are_joined(tiny: TinyPack) -> None:
    texts = tiny.pack().texts
    assert texts["en"]["topic:suicide:p.1"] == "You matter to someone. Call {988.voice}."
    assert texts["en"]["staff:report:b.1"] == "You must report at once. Do not wait."
    assert texts["es"]["topic:suicide:lead"] == "Puede mejorar."


def test_topics_and_staff_sections_know_their_blocks(tiny: TinyPack) -> None:
    pack = tiny.pack()
    assert pack.topic("suicide").paragraphs == 2
    assert pack.staff[0].blocks == ("p", "li", "li")


def test_the_pinned_set_is_in_every_pack_and_marked(tiny: TinyPack) -> None:
    pack = tiny.pack()
    assert [entry.id for entry in pack.resources if entry.pinned] == [
        "911",
        "988",
        "nhth",
        "ctl",
        "childhelp",
        "ncmec",
    ]
    assert pack.say("es", "resource:988:name").text == "Línea de vida"
    assert "988" in {code.number for code in pack.short_codes}


def test_the_pinned_set_can_be_read_alone(tiny: TinyPack) -> None:
    pack, problems = read(tiny.pinned, pinned=tiny.pinned)
    assert problems == []
    assert pack is not None
    assert all(resource.pinned for resource in pack.resources)


def test_a_pack_cannot_redefine_a_pinned_entry(tiny: TinyPack) -> None:
    other = (
        (tiny.pinned / "resources/988.toml")
        .read_text("utf-8")
        .replace('number = "988"', 'number = "+15102591800"')
    )
    tiny.write("pack/resources/988.toml", other)
    tiny.complains("pack/resources/988.toml:1", "belongs to the pinned crisis set")
    pack = tiny.read()[0]
    assert pack is not None
    assert [entry.channels[0].number for entry in pack.resources if entry.id == "988"] == ["988"]


def test_a_pack_cannot_redefine_a_pinned_short_code(tiny: TinyPack) -> None:
    tiny.write(
        "pack/shortcodes.toml",
        '[[short_code]]\nnumber = "988"\nkinds = ["tty"]\nowner = "x"\nsource = ""\n',
    )
    tiny.complains(
        "pack/shortcodes.toml:1", 'the short code "988" belongs to the pinned crisis set'
    )


def test_a_pack_cannot_take_a_pinned_code(tiny: TinyPack) -> None:
    tiny.edit(TREVOR, '"130"', '"121"').complains(f"{TREVOR}:2", 'belongs to the resource "988"')


def test_a_pack_may_write_the_lines_replies_its_own_way(tiny: TinyPack) -> None:
    tiny.edit(LINE, "[reply]", '[reply]\nlimited = "Call {911.voice} now."')
    po = 'msgctxt "sms:line:limited"\nmsgid "Call {911.voice} now."\nmsgstr "Llama ya al {911.voice}."\n\n'
    tiny.edit(
        "pack/po/es.po", 'msgctxt "resource:trevor:name"', po + 'msgctxt "resource:trevor:name"'
    )
    texts = tiny.pack().texts
    assert (texts["en"]["sms:line:limited"], texts["es"]["sms:line:limited"]) == (
        "Call {911.voice} now.",
        "Llama ya al {911.voice}.",
    )


@pytest.mark.parametrize(
    "folder", [PINNED, PINNED.parent / "california"], ids=["pinned", "california"]
)
def test_what_we_ship_has_no_error(folder: Path) -> None:
    _, problems = read(folder)
    assert [str(problem) for problem in problems if problem.kind == "wrong"] == []
