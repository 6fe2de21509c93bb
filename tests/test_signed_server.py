"""A whole installation that takes signed packs over TLS: what its commands say, and what an edited
disk changes."""

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from content.directory import index
from content.model import built_pack, phone_numbers
from content.model.pack import Pack
from content.releases import boot_check
from content.releases.record import id_of
from system import files
from tests import shipped
from tests.agreement import FORGED, LINE, agrees, comes, number_in
from tests.content import hub as wire
from tests.content.hub import Hub
from tests.content.indexed import prepare
from tests.content.publisher import Publisher
from tests.content.releases.test_hold import with_crisis_number
from tests.content.reviewed import NEW, OLD, noted, small
from tests.editor.directory.test_build import built, spoilt, whole
from tests.running import CARRIER, Server, command, environment, serving, until

PLANTED = "+19165550199"


@pytest.fixture
def publisher(tmp_path: Path, request: pytest.FixtureRequest) -> Publisher:
    """Of the pack that ships, or of the one that a test names."""
    made = Publisher(tmp_path / "site", now=wire.now())
    made.release(request.param if hasattr(request, "param") else shipped.pack())
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
        **CARRIER,
    )


def edit(data: Path, pack: Pack, *, keep_name: bool = False) -> str:
    """Put this pack into the active release, with every hash made to fit; the release's new name."""
    folder = data / "releases" / (data / "ACTIVE").read_text().strip()
    built_pack.write_built(built_pack.build(pack), folder)
    record = json.loads((folder / "release.json").read_text())
    record["pack_version"] = pack.version
    record["id"] = folder.name if keep_name else id_of(pack.version)
    (folder / "release.json").write_text(json.dumps(record))
    folder.rename(folder.parent / record["id"])
    (data / "ACTIVE").write_text(f"{record['id']}\n")
    return str(record["id"])


@pytest.mark.slow
def test_case_33_a_server_on_an_edited_card_serves_what_ships_and_says_so(
    installation: dict[str, str], hub: Hub, tmp_path: Path
) -> None:
    done = command("refresh", environ=installation)
    assert (done.returncode, "is now shown" in done.stdout) == (0, True), done.stderr
    hub.answers(wire.status(503))
    failed = command("refresh", environ=installation)
    assert (failed.returncode, "has a problem" in failed.stderr) == (1, True)
    planted = edit(tmp_path / "data", with_crisis_number(shipped.pack(), PLANTED))
    with serving(installation) as server:
        ready = server.detail()
        assert ready["release"] != planted
        assert ready["refresh"] != "ok"
        assert planted in "".join(ready["refused"]["problems"])
        reply = server.text("im being trafficked", sid="SM-edited").text
        assert ("1-888-373-7888" in reply, phone_numbers.display(PLANTED) in reply) == (True, False)
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
    files.remove(metadata / name)
    os.mkfifo(metadata / name)
    done = command("refresh", environ=installation)
    assert (done.returncode, "is now shown" in done.stdout) == (0, True), done.stderr
    assert command("verify", environ=installation).returncode == 0


# ---- Under a running server. ----

of_a_small_pack = pytest.mark.parametrize("publisher", [OLD], indirect=True)


