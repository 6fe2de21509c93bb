"""The program of before this one, on data that this one wrote, and this one on what that left.

It is the commit below, as git has it: the last one without `update` and `back`. A way back from
then on is worth nothing if the older program does not start on the newer one's data.
"""

import io
import json
import os
import signal
import subprocess
import sys
import tarfile
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from content.releases.state import State
from runtime.upkeep import archive
from settings.load import load
from tests import databases
from tests.content.candidates import NOW
from tests.content.reviewed import Kiosk
from tests.running import CARRIER, ROOT, Server, carrier_id, environment, prepared, serving, until

pytestmark = pytest.mark.slow
OLDER = "95fb5fc77340bd7b3295f157bf76eed285fe9ba0"
WITHOUT_STATE = "ed089ea"  # the last one that kept nine files next to the releases


def program_of(commit: str, folder: Path) -> Path:
    """The program of that commit, in this folder."""
    command = ["git", "-C", str(ROOT), "archive", commit]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"this clone has no {commit}: {done.stderr.decode()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The older program in a separate folder."""
    return program_of(OLDER, tmp_path_factory.mktemp("older"))


@pytest.fixture(scope="module")
def without_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program that kept nine files, in a separate folder."""
    return program_of(WITHOUT_STATE, tmp_path_factory.mktemp("without"))


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
    trees = (ROOT, older, ROOT)
    for turn, tree in enumerate(trees):
        with serving(environ, tree=tree, ready=False) as server:
            until(partial(server.answers, "/readyz"), "its pack is shown", seconds=600)
            said[turn] = answered(server, turn)
            for number, reply in said.items():  # a repeat gets the reply it got
                again = answered(server, number)
                # The other program words the same reply as its own pack does.
                assert again == reply or trees[number] != tree
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


# Run by the program without STATE, in a data folder that its own tests make.
DECIDES = """
import sys
from pathlib import Path
from tests.content.reviewed import NEW, NEW_NUMBER, OLD, Kiosk, line, noted, signed, small

kiosk = Kiosk(Path(sys.argv[1])).start()
kiosk.accept(NEW, signed(2, *noted(OLD, NEW)))
kiosk.rollback()
kiosk.accept(small(line("+19164456000"), line("+19164455000", "other")))
kiosk.refuse()
kiosk.accept(small(line(status="withdrawn"), line(NEW_NUMBER, "other")))
kiosk.releases.record_refusal("a stick", ["It is wrong."], now=kiosk.now)
"""
# Prints all that program knows of a data folder.
KNOWS = """
import sys
from pathlib import Path
import msgspec
from content.releases import held_pack, hidden_hotlines, last_refresh, seen_hotlines
from content.releases.generations import Releases

releases = Releases(Path(sys.argv[1]) / "data")
held, refresh = held_pack.waiting(releases), last_refresh.last(releases)
known = {
    "active": releases.active_id(), "previous": releases.earlier().id,
    "set_aside": releases.set_aside(), "held": held.version if held else "",
    "turned_down": held_pack.turned_down(releases),
    "withdrawn": [one.id for one in hidden_hotlines.read(releases.root).entries],
    "remembered": sorted(seen_hotlines.read(releases.root)),
    "refusal": releases.refused().problems, "refresh": refresh.sentence,
}
print(msgspec.json.encode(known).decode())
"""
# Decides more, after a way back to that program.
DECIDES_MORE = """
import sys
from pathlib import Path
from tests.content.reviewed import Kiosk
from content.releases import hidden_hotlines

kiosk = Kiosk(Path(sys.argv[1]))
kiosk.refuse()
kiosk.rollback()
hidden_hotlines.hide(kiosk.releases.root, ["other"], now=kiosk.now)
"""


def run_by(tree: Path, script: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, folder],
        env={**os.environ, "PYTHONPATH": str(tree)},
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def knows(state: State) -> dict[str, object]:
    """Return the same of this program's state."""
    assert state.refusal
    assert state.refresh
    return {
        "active": state.active,
        "previous": state.previous,
        "set_aside": state.set_aside,
        "held": state.held.version if state.held else "",
        "turned_down": list(state.turned_down),
        "withdrawn": [one.id for one in state.withdrawn],
        "remembered": sorted(state.remembered),
        "refusal": list(state.refusal.problems),
        "refresh": state.refresh.sentence,
    }


def test_what_people_decided_is_known_to_both_programs_forth_and_back(
    tmp_path: Path, without_state: Path
) -> None:
    """Holds, refused packs, rollbacks, withdrawn and remembered hotlines, refusal and refresh."""

    def known() -> dict[str, object]:
        found: dict[str, object] = json.loads(run_by(without_state, KNOWS, tmp_path))
        return found

    run_by(without_state, DECIDES, tmp_path)
    kiosk = Kiosk(tmp_path)
    taken_over = knows(kiosk.releases.state())
    assert all(taken_over.values())
    assert taken_over == known()
    kiosk.releases.change(lambda state: state.hide(["second"], now=NOW))  # and STATE is written
    assert knows(kiosk.releases.state()) == known()
    assert kiosk.hidden() == {"line", "second"}

    run_by(without_state, DECIDES_MORE, tmp_path)
    state = kiosk.releases.state()
    assert knows(state) == known()
    assert (state.held, len(state.turned_down)) == (None, 2)
    assert kiosk.hidden() == {"line", "second", "other"}
    kiosk.rollback()
    assert kiosk.releases.state().active == state.previous
    assert knows(kiosk.releases.state()) == known()
