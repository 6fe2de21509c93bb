"""The desk beside the kiosk: two ports in one process, one signal for both, and a kiosk that goes
on without a desk."""

import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from kiosk.desk.passphrase import SECOND, keep, kept, right
from kiosk.desk.setup import first_start
from messages.message import message
from settings import desk_file
from tests.cli.school.test_poster import printed
from tests.kiosk.desks import PASSPHRASE, QUICK, Office
from tests.running import ROOT, Server, command, environment, free_port, prepared, serving, until

PACK = ROOT / "content" / "packs" / "california"


def with_desk(data: Path, port: int) -> dict[str, str]:
    return environment(data, PORCHLIGHT_DESK__ENABLED="true", PORCHLIGHT_DESK__PORT=str(port))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Office]]:
    """A whole installation with a desk that is open, and a browser that is signed in."""
    port = free_port()
    environ = with_desk(tmp_path_factory.mktemp("desk") / "data", port)
    assert set_passphrase(environ, PASSPHRASE, PASSPHRASE) == (0, "The passphrase is set.\n")
    with serving(prepared(environ)) as server, Office(port) as office:
        until(lambda: answers(office), "the desk answers")
        assert office.sign_in().status_code == 303
        yield server, office


def answers(office: Office) -> bool:
    try:
        return office.get("/staff/in").status_code == 200
    except httpx2.TransportError:
        return False


def set_passphrase(
    environ: dict[str, str], *typed: str, which: str = "passphrase", school: str = ""
) -> tuple[int, str]:
    of = ["--school", school] if school else []
    done = subprocess.run(
        [sys.executable, str(ROOT / "server.py"), "desk", which, *of],
        env=environ,
        input="".join(f"{line}\n" for line in typed),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout or done.stderr


@pytest.mark.slow
def test_the_kiosk_has_no_desk_and_the_desk_no_kiosk(running: tuple[Server, Office]) -> None:
    server, office = running

    assert server.http.get("/staff/").status_code == 404
    assert server.http.get("/staff/in").status_code == 404
    assert office.get("/en/").status_code == 404
    assert "<h1>Today</h1>" in office.get("/staff/").text


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/en/now", "/leave", "/staff/", "/healthz", "/sw.js", "/beat"]
)
def test_the_students_kiosk_stays_without_a_cookie(
    running: tuple[Server, Office], path: str
) -> None:
    server, office = running

    answer = server.http.get(path, headers={"cookie": f"desk={office.cookies['desk']}"})

    assert "set-cookie" not in answer.headers


def test_home_tells_what_the_whole_installation_knows(running: tuple[Server, Office]) -> None:
    def home() -> str:
        return running[1].get("/staff/").text

    until(lambda: "hotlines and services, unchanged since" in home(), "the pack is shown")
    page = home()
    assert "cannot show a county" in page
    assert "[kiosk] counties is empty" not in page  # what Today says itself is not said twice
    assert "Settings on the desk's Setup page" not in page  # what is well of doctor's is not listed


def test_the_drawn_phone_is_answered_by_the_line_and_counted_nowhere(
    running: tuple[Server, Office],
) -> None:
    server, office = running
    page = office.press("/staff/phone", message="me quiero morir").text

    assert "988" in page
    assert 'lang="es"' in page
    assert "topic suicide" in page
    told = command("counts", environ=environment(server.output.parent / "data")).stdout
    assert "suicide" not in told
    assert "morir" not in server.log()


def test_a_poster_is_made_of_what_is_served_in_a_process_of_its_own(
    running: tuple[Server, Office], tmp_path: Path
) -> None:
    server, office = running
    asked = {"size": "half", "first": "es", "second": ""}
    made, file = office.press("/staff/posters", **asked), tmp_path / "poster.pdf"
    assert made.headers["content-type"] == "application/pdf"
    file.write_bytes(made.content)
    said = printed(file)
    assert str(server.detail()["release"]) in said
    assert ("Números que vale" in said, "Numbers worth" in said) == (True, False)

    refused = office.press("/staff/posters", **{**asked, "size": "giant"})
    assert (refused.status_code, "There is no size" in refused.text) == (400, True)


