"""The whole program, from outside: its commands, its port, its signals, and what it leaves behind."""

import base64
import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from settings import desk_file
from tests.running import (
    ACCOUNT,
    CARRIER,
    NUMBER,
    ROOT,
    Server,
    carrier_id,
    command,
    environment,
    free_port,
    message,
    prepared,
    serving,
    signature,
    until,
)

PACK = ROOT / "content" / "packs" / "california"
VERBS = ["serve", "text", "check", "build", "refresh", "releases", "rollback", "fallback", "doctor"]
VERBS += ["held", "approve", "refuse"]
STARTED = "Application startup complete"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An installation whose first release is made: the tests of this file share it where they
    change nothing."""
    environ = environment(tmp_path_factory.mktemp("installation") / "data", **CARRIER)
    return dict(prepared(environ))


@pytest.fixture(scope="module")
def systemd() -> Iterator[socket.socket]:
    """What stands in for systemd, by an abstract name that is this process's own."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as standing:
        standing.bind(f"\0porchlight-{os.getpid()}")
        standing.settimeout(30)
        yield standing


@pytest.fixture(scope="module")
def server(installation: dict[str, str], systemd: socket.socket) -> Iterator[Server]:
    told = {"NOTIFY_SOCKET": f"@porchlight-{os.getpid()}", "WATCHDOG_USEC": "3600000000"}
    with serving(installation | told) as running:
        yield running


@pytest.fixture
def own_pack(tmp_path: Path) -> Path:
    """A copy of the shipped pack's source that a test may change."""
    return Path(shutil.copytree(PACK, tmp_path / "pack"))


# The command line


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.slow
def test_every_verb_has_help(verb: str, tmp_path: Path) -> None:
    done = command(verb, "--help", environ=environment(tmp_path))

    assert done.returncode == 0
    assert f"porchlight {verb}" in done.stdout


def test_wrong_settings_end_it_with_one_sentence_and_two(tmp_path: Path) -> None:
    done = command(environ=environment(tmp_path, PORCHLIGHT_KIOSK__IDLE_SECONDS="soon"))

    assert done.returncode == 2
    assert "PORCHLIGHT_KIOSK__IDLE_SECONDS" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_what_a_server_keeps_is_for_nobody_else_to_read(tmp_path: Path) -> None:
    """As under systemd; but the screen's user must read the page it shows without a server."""
    data, mask = tmp_path / "data", os.umask(0o022)
    environ = environment(data, **CARRIER)
    asked = [sys.executable, str(ROOT / "server.py"), "releases"]
    try:
        subprocess.run(asked, env=environ, cwd=tmp_path, check=True)  # makes the folder
        with serving(environ):
            until((data / "porchlight.db").exists, "the database is there")
            modes = {
                str(path.relative_to(data)): stat.S_IMODE(path.stat().st_mode)
                for path in (data, *data.rglob("*"))
                if not path.name.startswith(".tmp-")
            }
    finally:
        os.umask(mask)
    assert (modes["."], modes["porchlight.db"]) == (0o700, 0o600)
    assert [name for name, mode in modes.items() if mode & 0o077] == ["lines.html"]


def test_a_schedule_that_is_no_cron_line_is_a_settings_error(tmp_path: Path) -> None:
    """On a port of its own: a developer's kiosk may have the usual one."""
    environ = environment(
        tmp_path, PORCHLIGHT_CONTENT__SCHEDULE="daily", PORCHLIGHT_SERVER__PORT=str(free_port())
    )
    done = command("serve", environ=environ)

    assert done.returncode == 2
    assert "[content] schedule" in done.stderr


