"""A child process: its typed report, its deadline, and what is left where it is killed."""

import sys
from types import NoneType

import pytest

from messages.message import Message
from messages.report import Report
from system.child import Bounds, Child, CutOffError


def child(program: str, *, seconds: float = 60.0) -> Child[Report[list[int]]]:
    return Child([sys.executable, "-c", program], Report[list[int]], Bounds(seconds))


@pytest.mark.parametrize(
    ("said", "report"),
    [
        ('{"code": 1, "said": [{"code": "a.b"}]}', Report(1, (Message("a.b"),))),
        ('{"code": 0, "said": [], "result": [2]}', Report(0, (), [2])),
    ],
)
def test_a_child_answers_with_one_report(said: str, report: Report[list[int]]) -> None:
    assert child(f"print({said!r})").report() == report


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("raise SystemExit(3)", 3),
        ("import os; os.kill(os.getpid(), 9)", -9),
        ('print("a log line")', 1),
        ('print("""{"code": 0, "result": "of another type"}""")', 1),
    ],
)
def test_a_child_that_says_no_report_is_cut_off_and_nothing_of_it_is_taken(
    program: str, code: int
) -> None:
    with pytest.raises(CutOffError) as cut:
        child(program).report()
    assert cut.value.code == code


def test_a_child_that_hangs_is_killed_at_its_deadline() -> None:
    hangs = Child(["sleep", "600"], NoneType, Bounds(0.1))
    with pytest.raises(TimeoutError):
        hangs.report()
    assert hangs._process.returncode == -9
