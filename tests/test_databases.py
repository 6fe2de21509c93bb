"""A throwaway PostgreSQL that cannot start says why."""

import pytest

from tests import databases


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("INITDB", "initdb made no cluster; it printed"),
        ("POSTGRES", "PostgreSQL ended; it printed"),
    ],
)
def test_a_cluster_that_cannot_start_says_why(
    program: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, program, (*getattr(databases, program), "--no-such-option=1"))
    with pytest.raises(RuntimeError, match="(?s)" + said + ".*no.such.option"):
        databases._start_cluster()
