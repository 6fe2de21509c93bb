"""A typed county line is shown only with a second person's word on exactly that number."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from content.review import county_confirmation
from content.review.county_confirmation import CountyConfirmation, CountyLine, judge, kept
from tests.content.candidates import NOW
from tests.shipped import pack as shipped

KEY = b"of this machine"
HERE = ("Sacramento",)
OF_PACK, OTHER = "+19168755437", "+19168755438"
CONFIRMED = county_confirmation.confirmed(OTHER, HERE, "nurse", NOW.date(), key=KEY)
WITHDRAWN = county_confirmation.withdrawn(CONFIRMED, NOW)


def judged(
    record: CountyConfirmation | None,
    typed: str = OTHER,
    counties: tuple[str, ...] = HERE,
    *,
    key: bytes = KEY,
    days: float = 0,
) -> CountyLine:
    now = NOW + timedelta(days=days)
    return judge(record, typed, counties, shipped().counties, key=key, now=now)


def test_a_number_that_one_person_typed_is_not_shown() -> None:
    assert judged(None) == CountyLine(state="unconfirmed")


def test_a_number_that_a_second_person_confirmed_is_shown() -> None:
    assert judged(CONFIRMED) == CountyLine(state="confirmed", shown=OTHER)


def test_the_number_of_the_pack_asks_nobody() -> None:
    assert judged(None, OF_PACK) == CountyLine(state="pack")
    assert judged(None, OF_PACK, ("Yolo",)).state == "unconfirmed"  # of another county
    assert judged(None, OF_PACK, ()).state == "unconfirmed"


@pytest.mark.parametrize(
    "forged",
    [
        msgspec.structs.replace(CONFIRMED, seal=""),
        msgspec.structs.replace(CONFIRMED, role="principal"),
        county_confirmation.confirmed(OTHER, HERE, "nurse", NOW.date(), key=b"of another"),
        county_confirmation.confirmed(OTHER, HERE, "nurse", NOW.date(), key=b""),
        msgspec.structs.replace(WITHDRAWN, withdrawn=None),
    ],
    ids=["no seal", "edited", "another machine's", "without a key", "its withdrawal edited away"],
)
def test_a_confirmation_that_was_not_made_here_shows_nothing_and_is_told(
    forged: CountyConfirmation,
) -> None:
    for key in (KEY, b""):
        assert judged(forged, key=key) == CountyLine(state="unconfirmed", lost=True)


@pytest.mark.parametrize(
    ("typed", "counties", "state"),
    [
        ("+19168755439", HERE, "unconfirmed"),
        (OTHER, (*HERE, "Yolo"), "unconfirmed"),
        (OF_PACK, HERE, "pack"),
        ("", HERE, "none"),
    ],
)
def test_a_confirmation_holds_for_exactly_its_number_and_counties(
    typed: str, counties: tuple[str, ...], state: county_confirmation.State
) -> None:
    assert judged(CONFIRMED, typed, counties) == CountyLine(state=state, lost=True)


def test_the_order_of_the_counties_says_nothing() -> None:
    both = county_confirmation.confirmed(OTHER, ("Yolo", *HERE), "nurse", NOW.date(), key=KEY)
    assert judged(both, OTHER, (*HERE, "Yolo")).shown == OTHER


def test_a_withdrawn_number_is_not_shown_and_is_told_for_a_day() -> None:
    assert judged(WITHDRAWN, days=0.9) == CountyLine(state="unconfirmed", lost=True)
    assert judged(WITHDRAWN, days=1.1) == CountyLine(state="unconfirmed")
    assert county_confirmation.withdrawn(WITHDRAWN, NOW + timedelta(days=9)) == WITHDRAWN


def test_a_damaged_file_confirms_nothing(tmp_path: Path) -> None:
    folder = tmp_path
    (folder / county_confirmation.FILE).write_text('{"number": "+19168755438"}', encoding="utf-8")
    assert kept(folder) is None
    assert judged(kept(folder)).shown == ""


def test_a_pack_that_corrects_its_number_to_the_typed_one_needs_no_confirmation() -> None:
    county = next(c for c in shipped().counties if c.name == HERE[0])
    new = replace(county, numbers=(replace(county.numbers[0], number=OTHER),))
    assert judge(None, OTHER, HERE, [new], key=KEY, now=NOW).state == "pack"
