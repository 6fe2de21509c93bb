"""The program of before this one, on data that this one wrote, and this one on what that left.

It is the commit below, as git has it: the last one without `update` and `back`. A way back from
then on is worth nothing if the older program does not start on the newer one's data.
"""

import io
import signal
import subprocess
import sys
import tarfile
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from runtime.upkeep import archive
from settings.load import load
from tests import databases
from tests.running import CARRIER, ROOT, Server, carrier_id, environment, prepared, serving, until

pytestmark = pytest.mark.slow
OLDER = "95fb5fc77340bd7b3295f157bf76eed285fe9ba0"


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The older program in a folder of its own."""
    command = ["git", "-C", str(ROOT), "archive", OLDER]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"this clone has no {OLDER}: {done.stderr.decode()}")
    folder = tmp_path_factory.mktemp("older")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def handled_messages(url: str) -> int:
    """How many the database has."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        handled = connection.execute(text("select count(*) from handled")).scalar_one()
    engine.dispose()
    return int(handled)


def answered(server: Server, number: int) -> bytes:
    done = server.text("im not safe", sid=carrier_id(f"message {number}"))
    assert (done.status_code, b"911" in done.content) == (200, True)
    return done.content


@pytest.mark.parametrize("kind", databases.KINDS)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["ended", "killed"])
def test_forth_and_back_every_text_is_answered_once_and_none_is_lost(
    tmp_path: Path, older: Path, kind: str, how: signal.Signals
) -> None:
    url = databases.fresh(kind, tmp_path)
    environ = prepared(environment(tmp_path / "data", PORCHLIGHT_STORE__URL=url, **CARRIER))
    said: dict[int, bytes] = {}
    for turn, tree in enumerate((ROOT, older, ROOT)):
        with serving(environ, tree=tree, ready=False) as server:
            until(partial(server.answers, "/readyz"), "its pack is shown", seconds=600)
            said[turn] = answered(server, turn)
            for number, reply in said.items():  # a repeat gets the reply it got
                assert answered(server, number) == reply
            release = server.detail()["release"]
            server.stop(how)
        assert handled_messages(url) == turn + 1
        assert release


def test_an_older_program_that_refuses_newer_settings_gets_its_own_again(
    tmp_path: Path, older: Path
) -> None:
    """What `update` keeps beside a version is what that version starts with."""
    file = tmp_path / "settings.toml"
    file.write_text('[kiosk]\nlanguages = ["en"]\naudio = "off"\n[sms]\nenabled = false\n', "utf-8")
    environ = environment(tmp_path / "data", PORCHLIGHT_SETTINGS=str(file))
    kept = archive.collected(file, load(environ))
    file.write_text(f"{file.read_text('utf-8')}[kiosk_of_tomorrow]\nyes = true\n", "utf-8")
    refused = subprocess.run(
        [sys.executable, older / "server.py", "doctor"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, "kiosk_of_tomorrow" in refused.stderr) == (2, True)
    file.write_bytes(kept["settings/settings.toml"])
    with serving(environ, tree=older, ready=False) as server:
        assert "988" in server.http.get("/en/now").text
