"""Whatever process of ours is killed, at any moment: both doors answer, and it heals by itself."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from content.directory import index
from content.model.pack import Pack
from content.releases.record import id_of
from kiosk.audio import clips
from runtime.child_process import CUT_OFF
from runtime.health.observation import NIGHTLY
from tests.agreement import Author, agrees, author, comes
from tests.content.indexed import prepare
from tests.content.reviewed import NEW, OLD
from tests.editor.directory.test_build import built, spoilt, whole
from tests.kiosk.desks import PASSPHRASE, Office
from tests.running import (
    CARRIER,
    PATIENCE,
    ROOT,
    Server,
    command,
    environment,
    free_port,
    prepared,
    serving,
    until,
)
from tests.runtime.test_desk_server import answers, finished, set_passphrase
from tests.selection import Some
from tests.test_clock_steps import LIBRARIES, ONE_TURN, faked_clock

MOMENTS = (0.0, 0.1, 0.3, 0.6, 0.9, 1.5, 2.5)  # seconds after the start of the process
AT_ONCE_AND_AMID = (0.0, 0.1, 0.3)  # of what takes half a second


def children(server: Server, verb: str) -> Iterator[int]:
    """The processes of the server that run this verb."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            _, parent = state_of(folder)
            words = folder.joinpath("cmdline").read_bytes().split(b"\0")
            if int(parent) == server.process.pid and verb.encode() in words:
                yield int(folder.name)


def state_of(folder: Path) -> tuple[str, str]:
    """The state of a process, and its parent. OSError once it is gone."""
    state, parent = folder.joinpath("stat").read_text().rpartition(")")[2].split()[:2]
    return state, parent


@contextlib.contextmanager
def killed(server: Server, verb: str, after: float, *, at_start: bool = False) -> Iterator[bool]:
    """While it lasts the process of this verb stands still in the middle of its work; it does not
    go on afterwards. False: it was quicker, ``at_start`` before the server answered."""
    found = list[int]()

    def runs() -> bool:
        found[:] = children(server, verb)
        return bool(found) or (at_start and server.answers("/readyz"))

    def stands() -> bool:
        return state_of(folder)[0] in "TZ"

    until(runs, f"{verb} runs")
    if not found:
        yield False
        return
    folder, caught = Path(f"/proc/{found[0]}"), False
    time.sleep(after)  # a stage of its work, not an event
    with contextlib.suppress(OSError):
        os.kill(found[0], signal.SIGSTOP)
        until(stands, f"{verb} stands still")
        caught = state_of(folder)[0] == "T"
    try:
        yield caught
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(found[0], signal.SIGKILL)


@contextlib.contextmanager
def killed_on_sight(server: Server, verb: str) -> Iterator[None]:
    """While it lasts no process of this verb comes to an end of its own."""
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.05):
            for child in children(server, verb):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)

    killing = threading.Thread(target=kill)
    killing.start()
    try:
        yield
    finally:
        over.set()
        killing.join()


@pytest.mark.few(1)
@pytest.mark.parametrize("after", MOMENTS)
@pytest.mark.parametrize(("start", "verb"), [(prepared, "verify"), (dict, "--first")])
def test_what_the_start_begins_may_be_killed(
    tmp_path: Path, start: Callable[[Mapping[str, str]], Mapping[str, str]], verb: str, after: float
) -> None:
    """A later start verifies; the first one also makes a release of the shipped pack."""
    with serving(start(environment(tmp_path / "data", **CARRIER)), ready=False) as server:
        with killed(server, verb, after, at_start=True):
            server.both_doors_answer("SM-killed")
        server.both_doors_answer("SM-after")
        until(lambda: server.answers("/readyz"), "all is well again")
        server.both_doors_answer("SM-healed")


@pytest.mark.few(1)
@pytest.mark.parametrize("after", AT_ONCE_AND_AMID)
def test_where_the_verification_of_a_new_release_is_killed_the_one_before_is_shown_and_it_is_told(
    tmp_path: Path, after: float
) -> None:
    school = author(tmp_path)
    with serving(school.environ) as server:
        comes(server, OLD)
        school.writes(NEW)
        school.refreshes()
        with killed(server, "packs", after) as caught:
            if caught:
                wrong = agrees(server, OLD, ready=False)["wrong"]
                assert f"Release {id_of(NEW.version)} is active on the disk but not shown" in wrong
        if caught:
            with killed_on_sight(server, "packs"):
                until(lambda: is_failed(server) or is_shown(server, NEW), "it is told, or was done")
                if after == 0 or is_failed(server):  # else it had answered before it was killed
                    is_wrong_everywhere(school, server)
        comes(server, NEW)


def is_failed(server: Server) -> bool:
    return "could not be verified" in str(server.detail()["wrong"])


def is_shown(server: Server, pack: Pack) -> bool:
    return bool(server.detail()["release"] == id_of(pack.version))


