"""A publisher's office, with nothing released yet."""

from pathlib import Path

import pytest

from tests.content.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "office")