def finished(office: Office, path: str, **fields: str) -> str:
    """The page with the result of a form that starts a verb, however long that takes."""
    assert office.press(path, **fields).headers["location"] == "/staff/work"
    page = "Still working"
    while "Still working" in page:
        page = office.get("/staff/work", timeout=60).text
    return page


@pytest.mark.slow
def test_refresh_from_the_desk_runs_in_its_own_process(running: tuple[Server, Office]) -> None:
    page = finished(running[1], "/staff/refresh")

    assert "Check for new numbers: done" in page
    assert "show" in page.partition("done")[2]


def test_roll_back_without_an_earlier_pack_is_refused_in_words(
    running: tuple[Server, Office],
) -> None:
    assert "Nothing to go back to" in running[1].get("/staff/releases/back").text


def test_no_line_of_the_log_tells_of_a_visit(running: tuple[Server, Office]) -> None:
    server, office = running
    office.sign_in("a wrong passphrase")
    office.get("/staff/phone")

    assert "/staff/in" not in server.log()
    assert "phone" not in server.log()
    assert "wrong" not in server.log()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.slow
def test_one_signal_ends_both(tmp_path: Path, how: signal.Signals) -> None:
    port = free_port()
    with serving(with_desk(tmp_path / "data", port)) as server, Office(port) as office:
        until(lambda: office.get("/staff/in").status_code in {200, 303, 503}, "the desk answers")
        with socket.create_connection(("127.0.0.1", port)):  # a browser that keeps its connection
            server.stop(how)

        with pytest.raises(httpx2.TransportError):
            office.get("/staff/in")
        assert "Traceback" not in server.log()


@pytest.mark.slow
def test_a_port_that_is_taken_leaves_the_kiosk_alone(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        serving(with_desk(tmp_path / "data", int(taken.getsockname()[1]))) as server,
    ):
        assert server.http.get("/en/").status_code == 200
        assert "the staff desk cannot listen on 127.0.0.1" in server.log()


@pytest.mark.slow
def test_a_desk_that_is_switched_off_listens_nowhere(tmp_path: Path) -> None:
    port = free_port()
    with (
        serving(environment(tmp_path / "data", PORCHLIGHT_DESK__PORT=str(port))),
        pytest.raises(httpx2.TransportError),
    ):
        Office(port).get("/staff/")


@pytest.mark.slow
def test_a_changed_number_waits_and_the_desk_brings_it_to_the_screen(tmp_path: Path) -> None:
    """From an author's folder, on a machine that asks about every number, through the real verbs."""
    port, pack = free_port(), Path(shutil.copytree(PACK, tmp_path / "pack"))
    environ = with_desk(tmp_path / "data", port) | {
        "PORCHLIGHT_CONTENT__PACK": str(pack),
        "PORCHLIGHT_CONTENT__SOURCE": str(pack),
        "PORCHLIGHT_CONTENT__UNSIGNED": "true",
        "PORCHLIGHT_CONTENT__HOLD_NUMBERS": "true",
    }
    set_passphrase(environ, PASSPHRASE, PASSPHRASE)
    with serving(environ) as server, Office(port) as office:
        until(lambda: answers(office), "the desk answers")
        office.sign_in()
        file = pack / "resources" / "rainn.toml"
        file.write_text(
            file.read_text(encoding="utf-8").replace("+18006564673", "+18006564674"),
            encoding="utf-8",
        )

        assert "is waiting for approval" in finished(office, "/staff/refresh")
        held = office.get("/staff/held").text
        assert "1-800-656-467<mark>3</mark>" in held
        assert "1-800-656-467<mark>4</mark>" in held
        assert "1-800-656-4673" in server.http.get("/en/r/128").text
        (address,) = re.findall(r'href="(/staff/held/[0-9a-f]{64}/approve)"', held)

        assert "is now shown" in finished(office, address, compared="yes", passphrase=PASSPHRASE)
        until(
            lambda: "1-800-656-4674" in server.http.get("/en/r/128").text,
            "the screen shows the new number",
        )
        assert "Nothing is waiting" in office.get("/staff/held").text


