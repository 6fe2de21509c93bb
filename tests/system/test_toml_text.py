"""TOML of others: nested deeper than any file of ours is refused, however it is written."""

import tomllib

import pytest

from system.toml_text import MAX_DEPTH, TOO_DEEP, loads

DEEP = 10_000


@pytest.mark.parametrize(
    "text",
    [
        f"a = {'[' * DEEP}{']' * DEEP}",
        f"a = {'{b=' * DEEP}1{'}' * DEEP}",
        f"a{'.a' * DEEP} = 1",
        f"[a{'.a' * DEEP}]",
        f"a = {'[' * MAX_DEPTH}1{']' * MAX_DEPTH}",
    ],
    ids=["lists", "tables", "dotted", "section", "one too many"],
)
def test_what_is_nested_too_deep_is_refused(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError, match=TOO_DEEP):
        loads(text)


def test_what_is_as_deep_as_allowed_is_read() -> None:
    deepest = MAX_DEPTH - 1
    assert loads(f"a = {'[' * deepest}1{']' * deepest}")["a"]
    assert loads("a = 1\n[b.c]\nd = [[1]]") == {"a": 1, "b": {"c": {"d": [[1]]}}}
