"""Parts of long texts, put together."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from sms.modem.multipart import ReceivedPart, join
from tests.sms.conftest import NOON

PHONE, OTHER = "+19165550123", "+19165550199"


def part(
    location: int,
    body: str,
    place: str = "",
    *,
    after: float = 0,
    sender: str = PHONE,
    ref: int = 7,
) -> ReceivedPart:
    """``place`` as "2/3"; "" for a text of one part."""
    sent_at = NOON + timedelta(seconds=after)
    if not place:
        return ReceivedPart(location=location, sender=sender, body=body, sent_at=sent_at)
    number, total = place.split("/")
    return ReceivedPart(
        location=location,
        sender=sender,
        body=body,
        sent_at=sent_at,
        reference=ref,
        number=int(number),
        total=int(total),
    )


# What lies in the modem, and what is made of it: words, places, parts missing.
CASES: dict[str, tuple[Sequence[ReceivedPart], list[tuple[str, list[int], int]]]] = {
    "nothing": ([], []),
    "one part": ([part(1, "hi")], [("hi", [1], 0)]),
    "two parts in the wrong order": (
        [part(1, "world", "2/2"), part(2, "hello ", "1/2")],
        [("hello world", [1, 2], 0)],
    ),
    "a last part that is later": (
        [part(1, "a", "1/2"), part(2, "b", "2/2", after=90)],
        [("ab", [1, 2], 0)],
    ),
    "a missing end": ([part(1, "im not", "1/2")], [("im not", [1], 1)]),
    "a missing middle leaves a space": (
        [part(1, "im", "1/3"), part(2, "safe", "3/3")],
        [("im safe", [1, 2], 1)],
    ),
    "a part that came twice": (
        [part(1, "a", "1/2"), part(2, "a", "1/2"), part(3, "b", "2/2")],
        [("ab", [1, 2, 3], 0)],
    ),
    "a text that came twice": ([part(1, "hi"), part(2, "hi")], [("hi", [1, 2], 0)]),
    "the same words a second later are another text": (
        [part(1, "hi"), part(2, "hi", after=1)],
        [("hi", [1], 0), ("hi", [2], 0)],
    ),
    "two phones with one reference": (
        [
            part(1, "a", "1/2"),
            part(2, "c", "1/2", sender=OTHER),
            part(3, "b", "2/2"),
            part(4, "d", "2/2", sender=OTHER),
        ],
        [("ab", [1, 3], 0), ("cd", [2, 4], 0)],
    ),
    "two references of one phone": (
        [
            part(1, "a", "1/2"),
            part(2, "c", "1/2", ref=8),
            part(3, "b", "2/2"),
            part(4, "d", "2/2", ref=8),
        ],
        [("ab", [1, 3], 0), ("cd", [2, 4], 0)],
    ),
    "a reference that comes round again": (
        [
            part(1, "a", "1/2"),
            part(2, "b", "2/2"),
            part(3, "c", "1/2", after=60),
            part(4, "d", "2/2", after=60),
        ],
        [("ab", [1, 2], 0), ("cd", [3, 4], 0)],
    ),
    "the oldest first": (
        [part(1, "new", after=5), part(2, "old")],
        [("old", [2], 0), ("new", [1], 0)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_parts_become_messages(case: str) -> None:
    lying, expected = CASES[case]
    assert [(m.body, m.locations, m.missing) for m in join(lying)] == expected


def test_the_id_is_made_of_number_time_and_words_and_of_nothing_else() -> None:
    first = join([part(1, "hi")])[0].sid
    assert join([part(9, "hi")])[0].sid == first
    others = [part(1, "ho"), part(1, "hi", after=1), part(1, "hi", sender=OTHER)]
    assert len({first, *(join([other])[0].sid for other in others)}) == 4


def test_number_and_words_hide_in_repr() -> None:
    message = join([part(1, "xyzzy")])[0]
    shown = repr(message) + repr(part(1, "xyzzy"))
    assert "xyzzy" not in shown
    assert "9165550123" not in shown
