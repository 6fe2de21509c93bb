"""Lighthouse finds nothing to mend on the pages of a visit; how fast they are belongs to bench/."""

import pytest

from tests.browser.lighthouse import scores


@pytest.mark.parametrize("place", ["/", "/leave", "/en/t/35", "/en/now", "/en/r/122"])
@pytest.mark.slow
def test_lighthouse_finds_nothing_to_mend(server: str, place: str) -> None:
    found = scores(server + place)

    assert (found["accessibility"], found["best-practices"]) == (100, 100)
    assert found["layout-shift"] == 0