def test_a_database_address_that_is_none_is_told_without_its_password(tmp_path: Path) -> None:
    """An @ in a password makes the rest of it a port, which the traceback quoted."""
    url = "postgresql://line:a@b:hush@127.0.0.1/line"
    for verb in ("serve", "doctor", "counts"):
        done = command(verb, environ=environment(tmp_path, PORCHLIGHT_STORE__URL=url))
        assert done.returncode == 2
        assert "[store] url: write " in done.stderr
        assert "instead of what was given" in done.stderr
        assert "hush" not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told_before_anything_is_done(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = command("serve", environ=environment(tmp_path, PORCHLIGHT_SERVER__PORT=port))

    assert done.returncode == 2
    said = f"[server] port: Porchlight cannot listen on 127.0.0.1 port {port} (Address already"
    assert done.stderr.startswith(said)
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_fallback_prints_the_static_answer_and_doctor_says_when_it_has_aged(tmp_path: Path) -> None:
    data = tmp_path / "data"
    environ = environment(data, PORCHLIGHT_KIOSK__ENABLED="false", **CARRIER)
    early = command("fallback", environ=environ)
    assert (early.returncode, early.stdout) == (1, "")
    assert "no release yet" in early.stderr
    command("refresh", environ=environ)

    done = command("fallback", environ=environ)

    assert done.returncode == 0
    assert done.stdout.startswith('<?xml version="1.0" encoding="UTF-8"?><Response><Message>')
    assert done.stdout.count("988") == 2
    assert "still matches the pack" in command("doctor", environ=environ).stdout
    (data / "fallback.xml").write_text("<Response/>", encoding="utf-8")
    assert "out of date. Run `fallback`" in command("doctor", environ=environ).stdout
    (data / "fallback.xml").unlink()
    os.mkfifo(data / "fallback.xml")
    assert "Run `fallback` and paste" in command("doctor", environ=environ).stdout
    assert command("fallback", environ=environ).returncode == 0
    assert "still matches the pack" in command("doctor", environ=environ).stdout


ANSWERS = {
    "HELP": (None, "en", "988"),
    "im not safe": ("danger", "en", "911"),
    "suicde": ("suicide", "en", "988"),
    "he makes me have sex for money": ("trafficking", "en", "1-888-373-7888"),
    "me quiero morir": ("suicide", "es", "988"),
    "FOOD": ("basics", "en", "211"),
    "asdf": (None, "en", "988"),
    "protect": ("partners", "en", "1-888-373-7888"),
    "3strands": ("partners", "en", "1-888-373-7888"),
    "a21": ("partners", "en", "1-888-373-7888"),
    "blue campaign": ("partners", "en", "1-888-373-7888"),
    "ncmec": ("partners", "en", "1-800-843-5678"),
    "heat": ("partners", "en", "may not be active"),
    "love never fails": ("partners", "en", "1-888-373-7888"),
    "no heat at home": ("basics", "en", "211"),
    "protect me": ("danger", "en", "911"),
    "": (None, "en", "988"),
}


@pytest.fixture(scope="module")
def answers(installation: dict[str, str]) -> dict[str, dict[str, str]]:
    """Every message of the table, sent once through `porchlight text`."""
    done = command("text", "--json", *ANSWERS, environ=installation)
    assert done.returncode == 0, done.stderr
    return {answer["text"]: answer for answer in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("text", ANSWERS)
@pytest.mark.slow
def test_the_line_answers_from_the_terminal(answers: dict[str, dict[str, str]], text: str) -> None:
    topic, language, holds = ANSWERS[text]
    answer = answers[text]

    assert list(answer) == [
        "text",
        "topic",
        "also",
        "language",
        "how",
        "reply",
        "segments",
        "encoding",
        "answer",
        "about",
    ]
    assert (answer["topic"], answer["language"]) == (topic, language)
    assert holds in answer["reply"]


@pytest.mark.slow
def test_messages_come_from_standard_input_and_an_empty_line_is_a_message(
    installation: dict[str, str],
) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "server.py"), "text", "--json"],
        input="FOOD\n\nasdf\n",
        env=installation,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["FOOD", "", "asdf"]


@pytest.mark.slow
def test_number_and_texts_can_stay_out_of_the_list_of_processes(
    installation: dict[str, str],
) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "server.py"), "text", "--json", "--from", "-", "-"],
        input="+19165550187\nSTOP\nFOOD\n",
        env=installation,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["text"], one["reply"]) for one in answers] == [("STOP", ""), ("FOOD", "")]


@pytest.mark.slow
def test_a_phone_that_texted_stop_is_silent_until_start(installation: dict[str, str]) -> None:
    def replies(*messages: str) -> list[str]:
        done = command("text", "--json", "--from", "+19165550188", *messages, environ=installation)
        return [json.loads(line)["reply"] for line in done.stdout.splitlines()]

    assert replies("STOP") == [""]
    assert replies("FOOD") == [""]
    (again,) = replies("START")
    assert "988" in again
    assert "211" in replies("FOOD")[0]


# The pack


