"""What no linter knows of the house. Who may import whom stands in pyproject.toml (import-linter)."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.running import ROOT

PACKAGES = (
    *("cli", "content", "editor", "kiosk", "messages", "runtime"),
    *("settings", "sms", "store", "system"),
)
SOURCES = sorted(
    path
    for path in [ROOT / "server.py", *(p for top in PACKAGES for p in (ROOT / top).rglob("*.py"))]
    if "__pycache__" not in path.parts
)
# Imported where they are used: they would slow each start, or stay in the server's memory.
HEAVY = {
    *("alembic", "babel", "cryptography", "escpos", "gammu", "phonenumbers"),
    *("securesystemslib", "tomlkit", "tuf", "twilio", "urllib3"),
}
# A module of these names becomes an attic; the rest tells nobody what is inside.
NOT_NAMES = {
    *("utils", "helpers", "common", "misc", "base", "core", "manager", "handler", "handlers"),
    *("part", "parts", "way", "ways", "thing", "things", "found", "told", "shown"),
    *("one", "other", "others"),
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_personal_word_stands_in_a_log_call() -> None:
    """A log line may hold events and ids, never a message, a number, an address or a path of a
    visitor."""
    calls = re.compile(
        r"\blog(?:ger)?\.(?:debug|info|warning|error|exception|critical)\((.*?)\)", re.DOTALL
    )
    personal = re.compile(
        r"\b(?:body|sender|from_|phone|message\.text|client|user_agent|scope|path|query|words)\b"
    )
    wrong = [
        f"{name(path)}: {call.group(0)}"
        for path in SOURCES
        for call in calls.finditer(path.read_text(encoding="utf-8"))
        if personal.search(re.sub(r'"[^"]*"', "", call.group(1)))
    ]
    assert not wrong


def test_no_part_of_a_message_is_cached() -> None:
    """What is cached stays in memory for as long as the server runs: a word of a text must not."""
    cached = {
        f"{name(path)}: {function.name}"
        for path in SOURCES
        if name(path).startswith("sms/")
        for function in functions(path)
        if any("cache" in ast.unparse(each) for each in function.decorator_list)
    }
    assert cached == {
        "sms/understanding/dictionary.py: ordinary",
        "sms/understanding/features.py: _names",
        "sms/understanding/keyword_matcher.py: first",
        "sms/understanding/language_guess.py: _frequent",
        "sms/understanding/places.py: _table",
        "sms/understanding/quiet.py: patterns",
        "sms/understanding/reading.py: _costs",
        "sms/understanding/sayings.py: _read",
        "sms/understanding/second_messages.py: rules",
        "sms/understanding/who_harmed_whom.py: _rules",
        "sms/ledger.py: insert_new",
        "sms/ledger.py: _marks",
    }


def test_the_server_starts_without_the_heavy_vendors() -> None:
    code = "import sys, server; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert HEAVY.isdisjoint(done.stdout.split())


def test_functions_fit_a_screen() -> None:
    long = [
        f"{name(path)}: {function.name}"
        for path in SOURCES
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno >= 45
    ]
    assert not long


def test_names_say_what_is_inside() -> None:
    """Class names are unique in the tree; no public name is an attic's or a riddle's."""
    classes = Counter(
        node.name
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    public = {
        (name(path), word)
        for path in SOURCES
        for word in (
            path.stem,
            *(
                node.name.lower()
                for node in tree(path).body
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            ),
        )
    }
    assert [each for each, number in classes.items() if number > 1] == []
    assert sorted(each for each in public if each[1] in NOT_NAMES) == []


def test_every_module_says_what_it_is_in_a_line() -> None:
    silent = [
        name(path)
        for path in SOURCES
        if "migrations" not in path.parts
        and not len((ast.get_docstring(tree(path)) or "").split("\n")[0].split()) >= 3
    ]
    assert not silent


def test_the_architecture_document_names_every_package_and_nothing_that_is_not_there() -> None:
    text = (ROOT / "docs/develop/architecture.md").read_text(encoding="utf-8")
    packages = {
        path.parent.relative_to(ROOT).as_posix()
        for path in SOURCES
        if path.name == "__init__.py" and "migrations" not in path.parts
    }
    mentioned = set(re.findall(r"`((?:[a-z_]+/)+(?:[a-z_]+\.(?:py|js|toml|md))?)`", text))
    assert sorted(package for package in packages if f"{package}/" not in text) == []
    assert sorted(path for path in mentioned if not (ROOT / path).exists()) == []
