"""Fitting: what is pruned stays away, what is left goes on learning."""

import numpy as np
import pytest

from editor.learning import fit
from editor.learning.fit import LearningState
from tools.train_base import mean

HUNGRY, HI = [1, 2], [3, 4]
MESSAGES = [(HUNGRY, {"topic": "food"}), (HI, {"topic": "ordinary"})] * 3


@pytest.fixture
def state() -> LearningState:
    """Of two topics; a weight worth keeping, a small one, and nothing for the second message."""
    made = fit.fresh([*MESSAGES, ([1], {"about": "me", "language": "en"})])
    made.rows[1, 0], made.rows[2, 0] = 2 * fit.LEAST, fit.LEAST / 2
    return made


def test_small_weights_are_pruned(state: LearningState) -> None:
    fit.prune(state)
    assert [float(one) > 0 for one in state.rows[[1, 2], 0]] == [True, False]


def test_the_mean_of_states_lies_between_them(state: LearningState) -> None:
    other = fit.fresh([*MESSAGES, ([1], {"about": "me", "language": "en"})])
    other.bias[0], other.rows[1, 0], other.paces[1] = 1.0, 4 * fit.LEAST, 3 * fit.FIRST_PACE
    made = mean([state, other])
    assert made.bias[0] == pytest.approx(0.5)
    assert made.rows[1, 0] == pytest.approx(3 * fit.LEAST)
    assert made.paces[1] == pytest.approx(2 * fit.FIRST_PACE)


def test_a_weight_that_was_there_before_is_kept_however_small(state: LearningState) -> None:
    known = state.rows != 0
    state.rows[3, 1] = fit.LEAST / 2
    fit.prune(state, known)
    assert state.rows[2, 0] > 0
    assert state.rows[3, 1] == 0


def test_a_closed_state_moves_only_the_weights_that_are_there(state: LearningState) -> None:
    fit.prune(state)
    before = state.rows.copy()
    fit.fit(state, MESSAGES, rounds=2, closed=True, dropped=0.0)
    assert np.array_equal(np.flatnonzero(state.rows), np.flatnonzero(before))
    assert state.rows[1, 0] > before[1, 0]


def test_an_open_state_learns_what_it_did_not_know(state: LearningState) -> None:
    fit.fit(state, MESSAGES, rounds=2, dropped=0.0)
    assert state.rows[3].any()