@pytest.mark.slow
def test_check_finds_nothing_wrong_with_the_shipped_pack(tmp_path: Path) -> None:
    done = command("check", environ=environment(tmp_path))

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(
            ("resources/rainn.toml", "+18006564673", "+19005550123"),
            "resources/rainn.toml:",
            id="a wrong number",
        ),
        pytest.param(
            ("resources/rainn.toml", 'id = "rainn"', 'id = "rainn'),
            "resources/rainn.toml:",
            id="broken TOML",
        ),
        pytest.param(
            ("po/es.po", 'msgctxt "topic:basics:title"', 'msgctxt "topic:basics:titel"'),
            "po/es.po:",
            id="a missing translation",
        ),
    ],
)
@pytest.mark.slow
def test_a_wrong_pack_is_refused_with_file_and_line_and_the_old_one_stays(
    own_pack: Path, tmp_path: Path, fault: tuple[str, str, str], said: str
) -> None:
    file, old, new = fault
    environ = environment(tmp_path / "data", PORCHLIGHT_CONTENT__PACK=str(own_pack))
    assert command("refresh", environ=environ).returncode == 0
    before = command("releases", environ=environ).stdout
    text = (own_pack / file).read_text(encoding="utf-8")
    assert old in text
    (own_pack / file).write_text(text.replace(old, new), encoding="utf-8")

    done = command("refresh", environ=environ)

    assert done.returncode == 1
    assert said in done.stdout
    after = command("releases", environ=environ).stdout
    assert after.startswith(before.splitlines()[0])
    assert said in after


@pytest.mark.slow
def test_a_pack_that_was_rolled_back_is_not_taken_again_until_it_changes(
    own_pack: Path, tmp_path: Path
) -> None:
    # What the shipped folder held before is not the pack that ships any more: only for authors does
    # it stay servable.
    environ = environment(
        tmp_path / "data",
        PORCHLIGHT_CONTENT__PACK=str(own_pack),
        PORCHLIGHT_CONTENT__UNSIGNED="true",
    )
    basics = own_pack / "topics" / "basics.md"
    english = basics.read_text(encoding="utf-8")
    assert "icon = " in english

    def active() -> str:
        return next(
            line
            for line in command("releases", environ=environ).stdout.splitlines()
            if "active" in line
        )

    command("refresh", environ=environ)
    first = active().split("-")[0]
    basics.write_text(english.replace('icon = "', 'icon = "map-pin" # was "', 1), encoding="utf-8")
    assert command("refresh", environ=environ).returncode == 0
    second = active().split("-")[0]
    assert second != first

    assert command("rollback", environ=environ).returncode == 0
    assert active().startswith(first)
    again = command("refresh", environ=environ)
    assert active().startswith(first)
    assert "rolled back" in again.stdout

    basics.write_text(english.replace('icon = "', 'icon = "house" # was "', 1), encoding="utf-8")
    assert command("refresh", environ=environ).returncode == 0
    assert not active().startswith((first, second))


@pytest.mark.slow
def test_build_writes_the_same_bytes_twice_and_they_are_served(tmp_path: Path) -> None:
    environ = environment(tmp_path / "data")
    for out in ("one", "two"):
        assert command("build", "--out", str(tmp_path / out), environ=environ).returncode == 0

    one, two = (
        {
            p.relative_to(tmp_path / out): p.read_bytes()
            for p in (tmp_path / out).rglob("*")
            if p.is_file()
        }
        for out in ("one", "two")
    )
    assert one == two
    unsigned = environ | {"PORCHLIGHT_CONTENT__UNSIGNED": "true"}
    assert command("refresh", "--from", str(tmp_path / "one"), environ=unsigned).returncode == 0
    refused = command("refresh", "--from", str(tmp_path / "one"), environ=environ)
    assert refused.returncode == 1
    assert "unsigned = true" in refused.stderr


@pytest.mark.slow
def test_a_changed_text_is_shown_without_a_restart_and_a_refusal_is_told(
    own_pack: Path, tmp_path: Path
) -> None:
    environ = environment(tmp_path / "data", PORCHLIGHT_CONTENT__PACK=str(own_pack))
    leads = [own_pack / "groups.toml", *(own_pack / "po").glob("*.po")]
    with serving(environ) as server:
        assert "A warm place today" not in server.http.get("/en/").text
        for file in leads:
            text = file.read_text(encoding="utf-8")
            assert "Food and a place to stay" in text
            file.write_text(
                text.replace("Food and a place to stay", "A warm place today"), encoding="utf-8"
            )

        assert command("refresh", environ=environ).returncode == 0
        until(
            lambda: "A warm place today" in server.http.get("/en/").text,
            "the new title is on the screen",
        )

        (own_pack / "pack.toml").write_text("name = ", encoding="utf-8")
        assert command("refresh", environ=environ).returncode == 1
        assert "A warm place today" in server.http.get("/en/").text
        assert server.http.get("/readyz").status_code == 200
        assert "pack.toml:1" in server.detail()["refused"]["problems"][0]


