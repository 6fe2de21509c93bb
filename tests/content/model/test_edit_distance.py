"""Edit distance and the words nearby."""

import random
from functools import cache

import pytest

from content.model.edit_distance import Nearby, allowance, osa


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [
        ("", "", 0),
        ("suicide", "suicide", 0),
        ("suicde", "suicide", 1),
        ("sucidie", "suicide", 2),
        ("hepl", "help", 1),
        ("ca", "abc", 3),  # optimal string alignment: a swapped pair is not edited again
        ("food", "", 4),
    ],
)
def test_distance(left: str, right: str, distance: int) -> None:
    assert osa(left, right) == distance
    assert osa(right, left) == distance


def by_definition(left: str, right: str) -> int:
    @cache
    def cost(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        best = min(
            cost(i - 1, j) + 1,
            cost(i, j - 1) + 1,
            cost(i - 1, j - 1) + (left[i - 1] != right[j - 1]),
        )
        if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
            best = min(best, cost(i - 2, j - 2) + 1)
        return best

    return cost(len(left), len(right))


def test_distance_is_what_its_definition_says() -> None:
    dice = random.Random(7)  # noqa: S311  repeatable, nothing secret
    for _ in range(500):
        left, right = ("".join(dice.choices("abc", k=dice.randrange(8))) for _ in range(2))
        assert osa(left, right) == by_definition(left, right), (left, right)


def test_nearby_finds_what_a_scan_finds() -> None:
    dice = random.Random(11)  # noqa: S311  repeatable, nothing secret
    known = {"".join(dice.choices("abcd", k=dice.randrange(3, 10))) for _ in range(200)}
    nearby = Nearby(known)
    for _ in range(300):
        word = "".join(dice.choices("abcd", k=dice.randrange(3, 11)))
        near = {k: osa(word, k) for k in known if allowance(k) and osa(word, k) <= allowance(k)}
        closest = {k for k, d in near.items() if d == min(near.values())}
        assert set(nearby.find(word)) == closest, word


@pytest.mark.parametrize(
    ("word", "edits"), [("die", 0), ("food", 1), ("kidnap", 1), ("shelter", 2), ("x" * 21, 0)]
)
def test_longer_words_may_be_further_off(word: str, edits: int) -> None:
    assert allowance(word) == edits
