"""An installation whose disk somebody edits: releases whose every hash fits, but that nobody made."""

import fcntl
import json
import shutil
from pathlib import Path

import pytest

from settings import desk_file
from tests.running import (
    CARRIER,
    NUMBER,
    ROOT,
    Server,
    command,
    environment,
    prepared,
    serving,
    until,
)

TITLE, PLANTED = "Food and a place to stay", "A warm place today"
HELP, PLANTED_HELP = "There is help near you. Call", "There are gifts near you. Call"  # of a reply


@pytest.fixture
def forged(tmp_path: Path) -> Path:
    """A whole release, made elsewhere from an edited copy of the shipped pack."""
    pack = Path(shutil.copytree(ROOT / "content" / "packs" / "california", tmp_path / "pack"))
    for file in (pack / "groups.toml", pack / "sms" / "basics.toml", *(pack / "po").glob("*.po")):
        text = file.read_text(encoding="utf-8")
        edited = text.replace(TITLE, PLANTED).replace(HELP, PLANTED_HELP)
        file.write_text(edited, encoding="utf-8")
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


def honest_text(server: Server, sid: str) -> None:
    """A text for food, named ``sid``, is answered as the shipped pack says it."""
    reply = server.text("FOOD", sid=sid)
    assert (reply.status_code, HELP in reply.text, PLANTED_HELP in reply.text) == (200, True, False)


@pytest.mark.parametrize("keep_name", [True, False])
@pytest.mark.slow
def test_an_edited_release_is_not_shown_also_where_it_cannot_be_set_aside(
    tmp_path: Path, forged: Path, keep_name: bool
) -> None:
    data = tmp_path / "data"
    environ = environment(data, **CARRIER)
    assert command("refresh", environ=environ).returncode == 0
    edited = edit(data, forged, keep_name=keep_name)
    with (data / "LOCK").open("w") as lock:
        # as a refresh that hangs holds it; a read-only disk takes the same way
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = command("--report", "verify", "--only", "packs", environ=environ).stdout
        assert list(json.loads(told)["result"]["refused"]) == [edited]
        with serving(environ, ready=False) as server:
            until(lambda: TITLE in server.http.get("/en/").text, "the shipped pack is shown")
            ready = server.detail()
            assert (ready["ready"], ready["serving"]) == (False, "shipped")
            assert edited in ready["wrong"]
            at = {**environ, "PORCHLIGHT_SERVER__PORT": str(server.port)}
            doctor, releases = (command(verb, environ=at) for verb in ("doctor", "releases"))
            assert f"wrong {ready['wrong']}" in doctor.stdout
            assert ready["wrong"] in releases.stdout.splitlines()
            assert doctor.returncode == 1
            assert PLANTED not in server.http.get("/en/").text
            honest_text(server, "SM-edited")


@pytest.mark.parametrize("keep_name", [True, False])
@pytest.mark.slow
def test_a_release_edited_under_a_running_server_is_never_taken_up(
    tmp_path: Path, forged: Path, keep_name: bool
) -> None:
    """Finding S8: a file of hidden lines made the server read the edited release again."""
    data = tmp_path / "data"
    environ = environment(data, **CARRIER)
    assert command("refresh", environ=environ).returncode == 0
    with serving(environ) as server:
        edited = edit(data, forged, keep_name=keep_name)
        (data / "WITHDRAWN").write_text('{"withdrawn":[{"id":"a","since":"2026-12-01T00:00:00Z"}]}')
        until(
            lambda: edited in server.log() or PLANTED in server.http.get("/en/").text,
            "the edited one is set aside",
        )
        until(lambda: server.log().count("now serving release") > 1, "what ships comes anew")
        for turn in range(3):
            until(lambda: server.detail()["ready"], "what ships is shown")
            page = server.http.get("/en/").text
            assert (TITLE in page, PLANTED in page) == (True, False)
            honest_text(server, f"SM-{turn}")


@pytest.mark.slow
def test_a_running_server_takes_up_no_release_that_nobody_made_and_drops_one_that_is_gone(
    tmp_path: Path, forged: Path
) -> None:
    data = tmp_path / "data"
    environ = environment(data, **CARRIER)
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
        honest_text(server, "SM-forged")
        until(lambda: forged.name in server.log(), "the reason is told")

        shutil.rmtree(real)
        until(lambda: not server.detail()["ready"], "that it is gone is noticed")
        until(active(data).is_dir, "the shipped one comes anew")
        until(lambda: server.detail()["ready"], "it is shown")
        assert TITLE in server.http.get("/en/").text
        honest_text(server, "SM-gone")


@pytest.mark.slow
def test_a_desk_file_that_is_emptied_silences_no_line_until_a_restart_and_is_told_at_once(
    tmp_path: Path,
) -> None:
    """The attack of 2026-11-27: every text was refused while every status said good."""
    data = tmp_path / "data"
    carrier = {name: value for name, value in CARRIER.items() if name != "PORCHLIGHT_SMS__NUMBER"}
    environ = prepared(environment(data, **carrier))
    file = data / desk_file.FILE
    file.write_bytes(desk_file.encoded({"sms.number": NUMBER, "kiosk.school": "Lincoln High"}))
    with serving(environ) as server:
        at = {**environ, "PORCHLIGHT_SERVER__PORT": str(server.port)}
        for nr, damaged in enumerate((b"", b"\xff", None)):
            file.unlink() if damaged is None else file.write_bytes(damaged)
            until(lambda: server.detail()["desk_settings"] != "ok", "the damage is told")
            server.both_doors_answer(f"SM{nr}")
            assert "Lincoln High" in server.http.get("/en/").text
            assert server.answers("/readyz")
            doctor = command("doctor", environ=at)
            assert "The running server keeps its settings." in doctor.stdout
            file.write_bytes(
                desk_file.encoded({"sms.number": NUMBER, "kiosk.school": "Lincoln High"})
            )
            until(lambda: server.detail()["desk_settings"] == "ok", "all is well again")
    file.write_bytes(b"")
    with serving(environ, ready=False) as server:
        until(lambda: server.detail()["serving"] == "release", "the pack is shown")
        told = server.detail()
        assert (told["ready"], told["works"]) == (False, False)
        assert "[sms] number" in told["account"]
        assert "Save the Setup page again" in told["desk_settings"]
        doctor = command("doctor", environ=environ)
        assert "wrong The webhook refuses every text until these are set: [sms] number." in (
            " ".join(doctor.stdout.split())
        )
        assert doctor.returncode == 1
