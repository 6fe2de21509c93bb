"""Each page of a pack can be made, and a letter that no font has is told before it is on a screen."""

from dataclasses import replace

import pytest

from content.model.pack import Pack
from editor.authoring import checked_pack
from settings.schema import Kiosk
from tests import shipped


@pytest.fixture(scope="module")
def pack() -> Pack:
    return shipped.pack()


def test_every_letter_of_the_shipped_pack_has_a_glyph(pack: Pack) -> None:
    assert [str(problem) for problem in checked_pack.of_letters(pack, pack.languages)] == []


def test_a_letter_without_a_glyph_is_told_with_its_text(pack: Pack) -> None:
    texts = {**pack.texts, "es": {**pack.texts["es"], "topic:danger:title": "Peligro \u0e01"}}
    (problem,) = checked_pack.of_letters(replace(pack, texts=texts), ["en", "es"])
    assert problem.kind == "wrong"
    assert '"topic:danger:title" (es) contains \u0e01 (U+0E01)' in str(problem.message)


def test_a_language_without_fonts_of_ours_is_left_to_the_system(pack: Pack) -> None:
    texts = {**pack.texts, "th": {"topic:danger:title": "\u0e01"}}
    assert list(checked_pack.of_letters(replace(pack, texts=texts), ["th"])) == []


def test_check_tells_of_a_text_with_an_unknown_placeholder(pack: Pack) -> None:
    texts = {
        tag: {**texts, "topic:danger:lead": "Call {nobody.voice}."}
        for tag, texts in pack.texts.items()
    }
    one = Kiosk(languages=("en",))  # `make check` makes the pages of all
    problems = checked_pack.of_pages(replace(pack, texts=texts), kiosk=one)
    assert len(problems) == 1
    assert "nobody.voice" in str(problems[0].message)
    assert checked_pack.of_pages(pack, kiosk=one) == []