@pytest.fixture
def answering(installation: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """With a small pack of the publisher, and a smaller one that ships."""
    shipped_here = tmp_path / "shipped"
    built_pack.write_built(built_pack.build(small()), shipped_here)
    return {**installation, "PORCHLIGHT_CONTENT__PACK": str(shipped_here)}


def taken(environ: dict[str, str]) -> None:
    """A refresh, after which the newest of the publisher is active."""
    done = command("refresh", environ=environ)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@of_a_small_pack
@pytest.mark.parametrize("keep_name", [True, False])
def test_a_signed_release_edited_under_a_running_server_is_never_shown_and_a_refresh_heals(
    answering: dict[str, str], tmp_path: Path, keep_name: bool
) -> None:
    data = tmp_path / "data"
    taken(answering)
    with serving(answering) as server:
        agrees(server, OLD)
        planted = edit(data, FORGED, keep_name=keep_name)
        # Finding S8: a file of hidden lines made the server read the release again.
        (data / "WITHDRAWN").write_text('{"withdrawn":[{"id":"a","since":"2026-12-01T00:00:00Z"}]}')
        comes(server, small())
        assert planted in "".join(server.detail()["refused"]["problems"])
        assert command("verify", environ=answering).returncode == 0
        taken(answering)
        comes(server, OLD)


@of_a_small_pack
@pytest.mark.slow
@pytest.mark.parametrize("named", [OLD, small()], ids=["signed", "shipped"])
def test_an_older_release_that_somebody_names_at_rest_or_under_a_running_server_is_not_shown(
    answering: dict[str, str], tmp_path: Path, publisher: Publisher, named: Pack
) -> None:
    """Only a person goes back to it, or settings that name no publisher any more."""
    data = tmp_path / "data"
    taken({**answering, "PORCHLIGHT_CONTENT__SOURCE": ""})
    taken(answering)
    publisher.release(NEW, notes=noted(OLD, NEW))
    taken(answering)
    older = id_of(named.version)

    def is_named() -> bool:
        """Whether ACTIVE names it still, while the newest is shown."""
        assert number_in(NEW) in server.http.get(f"/en/r/{LINE.code}").text
        return (data / "ACTIVE").read_text().strip() == older

    previous = (data / "PREVIOUS").read_bytes()
    for name in ("ACTIVE", "PREVIOUS"):
        (data / name).write_text(f"{older}\n")
    with (data / "LOCK").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with serving(answering, ready=False) as server:
            page = f"/en/r/{LINE.code}"
            until(lambda: number_in(NEW) in server.http.get(page).text, "the newest is shown")
            agrees(server, NEW, ready=False)
    (data / "PREVIOUS").write_bytes(previous)
    with serving(answering) as server:
        agrees(server, NEW)
        (data / "ACTIVE").write_text(f"{older}\n")
        until(lambda: not is_named(), "the newest is named again")
        comes(server, NEW)
        why = f"Release {older} is not served: {boot_check.OLDER}."
        problems = server.detail()["refused"]["problems"]
        assert why in problems
        assert all(problem.endswith(f"{boot_check.OLDER}.") for problem in problems)
        assert command("verify", environ=answering).returncode == 0
        with (data / "LOCK").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # as on a disk that cannot be written
            (data / "ACTIVE").write_text(f"{older}\n")
            until(
                lambda: str(boot_check.OLDER) in str(server.detail()["wrong"] or ""), "it is told"
            )
            told = agrees(server, NEW, ready=False)["wrong"]
            at = {**answering, "PORCHLIGHT_SERVER__PORT": str(server.port)}
            for verb in ("doctor", "releases"):
                assert told in command(verb, environ=at).stdout
        assert command("rollback", environ=answering).returncode == 0
        comes(server, named)


@pytest.mark.slow
@of_a_small_pack
@pytest.mark.parametrize("swapped", [False, True])
def test_trust_removed_or_swapped_under_a_running_server_lets_nothing_older_in(
    answering: dict[str, str], tmp_path: Path, publisher: Publisher, hub: Hub, swapped: bool
) -> None:
    data = tmp_path / "data"
    taken(answering)
    older = {
        place: shutil.copytree(place, tmp_path / f"older-{place.name}")
        for place in (hub.folder, data / "trust")
    }
    publisher.release(NEW, notes=noted(OLD, NEW))
    taken(answering)
    with serving(answering) as server:
        agrees(server, NEW)
        shutil.rmtree(data / "trust")
        if swapped:
            shutil.copytree(older[data / "trust"], data / "trust")
        agrees(server, NEW)
        hub.folder = older[hub.folder]
        failed = command("refresh", environ=answering)
        assert (failed.returncode, "Somebody offered a pack that is older" in failed.stderr) == (
            1,
            True,
        )
        assert "Somebody offered a pack that is older" in agrees(server, NEW)["refresh"]
        hub.folder = publisher.folder
        taken(answering)
        assert agrees(server, NEW)["refresh"] == "ok"


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
        lambda: "Search leaves out the large directory" in server.log(),
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
        server.both_doors_answer("SM-edited")
        assert not file.exists()
        hub.is_honest()
        assert command("refresh", environ=installation).returncode == 0
        finds_zebra(server)  # again, without a restart


@pytest.mark.slow
def test_a_directory_edited_under_a_running_server_is_not_searched_and_told(
    installation: dict[str, str], tmp_path: Path, directory: Path
) -> None:
    assert command("refresh", environ=installation).returncode == 0
    with serving(installation) as server:
        finds_zebra(server)
        plant(tmp_path / "data")
        assert "Zebra House" not in zebra(server)
        says_why_not(server)
        until(lambda: server.detail()["ready"], "the pack is shown on")
        assert "Zebra House" not in zebra(server)
        assert command("refresh", environ=installation).returncode == 0
        finds_zebra(server)


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
        told = command("--report", "verify", "--only", "directory", environ=installation)
        assert json.loads(told.stdout)["result"] is False
        with serving(installation) as server:
            says_why_not(server)
            page = zebra(server)
            assert ("Zebra House" in page, "988" in page) == (False, True)
            server.both_doors_answer("SM-edited")
        assert file.exists()


@pytest.mark.slow
def test_a_directory_planted_on_a_machine_without_a_publisher_is_not_searched(
    tmp_path: Path, directory: Path
) -> None:
    environ = environment(tmp_path / "data")
    file = index.path_in(tmp_path / "data")
    prepare(file, directory)
    with serving(environ) as server:
        until(lambda: not file.exists(), "the directory is gone")
        assert "Zebra House" not in zebra(server)
    prepare(file, directory)
    with serving({**environ, "PORCHLIGHT_CONTENT__UNSIGNED": "true"}) as server:
        finds_zebra(server)  # an author tries it out
