"""Lines of keys in TOML."""

import tomllib

import pytest

from editor import toml_lines

CASES = {
    "a key after a comment": ("# one\n\nid = 1\n", {"id": 3}),
    "a key in a table": ("[area]\nus = true\n", {"area": 1, "area/us": 2}),
    "tables of an array are counted": (
        '[[channels]]\nkind = "voice"\n[[channels]]\nkind = "sms"\n',
        {"channels/0": 1, "channels/0/kind": 2, "channels/1": 3, "channels/1/kind": 4},
    ),
    "a table below the last element of an array": (
        "[[a]]\n[[a]]\n[a.text]\nx = 1\n",
        {"a/1/text": 3, "a/1/text/x": 4},
    ),
    "a table that only its child names": (
        "[a.text]\nx = 1\n",
        {"a": 1, "a/text": 1, "a/text/x": 2},
    ),
    "list elements over several lines": (
        'x = [\n  "a", # one ]\n  "b",\n]\ny = 1\n',
        {"x/0": 2, "x/1": 3, "y": 5},
    ),
    "inline tables in a list": (
        "x = [\n  { a = [1], b = 2 },\n  { a = [] },\n]\n",
        {"x/0/b": 2, "x/1/a": 3},
    ),
    "a multi-line string that looks like keys": (
        'x = """\na = 1\n[b]\n"" """\ny = 2\n',
        {"x": 1, "y": 5},
    ),
    "a literal multi-line string": ("x = '''\na = \\'''\ny = 2\n", {"y": 3}),
    "brackets and escapes in strings": ('x = "]\\"}"\ny = \'#\'\n', {"y": 2}),
    "quoted and dotted keys": ('"a b".c = 1\n', {"a b": 1, "a b/c": 1}),
    "an empty document": ("", {}),
}


@pytest.mark.parametrize(("text", "lines"), CASES.values(), ids=CASES)
def test_every_key_has_its_line(text: str, lines: dict[str, int]) -> None:
    tomllib.loads(text)
    found = toml_lines.lines(text)
    assert {path: found[path] for path in lines} == lines


def test_a_text_that_looks_like_a_key_is_not_one() -> None:
    assert set(toml_lines.lines('x = """\na = 1\n"""\n')) == {"x"}
