"""One desk and one browser in the office, for every test of a page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from content.model.pack import Pack
from tests.kiosk.desks import Office, Stage, staged


@pytest.fixture
def shut(tmp_path: Path, pack: Pack) -> Iterator[tuple[Stage, Office]]:
    """Nobody is signed in."""
    with staged(tmp_path, pack) as opened:
        yield opened


@pytest.fixture
def desk(shut: tuple[Stage, Office]) -> tuple[Stage, Office]:
    """The office is signed in."""
    assert shut[1].sign_in().status_code == 303
    return shut
