"""Reads closed lists of sayings from sayings.toml."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("sayings.toml")


def sayings(table: str, name: str) -> frozenset[tuple[str, ...]]:
    """Return the words of each saying in the named list."""
    return frozenset(tuple(said.split()) for said in _read()[table][name])


def single(table: str, name: str) -> frozenset[str]:
    return frozenset(_read()[table][name])


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
