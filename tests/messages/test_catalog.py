"""The catalogs of messages: complete, used, and the same values in every language."""

import ast
import re
from collections.abc import Iterator
from typing import get_args

import pytest

from content.review import hold_policy
from content.trust.failures import Kind
from messages.message import (
    EDITOR,
    VERBATIM,
    Message,
    Piece,
    catalog,
    has_english,
    message,
    of_error,
    pieces,
    verbatim,
)
from runtime.alarms.rules import kinds
from settings.schema import MEANINGS
from tests.running import ROOT
from tests.test_architecture import PACKAGES

_FIELD = re.compile(r"\{(\w+)\}")
ENGLISH = {**catalog("en"), **catalog(EDITOR)}
AREAS = {code.partition(".")[0] for code in ENGLISH}
ALARM_AREAS = ("alarm-title", "alarm-says", "alarm-do")
FINDERS = ("sms/decide.py", "sms/understanding/reading.py")  # how a reply is found
_CODE = re.compile(r"[a-z-]+\.[a-z0-9-]+")


def _is_code(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and bool(_CODE.fullmatch(str(node.value)))


def calls() -> Iterator[tuple[str, set[str]]]:
    """Code and values of every message that the program makes."""
    for path in (path for name in PACKAGES for path in (ROOT / name).rglob("*.py")):
        text = path.read_text("utf-8")
        makers = {"message", "self._tell"} if "from messages.message import" in text else set()
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            raised = name.endswith("Error") and node.args and _is_code(node.args[0])
            place = 1 if name == "tally.expect" else 0 if raised or name in makers else None
            if place is not None:
                code = node.args[place]
                if isinstance(code, ast.Constant):
                    yield str(code.value), {str(one.arg) for one in node.keywords}


def named() -> set[str]:
    """Return every code that the program names."""
    sources = (path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
    return {
        code
        for path in sources
        for code in re.findall(r'"([a-z-]+\.[a-z0-9-]+)"', path.read_text("utf-8"))
        if code.partition(".")[0] in AREAS
    }


def by_row() -> set[str]:
    """Return the codes that are made of a row of a table, or of a value."""
    places = {f"place.{name.replace('_', '-')}" for name in hold_policy.CHANNELS}
    failures = {f"failure.{kind.replace(' ', '-')}" for kind in get_args(Kind)}
    facts = {f"fact.{word}" for word in values("content/model/pack.py")}
    replies = {f"reply.{how}" for path in FINDERS for how in values(path)}
    counts = {f"reply.count-{count}" for count in range(1, 10)}
    rows = {f"hold.{row}" for row in hold_policy.TABLE}
    rows |= {f"text-line.{kind}" for kind in said_of_the_line()}
    rows |= {f"setting.{re.sub('[._]', '-', name)}" for name in MEANINGS}
    rows |= {f"carrier-error.{number}" for number in range(10_000, 40_000)}
    rows |= {f"{area}.{kind}" for area in ALARM_AREAS for kind in kinds()}
    return places | failures | facts | replies | counts | rows


def said_of_the_line() -> set[str]:
    """Return every kind of alarm that the text line says, however its call looks."""
    return {kind for path in (ROOT / "sms").rglob("*.py") for kind in values(str(path))}


def values(path: str) -> set[str]:
    """Return every string of a module."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


def fields(code: str, language: str) -> set[str]:
    words = (ENGLISH if language == "en" else catalog(language))[code]
    return set(_FIELD.findall(words if isinstance(words, str) else " ".join(words)))


def test_every_message_has_its_words_and_every_word_a_message() -> None:
    assert {code for code, _ in calls()} - ENGLISH.keys() == set()
    assert ENGLISH.keys() - named() - by_row() == set()
    assert all(_CODE.fullmatch(code) for code in ENGLISH)
    assert catalog("en").keys() & catalog(EDITOR).keys() == set()


def test_a_message_brings_every_value_that_its_words_name() -> None:
    lacking = [(code, fields(code, "en") - given) for code, given in calls()]

    assert [one for one in lacking if one[1]] == []


def test_a_school_reads_none_of_the_editors_words() -> None:
    """Its installation has no such file, and reading more words would slow each start."""
    schools = (
        path for name in PACKAGES if name != "editor" for path in (ROOT / name).rglob("*.py")
    )
    used = {
        one
        for path in schools
        for one in re.findall(r'"([a-z-]+\.[a-z0-9-]+)"', path.read_text("utf-8"))
    }

    assert used & catalog(EDITOR).keys() == set()


def test_spanish_says_the_same_messages_with_the_same_values() -> None:
    assert catalog("es").keys() - catalog("en").keys() == set()
    differing = [code for code in catalog("es") if fields(code, "es") != fields(code, "en")]
    assert [one for one in differing if not fields(one, "es") < fields(one, "en")] == []


def test_words_are_made_where_they_are_read() -> None:
    said = message("disk.full", folder="/data", megabytes=3)

    assert str(said).startswith("/data: only 3 MB is free")
    (spanish,) = pieces(said, "es")
    assert spanish.text.startswith("/data: solo hay 3 MB libres")
    assert not spanish.english


def test_a_message_inside_another_and_words_of_somebody_else_keep_their_language() -> None:
    said = message("release.unshown", release_id="a", why=verbatim("The number is not right."))

    assert pieces(said, "es") == (
        Piece("La versión a está activa en el disco y no se muestra: "),
        Piece("The number is not right.", english=True),
        Piece("."),
    )
    assert has_english(pieces(said, "es"))
    assert not has_english(pieces(said, "en"))


def test_a_message_without_a_translation_is_english_and_marked() -> None:
    (piece,) = pieces(message("store.writable"), "es")

    assert piece == Piece("Porchlight can write to the database.", english=True)


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (ValueError(message("disk.full", folder="/", megabytes=1)), "disk.full"),
        (ValueError("It broke."), VERBATIM),
        (ValueError(), VERBATIM),
    ],
)
def test_an_error_brings_its_message_or_its_own_words(error: Exception, wanted: str) -> None:
    assert of_error(error).code == wanted
    assert str(of_error(error)) == (str(error) or "ValueError")


def test_values_of_any_kind_become_words() -> None:
    said = message("settings.value-unusable", file=ROOT, name=("a", "b"))

    assert said == Message("settings.value-unusable", args={"file": str(ROOT), "name": ("a", "b")})
    assert str(said).startswith(f"{ROOT}: a, b cannot be used")