# The port


def test_systemd_is_told_that_it_answers_and_that_it_lives(
    server: Server, systemd: socket.socket
) -> None:
    assert server.http.get("/healthz").status_code == 200
    assert [systemd.recv(100), systemd.recv(100)] == [b"READY=1", b"WATCHDOG=1"]


@pytest.mark.slow
def test_it_is_ready_when_it_gives_the_known_answer(server: Server) -> None:
    ready = server.http.get("/readyz")

    assert (ready.status_code, ready.json()) == (200, {"ready": True})
    assert server.detail()["serving"] == "release"


@pytest.mark.parametrize("proof", ["", "Bearer", "Bearer " + "0" * 64, "Bearer é"])
def test_readyz_tells_strangers_one_boolean(server: Server, proof: str) -> None:
    ready = server.http.get("/readyz", headers={b"Authorization": proof.encode()})

    assert (ready.status_code, ready.json()) == (200, {"ready": True})


@pytest.mark.slow
def test_doctor_has_a_form_for_programs_with_what_the_running_server_says(
    installation: dict[str, str], server: Server
) -> None:
    environ = installation | {"PORCHLIGHT_SERVER__PORT": str(server.port)}

    told = json.loads(command("doctor", "--json", environ=environ).stdout)

    by_code = {one["code"]: one for one in told["findings"]}
    found = by_code["store.writable"]
    assert (found["kind"], found["group"], bool(found["sentence"])) == ("ok", "machine", True)
    assert told["server"]["ready"] is True
    assert told["server"]["serving"] == "release"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:8000", 200),
        ("[::1]:8000", 200),
        ("LOCALHOST.", 200),
        ("line.example.org", 200),  # public_url's, as a proxy hands it on
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("192.0.2.7", 421),
        ("", 421),
        ("127.0.0.1:x", 421),
        ("localhost, evil.example", 421),
    ],
)
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/en/"])
def test_only_its_own_names_are_answered(server: Server, host: str, path: str, status: int) -> None:
    assert server.http.get(path, headers={"Host": host}).status_code == status


def test_a_signed_text_is_answered_whatever_the_name(server: Server) -> None:
    fields = message("FOOD", sid="SM09", sender="+19165550126")

    assert server.post(fields, Host="internal.example").status_code == 200


def test_a_signed_text_is_answered_and_its_repeat_gets_the_same_bytes(server: Server) -> None:
    first = server.text("im not safe", sid="SM01")
    again = server.text("im not safe", sid="SM01", OptOutType="")

    assert first.status_code == 200
    assert first.headers["content-type"].startswith("text/xml")
    assert b"<Message>This is NOT 911 and no one reads this. Call 911." in first.content
    assert again.content == first.content


@pytest.mark.parametrize(
    ("changed", "headers", "status"),
    [
        pytest.param(
            {}, {"X-Twilio-Signature": signature({}, token="other")}, 403, id="a forged signature"
        ),
        pytest.param({}, {"X-Twilio-Signature": ""}, 403, id="an empty signature"),
        pytest.param({"AccountSid": "AC" + "6" * 32}, {}, 403, id="another account"),
        pytest.param({"To": "+19165550199"}, {}, 403, id="another number"),
        pytest.param({"Body": "x" * 70_000}, {}, 413, id="a body of 70 KB"),
        pytest.param({f"Field{n}": "" for n in range(5_000)}, {}, 413, id="5,000 fields"),
    ],
)
def test_what_the_carrier_did_not_send_is_refused(
    server: Server, changed: dict[str, str], headers: dict[str, str], status: int
) -> None:
    fields = message("FOOD", sid="SM02", sender="+19165550124") | changed

    refused = server.post(fields, **headers)

    assert refused.status_code == status
    assert b"<Message>" not in refused.content


def test_a_missing_signature_is_refused_and_is_no_error(server: Server) -> None:
    assert server.http.post("/sms/inbound", content="Body=FOOD").status_code == 403


