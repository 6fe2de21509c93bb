"""An installation whose disk somebody edits: pages and releases that all fit each other, but that
nobody made."""

import fcntl
import json
import shutil
from pathlib import Path

import pytest

from tests.running import ROOT, command, environment, serving, until

TITLE, PLANTED = "Food and a place to stay", "A warm place today"


@pytest.fixture
def forged(tmp_path: Path) -> Path:
    """A whole release, made elsewhere from an edited copy of the shipped pack."""
    pack = Path(shutil.copytree(ROOT / "content" / "packs" / "california", tmp_path / "pack"))
    for file in (pack / "groups.toml", *(pack / "po").glob("*.po")):
        file.write_text(file.read_text(encoding="utf-8").replace(TITLE, PLANTED), encoding="utf-8")
    environ = environment(tmp_path / "elsewhere", PORCHLIGHT_CONTENT__PACK=str(pack))
    assert command("refresh", environ=environ).returncode == 0
    return active(tmp_path / "elsewhere")


def active(data: Path) -> Path:
    return data / "releases" / (data / "ACTIVE").read_text().strip()


def with_pages_of(forged: Path, data: Path, *, key: str) -> str:
    """Put the forged pages into the active release, with every name and hash made to fit; its new
    id."""
    folder = active(data)
    shutil.copy(forged / "edition.bin", folder / "edition.bin")
    theirs, record = (json.loads((one / "release.json").read_text()) for one in (forged, folder))
    record |= {name: value for name, value in theirs.items() if name.startswith("edition_")}
    record["edition_key"] = key or record["edition_key"]
    record["id"] = f"{record['pack_version'][:12]}-{record['edition_key'][:8]}"
    (folder / "release.json").write_text(json.dumps(record))
    folder.rename(folder.parent / record["id"])
    (data / "ACTIVE").write_text(f"{record['id']}\n")
    return str(record["id"])


@pytest.mark.parametrize("key", ["0123456789abcdef", ""])
@pytest.mark.slow
def test_doctored_pages_are_not_shown_where_they_cannot_be_put_right(
    tmp_path: Path, forged: Path, key: str
) -> None:
    data = tmp_path / "data"
    environ = environment(data)
    assert command("refresh", environ=environ).returncode == 0
    doctored = with_pages_of(forged, data, key=key)
    with (data / "LOCK").open("w") as lock:
        fcntl.flock(
            lock, fcntl.LOCK_EX
        )  # as a refresh that hangs holds it; a read-only disk takes the same way
        told = command("verify", "--json", environ=environ).stdout.splitlines()[-1]
        assert json.loads(told) == {"refused": [], "unproven": [doctored], "directory": True}
        with serving(environ) as server:
            page = server.http.get("/en/").text
            assert (TITLE in page, PLANTED in page) == (True, False)
            assert server.detail()["release"] == doctored  # its pack, not an older one


@pytest.mark.slow
def test_a_running_server_takes_up_no_release_that_nobody_made_and_drops_one_that_is_gone(
    tmp_path: Path, forged: Path
) -> None:
    data = tmp_path / "data"
    environ = environment(data)
    assert command("refresh", environ=environ).returncode == 0
    with serving(environ) as server:
        real = active(data)
        shutil.copytree(forged, real.parent / forged.name)
        (data / "PREVIOUS").write_text(f"{real.name}\n")
        (data / "ACTIVE").write_text(f"{forged.name}\n")

        until(
            lambda: active(data) == real or PLANTED in server.http.get("/en/").text,
            "the forgery is set aside",
        )
        assert PLANTED not in server.http.get("/en/").text
        assert server.detail()["release"] == real.name
        until(lambda: forged.name in server.log(), "the reason is told")

        shutil.rmtree(real)
        until(
            lambda: server.detail()["serving"] == "shipped",
            "what is gone is not served",
        )
        assert TITLE in server.http.get("/en/").text


@pytest.mark.parametrize("key", ["0123456789abcdef", ""])
@pytest.mark.slow
def test_a_running_server_shows_no_doctored_pages_of_a_pack_that_is_right(
    tmp_path: Path, forged: Path, key: str
) -> None:
    data = tmp_path / "data"
    environ = environment(data)
    assert command("refresh", environ=environ).returncode == 0
    with serving(environ) as server:
        folder = active(data)
        shutil.copytree(folder, tmp_path / "copy")
        folder.rename(tmp_path / "before")
        (tmp_path / "copy").rename(folder)
        doctored = with_pages_of(forged, data, key=key)
        until(
            lambda: server.log().count("verifying what is on the disk") > 1, "the change is noticed"
        )
        until(lambda: server.detail()["release"] == doctored, "its pack is taken up")
        page = server.http.get("/en/").text
        assert (TITLE in page, PLANTED in page) == (True, False)