def is_wrong_everywhere(school: Author, server: Server) -> None:
    agrees(server, OLD, ready=False)
    at = {**school.environ, "PORCHLIGHT_SERVER__PORT": str(server.port)}
    doctor = command("doctor", "--json", environ=at)
    told = json.loads(doctor.stdout)
    assert "could not be verified" in told["server"]["wrong"]
    assert told["server"]["wrong"] in [one["sentence"] for one in told["findings"]]
    assert doctor.returncode == 1


def is_told(server: Server, verb: str, *, times: int = 1) -> None:
    """Wait until the log has it so often."""
    line = f"{verb} ended before it could say what happened (signal 9)"
    until(lambda: server.log().count(line) >= times, f"the log says that {verb} was killed")


# ---- What the server starts by itself. ----


@pytest.mark.slow
@pytest.mark.parametrize("after", AT_ONCE_AND_AMID)
def test_where_the_verification_of_the_large_directory_is_killed_it_is_not_searched_and_it_is_told(
    tmp_path: Path, after: float
) -> None:
    school = author(tmp_path)
    made = tmp_path / "directory"
    whole(built(spoilt(tmp_path / "services", 60, {8: {"name": "Zebra House"}}), made))
    prepare(index.path_in(tmp_path / "data"), made)

    def is_found() -> bool:
        return "Zebra House" in server.http.post("/en/search", data={"q": "zebra"}).text

    def is_told_of() -> bool:
        return "could not be verified" in server.detail()["directory"]

    with serving(school.environ) as server:
        with killed(server, "directory", after) as caught:
            detail = agrees(server, OLD)
            assert not caught or (detail["directory"] != "ok" and not is_found())
        if caught:
            with killed_on_sight(server, "directory"):
                until(lambda: is_told_of() or is_found(), "it is told, or had answered before")
                agrees(server, OLD)
                assert is_told_of() != is_found()
                assert after or is_told_of()
        until(is_found, "it is searched")
        assert agrees(server, OLD)["directory"] == "ok"


@pytest.mark.slow
@pytest.mark.skipif(not clips.able(), reason="espeak-ng and opus-tools are not installed")
@pytest.mark.parametrize("after", AT_ONCE_AND_AMID)
def test_where_what_makes_the_clips_is_killed_it_is_told_and_begun_again(
    tmp_path: Path, after: float
) -> None:
    school = author(tmp_path, PORCHLIGHT_KIOSK__AUDIO="headset")
    with serving(school.environ) as server:
        with killed(server, "say", after) as caught:
            agrees(server, OLD)
        if caught:
            is_told(server, "say")
            until(lambda: list(children(server, "say")), "it is begun again")
        agrees(server, OLD)


@pytest.mark.slow
@pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not here (Debian: libfaketime)")
def test_where_the_nightly_check_is_killed_nothing_is_on_record_until_the_next_night(
    tmp_path: Path, some: Some
) -> None:
    school, steps = author(tmp_path), tmp_path / "steps"
    record = tmp_path / "data" / NIGHTLY
    steps.write_text("+0\n", encoding="ascii")
    with serving({**school.environ, **faked_clock(steps)}) as server:
        for day, after in enumerate((*AT_ONCE_AND_AMID, None), start=1):
            steps.write_text(f"+{day}d\n", encoding="ascii")
            if after is None:
                until(record.exists, "it asked everything", seconds=120 + ONE_TURN)
            else:
                with killed(server, "nightly", after):
                    agrees(server, OLD)
                is_told(server, "nightly", times=day)
                assert not record.exists()
            agrees(server, OLD)


# ---- What the desk starts. ----

HELD = {"PORCHLIGHT_CONTENT__HOLD_NUMBERS": "true"}
FREE = {"PORCHLIGHT_CONTENT__HOLD_NUMBERS": "false"}


@contextlib.contextmanager
def desk_of(school: Author) -> Iterator[tuple[Server, Office]]:
    """Its server, and a browser that is signed in at the desk."""
    port = free_port()
    desk = {"PORCHLIGHT_DESK__ENABLED": "true", "PORCHLIGHT_DESK__PORT": str(port)}
    environ = {**school.environ, **desk}
    assert set_passphrase(environ, PASSPHRASE, PASSPHRASE)[0] == 0
    with serving(environ) as server, Office(port) as office:
        office.timeout = 2 * PATIENCE  # longer than the desk waits before it says "still working"
        until(lambda: answers(office), "the desk answers")
        assert office.sign_in().status_code == 303
        yield server, office


def waits_at(office: Office) -> bool:
    """Whether the desk says that a pack waits for a yes or no."""
    return "Nothing is waiting" not in office.get("/staff/held").text


