"""Whatever lies where one of our files should be, both doors answer, and a refresh heals it.

A pipe that nobody writes to, a file of terabytes without content, a tree without end, a device.
"""

import contextlib
import itertools
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatch
from functools import cache, partial
from pathlib import Path

import httpx2
import pytest

from content.directory import index
from content.directory import model as directory
from content.directory import refresh as directory_refresh
from content.model import built_pack
from content.releases import older_files, record, refresh, state_file
from content.releases.state import HELD_FOLDER
from content.review import county_confirmation, crisis_comparison
from content.trust import tuf_client, version_floor
from kiosk import enrolled
from kiosk.audio import clips
from kiosk.desk import passphrase
from kiosk.desk.setup import first_start
from runtime import kiosk_door, schedule, text_door
from runtime.alarms import watch
from runtime.health import observation
from runtime.health.line import FALLBACK
from runtime.upkeep import archive
from settings import desk_file
from tests import shipped
from tests.content.publisher import Publisher
from tests.content.reviewed import OLD
from tests.running import (
    CARRIER,
    PATIENCE,
    Server,
    command,
    environment,
    folder_apart,
    free_port,
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
WAITS = "ab" * 32  # a pack on hold
# What lies in one row is independent of each other, and planted at once.
PLACES: dict[str, tuple[str, ...]] = {
    "ACTIVE": ("ACTIVE",),
    "state": (state_file.FILE, state_file.COPY),
    "releases": ("releases",),
    "release": ("releases/{active}",),
    "record": (f"releases/{{active}}/{record.RECORD}", "releases/planted"),
    "manifest": (f"releases/{{active}}/{built_pack.MANIFEST}",),
    "pack": ("releases/{active}/core.json",),
    "line": ("releases/{active}/sms.json",),
    "languages": ("releases/{active}/lang",),
    "language": ("releases/{active}/lang/es.json",),
    "signatures": (f"releases/{{active}}/{record.METADATA}",),
    "signed files": (f"releases/{{active}}/{record.METADATA}/files",),
    "trust": (refresh.TRUST, refresh.BLOBS),
    "chain": (f"{refresh.TRUST}/{tuf_client.METADATA}",),
    "floor": (
        f"{refresh.TRUST}/{version_floor.FILE}",
        f"{refresh.TRUST}/{tuf_client.METADATA}/timestamp.json",
        f"{refresh.TRUST}/{tuf_client.METADATA}/root.json",
        f"{refresh.BLOBS}/{WAITS}",
    ),
    "decided": (
        "LOCK",
        "PREVIOUS",
        "SET_ASIDE",
        "REFUSED",
        "HELD",
        "TURNED_DOWN",
        "WITHDRAWN",
        "REMEMBERED",
        crisis_comparison.FILE,
        county_confirmation.FILE,
    ),
    "remembered": ("LAST_REFRESH", observation.NIGHTLY, watch.FILE, schedule.ID, archive.LAST),
    "screens": (enrolled.FILE, observation.EXPORT),
    "held": (HELD_FOLDER,),
    "held pack": (f"{HELD_FOLDER}/{WAITS}",),
    "review": (f"{HELD_FOLDER}/{WAITS}/{older_files.RECORD}",),
    "directory": (directory.FOLDER,),
    "services": (
        f"{directory.FOLDER}/{index.FILE}",
        f"{directory.FOLDER}/{directory_refresh.LAST}",
    ),
    "sound": (clips.AUDIO, clips.RECORDINGS),
    "clips": (f"{clips.AUDIO}/{clips.LIST}", f"{clips.RECORDINGS}/en"),
    "beside": ("hash.key", "school.toml", kiosk_door.LOCAL_FILE, FALLBACK),
    "database": ("porchlight.db", text_door.WAITING),
    "desk": (passphrase.FILE, passphrase.SECOND, desk_file.FILE, first_start.CODE),
}
# One of many of which one is a place, and what the program is about to rename to its name.
ALIKE = (
    "*.tmp-*",
    "releases/*/lang/*.json",
    f"releases/*/{record.METADATA}/*",
    f"{refresh.TRUST}/{tuf_client.METADATA}/*",
    f"{refresh.BLOBS}/*",
)
BY_PUBLISHER = frozenset({"signatures", "signed files", "trust", "chain", "floor"})
EVERYWHERE = pytest.mark.parametrize(("row", "kind"), list(itertools.product(PLACES, PLANTS)))


def plant(data: Path, row: str, kind: str) -> None:
    """Put it there instead of what was there."""
    active = (data / "ACTIVE").read_text().strip()
    if row in {"held pack", "review"}:
        (data / "HELD").write_text(f"{WAITS}\n")
    for place in PLACES[row]:
        path = data / place.format(active=active)
        path.parent.mkdir(parents=True, exist_ok=True)
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
def desk() -> int:
    return free_port()


Made = tuple[Path, dict[str, str]]  # a data folder, and settings beside it


@pytest.fixture(scope="module")
def first_starts(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool, bool], Made]:
    """Installations after their first refresh: each is made once, and copied for a case."""

    @cache
    def made(is_small: bool, by_publisher: bool) -> Made:
        place, settings = tmp_path_factory.mktemp("made"), dict[str, str]()
        if is_small:
            built_pack.write_built(built_pack.build(OLD), place / "pack")
            settings["PORCHLIGHT_CONTENT__PACK"] = str(place / "pack")
        if by_publisher:
            publisher = Publisher(place / "site", now=datetime.now(UTC))
            publisher.release(OLD if is_small else shipped.pack())
            settings["PORCHLIGHT_CONTENT__SOURCE"] = str(publisher.folder)
            settings["PORCHLIGHT_CONTENT__ROOT"] = str(publisher.trust)
        done = command("refresh", environ=environment(place / "data", **settings))
        assert done.returncode == 0, done.stderr
        return place / "data", settings

    return made


