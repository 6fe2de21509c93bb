"""The program as `pip install .` leaves it: the unpacked wheel, next to it the libraries that its
package or an extra names, and no others from this environment."""

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from tests.deploy.test_declared import EDITOR, PROJECT
from tests.running import PATIENCE, ROOT, environment


def closure(requirements: Iterable[str]) -> dict[str, Distribution]:
    """Return what an installer fetches for these requirements on this Python."""
    found: dict[str, Distribution] = {}
    left = [(Requirement(row), "") for row in requirements]
    seen: set[tuple[str, str]] = set()
    while left:
        wanted, _ = left.pop()
        for extra in ("", *wanted.extras):
            if (wanted.name, extra) in seen:
                continue
            seen.add((wanted.name, extra))
            found[wanted.name] = distribution(wanted.name)
            rows = map(Requirement, found[wanted.name].requires or [])
            left += [
                (row, extra)
                for row in rows
                if not row.marker or row.marker.evaluate({"extra": extra})
            ]
    return found


def weight(libraries: Iterable[Distribution]) -> int:
    """Return the size of their files in bytes, without compiled Python files."""
    return sum(
        Path(str(file.locate())).stat().st_size
        for library in libraries
        for file in library.files or []
        if file.suffix != ".pyc" and "__pycache__" not in file.parts
    )


class Installed:
    """A virtual environment with the wheel and the package's libraries without extras; with the
    editor's, too, if wanted."""

    def __init__(self, folder: Path, *, editor: bool = False) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        projects = [(ROOT, PROJECT), *([(ROOT / "editor", EDITOR)] if editor else [])]
        for place, _ in projects:
            build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
            subprocess.run(build, cwd=place, capture_output=True, check=True)
        venv.create(folder / "venv", symlinks=True)
        self._python = folder / "venv/bin/python"
        (site,) = folder.glob("venv/lib/python3.*/site-packages")
        self.program = site / "porchlight"
        self.bytes = 0
        for wheel in folder.glob("*.whl"):
            with zipfile.ZipFile(wheel) as packed:
                packed.extractall(site)
                self.bytes += sum(file.file_size for file in packed.infolist())
        wanted = [row for _, project in projects for row in project["dependencies"]]
        self.libraries = closure(row for row in wanted if not row.startswith("porchlight"))
        for library in self.libraries.values():
            for top in {file.parts[0] for file in library.files or []} - {"..", "__pycache__"}:
                if not (site / top).exists():
                    (site / top).symlink_to(Path(str(library.locate_file(top))))

    def environ(self, **settings: str) -> dict[str, str]:
        """Return the environment of a user who has nothing yet."""
        clean = environment(self.home, HOME=str(self.home))
        theirs = {"PORCHLIGHT_SERVER__DATA_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "PYTHONPATH"}
        return {name: clean[name] for name in clean.keys() - theirs} | settings

    def python(self, *arguments: str) -> list[str]:
        """Return a command for its Python, which has none of our own libraries."""
        return [os.fspath(self._python), *arguments]

    def run(self, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        """Run one command to its end, from an unrelated folder."""
        return subprocess.run(
            self.python("-c", "import porchlight; porchlight.main()", *arguments),
            cwd=self.home,
            env=self.environ(**settings),
            capture_output=True,
            text=True,
            check=False,
            timeout=4 * PATIENCE,
        )
