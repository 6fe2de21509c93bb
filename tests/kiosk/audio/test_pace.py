"""Clips are made while the machine is at rest, and then half of the time."""

import pytest

from kiosk.audio.clips import LOOK_SECONDS, Pace, is_at_rest


@pytest.mark.parametrize(
    ("load", "processors", "rests"),
    [(0.1, 2, True), (1.4, 2, True), (1.5, 2, False), (4.0, 2, False), (1.4, 1, False)],
)
def test_a_machine_is_at_rest_below_three_quarters_of_its_processors(
    load: float, processors: int, rests: bool
) -> None:
    assert is_at_rest(load, processors) is rests


def test_a_busy_machine_is_waited_for_before_the_first_step() -> None:
    loads, slept = iter([8.0, 3.0, 0.2]), list[float]()
    Pace(lambda: next(loads), processors=2, sleep=slept.append).begin()
    assert slept == [LOOK_SECONDS, LOOK_SECONDS]


def test_after_each_step_the_machine_has_as_long_for_itself() -> None:
    loads, slept = iter([0.2, 8.0, 0.2]), list[float]()
    pace = Pace(lambda: next(loads), processors=2, sleep=slept.append)
    pace.after(0.3)
    pace.after(0.4)
    assert slept == [0.3, 0.4, LOOK_SECONDS]
