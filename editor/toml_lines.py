"""Finds the line number of every key (``channels/0/number``) in a valid TOML document."""

import re
from bisect import bisect_left

_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")


def lines(text: str) -> dict[str, int]:
    """Return path → line, counted from 1. ``text`` must be valid TOML with ``\\n`` line endings."""
    return _Scanner(text).run()


class _Scanner:
    """A cursor over the text; each method moves it past what it has read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._breaks = [m.start() for m in re.finditer("\n", text)]
        self._last: dict[str, int] = {}  # array of tables → index of its last element
        self._found: dict[str, int] = {}

    def run(self) -> dict[str, int]:
        table = ""
        self._blank()
        while self._at < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
            self._blank()
        return self._found

    def _header(self) -> str:
        """Read ``[a.b]`` or ``[[a.b]]``; return the path that the keys below belong to."""
        start, array = self._at, self._text.startswith("[[", self._at)
        self._at += 2 if array else 1
        parts = self._key()
        self._at += 2 if array else 1
        path = ""
        for part in parts[:-1]:
            path = _join(path, part)
            self._mark(path, start)
            if path in self._last:
                path = f"{path}/{self._last[path]}"
        path = _join(path, parts[-1])
        self._mark(path, start)
        if array:
            self._last[path] = self._last.get(path, -1) + 1
            path = f"{path}/{self._last[path]}"
            self._mark(path, start)
        return path

    def _pair(self, table: str) -> None:
        start = self._at
        path = table
        for part in self._key():
            path = _join(path, part)
            self._mark(path, start)
        self._blank()
        self._at += 1  # "="
        self._blank()
        self._value(path)

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._blank()
            match = _STRING.match(self._text, self._at) or _BARE_KEY.match(self._text, self._at)
            if match is None:
                raise ValueError(
                    f"no key on line {self._line(self._at)}: scan after tomllib, not before"
                )
            parts.append(match[0].strip("\"'"))
            self._at = match.end()
            self._blank()
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _value(self, path: str) -> None:
        opening = self._text[self._at]
        if opening == "[":
            self._items("]", path)
        elif opening == "{":
            self._items("}", path)
        else:
            match = _STRING.match(self._text, self._at) or _SCALAR.match(self._text, self._at)
            self._at = match.end() if match else len(self._text)

    def _items(self, closing: str, path: str) -> None:
        """Read a list or an inline table from its opening bracket to its closing one."""
        self._at += 1
        self._blank()
        number = 0
        while self._text[self._at] != closing:
            if closing == "]":
                self._mark(f"{path}/{number}", self._at)
                self._value(f"{path}/{number}")
            else:
                self._pair(path)
            number += 1
            self._blank()
            if self._text[self._at] == ",":
                self._at += 1
                self._blank()
        self._at += 1

    def _blank(self) -> None:
        match = _BLANK.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _mark(self, path: str, at: int) -> None:
        self._found.setdefault(path, self._line(at))

    def _line(self, at: int) -> int:
        return bisect_left(self._breaks, at) + 1


def _join(path: str, part: str) -> str:
    return f"{path}/{part}" if path else part
