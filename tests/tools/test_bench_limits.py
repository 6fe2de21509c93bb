"""The table of the bench says by itself which limits are not held."""

import pytest

from bench.limits import LIMITS, Start, row, text_row

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
