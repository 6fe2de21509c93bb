"""The table of the bench says by itself which limits are not held."""

import pytest

from bench.limits import LIMITS, Beginning, Start, page_row, row, schools_row, text_row

BASE = Start(0.3, 0.3, 0.3, 35, 35)


@pytest.mark.parametrize("name", LIMITS)
def test_a_start_within_its_limits_is_printed_with_them(name: str) -> None:
    said = row(name, Start(0.9, 0.9, 0.9, 75, 75), BASE)

    assert f"<= 1.0 s, {LIMITS[name].whole} s, 0.9 s, " in said
    assert "MISSED" not in said


@pytest.mark.parametrize("name", LIMITS)
def test_each_figure_beyond_its_limit_is_named(name: str) -> None:
    assert row(name, Start(1.1, 0.9, 0.8, 60, 95), BASE).endswith("MISSED: first answer, in use")
    assert row(name, Start(0.8, 2.6, 1.0, 95, 60), BASE).endswith(
        "MISSED: whole pack, processor, at rest"
    )


def test_a_peer_has_no_limit() -> None:
    assert row("datasette", Start(9, 9, 9, 900, 900), BASE).endswith("30.0 x")


def test_a_slow_text_is_named() -> None:
    assert text_row(1.01).endswith("MISSED")
    assert text_row(0.99).endswith("(<= 1.0)")


@pytest.mark.parametrize(
    ("first", "used", "over"),
    [
        (1.2, 250, ""),
        (1.21, 250, "first page"),
        (1.0, 251, "in use"),
        (2, 300, "first page, in use"),
    ],
)
def test_forty_schools_are_held_to_their_limits(first: float, used: float, over: str) -> None:
    said = schools_row(40, Beginning(9, 9, 9, 70, used), Beginning(first, 9, 9, 9))

    assert said.endswith(f"MISSED: {over}" if over else "(<= 1.2, 250 MB)")


def test_the_slowest_pages_of_forty_schools_are_held_to_those_of_one() -> None:
    assert page_row(40, 12.1, 10.0, 1.21).endswith("MISSED: p99")
    assert page_row(40, 12.0, 10.0, 1.2).endswith("(<= 1.2)")


@pytest.mark.parametrize("size", [1, 400])
def test_other_numbers_of_schools_have_no_limit(size: int) -> None:
    assert "MISSED" not in schools_row(size, Beginning(9, 9, 9, 900, 900), Beginning(9, 9, 9, 9))
    assert "MISSED" not in page_row(size, 90, 1, 90)
