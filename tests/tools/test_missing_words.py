"""The tool that brings the PO files up to date for translators: it adds what is missing and takes
only what is gone."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from editor.authoring import read_pack
from tests.content.conftest import TINY
from tools import missing_words
from tools.missing_words import LOCALE, PACK


@dataclass(frozen=True)
class Checkout:
    """A private copy of the screen's catalogues, a pinned set and a pack."""

    root: Path

    @property
    def pinned(self) -> Path:
        return self.root / "pinned"

    def update(self, *tags: str, pack: str = "pack") -> int:
        """What ``--update`` does to the pack and answers."""
        return missing_words.main(
            self.root / pack,
            list(tags),
            update=True,
            pinned=self.pinned,
            locale=self.root / "locale",
        )

    def files(self) -> dict[str, bytes]:
        """Every file of it."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and "built" not in path.parts
        }

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    def entry(self, file: str, key: str) -> str:
        """The entry of that key, with its comments; "" if there is none."""
        blocks = (self.root / file).read_text("utf-8").rstrip("\n").split("\n\n")
        return next((block for block in blocks if f'msgctxt "{key}"' in block), "")


@pytest.fixture
def shipped(tmp_path: Path) -> Checkout:
    shutil.copytree(LOCALE, tmp_path / "locale")
    shutil.copytree(read_pack.PINNED, tmp_path / "pinned")
    shutil.copytree(PACK, tmp_path / "pack")
    return Checkout(tmp_path)


@pytest.fixture
def small(tmp_path: Path) -> Checkout:
    """The tiny pack, which says some replies of the line in its own words, beside its own pinned
    set."""
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    shutil.copytree(LOCALE, tmp_path / "locale")
    checkout = Checkout(tmp_path)
    assert checkout.update() == 0
    return checkout


@pytest.mark.parametrize("pack", [pytest.param("pack", marks=pytest.mark.slow), "pinned"])
def test_nothing_changes_in_what_is_shipped(
    shipped: Checkout, pack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = shipped.files()
    assert shipped.update(pack=pack) == 0
    assert [file for file, said in shipped.files().items() if said != before.get(file)] == []
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "folder", [LOCALE, read_pack.PINNED / "po", PACK / "po"], ids=["locale", "pinned", "pack"]
)
def test_no_entry_is_torn_in_two(folder: Path) -> None:
    """An empty line inside a text: what follows it would be shown at the end of the entry before."""
    files = sorted(folder.glob("*.po"))
    assert files
    assert [file.name for file in files if '\n\n"' in file.read_text("utf-8")] == []


def test_the_pinned_set_keeps_the_replies_that_the_pack_says_in_its_own_words(
    small: Checkout,
) -> None:
    key = "sms:line:general"
    fixed = small.entry("pinned/po/es.po", key)
    assert fixed
    small.edit("pack/sms/line.toml", "[reply]\n", '[reply]\ngeneral = "Call {911.voice}."\n')
    assert small.update() == 1
    assert small.entry("pinned/po/es.po", key) == fixed
    assert (
        small.entry("pack/po/es.po", key)
        == f'msgctxt "{key}"\nmsgid "Call {{911.voice}}."\nmsgstr ""'
    )


@pytest.mark.parametrize("pack", [pytest.param("pack", marks=pytest.mark.slow), "pinned"])
def test_a_new_text_of_the_pinned_set_is_added_there_and_nowhere_else(
    small: Checkout, pack: str
) -> None:
    before = small.files()
    small.edit("pinned/sms/line.toml", "[reply]\n", '[reply]\nalso = "A new sentence."\n')
    assert small.update(pack=pack) == 1
    assert small.entry("pinned/po/es.po", "sms:line:also") == (
        'msgctxt "sms:line:also"\nmsgid "A new sentence."\nmsgstr ""'
    )
    changed = {file for file, said in small.files().items() if said != before.get(file)}
    assert changed == {"pinned/sms/line.toml", "pinned/po/es.po"}


def test_a_translation_of_a_text_that_is_gone_goes_and_its_neighbours_stay(small: Checkout) -> None:
    path = small.root / "pack/po/es.po"
    before = path.read_text("utf-8")
    gone = 'msgctxt "topic:gone:title"\nmsgid "Gone"\nmsgstr "Ido"\n'
    for between in ("\n", ""):  # an editor may leave no empty line
        path.write_text(before + between + gone, "utf-8")
        assert small.update() == 0
        assert path.read_text("utf-8") == before
        path.write_text(before.replace('\nmsgctxt "', f'\n{gone}{between}msgctxt "', 1), "utf-8")
        assert small.update() == 0
        assert path.read_text("utf-8") == before


def test_a_language_in_part_keeps_what_it_has_beyond_what_it_must(small: Checkout) -> None:
    for file in ("pack/pack.toml", "pinned/pack.toml"):
        small.edit(file, 'unchecked = ["es"]', 'unchecked = ["es"]\npartial = ["es"]')
    before = small.entry("pack/po/es.po", "topic:suicide:p.1")
    assert before
    small.update()
    assert small.entry("pack/po/es.po", "topic:suicide:p.1") == before


def test_a_file_that_cannot_be_read_costs_no_translation(small: Checkout) -> None:
    small.edit("pinned/resources/988.toml", "name = ", "name = = ")
    before = small.files()
    with pytest.raises(SystemExit, match=r"988\.toml(?s:.*)nothing was changed"):
        small.update()
    assert small.files() == before


def test_a_new_language_begins_with_its_three_files(small: Checkout) -> None:
    assert small.update("de") == 1
    assert 'msgctxt "resource:988:blurb"' in (small.root / "pinned/po/de.po").read_text("utf-8")
    assert 'msgctxt "topic:suicide:title"' in (small.root / "pack/po/de.po").read_text("utf-8")
    assert "topic:suicide:p.1" not in (small.root / "pack/po/de.po").read_text("utf-8")
    assert 'msgid "Clear screen"' in (small.root / "locale/de.po").read_text("utf-8")


def test_a_language_that_does_not_exist_gets_no_file(
    shipped: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    before = shipped.files()
    assert shipped.update("hmn", "zz") == 2
    assert capsys.readouterr().err.startswith("zz: there is no such language")
    assert shipped.files() == before
