"""Which tests a run takes: all, the quick ones, or the quick ones and a tenth of the slow ones.

A test is left out of the quick run by the marker ``slow`` alone. The tenth is another one each day,
so that every slow test runs within ten days wherever CI runs daily.
"""

from datetime import date
from typing import Any
from zlib import crc32

import pytest

LEFT = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--slow",
        choices=("all", "none", "tenth"),
        default="all",
        help="which of the tests marked slow are run; tenth: those of the day of the year",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT] = 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    how = config.getoption("--slow")
    if how == "all":
        return
    day = date.today().timetuple().tm_yday % 10  # noqa: DTZ011  any day will do
    kept, left = list[pytest.Item](), list[pytest.Item]()
    for item in items:
        slow = item.get_closest_marker("slow") is not None
        due = how == "tenth" and crc32(item.nodeid.encode()) % 10 == day
        (left if slow and not due else kept).append(item)
    items[:] = kept
    config.stash[LEFT] = len(left)
    output = getattr(config, "workeroutput", None)
    if output is not None:
        output["left"] = len(left)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of pytest-xdist collects, and tells the run how many it left."""
    output = getattr(node, "workeroutput", {})
    node.config.stash[LEFT] = max(node.config.stash[LEFT], output.get("left", 0))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if config.stash[LEFT]:
        terminalreporter.write_line(f"{config.stash[LEFT]} slow tests were left to make test-all")
