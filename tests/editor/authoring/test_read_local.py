"""A district's folder, and what its author is told, with file and line."""

from pathlib import Path

import pytest

from content.model.pack import Pack
from content.rules.local_additions import Local, decode, encode, merge, path_of
from editor.authoring.read_local import read
from tests.content.conftest import TinyPack

HEAD = """id = "acme"
kind = "district"
name = "Acme Unified School District"

[topics]
suicide = ["acme-counselor"]
"""
ENTRY = """id = "acme-counselor"
code = "8001"
organization = "Acme Unified School District"
answers = "counselling"
urgency = "today"
passes_on = "not-stated"
confidence = "high"
review_every_days = 180

[area]
counties = ["06067"]

[[channels]]
kind = "voice"
number = "+19162287233"
hours = "unknown"
languages = ["en"]

[[sources]]
kind = "the district's own page"

[text]
name = "School counselor"
blurb = "Call {voice} on a school day."
for = "Students of the district."
happens = ["A counselor answers."]
private = "Ask what stays between you."
"""
PO = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgctxt "resource:acme-counselor:name"
msgid "School counselor"
msgstr "Consejera escolar"

msgctxt "resource:acme-counselor:blurb"
msgid "Call {voice} on a school day."
msgstr "Llama al {voice} en un día de clases."

msgctxt "resource:acme-counselor:for"
msgid "Students of the district."
msgstr "Estudiantes del distrito."

msgctxt "resource:acme-counselor:happens.1"
msgid "A counselor answers."
msgstr "Contesta una consejera."

msgctxt "resource:acme-counselor:private"
msgid "Ask what stays between you."
msgstr "Pregunta qué queda entre ustedes."
"""


class Folder:
    """acme/, right in everything until a test spoils one thing."""

    def __init__(self, folder: Path, state: Pack) -> None:
        self.folder, self.state = folder, state
        for name, text in (
            ("local.toml", HEAD),
            ("resources/acme-counselor.toml", ENTRY),
            ("po/es.po", PO),
        ):
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, "utf-8")

    def said(self) -> list[str]:
        return [
            str(problem).removeprefix(f"{self.folder.as_posix()}/")
            for problem in read(self.folder, self.state)[1]
        ]

    def local(self) -> Local:
        local, problems = read(self.folder, self.state)
        assert local is not None
        assert [str(problem) for problem in problems] == []
        return local


@pytest.fixture
def acme(tmp_path: Path, tiny: TinyPack) -> Folder:
    return Folder(tmp_path / "acme", tiny.pack())


def test_a_folder_becomes_the_file_that_kiosks_merge(acme: Folder) -> None:
    local = decode(encode(acme.local()))
    pack, refused = merge(acme.state, local, path="district/acme/local.json")

    assert path_of(local) == "district/acme/local.json"
    assert refused == ()
    assert pack.resource("acme-counselor").organization == "Acme Unified School District"
    assert pack.say("es", "resource:acme-counselor:for").text == "Estudiantes del distrito."
    assert pack.topic("suicide").resources[-1] == "acme-counselor"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "local.toml",
            'kind = "district"',
            'kind = "school"',
            'local.toml:2: "kind" is "school"; it must be',
        ),
        (
            "local.toml",
            'id = "acme"',
            'id = "bell"',
            'resources/acme-counselor.toml:1: the id "acme-counselor" must begin',
        ),
        (
            "local.toml",
            "suicide =",
            "nothing =",
            'local.toml:6: the state\'s pack has no topic "nothing"',
        ),
        (
            "resources/acme-counselor.toml",
            '"8001"',
            '"130"',
            'resources/acme-counselor.toml:2: the code "130" is not',
        ),
        (
            "resources/acme-counselor.toml",
            '["06067"]',
            "[]",
            "resources/acme-counselor.toml:10: a district's entry must have the area",
        ),
        (
            "resources/acme-counselor.toml",
            "+19162287233",
            "+19165550100",
            "resources/acme-counselor.toml:15: ",
        ),
        (
            "resources/acme-counselor.toml",
            "urgency",
            "urgent",
            'resources/acme-counselor.toml:5: "urgent" is not a name',
        ),
        ("po/es.po", "Consejera", "Consejera 24", "po/es.po:4: "),
        ("po/es.po", "Llama al {voice}", "Llama", "po/es.po:8: "),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(
    acme: Folder, file: str, old: str, new: str, said: str
) -> None:
    text = (acme.folder / file).read_text("utf-8")
    assert old in text
    acme.write(file, text.replace(old, new, 1))

    assert any(row.startswith(said) for row in acme.said()), acme.said()


def test_a_folder_without_local_toml_is_none(acme: Folder) -> None:
    (acme.folder / "local.toml").unlink()

    assert read(acme.folder, acme.state)[0] is None
    assert acme.said()[0].startswith("local.toml:1: this file is missing")


def test_a_file_that_is_not_read_is_remarked_upon(acme: Folder) -> None:
    acme.write("topics/danger.md", "+++\n+++\n")

    assert acme.said() == [
        "topics/danger.md:1: a county's or district's folder can contain only local.toml, resources/ and po/; this file is not read"
    ]
