"""What the program imports is declared, by the package or by the extra that brings it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import pytest

from settings.extras import LIBRARIES
from tests.running import ROOT
from tests.test_architecture import PACKAGES, SOURCES, name, tree

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EDITOR = tomllib.loads((ROOT / "editor/pyproject.toml").read_text("utf-8"))["project"]
# Declared and named in no import: what needs each loads it by itself.
LOADED_BY_OTHERS = {
    "bcrypt": "cryptography, for a key's passphrase",
    "lucide": "kiosk/pages, its files",
    "psycopg": "SQLAlchemy, by the database's address",
    "tzdata": "zoneinfo",
    "uvloop": "uvicorn",
}


def distribution(requirement: str) -> str:
    """Its name as PyPI compares names."""
    bare = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", bare).lower()


BASE, EDITORS_BASE = (
    {distribution(row) for row in project["dependencies"]} for project in (PROJECT, EDITOR)
)
EXTRAS = {
    extra: {distribution(row) for row in rows} - {"porchlight"}
    for project in (PROJECT, EDITOR)
    for extra, rows in project["optional-dependencies"].items()
}


def imports(*, of_editor: bool) -> Iterator[tuple[str, str]]:
    """Each module of a distribution with each foreign top-level module that it imports."""
    own = {*PACKAGES, "server", *sys.stdlib_module_names}
    for path in (*SOURCES, ROOT / "store/migrations/env.py"):
        if name(path).startswith("editor/") is not of_editor:
            continue
        for node in ast.walk(tree(path)):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for each in names:
                if (top := each.partition(".")[0]) not in own:
                    yield name(path), top


@pytest.mark.parametrize("of_editor", [False, True])
def test_every_library_that_is_imported_is_declared(of_editor: bool) -> None:
    owners = packages_distributions()
    declared = (EDITORS_BASE if of_editor else BASE).union(*EXTRAS.values())
    undeclared = {
        f"{module}: {top}"
        for module, top in imports(of_editor=of_editor)
        if not {distribution(owner) for owner in owners.get(top, [top])} & declared
    }
    assert sorted(undeclared) == []


def test_every_library_that_is_declared_is_imported_or_loaded_by_another() -> None:
    owners = packages_distributions()
    theirs, own = (
        {distribution(owner) for _, top in imports(of_editor=of_editor) for owner in owners[top]}
        for of_editor in (True, False)
    )
    assert BASE - own == {"lucide", "tzdata"}
    assert EDITORS_BASE - theirs == {"porchlight"}
    declared = BASE.union(EDITORS_BASE - {"porchlight"}, *EXTRAS.values())
    assert declared - own - theirs == LOADED_BY_OTHERS.keys()


def test_the_programs_own_libraries_are_enough_to_build_the_pack_that_ships() -> None:
    """deploy/setup.sh builds it on the kiosk, with these alone."""
    assert EDITORS_BASE - {"porchlight"} <= BASE


def test_both_distributions_have_one_version() -> None:
    version = PROJECT["version"]
    assert EDITOR["version"] == version
    assert f"porchlight=={version}" in EDITOR["dependencies"]


def test_an_installation_has_one_library_that_reads_data_as_types() -> None:
    locked = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    rows = {one["name"]: {row["name"] for row in one.get("dependencies", ())} for one in locked}
    installed, waiting = set[str](), {"porchlight", *BASE.union(*EXTRAS.values())}
    while waiting:
        installed |= waiting
        waiting = set().union(*(rows.get(name, set()) for name in waiting)) - installed
    assert installed & {"marshmallow", "msgspec", "pydantic"} == {"msgspec"}


def test_an_extra_is_known_by_the_modules_that_only_it_brings() -> None:
    """So that whoever lacks it is told its name; whatever an extra brings beside them is fast or small."""
    owners = packages_distributions()
    known = {
        extra: {distribution(owner) for module in modules for owner in owners[module]}
        for extra, modules in LIBRARIES.items()
    }
    assert {extra: rows - {"uvloop"} for extra, rows in EXTRAS.items()} == known
    assert [extra for extra, rows in EXTRAS.items() if rows & (BASE | EDITORS_BASE)] == []
