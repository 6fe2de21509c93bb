"""Languages."""

import pytest

from content.model import language


@pytest.mark.parametrize(
    ("tag", "name"),
    [("es", "Español"), ("es-MX", "Español"), ("zh-Hant", "繁體中文"), ("xx", "xx")],
)
def test_a_language_is_called_by_its_own_name(tag: str, name: str) -> None:
    assert language.own_name(tag) == name


@pytest.mark.parametrize(
    ("tag", "direction"), [("ar", "rtl"), ("fa-AF", "rtl"), ("en", "ltr"), ("arn", "ltr")]
)
def test_only_right_to_left_languages_run_right_to_left(tag: str, direction: str) -> None:
    assert language.direction(tag) == direction


def test_a_tag_falls_back_to_its_shorter_forms() -> None:
    assert language.fallback("zh-Hant-HK") == ("zh-Hant-HK", "zh-Hant", "zh")


def test_words_are_counted_only_where_spaces_part_them() -> None:
    assert [language.spaced(tag) for tag in ("en", "ko", "zh-Hant", "th")] == [
        True,
        True,
        False,
        False,
    ]
