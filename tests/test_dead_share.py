"""A share that dies under what a real server reads: it shows what it showed, and says what hangs.

The share is the kernel's own: a FUSE file system whose server never answers lies over the file or
folder, so that whoever looks at it waits, as for a file server that is gone.
"""

import asyncio
import ctypes
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from content.releases.generations import Releases
from runtime.application import Porchlight
from runtime.private_status import HANGS
from runtime.upkeep import settings_watch
from settings import desk_file
from settings.load import load
from system.clock import now_utc
from tests.running import CARRIER, ROOT, Server, environment, prepared, serving, until
from tests.selection import Some

DETACH = 2  # umount2(2): also while somebody waits in it
KERNEL = ctypes.CDLL(None, use_errno=True)


def lay_over(place: Path) -> int:
    """The end at which the file system's server would answer. OSError where that is not allowed."""
    kind = stat.S_IFMT(place.stat().st_mode)
    channel = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    options = f"fd={channel},rootmode={kind:o},user_id=0,group_id=0,allow_other"
    if KERNEL.mount(b"dead", os.fsencode(place), b"fuse", 0, options.encode()):
        os.close(channel)
        raise OSError(ctypes.get_errno(), "mount")
    return channel


@contextmanager
def dead(place: Path) -> Iterator[None]:
    """Whoever opens or asks for this file or folder waits, and fails when the context ends."""
    try:
        channel = lay_over(place)
    except OSError as error:
        pytest.skip(f"no file system can be mounted here ({error}): run this as root, with FUSE")
    try:
        yield
    finally:
        KERNEL.umount2(os.fsencode(place), DETACH)
        os.close(channel)


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def shows_the_pack(server: Server) -> bool:
    """Whether it gives a number that is not among the built-in lines."""
    return "1-800-656-4673" in server.http.get("/en/r/128").text


@pytest.mark.slow
def test_a_school_file_whose_share_dies_leaves_what_it_said_and_is_told(
    share: Path, data: Path, some: Some
) -> None:
    file = share / "school.toml"
    file.write_text('notice = "Retakes are on Thursday."\n', encoding="utf-8")
    environ = prepared(environment(data, **CARRIER, PORCHLIGHT_KIOSK__SCHOOL_FILE=str(file)))

    def says() -> bool:
        return "Retakes are on Thursday." in server.http.get("/leave").text

    with serving(environ) as server:
        until(says, "the notice is shown")
        with dead(share):
            server.both_doors_answer("SM-dead")
            if some.whole:  # it is patient for a while
                until(lambda: "is not responding" in server.detail()["screen"], "it is told")
            assert says()
            assert shows_the_pack(server)
        until(lambda: server.detail()["screen"] == "ok", "the share is back")
        assert says()


@pytest.mark.slow
def test_a_start_waits_for_no_school_file(share: Path, data: Path) -> None:
    file = share / "school.toml"
    file.write_text('notice = "Retakes are on Thursday."\n', encoding="utf-8")
    environ = prepared(environment(data, **CARRIER, PORCHLIGHT_KIOSK__SCHOOL_FILE=str(file)))
    with dead(share), serving(environ) as server:
        server.both_doors_answer("SM-dead")
        assert shows_the_pack(server)


def test_a_release_that_is_shown_stays_when_the_name_of_the_active_one_cannot_be_read(
    data: Path,
) -> None:
    with serving(prepared(environment(data, **CARRIER))) as server:
        with dead(data / "ACTIVE"):
            until(lambda: server.detail().get("wrong") == str(HANGS), "it says that a file hangs")
            server.both_doors_answer("SM-dead")
            assert shows_the_pack(server)
        until(lambda: server.answers("/readyz"), "all is well again")
        assert shows_the_pack(server)
    assert "Traceback" not in server.log()


@pytest.mark.slow
def test_a_start_that_cannot_read_the_name_of_the_active_release_answers_and_heals(
    data: Path,
) -> None:
    environ = prepared(environment(data, **CARRIER))
    with dead(data / "ACTIVE"), serving(environ, ready=False) as server:
        until(lambda: server.detail().get("wrong") == str(HANGS), "it says that a file hangs")
        server.both_doors_answer("SM-dead")
    with serving(environ) as server:
        assert shows_the_pack(server)


def test_a_source_of_packs_that_dies_hides_no_news_from_elsewhere(
    share: Path, data: Path, some: Some
) -> None:
    source = {"PORCHLIGHT_CONTENT__SOURCE": str(share), "PORCHLIGHT_CONTENT__UNSIGNED": "true"}
    with dead(share), serving(prepared(environment(data, **CARRIER, **source))) as server:
        server.both_doors_answer("SM-dead")
        assert shows_the_pack(server)
        Releases(data).change(lambda state: state.hide(["rainn"], now=now_utc()))
        until(lambda: not shows_the_pack(server), "what was withdrawn is not shown")
        if some.whole:
            until(lambda: str(HANGS) in server.log(), "the log says that a file hangs")
        server.both_doors_answer("SM-told")


@pytest.mark.slow
@pytest.mark.parametrize("setting", ["SERVER__DATA_DIR", "KIOSK__SCHOOL_FILE", "CONTENT__SOURCE"])
def test_doctor_names_a_share_that_does_not_answer(share: Path, data: Path, setting: str) -> None:
    """It waited for it, without a word."""
    environ = environment(data, **{f"PORCHLIGHT_{setting}": str(share)})
    asked = [sys.executable, str(ROOT / "server.py"), "doctor"]
    with dead(share):
        done = subprocess.run(
            asked,
            env={**environ, "PORCHLIGHT_CONTENT__UNSIGNED": "true"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=share.parent,  # not its own folder, in which the test would wait
        )
    assert f"{share} is not responding" in done.stdout + done.stderr
    assert done.returncode
    assert "Traceback" not in done.stderr


def test_a_table_of_schools_on_a_dead_share_holds_up_neither_the_start_nor_the_settings(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_watch, "TABLE_SECONDS", 2.0)
    (share / "schools.csv").write_text("address\nelm\n", "utf-8")
    (tmp_path / "data").mkdir()
    told = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path / "data"),
        "PORCHLIGHT_KIOSK__SCHOOLS": str(share / "schools.csv"),
    }
    before = Porchlight(load(told))
    assert list(before.schools.screens) == ["elm"]
    ended: list[str] = []
    before.desk_settings.end = lambda: ended.append("ended")
    monkeypatch.setattr(settings_watch, "TABLE_SECONDS", 0.2)
    with dead(share):
        started = Porchlight(load(told))
        assert not started.schools.screens
        asyncio.run(before.desk_settings.look())  # the share is away: nothing changed
        assert not ended
        saved = desk_file.encoded({"kiosk.school": "Lincoln"})
        (tmp_path / "data" / desk_file.FILE).write_bytes(saved)
        asyncio.run(before.desk_settings.look())
        assert ended == ["ended"]
    until(
        lambda: asyncio.run(started.desk_settings.look()) or started.desk_settings.found,
        "the table is taken up",
    )
