"""The lowest versions and the earliest time that are still accepted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from content.trust import version_floor
from content.trust.version_floor import RoleMark, Trusted, trusted_now
from messages.message import Message, message

BUILT = datetime(2026, 11, 20, tzinfo=UTC)
FLOOR = datetime(2027, 3, 1, tzinfo=UTC)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
ISSUED = datetime(2026, 12, 1, tzinfo=UTC)
TRUSTED = {
    "timestamp": Trusted(keys=frozenset({"t"}), threshold=1),
    "targets": Trusted(keys=frozenset({"a", "b"}), threshold=2),
}


def marks(**versions: int) -> dict[str, RoleMark]:
    keys = {"timestamp": ("t",), "targets": ("a", "b")}
    return {
        role: RoleMark(version=version, keys=keys.get(role, ()))
        for role, version in versions.items()
    }


def below(role: str, seen: int, least: int) -> Message:
    return message("floor.below", role=role, seen=seen, least=least)


@pytest.mark.parametrize(
    ("known", "seen", "said"),
    [
        ({}, marks(root=1, timestamp=1, targets=1), None),
        (marks(root=1, timestamp=4), marks(root=1, timestamp=4), None),
        (marks(root=1, timestamp=4), marks(root=2, timestamp=5), None),
        (marks(timestamp=4), marks(timestamp=3), below("timestamp", 3, 4)),
        (marks(targets=4), marks(timestamp=9, targets=3), below("targets", 3, 4)),
        (marks(root=2), marks(root=1), below("root", 1, 2)),
        # A role that is delegated no more.
        (
            {"county-06001": RoleMark(version=4, keys=("c",))},
            {"county-06001": RoleMark(version=1, keys=("d",))},
            None,
        ),
    ],
)
def test_a_version_is_never_gone_back_on(
    known: version_floor.Marks, seen: version_floor.Marks, said: Message | None
) -> None:
    assert version_floor.below(known, seen, TRUSTED) == said


def test_a_mark_that_a_thief_made_falls_with_the_key_that_made_it() -> None:
    stolen = {"timestamp": RoleMark(version=2**31, keys=("stolen",))}
    assert version_floor.below(stolen, marks(timestamp=5), TRUSTED) is None
    assert version_floor.raised(stolen, marks(timestamp=5), TRUSTED) == marks(timestamp=5)


def test_one_of_two_keys_alone_makes_no_mark_that_holds() -> None:
    half = {"targets": RoleMark(version=2**31, keys=("a", "gone"))}
    assert version_floor.below(half, marks(targets=5), TRUSTED) is None


def test_the_floor_rises_and_never_sinks() -> None:
    known = {**marks(root=3, timestamp=9, targets=2), "county-06001": RoleMark(version=4)}
    new = version_floor.raised(known, marks(root=3, timestamp=8, targets=5), TRUSTED)
    assert new == {**marks(root=3, timestamp=9, targets=5), "county-06001": RoleMark(version=4)}


def test_the_floor_is_kept_on_disk(tmp_path: Path) -> None:
    known = {"timestamp": RoleMark(version=3, keys=("t",), issued=ISSUED)}
    version_floor.raise_to(tmp_path, known)
    assert version_floor.read(tmp_path) == known
    assert version_floor.issued(version_floor.read(tmp_path)) == ISSUED


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"timestamp": {"version": "x"}}', b"\xff"])
def test_a_broken_floor_counts_as_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / version_floor.FILE).write_bytes(data)
    assert version_floor.read(tmp_path) == {}
    assert version_floor.issued({}) is None


@pytest.mark.parametrize(
    ("system", "synchronised", "floor", "time"),
    [
        (FLOOR + DAY, True, FLOOR, FLOOR + DAY),
        (FLOOR + DAY, False, FLOOR, FLOOR + DAY),
        # A clock that runs a little behind: never earlier than what was signed.
        (FLOOR - HOUR, True, FLOOR, FLOOR),
        (FLOOR - DAY, False, FLOOR, FLOOR),
        # Without a battery a clock starts in 1970.
        (datetime(1970, 1, 1, tzinfo=UTC), False, FLOOR, FLOOR),
        (datetime(1970, 1, 1, tzinfo=UTC), True, FLOOR, FLOOR),
        (datetime(1970, 1, 1, tzinfo=UTC), False, None, BUILT),
        # A floor from before this program was written is no floor.
        (BUILT, True, BUILT - YEAR, BUILT),
        (BUILT + 399 * DAY, False, None, BUILT + 399 * DAY),
        # Far ahead: only a clock set from the network is believed.
        (datetime(2099, 1, 1, tzinfo=UTC), False, FLOOR, FLOOR),
        (datetime(2099, 1, 1, tzinfo=UTC), True, FLOOR, datetime(2099, 1, 1, tzinfo=UTC)),
    ],
)
def test_expiry_is_judged_by_a_clock_that_can_be_right(
    system: datetime, synchronised: bool, floor: datetime | None, time: datetime
) -> None:
    assert trusted_now(system, synchronised=synchronised, floor=floor, built=BUILT) == time