def test_a_call_to_the_number_hears_911_first_and_more_on_a_key(server: Server) -> None:
    call = {"CallSid": carrier_id("1", "CA"), "AccountSid": ACCOUNT, "CallStatus": "ringing"}
    call |= {"From": "+19165550125", "To": NUMBER}

    first = server.post(call, path="/voice/inbound").text
    more = server.post({**call, "Digits": "2"}, path="/voice/inbound").text

    assert first.index("9, 1, 1") < first.index("9, 8, 8")
    assert "es-MX" in more
    assert "en-US" not in more.partition("</Gather>")[0]
    assert server.http.post("/voice/inbound", content="CallSid=CA2").status_code == 403


def test_replies_that_do_not_arrive_are_a_warning(server: Server) -> None:
    told = {
        "MessageSid": carrier_id("SM05"),
        "AccountSid": ACCOUNT,
        "From": NUMBER,
        "To": "+19165550125",
    }

    server.post({**told, "MessageStatus": "undelivered", "ErrorCode": "30034"}, path="/sms/status")

    assert server.http.get("/readyz").status_code == 200
    assert server.detail()["replies"].startswith("replies have not been arriving since")
    server.post({**told, "MessageStatus": "delivered"}, path="/sms/status")
    assert server.detail()["replies"] == "ok"


def test_only_post_is_answered(server: Server) -> None:
    assert server.http.get("/sms/inbound").status_code == 405


def test_bytes_that_are_no_text_get_the_general_answer(server: Server) -> None:
    fields = message("", sid="SM03", sender="+19165550125")
    raw = (
        b"&".join(f"{k}={v.replace('+', '%2B')}".encode() for k, v in fields.items() if k != "Body")
        + b"&Body=%F0%9F"
    )
    body = b"\xf0\x9f"
    text = b"https://line.example.org/sms/inbound" + b"".join(
        k.encode() + (body if k == "Body" else v.encode()) for k, v in sorted(fields.items())
    )
    signed = base64.b64encode(hmac.digest(b"test-token", text, hashlib.sha1)).decode()

    answer = server.http.post("/sms/inbound", content=raw, headers={"X-Twilio-Signature": signed})

    assert answer.status_code == 200
    assert b"988" in answer.content


def test_no_number_text_or_page_is_in_any_log_or_file(
    installation: dict[str, str], server: Server
) -> None:
    secret_sender, secret_text = "+19165557731", "zanzibar kitten protocol"
    server.text(secret_text, sid="SM04secret", sender=secret_sender)
    server.http.get("/en/t/31", headers={"User-Agent": "telltale-agent"})
    server.http.post("/en/search", content="q=zanzibar+kitten")
    server.http.get("/en/zanzibar-page")

    data = Path(installation["PORCHLIGHT_SERVER__DATA_DIR"])
    until(lambda: server.detail()["store"] == "ok", "the store has written")
    traces = server.log().encode() + b"".join(
        p.read_bytes() for p in data.rglob("*") if p.is_file()
    )
    for word in ("9165557731", "zanzibar", "telltale", carrier_id("SM04secret")):
        assert word.encode() not in traces, word
    assert NUMBER not in server.log()
    assert "/en/" not in server.log()


# Beginning and ending


@pytest.mark.slow
def test_sigterm_ends_it_within_five_seconds_with_no_lost_write(tmp_path: Path) -> None:
    environ = environment(tmp_path / "data", **CARRIER)
    with serving(environ) as server:
        for n in range(20):
            assert server.text("FOOD", sid=f"SM{n}", sender=f"+1916555{n:04d}").status_code == 200
        seconds = server.stop(signal.SIGTERM)

    with closing(sqlite3.connect(tmp_path / "data" / "porchlight.db")) as database, database:
        (rows,) = database.execute("select count(*) from handled").fetchone()
    database.close()
    assert rows == 20
    # A promise to whoever stops it, not a measure of speed.
    assert seconds < 5


@pytest.mark.slow
def test_a_machine_that_texts_stays_quiet_when_the_desk_sets_something(tmp_path: Path) -> None:
    environ = environment(tmp_path / "data", **CARRIER)
    with serving(prepared(environ)) as server:
        for turn in range(2, 6):  # four fill the hour's limit, too: quiet, however slow a turn was
            began = time.monotonic()
            answers = [server.text("FOOD", sid=f"SM{turn}-{n}").content for n in range(14)]
            assert b"<Message>" not in answers[-1]
            set_there = desk_file.encoded({"kiosk.school": f"School {turn}"})
            (tmp_path / "data" / desk_file.FILE).write_bytes(set_there)
            until(lambda turn=turn: server.log().count(STARTED) >= turn, "it serves anew")
            after = server.text("FOOD", sid=f"SM{turn}").content
            if time.monotonic() - began < 50:  # within the minute's limit
                break
        assert b"<Message>" not in after