@pytest.mark.slow
def test_a_settings_file_that_breaks_meanwhile_takes_nothing_from_the_screen(
    tmp_path: Path,
) -> None:
    """The server began anew with the old settings, and its commands would not start with the file:
    the built-in lines stayed until somebody mended it."""
    port, file = free_port(), tmp_path / "settings.toml"
    file.write_text("", "utf-8")
    environ = with_desk(tmp_path / "data", port) | {"PORCHLIGHT_SETTINGS": str(file)}
    set_passphrase(environ, PASSPHRASE, PASSPHRASE)
    typed = {"school": "Elm Street", "county-06067": "on", "language-en": "on", "first": "en"}
    with serving(prepared(environ)) as server, Office(port) as office:
        until(lambda: server.detail()["serving"] == "release", "the pack is shown")
        office.sign_in()
        file.write_text("[kiosk\n", "utf-8")

        kept = office.press("/staff/setup", **typed)

        assert (kept.status_code, "cannot be read as TOML" in kept.text) == (500, True)
        assert server.detail()["serving"] == "release"
        file.write_text("", "utf-8")
        until(lambda: "Elm Street" in server.http.get("/leave").text, "they are taken up")


# The verb


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("four plain words here", "four plain words hear"), "The two passphrases differ"),
        (("short", "short"), "12 characters or more"),
        ((), "12 characters or more"),
        (("porchlight123", "porchlight123"), "easy to guess"),
    ],
)
@pytest.mark.slow
def test_a_passphrase_that_is_mistyped_or_weak_changes_nothing(
    tmp_path: Path, typed: tuple[str, ...], said: str
) -> None:
    environ = environment(tmp_path)

    code, told = set_passphrase(environ, *typed)

    assert code == 1
    assert said in told
    assert not (tmp_path / "desk.passphrase").exists()


@pytest.mark.slow
def test_the_verb_says_that_the_desk_is_off_and_that_others_are_signed_out(tmp_path: Path) -> None:
    environ = environment(tmp_path)
    first_start.made_code(tmp_path)
    first = set_passphrase(environ, PASSPHRASE, PASSPHRASE)
    again = set_passphrase(environ, PASSPHRASE, PASSPHRASE)

    assert "The desk is still off" in first[1]
    assert "must sign in again" in again[1]
    assert stat.S_IMODE((tmp_path / "desk.passphrase").stat().st_mode) == 0o600
    assert not (tmp_path / first_start.CODE).exists()


@pytest.mark.slow
def test_a_school_s_own_passphrase_is_kept_for_that_school_and_is_not_the_desk_s(
    tmp_path: Path,
) -> None:
    environ, own = environment(tmp_path), "another set of plain words"
    (tmp_path / "schools.csv").write_text("address\nelm\n", "utf-8")
    environ |= {"PORCHLIGHT_KIOSK__SCHOOLS": str(tmp_path / "schools.csv")}
    kept = tmp_path / "schools" / "elm" / "desk.passphrase"
    set_passphrase(environ, PASSPHRASE, PASSPHRASE)
    desk = (tmp_path / "desk.passphrase").read_bytes()

    code, said = set_passphrase(environ, school="oak")  # nothing is asked for
    assert (code, said.strip()) == (1, str(message("schools.unknown", address="oak", known="elm")))
    assert set_passphrase(environ, PASSPHRASE, PASSPHRASE, school="elm")[0] == 1
    assert not kept.exists()
    assert set_passphrase(environ, own, own, school="elm")[0] == 0
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert (tmp_path / "desk.passphrase").read_bytes() == desk


def test_the_second_passphrase_is_another_person_s_and_kept_like_the_desk_s(tmp_path: Path) -> None:
    environ, other = environment(tmp_path), "another set of plain words"
    set_passphrase(environ, PASSPHRASE, PASSPHRASE)

    same = set_passphrase(environ, PASSPHRASE, PASSPHRASE, which="second-passphrase")
    assert (same[0], "must differ" in same[1]) == (1, True)
    assert not (tmp_path / SECOND).exists()
    assert set_passphrase(environ, other, other, which="second-passphrase")[0] == 0
    assert stat.S_IMODE((tmp_path / SECOND).stat().st_mode) == 0o600
    record = kept(tmp_path, SECOND)
    assert record
    assert right(record, other)
    assert not right(record, PASSPHRASE)