def pressed(office: Office, verb: str) -> tuple[str, dict[str, str]]:
    """The address and the fields of the form that starts this verb."""
    if verb == "refresh":
        return "/staff/refresh", {}
    if verb == "rollback":
        page = office.get("/staff/releases/back").text
        both = dict(re.findall(r'name="(from|to)" value="(\w+)"', page))
        return "/staff/releases/back", both | {"passphrase": PASSPHRASE}
    held = office.get("/staff/held").text
    (address,) = re.findall(rf'href="(/staff/held/[0-9a-f]{{64}}/{verb})"', held)
    return address, {"compared": "yes", "passphrase": PASSPHRASE}


# Once it is done: what is shown, and whether a pack waits.
DONE = {
    "refresh": (OLD, True),
    "approve": (NEW, False),
    "refuse": (OLD, False),
    "rollback": (OLD, False),
}


@pytest.mark.few(1)
@pytest.mark.parametrize("after", AT_ONCE_AND_AMID)
@pytest.mark.parametrize("verb", DONE)
def test_a_command_of_the_desk_that_is_killed_is_not_done_or_done_and_the_desk_says_which(
    tmp_path: Path, verb: str, after: float
) -> None:
    school = author(tmp_path, **HELD)
    with desk_of(school) as (server, office):
        comes(server, OLD)
        school.writes(NEW)
        if verb != "refresh":
            school.refreshes(**(FREE if verb == "rollback" else HELD))
        before = NEW if verb == "rollback" else OLD
        comes(server, before)

        address, fields = pressed(office, verb)
        assert office.press(address, **fields).headers["location"] == "/staff/work"
        with killed(server, verb, after) as caught:
            server.both_doors_answer("SM-killed")
        page = office.get("/staff/work").text
        assert (str(CUT_OFF) in page, ": not done" in page, ": done" in page) == (
            caught,
            caught,
            not caught,
        )

        pack, waits = DONE[verb]
        until(lambda: server.answers("/readyz"), "what is active is shown")
        is_done = server.detail()["release"] == id_of(pack.version) and waits_at(office) == waits
        agrees(server, pack if is_done else before)
        if not is_done:
            address, fields = pressed(office, verb)
            assert ": done" in finished(office, address, **fields)
        comes(server, pack)
        assert waits_at(office) == waits


@pytest.mark.slow
@pytest.mark.parametrize("after", AT_ONCE_AND_AMID)
@pytest.mark.parametrize("verb", ["poster", "counts"])
def test_where_what_the_desk_waits_for_is_killed_it_says_so_and_has_it_the_next_time(
    tmp_path: Path, verb: str, after: float
) -> None:
    def asked() -> tuple[int, str]:
        answer = (
            office.press("/staff/posters", size="wallet", first="en", second="")
            if verb == "poster"
            else office.get("/staff/counts")
        )
        return answer.status_code, answer.text

    with (
        desk_of(author(tmp_path)) as (server, office),
        ThreadPoolExecutor(1) as browser,
    ):
        answer = browser.submit(asked)
        with killed(server, verb, after) as caught:
            server.both_doors_answer("SM-killed")
        status, page = answer.result(2 * PATIENCE)
        assert (status >= 400, str(CUT_OFF) in page) == (caught, caught)
        assert asked()[0] == 200
        server.both_doors_answer("SM-healed")


def test_ctrl_c_ends_the_server_and_its_children_without_a_stack(tmp_path: Path) -> None:
    """A terminal gives it to the whole process group.

    A shell's background job, such as a run of these tests, ignores SIGINT, and so would the server.
    """
    environ = environment(tmp_path / "data", PORCHLIGHT_SERVER__PORT="0")
    with (tmp_path / "output").open("wb") as output:
        process = subprocess.Popen(
            ["env", "--default-signal=INT", sys.executable, str(ROOT / "server.py")],
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(process, 0, tmp_path / "output", tmp_path / "data")
    try:
        until(lambda: list(children(server, "--first")), "it makes the shipped pack a release")
        time.sleep(0.3)  # Python is up, and the child at its imports
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        server.http.close()
        process.kill()
        process.wait()
    assert "Traceback" not in server.log()


@pytest.mark.slow
def test_a_refresh_may_be_killed_at_any_moment_under_a_running_server(
    tmp_path: Path, some: Some
) -> None:
    environ = prepared(environment(tmp_path / "data", **CARRIER))
    refresh = [sys.executable, str(ROOT / "server.py"), "refresh"]
    with serving(environ) as server:
        for turn, after in enumerate(some(MOMENTS, 2)):
            with subprocess.Popen(refresh, env=environ, stdout=subprocess.DEVNULL) as process:
                time.sleep(after)  # a stage of its work, not an event
                process.kill()
            server.both_doors_answer(f"SM-refresh-{turn}")
            assert server.answers("/readyz")
        done = command("refresh", environ=environ)
        assert done.returncode == 0, done.stdout
        assert server.answers("/readyz")