@pytest.fixture
def environ(
    data: Path,
    desk: int,
    row: str,
    first_starts: Callable[[bool, bool], Made],
    request: pytest.FixtureRequest,
) -> Mapping[str, str]:
    """An installation that was started before, with a desk; where it matters, a publisher's.

    Where one of the files is spoilt, a small pack will do: it is taken, shown and healed as the
    shipped one, for two fifths of the processor time.
    """
    made, settings = first_starts("kind" in request.fixturenames, row in BY_PUBLISHER)
    shutil.copytree(made, data)
    return environment(
        data,
        **CARRIER,
        PORCHLIGHT_KIOSK__SCHOOL_FILE=str(data / "school.toml"),
        PORCHLIGHT_DESK__ENABLED="true",
        PORCHLIGHT_DESK__PORT=str(desk),
        **settings,
    )


@pytest.mark.few(1)
@EVERYWHERE
def test_what_lies_there_at_a_start_silences_no_door_and_a_refresh_heals(
    data: Path, environ: Mapping[str, str], desk: int, row: str, kind: str
) -> None:
    plant(data, row, kind)
    with serving(environ, ready=False) as server:
        server.both_doors_answer("SM-planted")
        until(lambda: desk_answers(desk), "the desk answers")
        heals(server, environ)


@pytest.mark.few(1)
@EVERYWHERE
def test_what_is_planted_under_a_running_server_silences_no_door(
    data: Path, environ: Mapping[str, str], desk: int, row: str, kind: str
) -> None:
    with serving(environ) as server:
        assert server.detail()  # and its key is known, whatever comes to lie there
        plant(data, row, kind)
        server.both_doors_answer("SM-planted")
        until(lambda: bool(server.detail()), "it says how it is")
        server.both_doors_answer("SM-told")
        until(lambda: desk_answers(desk), "the desk answers")
        heals(server, environ)


def desk_answers(port: int) -> bool:
    with contextlib.suppress(httpx2.TransportError):
        at = f"http://127.0.0.1:{port}/staff/"
        page = httpx2.get(at, timeout=PATIENCE, follow_redirects=True, trust_env=False)
        return "passphrase" in page.text
    return False


# Told to the interpreter of each process of the program: every name that it asks the disk for.
NOTES = """
import os, sys

BELOW, FOUND = os.environ["PORCHLIGHT_SERVER__DATA_DIR"] + "/", os.environ["TESTS_FOUND"]
NOTED = os.open(FOUND, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

def note(event, given):
    if event in {"open", "os.listdir", "os.scandir", "sqlite3.connect"}:
        name = given[0].removeprefix("file:") if isinstance(given[0], str) else ""
        if name.startswith(BELOW):
            os.write(NOTED, name.removeprefix(BELOW).encode() + b"\\n")

sys.addaudithook(note)
"""


@pytest.mark.parametrize("row", ["ACTIVE", pytest.param("trust", marks=pytest.mark.slow)])
def test_no_name_that_the_program_asks_the_disk_for_is_left_out(
    data: Path, environ: Mapping[str, str], desk: int, row: str
) -> None:
    """``row``: without a publisher, or with one."""
    found, known = data.parent / "found", {place for row in PLACES.values() for place in row}
    (data.parent / "sitecustomize.py").write_text(NOTES)
    noting = {**environ, "PYTHONPATH": str(data.parent), "TESTS_FOUND": str(found)}
    (data / "HELD").write_text(f"{WAITS}\n")
    with serving(noting) as server:
        until(lambda: desk_answers(desk), "the desk answers")
        server.both_doors_answer("SM-asked")
        assert server.detail()
        for verb in ("refresh", "doctor"):
            command(verb, environ=noting)
    active = (data / "ACTIVE").read_text().strip()
    asked = {name.replace(active, "{active}") for name in found.read_text().splitlines()}
    assert [
        name for name in sorted(asked - known) if not any(map(partial(fnmatch, name), ALIKE))
    ] == []
    assert {"ACTIVE", "LOCK", "PREVIOUS", "STATE"} <= asked
