"""Rows of a counselor reach messages like them; other heads stay."""

from dataclasses import replace

from editor.learning import learn
from editor.learning.learn import pack_up
from sms.understanding.classifier import Model, unpack
from sms.understanding.examples import Example
from sms.understanding.features import BUCKETS
from sms.understanding.normalise import tokenize

PACE = 81  # of every word in the base: ten doublings, as common words have
ROWS = [
    Example(f"{payer} still owes me for {when}", "work", "en", "me")
    for payer in ("the taco shop", "the car wash", "the lady i clean for", "my boss")
    for when in ("june", "last month", "the weekend")
]
PARAPHRASE = "he owes me for the whole summer"


def base(*, now: dict[int, dict[int, int]] | None = None) -> Model:
    """Return a base that has seen every word often and knows none of these rows."""
    classes = {
        "topic": ("ordinary", "work"),
        "about": ("me",),
        "language": ("en",),
        "now": ("body", "no"),
    }
    data = pack_up(
        classes, [16, 0, 0, 0, 0, 0], now or {}, examples="", rest=bytes([PACE]) * BUCKETS
    )
    return unpack(data, to_learn=True)


def taught(rows: list[Example]) -> Model:
    return unpack(learn.learn(rows, base(), fingerprint=""))


def test_rows_of_a_counselor_reach_a_message_that_nobody_wrote() -> None:
    usual, theirs = (
        taught([replace(row, writer=writer) for row in ROWS]).predict(tokenize(PARAPHRASE))
        for writer in ("u15", learn.COUNSELOR)
    )
    assert usual.topic["work"] < 0.6
    assert theirs.topic["work"] > 0.8


def test_rows_of_needs_leave_what_the_base_hears_as_an_emergency() -> None:
    heard = base(now={7: {4: 40}})
    after = unpack(learn.learn(ROWS, heard, fingerprint=""))
    assert after.classes["now"] == ("body", "no")
    lengths, weights = after.table()
    start = 2 * sum(lengths[:7])
    assert lengths[7] == 1
    assert weights[start] == 4
