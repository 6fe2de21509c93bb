"""Shared by all packages' tests: where they write, and one fresh database of each kind."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

from sms.understanding import classifier
from sms.understanding.classifier import Model
from store.group_commit import Store
from tests import databases
from tests.running import ROOT, SHARED

MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30


def pytest_configure(config: pytest.Config) -> None:
    """Let tests write to memory if a machine has plenty and can start programs from there: on disk,
    they would spend a third of their time waiting. Things made once per run are in a folder that
    the workers share."""
    if MEMORY.is_dir():
        place = os.statvfs(MEMORY)
        if place.f_bavail * place.f_frsize > ROOM and not place.f_flag & os.ST_NOEXEC:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    if SHARED not in os.environ:  # otherwise it is a pytest-xdist worker, which inherits it
        os.environ[SHARED] = tempfile.mkdtemp(prefix="porchlight-tests-")
        config.add_cleanup(partial(shutil.rmtree, os.environ[SHARED], ignore_errors=True))
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        gc.disable()  # a third of collection was scanning tests, which are all kept


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Make the garbage collector look only at what tests create, not at the thousands of tests."""
    gc.freeze()
    gc.enable()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let each pytest-xdist worker first compile a share of the modules: in a fresh clone, each
    would otherwise compile all."""
    worker = getattr(session.config, "workerinput", {})
    for folder in (ROOT / given for given in (session.config.args if worker else ())):
        ours = folder.is_relative_to(ROOT / "tests")
        modules = sorted(folder.rglob("test_*.py")) if ours else []
        for module in modules[int(worker["workerid"][2:]) :: worker["workercount"]]:
            with suppress(Exception):  # collection reports what is wrong with it
                import_module(".".join(module.relative_to(ROOT).with_suffix("").parts))


@pytest.fixture(scope="session", autouse=True)
def model() -> Model:
    """Return the program's own model, kept for all the small packs without one."""
    return classifier.shipped()


@pytest.fixture(params=databases.KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return databases.fresh(request.param, tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    opened.open()
    yield opened
    opened.close()
