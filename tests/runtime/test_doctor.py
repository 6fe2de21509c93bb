"""What `doctor` says about the machine itself."""

from datetime import UTC, datetime

import pytest

from runtime import doctor


@pytest.mark.parametrize(
    ("year", "trusted", "kinds", "says"),
    [
        (2026, True, [], ""),
        (2026, False, ["note"], "systemd-timesyncd or chrony"),
        (1970, False, ["wrong"], "The clock says 1970-12-01: set it."),
    ],
)
def test_a_clock_that_nobody_keeps_right_is_told(
    year: int, trusted: bool, kinds: list[str], says: str
) -> None:
    found = list(doctor.of_clock(datetime(year, 12, 1, tzinfo=UTC), trusted=trusted))
    assert [finding.kind for finding in found] == kinds
    assert says in "".join(finding.sentence for finding in found)
