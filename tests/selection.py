"""Selects a run's tests, and how much of long ones: all, the quick, or also a tenth of the rest.

Only the marker ``slow`` leaves a test out of the quick run. There, a long test uses a sample
(``some``); a test with similar cases runs only a ``few(n)``; and a test whose cases differ only in,
for example, the database runs one of them (``either``). The tenth changes every day: within ten
days, everything runs in full.
"""

import os
from collections.abc import Iterable
from datetime import date
from random import Random, SystemRandom
from typing import Any, TypeVar
from zlib import crc32

import pytest

LEFT = pytest.StashKey[int]()
SEED = pytest.StashKey[str]()
T = TypeVar("T")
COVERED = "covered"
# Only run by name because it takes hours: every page in every mode and size, fifty power cuts.
EVERY_VISIT = os.environ.get("PORCHLIGHT_EVERY_VISIT") == "1"


class Run:
    """Tells test modules, when they are imported, whether this is a full run."""

    whole = False


class Some:
    """All of a test's items in a full run, a seeded few in a quick one."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        config, node = request.config, request.node.nodeid
        self.whole = _whole(config, node)
        self.dice = Random(f"{config.stash[SEED]} {node}")  # noqa: S311  must be repeatable
        self._notes: list[tuple[str, object]] = request.node.user_properties

    def __call__(self, items: Iterable[T], few: int) -> list[T]:
        """Return the items, or a few of them in their order."""
        every = list(items)
        if self.whole or len(every) <= few:
            return every
        return [every[place] for place in sorted(self.dice.sample(range(len(every)), few))]

    def covered(self, what: str) -> None:
        """Record a line about what was covered, printed after a full run."""
        if self.whole:
            self._notes.append((COVERED, what))


@pytest.fixture
def some(request: pytest.FixtureRequest) -> Some:
    return Some(request)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--slow",
        choices=("all", "none", "tenth", "named"),
        default="all",
        help="which of the tests marked slow are run; tenth: those of the day of the year; named: "
        "all, on the engine of a quick run",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT] = 0
    Run.whole = config.getoption("--slow") == "all"
    given = os.environ.get("PORCHLIGHT_SEED") or str(SystemRandom().randrange(10**6))
    config.stash[SEED] = getattr(config, "workerinput", {}).get("seed", given)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give pytest-xdist's workers the run's seed."""
    node.workerinput["seed"] = node.config.stash[SEED]


def _whole(config: pytest.Config, node: str) -> bool:
    """Whether this test runs in full: always, never, or on its day out of ten."""
    how = config.getoption("--slow")
    day = date.today().timetuple().tm_yday % 10  # noqa: DTZ011  any day will do
    return how in {"all", "named"} or (how == "tenth" and crc32(node.encode()) % 10 == day)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    alike = _alike(items, config.stash[SEED]) | _other(items, config.stash[SEED])
    kept, left = list[pytest.Item](), list[pytest.Item]()
    for item in items:
        slow = item.get_closest_marker("slow") is not None or item.nodeid in alike
        (kept if not slow or _whole(config, item.nodeid) else left).append(item)
    items[:] = kept
    config.stash[LEFT] = len(left)
    output = getattr(config, "workeroutput", None)
    if output is not None:
        output["left"] = len(left)


def _alike(items: list[pytest.Item], seed: str) -> set[str]:
    """Return the cases beyond their test's few: the same ones in all tests with the same cases,
    which share what is made for a case."""
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("few") and not item.get_closest_marker("slow"):
            tests.setdefault(item.nodeid.partition("[")[0], []).append(item)
    beyond = set()
    for cases in tests.values():
        [few] = cases[0].iter_markers("few")
        ranked = sorted(
            cases, key=lambda case: crc32(f"{seed}{case.name.partition('[')[2]}".encode())
        )
        beyond |= {case.nodeid for case in ranked[few.args[0] :]}
    return beyond


def _other(items: list[pytest.Item], seed: str) -> set[str]:
    """Return all but one of a test's cases that differ only in one parameter."""
    groups: dict[str, list[str]] = {}
    for item in items:
        marker = item.get_closest_marker("either")
        if marker and isinstance(item, pytest.Function):
            value = item.callspec.params[marker.args[0]]
            groups.setdefault(item.nodeid.replace(str(value), "", 1), []).append(item.nodeid)
    kept = {
        min(cases, key=lambda case: crc32(f"{seed}{case}".encode())) for cases in groups.values()
    }
    return {case for cases in groups.values() for case in cases} - kept


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Let a pytest-xdist worker, which collects tests, report how many it left out."""
    output = getattr(node, "workeroutput", {})
    node.config.stash[LEFT] = max(node.config.stash[LEFT], output.get("left", 0))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.getreports(kind)]
    for report in sorted(reports, key=lambda report: report.nodeid):
        for name, what in report.user_properties:
            if name == COVERED:
                terminalreporter.write_line(f"covered: {what}")
    terminalreporter.write_line(f"PORCHLIGHT_SEED={config.stash[SEED]} picks the same samples")
    if config.stash[LEFT]:
        terminalreporter.write_line(f"{config.stash[LEFT]} slow tests were left to make test-all")
