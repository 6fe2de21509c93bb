"""A whole installation that takes signed packs over TLS: what its commands say, and what an edited
disk changes."""

import hashlib
import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from content.directory import index
from content.model import built_pack, durable_files
from tests import shipped
from tests.content import hub as wire
from tests.content.directory.test_build import built, spoilt, whole
from tests.content.hub import Hub
from tests.content.publisher import Publisher
from tests.running import Server, command, environment, serving, until

PLANTED = "+19165550199"


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "site", now=wire.now())
    made.release(shipped.pack())
    return made


@pytest.fixture
def hub(tmp_path: Path, publisher: Publisher) -> Iterator[Hub]:
    with wire.serving(publisher.folder, certificate=wire.certificate(tmp_path)) as served:
        yield served


@pytest.fixture
def installation(tmp_path: Path, publisher: Publisher, hub: Hub) -> dict[str, str]:
    return environment(
        tmp_path / "data",
        PORCHLIGHT_CONTENT__SOURCE=hub.address,
        PORCHLIGHT_CONTENT__ROOT=str(publisher.trust),
        SSL_CERT_FILE=str(wire.authority(tmp_path)),
        NO_PROXY="127.0.0.1",
    )


def edit(data: Path) -> str:
    """Change a crisis line's number on the disk, with every hash made to fit; the new name of the
    release."""
    folder = data / "releases" / (data / "ACTIVE").read_text().strip()
    core = (folder / "core.json").read_text()
    number = next(
        one["number"] for one in json.loads(core)["resources"][3]["channels"] if "number" in one
    )
    (folder / "core.json").write_text(core.replace(number, PLANTED))
    manifest = json.loads((folder / built_pack.MANIFEST).read_text())
    data_ = (folder / "core.json").read_bytes()
    manifest["files"]["core.json"] = {
        "sha256": hashlib.sha256(data_).hexdigest(),
        "length": len(data_),
    }
    (folder / built_pack.MANIFEST).write_text(
        json.dumps(manifest, sort_keys=True, separators=(",", ":"))
    )
    record = json.loads((folder / "release.json").read_text())
    record["pack_version"] = hashlib.sha256((folder / built_pack.MANIFEST).read_bytes()).hexdigest()
    record["id"] = record["pack_version"][:12]
    (folder / "release.json").write_text(json.dumps(record))
    folder.rename(folder.parent / record["id"])
    (data / "ACTIVE").write_text(f"{record['id']}\n")
    return str(record["id"])


@pytest.mark.slow
def test_case_33_a_server_on_an_edited_card_serves_what_ships_and_says_so(
    installation: dict[str, str], hub: Hub, tmp_path: Path
) -> None:
    done = command("refresh", environ=installation)
    assert (done.returncode, "is shown now" in done.stdout) == (0, True), done.stderr
    hub.answers(wire.status(503))
    failed = command("refresh", environ=installation)
    assert (failed.returncode, "has a fault" in failed.stderr) == (1, True)
    planted = edit(tmp_path / "data")
    with serving(installation) as server:
        ready = server.detail()
        assert ready["release"] != planted
        assert ready["refresh"] != "ok"
        assert planted in "".join(ready["refused"]["problems"])
    text = command("text", "--json", "988", environ=installation)
    assert PLANTED[2:] not in text.stdout
    assert command("verify", environ=installation).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["timestamp.json", "files"])
def test_a_refresh_heals_a_release_that_nothing_vouches_for_any_more(
    installation: dict[str, str], tmp_path: Path, name: str
) -> None:
    """It said that nothing changed, and the next start refused what was shown."""
    assert command("refresh", environ=installation).returncode == 0
    (metadata,) = (tmp_path / "data" / "releases").glob("*/metadata")
    durable_files.remove(metadata / name)
    os.mkfifo(metadata / name)
    done = command("refresh", environ=installation)
    assert (done.returncode, "is shown now" in done.stdout) == (0, True), done.stderr
    assert command("verify", environ=installation).returncode == 0


# ---- The large directory. ----


@pytest.fixture
def directory(tmp_path: Path, publisher: Publisher) -> Path:
    """The folder of a directory that the publisher signed."""
    folder = tmp_path / "directory"
    whole(built(spoilt(tmp_path / "services", 60, {8: {"name": "Zebra House"}}), folder))
    publisher.directory({file.name: file.read_bytes() for file in folder.iterdir()})
    return folder


def zebra(server: Server) -> str:
    """The page that a search for one of its services gives."""
    return server.http.post("/en/search", data={"q": "zebra"}).text


def finds_zebra(server: Server) -> None:
    """Wait until the directory was verified, which the pack does not wait for, and is searched."""
    until(lambda: "Zebra House" in zebra(server), "the directory is searched")


def says_why_not(server: Server) -> None:
    until(
        lambda: "The large directory is not searched" in server.log(),
        "it says why it does not search",
    )


def plant(data: Path) -> Path:
    """Change every number in the directory's file."""
    file = index.path_in(data)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("update service set body = replace(body, '+1', '+1900')")
    return file


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """As a card that died is mounted: nothing in the folder can be written or taken away."""
    if (
        os.geteuid() != 0
        or subprocess.run(["mount", "--bind", folder, folder], check=False).returncode
    ):
        pytest.skip(
            "A read-only mount of the test's own needs root and the right to mount (CAP_SYS_ADMIN)."
        )
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.slow
def test_a_directory_edited_while_the_power_was_off_is_gone_at_the_start_and_comes_back_with_a_refresh(
    installation: dict[str, str], hub: Hub, tmp_path: Path, directory: Path
) -> None:
    assert command("refresh", environ=installation).returncode == 0
    with serving(installation) as server:
        finds_zebra(server)
    hub.answers(wire.status(503))
    with serving(installation) as server:
        finds_zebra(server)  # an honest one needs no network
    file = plant(tmp_path / "data")
    with serving(installation) as server:
        says_why_not(server)
        page = zebra(server)
        assert ("Zebra House" in page, "988" in page) == (False, True)
        assert not file.exists()
        hub.is_honest()
        assert command("refresh", environ=installation).returncode == 0
        finds_zebra(server)  # again, without a restart


@pytest.mark.slow
def test_where_the_disk_cannot_be_written_an_edited_directory_is_not_asked(
    installation: dict[str, str], hub: Hub, tmp_path: Path, directory: Path
) -> None:
    assert command("refresh", environ=installation).returncode == 0
    hub.answers(wire.status(503))
    with read_only(tmp_path / "data"), serving(installation) as server:
        finds_zebra(server)  # an honest one is searched there, too
    file = plant(tmp_path / "data")
    with read_only(file.parent):
        told = command("verify", "--json", "directory", environ=installation)
        assert (told.returncode, json.loads(told.stdout.splitlines()[-1])) == (1, False)
        with serving(installation) as server:
            says_why_not(server)
            page = zebra(server)
            assert ("Zebra House" in page, "988" in page) == (False, True)
        assert file.exists()


@pytest.mark.slow
def test_a_directory_planted_on_a_machine_without_a_publisher_is_not_searched(
    tmp_path: Path, directory: Path
) -> None:
    environ = environment(tmp_path / "data")
    file = index.path_in(tmp_path / "data")
    index.prepare(file, directory)
    with serving(environ) as server:
        until(lambda: not file.exists(), "the directory is gone")
        assert "Zebra House" not in zebra(server)
    index.prepare(file, directory)
    with serving({**environ, "PORCHLIGHT_CONTENT__UNSIGNED": "true"}) as server:
        finds_zebra(server)  # an author tries it out
