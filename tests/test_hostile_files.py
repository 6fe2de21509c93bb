"""Whatever lies where one of our files should be, both doors answer, and a refresh heals it.

A pipe that nobody writes to, a file of terabytes without content, a tree without end, a device.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.running import (
    CARRIER,
    Server,
    command,
    environment,
    folder_apart,
    prepared,
    serving,
    until,
)

DEEP = 1500
Plant = Callable[[Path], None]


def pipe(place: Path) -> None:
    os.mkfifo(place)


def terabytes(place: Path) -> None:
    with place.open("wb") as file:
        file.truncate(4 * 1024**4)  # holes: no room is needed


def deep_tree(place: Path) -> None:
    place.mkdir()
    at = os.open(place, os.O_RDONLY)
    for _ in range(DEEP):
        os.mkdir("d", dir_fd=at)
        deeper = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = deeper
    os.close(at)


def device(place: Path) -> None:
    place.symlink_to("/dev/zero")


PLANTS: dict[str, Plant] = {
    "a pipe": pipe,
    "a sparse file": terabytes,
    "a deep tree": deep_tree,
    "a device": device,
}
PLACES = (
    "ACTIVE",
    "LOCK",
    "releases",
    "releases/{active}",
    "releases/{active}/release.json",
    "releases/{active}/manifest.json",
    "releases/{active}/core.json",
    "releases/{active}/lang/es.json",
    "releases/planted",
    "held",
    "last_refresh.json",
    "directory",
    "directory/services.sqlite",
    "audio",
    "machine.id",
    "hash.key",
    "porchlight.db",
    "lines.html",
    "waiting.jsonl",
    "school.toml",
)

EVERYWHERE = pytest.mark.parametrize(("place", "kind"), list(itertools.product(PLACES, PLANTS)))


def plant(data: Path, place: str, kind: str) -> None:
    """Put it there instead of what was there."""
    active = (data / "ACTIVE").read_text().strip()
    path = data / place.format(active=active)
    path.parent.mkdir(exist_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    PLANTS[kind](path)


def heals(server: Server, environ: Mapping[str, str]) -> None:
    """A refresh heals it, when the server's own does not run at that moment."""
    until(lambda: command("refresh", environ=environ).returncode == 0, "a refresh ends well")
    until(lambda: server.answers("/readyz"), "all is well again")
    server.both_doors_answer("SM-healed")
    assert "Traceback" not in server.log()


@pytest.fixture
def data() -> Iterator[Path]:
    with folder_apart() as folder:
        yield folder / "data"


@pytest.fixture
def environ(data: Path) -> Mapping[str, str]:
    """An installation that was started before."""
    school = {"PORCHLIGHT_KIOSK__SCHOOL_FILE": str(data / "school.toml")}
    return prepared(environment(data, **CARRIER, **school))


@pytest.mark.few(1)
@EVERYWHERE
def test_what_lies_there_at_a_start_silences_no_door_and_a_refresh_heals(
    data: Path, environ: Mapping[str, str], place: str, kind: str
) -> None:
    plant(data, place, kind)
    with serving(environ, ready=False) as server:
        server.both_doors_answer("SM-planted")
        heals(server, environ)


@pytest.mark.few(1)
@EVERYWHERE
def test_what_is_planted_under_a_running_server_silences_no_door(
    data: Path, environ: Mapping[str, str], place: str, kind: str
) -> None:
    with serving(environ) as server:
        assert server.detail()  # and its key is known, whatever comes to lie there
        plant(data, place, kind)
        server.both_doors_answer("SM-planted")
        until(lambda: bool(server.detail()), "it says how it is")
        server.both_doors_answer("SM-told")
        heals(server, environ)
