"""An installation whose disk somebody edits: releases whose every hash fits, but that nobody made."""

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


def edit(data: Path, forged: Path, *, keep_name: bool) -> str:
    """Put the forged pack into the active release, with every name and hash made to fit; its id."""
    folder = active(data)
    shutil.rmtree(folder / "lang")
    shutil.copytree(forged, folder, dirs_exist_ok=True)
    record = json.loads((folder / "release.json").read_text())
    record["id"] = folder.name if keep_name else forged.name
    (folder / "release.json").write_text(json.dumps(record))
    folder.rename(folder.parent / record["id"])
    (data / "ACTIVE").write_text(f"{record['id']}\n")
    return str(record["id"])


@pytest.mark.parametrize("keep_name", [True, False])
@pytest.mark.slow
def test_an_edited_release_is_not_shown_also_where_it_cannot_be_set_aside(
    tmp_path: Path, forged: Path, keep_name: bool
) -> None:
    data = tmp_path / "data"
    environ = environment(data)
    assert command("refresh", environ=environ).returncode == 0
    edited = edit(data, forged, keep_name=keep_name)
    with (data / "LOCK").open("w") as lock:
        # as a refresh that hangs holds it; a read-only disk takes the same way
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = command("verify", "--json", "packs", environ=environ).stdout.splitlines()[-1]
        assert list(json.loads(told)["refused"]) == [edited]
        with serving(environ, ready=False) as server:
            until(lambda: TITLE in server.http.get("/en/").text, "the shipped pack is shown")
            ready = server.detail()
            assert (ready["ready"], ready["serving"]) == (False, "shipped")
            assert edited in ready["wrong"]
            assert PLANTED not in server.http.get("/en/").text


@pytest.mark.parametrize("keep_name", [True, False])
@pytest.mark.slow
def test_a_release_edited_under_a_running_server_is_never_taken_up(
    tmp_path: Path, forged: Path, keep_name: bool
) -> None:
    """Finding S8: a file of hidden lines made the server read the edited release again."""
    data = tmp_path / "data"
    environ = environment(data)
    assert command("refresh", environ=environ).returncode == 0
    with serving(environ) as server:
        edited = edit(data, forged, keep_name=keep_name)
        (data / "WITHDRAWN").write_text('{"withdrawn":[{"id":"a","since":"2026-12-01T00:00:00Z"}]}')
        until(
            lambda: edited in server.log() or PLANTED in server.http.get("/en/").text,
            "the edited one is set aside",
        )
        for _ in range(3):
            until(lambda: server.detail()["ready"], "what ships is shown")
            page = server.http.get("/en/").text
            assert (TITLE in page, PLANTED in page) == (True, False)


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
        until(lambda: not server.detail()["ready"], "that it is gone is noticed")
        until(active(data).is_dir, "the shipped one comes anew")
        until(lambda: server.detail()["ready"], "it is shown")
        assert TITLE in server.http.get("/en/").text
