"""The ``porchlight`` command: what the wheel carries, and which tree the command runs."""

import subprocess
import sys
import tomllib
from pathlib import Path

import porchlight

from tests.running import ROOT

WHEEL = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"][
    "targets"
]["wheel"]
LAUNCHER = "deploy/launcher/porchlight"
NOT_SHIPPED = {"tests", "tools", "bench", "editor"}


def test_the_wheel_carries_every_package_in_one_folder_of_its_own() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - NOT_SHIPPED
    assert set(WHEEL["only-include"]) == packages | {LAUNCHER}
    sources = WHEEL["sources"]
    assert {name: sources[name] for name in packages} == {p: f"porchlight/{p}" for p in packages}
    assert sources[LAUNCHER] == "porchlight"
    assert WHEEL["force-include"] == {
        name: f"porchlight/{name}" for name in ("server.py", "settings.toml", "school.toml")
    }


def test_the_editors_wheel_puts_its_packages_next_to_the_programs() -> None:
    wheel = tomllib.loads((ROOT / "editor/pyproject.toml").read_text("utf-8"))["tool"]["hatch"][
        "build"
    ]["targets"]["wheel"]
    packages = {path.parent.name for path in ROOT.glob("editor/*/__init__.py")}
    modules = {path.name for path in ROOT.glob("editor/*.py")} | {"en.toml"}
    assert set(wheel["only-include"]) == packages | modules
    assert wheel["sources"] == {"": "porchlight/editor"}


def test_in_a_checkout_the_command_runs_the_checkout() -> None:
    assert Path(porchlight.__file__) == ROOT / LAUNCHER / "__init__.py"
    command = Path(sys.executable).with_name("porchlight")
    done = subprocess.run([command, "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("usage: porchlight [-h] [--version] VERB")
