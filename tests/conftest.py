"""What the tests of every package share: where they write, and one fresh database of each kind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.group_commit import Store
from tests import databases

MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30


def pytest_configure() -> None:
    """Tests write to memory where a machine has plenty and programs may be started from there: on a
    disk they would wait for it, file by file, for a third of their time."""
    if MEMORY.is_dir():
        place = os.statvfs(MEMORY)
        if place.f_bavail * place.f_frsize > ROOM and not place.f_flag & os.ST_NOEXEC:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(params=databases.KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return databases.fresh(request.param, tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    opened.open()
    yield opened
    opened.close()
