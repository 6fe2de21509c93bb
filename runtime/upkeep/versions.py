"""Versions of the program on this machine: the current and the previous one, and switching."""

import fcntl
import os
import subprocess
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from itertools import chain
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]  # `--version` loads no settings

SECONDS = 300  # maximum seconds that a version may take to show its whole pack
BEFORE, SAVED, CHECKOUT = ".before", "saved", ".checkout"


class UpkeepError(Exception):
    """A change was not made, or was undone. The message is a sentence that says why."""


def program_version() -> str:
    """Return this program's version, whether it is an installed package or a source tree."""
    try:
        return version("porchlight")
    except PackageNotFoundError:
        return str(_project()["version"])


def requirements() -> list[str]:
    """Return the program's requirements, including those of extras, as in pyproject.toml."""
    try:
        return requires("porchlight") or []
    except PackageNotFoundError:
        project = _project()
        return [*project["dependencies"], *chain(*project["optional-dependencies"].values())]


def _project() -> dict[str, Any]:
    """Return the metadata of a source tree that is not an installed package, such as a kiosk's."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project


@dataclass(frozen=True)
class Versions:
    """A kiosk's versions, and the files and programs that they use on the machine."""

    link: Path = Path("/opt/porchlight")
    folder: Path = Path("/opt/porchlight-versions")
    settings: Path = Path("/etc/porchlight")
    command: Path = Path("/usr/local/bin/porchlight")

    def current(self) -> Path:
        """Return the current version's folder. Raises UpkeepError unless `make install` made it."""
        if not self.link.is_symlink():
            from messages.message import message

            raise UpkeepError(message("update.not-installed"))
        return self.link.resolve()

    def before(self) -> Path | None:
        """Return the previous version's folder; None if it was not kept."""
        found = (self.current() / BEFORE).resolve()
        return found if (found / "server.py").is_file() else None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Allow only one change at a time. Raises UpkeepError."""
        self.current()
        with (self.folder / "LOCK").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise UpkeepError(
                    "Another update is running. Wait until it has finished, then run this again."
                ) from error
            yield

    def switch(self, to: Path) -> None:
        """Switch atomically to another version, and install its units and policies."""
        new = self.folder / ".link"
        new.unlink(missing_ok=True)
        new.symlink_to(to)
        new.replace(self.link)
        run(["sh", to / "deploy/install.sh", "--port", str(self.port())])

    def port(self) -> int:
        """Return the server's port from /etc/porchlight/environment."""
        lines = (self.settings / "environment").read_text("utf-8").splitlines()
        rows = [line.partition("=") for line in lines]
        ports = [value for name, _, value in rows if name == "PORCHLIGHT_SERVER__PORT"]
        return int(ports[-1]) if ports and ports[-1].isdigit() else 8000

    def refuses_settings(self) -> str:
        """Return why the current version does not start with these settings; "" if it does."""
        done = run([self.command, "doctor"], check=False)
        return (done.stderr or done.stdout).strip() if done.returncode == 2 else ""


def restarted(versions: Versions) -> bool:
    """Restart a running server; return whether it shows its pack (or, if none ran, could start)."""
    from runtime import private_status  # this loads settings, which `--version` must not do

    if run(["systemctl", "is-active", "--quiet", "porchlight.service"], check=False).returncode:
        return not versions.refuses_settings()
    run(["systemctl", "try-restart", "porchlight.service", "porchlight-kiosk.service"], check=False)
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if private_status.ask("127.0.0.1", versions.port(), b"").get("ready") is True:
            return True
        time.sleep(1)
    return False


def run(
    command: Sequence[str | Path], *, check: bool = True, held: bool = False
) -> "subprocess.CompletedProcess[str]":
    """Run a program here. ``held``: the caller already has our lock. Raises UpkeepError."""
    environ = {**os.environ, **({"PORCHLIGHT_LOCKED": "1"} if held else {})}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    if check and done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise UpkeepError(said[-1] if said else f"{command[0]} failed and did not say why.")
    return done
