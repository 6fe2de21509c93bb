"""Letters and fonts: each language's texts can be drawn, and one that cannot is told before it is
on a screen."""

import pytest
from fontTools.ttLib import TTFont

from content.model.pack import Pack
from kiosk.edition.assets import STATIC
from kiosk.pages import facts, font_coverage
from kiosk.pages.ui_strings import Wording, keys
from tools.make.fonts import STACK, ranges

FONTS = STATIC / "fonts"


@pytest.mark.parametrize("language", STACK)
def test_the_languages_that_a_line_speaks_are_drawn_by_the_fonts_of_the_page(
    pack: Pack, language: str
) -> None:
    """Chinese and Korean by their own names were boxes on pages in other languages."""
    known = font_coverage.coverage()[language]
    for resource in pack.resources:
        said = facts.spoken(resource, Wording(language))
        assert font_coverage.letters_beyond(known, said) == "", resource.id


@pytest.mark.parametrize("language", STACK)
def test_the_letter_keys_of_a_language_are_drawn_by_the_fonts_of_the_page(language: str) -> None:
    typed = keys(language)
    letters = "".join([*typed["latin"], *typed["own"], *typed["joins"], typed["name"]])
    assert font_coverage.letters_beyond(font_coverage.coverage()[language], letters) == ""


@pytest.mark.parametrize("language", STACK)
def test_the_table_says_what_the_fonts_have(language: str) -> None:
    held = {
        point for name in STACK[language] for point in TTFont(FONTS / f"{name}.woff2").getBestCmap()
    }
    assert font_coverage.coverage()[language] == held


@pytest.mark.parametrize("language", STACK)
def test_the_main_font_is_one_of_its_language(language: str) -> None:
    assert font_coverage.main_font(language) in {f"fonts/{name}.woff2" for name in STACK[language]}


@pytest.mark.parametrize("name", ["atkinson-latin", "noto-latin"])
def test_figures_can_be_set_in_one_width(name: str) -> None:
    font = TTFont(FONTS / f"{name}.woff2")
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert "tnum" in features


def test_a_zero_has_no_slash_that_makes_800_look_like_888() -> None:
    font = TTFont(FONTS / "atkinson-latin.woff2")
    assert font["glyf"][font.getBestCmap()[ord("0")]].numberOfContours == 2


def test_the_fonts_stay_small() -> None:
    assert sum(file.stat().st_size for file in FONTS.glob("*.woff2")) < 4_000_000


def test_spaces_and_marks_that_no_one_sees_need_no_glyph() -> None:
    assert [char for char in "a\u00a0\u200b\n\u0627" if font_coverage.drawn(char)] == [
        "a",
        "\u0627",
    ]


@pytest.mark.parametrize(
    ("points", "written"),
    [([], ""), ([65], "41"), ([0x20, 0x21, 0x22, 0xA0], "20-22 A0"), ([3, 1, 2], "1-3")],
)
def test_code_points_are_written_as_spans(points: list[int], written: str) -> None:
    assert ranges(points) == written