@pytest.mark.slow
def test_what_the_desk_sets_brings_the_built_in_lines_to_no_visitor(tmp_path: Path) -> None:
    environ = environment(tmp_path / "data", **CARRIER)
    with serving(prepared(environ)) as server:
        server.http.get("/en/r/128")  # made: a server that ends waits two seconds for no page
        set_there = desk_file.encoded({"kiosk.school": "Another School"})
        (tmp_path / "data" / desk_file.FILE).write_bytes(set_there)
        asked, anew, wrong = 0, 0, list[str]()
        while anew < 20:
            asked += 1
            sender = f"+1916{5560000 + asked}"  # never the line's own number
            page = server.http.get("/en/r/128").text
            reply = server.text("FOOD", sid=f"SM{asked}", sender=sender).text
            wrong += [page] if "1-800-656-4673" not in page else []
            wrong += [reply] if "211" not in reply else []
            anew += "Another School" in server.http.get("/leave").text
        assert not wrong


@pytest.mark.slow
def test_it_ends_at_once_also_while_the_disk_is_verified(tmp_path: Path) -> None:
    with serving(environment(tmp_path / "data"), ready=False) as server:
        seconds = server.stop(signal.SIGTERM)
    # A promise to whoever stops it, not a measure of speed.
    assert seconds < 5


@pytest.mark.slow
def test_without_a_carrier_the_webhook_refuses_everything_and_the_kiosk_serves(
    tmp_path: Path,
) -> None:
    with serving(environment(tmp_path / "data")) as server:
        assert server.text("FOOD", sid="SM05").status_code == 403
        assert server.http.get("/en/").status_code == 200


@pytest.mark.slow
def test_settings_of_an_earlier_version_start_with_one_line_in_the_log(tmp_path: Path) -> None:
    names = ("PORCHLIGHT_SMS__LATE_MINUTES", "PORCHLIGHT_KIOSK__CARD_IDLE_SECONDS")
    environ = environment(tmp_path / "data", **dict.fromkeys(names, "5"))
    with serving(environ, ready=False) as server:
        (line,) = [line for line in server.log().splitlines() if names[0] in line]
        assert names[1] in line


@pytest.mark.parametrize("damage", ["empty", "garbage", "gone"])
@pytest.mark.slow
def test_a_damaged_release_is_made_again_at_the_start(tmp_path: Path, damage: str) -> None:
    environ = environment(tmp_path / "data")
    assert command("refresh", environ=environ).returncode == 0
    (core,) = (tmp_path / "data" / "releases").glob("*/core.json")
    if damage == "gone":
        shutil.rmtree(core.parent)
    else:
        core.write_bytes(b"" if damage == "empty" else b"\0" * 5_000)

    with serving(environ) as server:
        assert "988" in server.http.get("/en/now").text
        assert server.detail()["serving"] == "release"


@pytest.mark.slow
def test_with_no_usable_pack_both_doors_still_hold_the_crisis_lines(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    environ = environment(tmp_path / "data", PORCHLIGHT_CONTENT__PACK=str(tmp_path / "none"))

    with serving(environ, ready=False) as server:
        page = server.http.get("/en/").text
        assert all(
            number in page
            for number in ("911", "988", "741741", "1-888-373-7888", "1-800-422-4453")
        )
        assert server.http.get("/readyz").status_code == 503
        assert server.detail()["serving"] == "built-in"
    answer = json.loads(command("text", "--json", "anything", environ=environ).stdout)
    assert "988" in answer["reply"]


@pytest.mark.slow
def test_a_shipped_pack_with_a_wrong_number_is_not_shown_even_when_there_is_nothing_else(
    own_pack: Path, tmp_path: Path
) -> None:
    rainn = own_pack / "resources" / "rainn.toml"
    rainn.write_text(
        rainn.read_text(encoding="utf-8").replace("+18006564673", "+19005550123"), encoding="utf-8"
    )

    environ = environment(tmp_path / "data", PORCHLIGHT_CONTENT__PACK=str(own_pack))
    with serving(environ, ready=False) as server:
        until(lambda: "the shipped pack cannot be shown" in server.log(), "it was tried")
        assert server.detail()["serving"] == "built-in"
        assert "988" in server.http.get("/en/").text
        assert server.http.get("/en/r/128").status_code == 404