def test_doctor_finds_a_county_line_that_nobody_confirmed(tmp_path: Path) -> None:
    environ = environment(tmp_path) | {
        "PORCHLIGHT_KIOSK__COUNTIES": '["Sacramento"]',
        "PORCHLIGHT_KIOSK__COUNTY_LINE": "+19168755438",
    }
    said = command("doctor", environ=environ).stdout
    assert "wrong [kiosk] county_line is not shown" in said


@pytest.mark.slow
def test_a_running_server_takes_up_a_line_of_a_file_and_shows_no_county_number_of_it(
    tmp_path: Path,
) -> None:
    """Security review N1: one line in the desk's file was on 11 pages within 20 seconds."""
    port = free_port()
    environ = with_desk(tmp_path / "data", port)
    set_passphrase(environ, PASSPHRASE, PASSPHRASE)
    with serving(prepared(environ)) as server, Office(port) as office:
        until(lambda: answers(office), "the desk answers")
        office.sign_in()
        _two_people_and_a_line(environ, server, office)


def _two_people_and_a_line(environ: dict[str, str], server: Server, office: Office) -> None:
    def shows(path: str, words: str) -> bool:
        with suppress(httpx2.TransportError):
            return words in server.http.get(path).text
        return False

    number = "+19168755438"
    values = {
        "kiosk.school": "Elm Street",
        "kiosk.counties": ("Sacramento",),
        "kiosk.county_line": number,
    }
    (server.data / desk_file.FILE).write_bytes(desk_file.encoded(values))
    until(lambda: shows("/", "Elm Street"), "the file is taken up")
    until(lambda: shows("/en/r/150", "1-916-875-5437"), "the pack's number")
    assert not shows("/en/r/150", "875-5438")
    assert server.detail()["county_line"] == "unconfirmed"

    other = "another set of plain words"
    assert set_passphrase(environ, other, other, which="second-passphrase")[0] == 0
    form = {"number": number, "role": "nurse", "passphrase": other}
    assert office.press("/staff/county-line", **form).status_code == 303
    until(lambda: shows("/en/r/150", "1-916-875-5438"), "the number that two people compared")
    office.press("/staff/county-line/back")
    until(lambda: shows("/en/r/150", "1-916-875-5437"), "the pack's number again")
    until(lambda: server.detail().get("county_line_lost") is True, "it is told")


@pytest.mark.parametrize("journal", [False, True], ids=["printed", "under systemd"])
def test_the_start_prints_the_address_with_the_code_inside_and_never_into_the_journal(
    tmp_path: Path, journal: bool
) -> None:
    environ = with_desk(tmp_path / "data", free_port())
    environ |= {"JOURNAL_STREAM": "8:1234"} if journal else {}
    with serving(prepared(environ)) as server:
        until(lambda: "Set it up: http" in server.log(), "it says where it is set up")
        code = first_start.made_code(server.data)
        until(lambda: "Settings: " in server.log(), "it said all")
        assert (f"/staff/first?code={code}\n" in server.log()) is not journal
        assert (code in server.log()) is not journal


def test_the_verb_prints_the_code_until_the_machine_is_set_up(tmp_path: Path) -> None:
    environ = environment(tmp_path)

    codes = {command("desk", "code", environ=environ).stdout for _ in range(2)}

    assert [re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}\n", code) is None for code in codes] == [False]
    keep(tmp_path, PASSPHRASE, cost=QUICK)
    late = command("desk", "code", environ=environ)
    assert (late.stdout, "already set up" in late.stderr) == ("", True)
    assert not (tmp_path / first_start.CODE).exists()


@pytest.mark.slow
def test_doctor_finds_a_desk_on_the_network_without_a_passphrase(tmp_path: Path) -> None:
    environ = with_desk(tmp_path, 1) | {"PORCHLIGHT_DESK__HOST": "0.0.0.0"}  # noqa: S104

    done = command("doctor", environ=environ)

    assert (
        "wrong [desk] host is 0.0.0.0, so others on the network can reach the desk, and no passphrase"
        in done.stdout
    )
