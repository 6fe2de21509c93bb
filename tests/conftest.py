"""What the tests of the store and of the line share: one fresh database of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.group_commit import Store
from tests import databases


@pytest.fixture(params=databases.KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return databases.fresh(request.param, tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    opened.open()
    yield opened
    opened.close()
