"""The support bundle: what a helper needs, and no name, number, text or secret from anywhere."""

import json
import resource
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from content.releases.generations import Releases
from messages.message import Finding, Message, message, verbatim
from runtime.alarms.rules import AlarmChannel, Memory
from runtime.health import bundle
from runtime.health.bundle import HIDDEN, hidden
from runtime.health.observation import NIGHTLY, NightlyRecord
from settings.schema import Server, Settings
from system import files
from tests.running import command, environment, prepared

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
NUMBERS = ("916-555-0123", "5550123", "(279) 555 0188", "+12795550177", "19165550166", "555-0199")
OTHERWISE = (
    *(
        "916/555/0123",
        "916.555.0123",
        "916:555:0123",
        "916, 555, 0123",
        "916_555_0123",
        "916\n555\n0123",
    ),
    *(
        "9165-55-01",
        "9165-01-23 20:00",
        "2009-05-17",
        "2010-13-45",
    ),
    *("916x555x0123", "a916 b555 c0123", "91 65 55 01 23", "9 1 6 5 5 5 0 1 2 3", "٩١٦٥٥٥٠١٢٣"),
)
NAMES = ("Zylphia", "Quillback", "Marrowgate", "Zanzibar", "Oakhurstville")
TEXTS = ("mystepdadhurtsme", "wakanda", "lonelyxx")
SECRETS = ("hunterhunter", "canarytoken", "5f4dcc3b5aa765d61d8327deb882cf99", "squirrelkey")
CANARIES = (*NUMBERS, *NAMES, *TEXTS, *SECRETS)


@pytest.fixture
def planted(tmp_path: Path) -> dict[str, str]:
    """An installation with a canary wherever one can be."""
    data, school, settings = tmp_path / "data", tmp_path / "school.toml", tmp_path / "settings.toml"
    environ = environment(
        data,
        PORCHLIGHT_SETTINGS=str(settings),
        PORCHLIGHT_KIOSK__SCHOOL="Zylphia Quillback School",
        PORCHLIGHT_HASH_KEY="squirrelkey" * 4,
        PORCHLIGHT_SMTP_PASSWORD="hunterhunter",
        PORCHLIGHT_METRICS_TOKEN="canarytoken",
        PORCHLIGHT_ALARMS__WEBHOOK="https://hooks.example.org/canarytoken",
        TWILIO_AUTH_TOKEN="5f4dcc3b5aa765d61d8327deb882cf99",
        SOMETHING_ELSE="Marrowgate",
    )
    prepared(environ)
    school.write_text(
        'notice = "Ask Zylphia at 916-555-0123"\n[[bells]]\nname = "Quillback"\nfrom = "Zanzibar"\n'
        'to = "9:00"\n[[people]]\nrole = "Marrowgate"\nplace = "room 5550123"\nabuse = "wakanda"\n'
    )
    settings.write_text(
        f'[kiosk]\nschool_file = "{school}"\ncounties = ["Zanzibar"]\ncounty_line = "279-555-0188"\n'
        '[sms]\nnumber = "+12795550177"\ncontact = "Zylphia 916-555-0123"\n'
        '[alarms]\nmail_to = ["Quillback@Oakhurstville.example"]\nsmtp_host = "Marrowgate.example"\n'
    )
    (data / "Zylphia-5550123.txt").write_text("mystepdadhurtsme")
    (data / "server.log").write_text("lonelyxx 916-555-0123")
    (data / "waiting.jsonl").write_text('["mystepdadhurtsme", "+12795550177"]\n')
    with closing(sqlite3.connect(data / "porchlight.db")) as database, database:
        database.execute("create table canary (body)")
        database.execute("insert into canary values ('mystepdadhurtsme 19165550166')")
    channel = AlarmChannel(done=9165550123, problem="lonelyxx", since=NOW)
    memory = Memory(number=9165550123, channels={"916-555-0123 Zylphia": channel})
    files.write_record(data / "ALARMS", memory)
    wrong = message("answer.name", name="Zylphia", id="555-0199", where="wakanda")
    problems = (str(wrong), "mystepdadhurtsme")
    files.write_record(data / NIGHTLY, NightlyRecord(at=NOW, problems=problems, said=(wrong,)))
    why = message("review.second-signature", why=verbatim("Zylphia changed 916-555-0123."))
    source = "https://Oakhurstville.example"
    Releases(data).change(lambda state: state.refused(source, [why], now=NOW))
    return environ


def test_no_canary_is_in_it_and_what_a_helper_needs_is(
    tmp_path: Path, planted: dict[str, str]
) -> None:
    file = tmp_path / "bundle.json"
    done = command("support-bundle", str(file), environ=planted)
    assert done.returncode == 0, done.stderr
    text = file.read_text(encoding="utf-8")
    assert [canary for canary in CANARIES if canary.casefold() in text.casefold()] == []
    found = json.loads(text)
    assert found["settings"]["kiosk"]["school"] == "set"
    assert found["settings"]["server"]["port"] == 8000
    assert "kiosk.counties" in found["set_by"]
    assert found["settings"]["kiosk"]["languages"] == ["en", "es"]
    said = [one["sentence"] for group in found["doctor"].values() for one in group]
    assert any("the pack has no county named" in one for one in said)
    assert len(said) > 8
    assert found["releases"][0]["state"] == "active"
    assert HIDDEN not in found["releases"][0]["id"]
    assert found["sizes"]["porchlight.db"] > 1000
    assert {"python", "porchlight"} <= found["versions"].keys()
    assert "starlette" in found["packages"]
    assert [one["code"] for one in found["nightly"]["problems"]] == ["answer.name", "verbatim"]
    wrong = found["nightly"]["problems"][0]["sentence"]
    assert (
        wrong == f'Text line: the name "{HIDDEN}" should lead to {HIDDEN}, but leads to {HIDDEN}.'
    )
    assert [one["code"] for one in found["refused"]] == ["review.second-signature"]
    assert found["refused"][0]["sentence"].startswith(
        "One person's signature is not enough for this: "
    )
    again = command("support-bundle", str(file), environ=planted)
    assert (again.returncode, "Choose a new file" in again.stderr) == (1, True)


def test_a_disk_without_room_is_left_without_half_a_file(
    tmp_path: Path, planted: dict[str, str]
) -> None:
    file, (soft, hard) = tmp_path / "bundle.json", resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, hard))
    try:
        done = command("support-bundle", str(file), environ=planted)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (done.returncode, "could not be written" in done.stderr) == (1, True)
    assert not file.exists()


def test_the_plants_are_where_they_should_be(planted: dict[str, str]) -> None:
    """Else the test above would pass by finding nothing to hide."""
    said = command("doctor", "--json", environ=planted).stdout
    assert [name for name in ("Zanzibar", "school.toml") if name not in said] == []


def test_of_a_running_server_only_listed_states_and_events_come_through(tmp_path: Path) -> None:
    server = {
        "serving": "release",
        "wrong": "Zylphia said lonelyxx to 916-555-0123",
        "events": {"page-failed": 2, "server-began": 1, "Zylphia 916-555-0123": 9165550123},
        "Marrowgate": {"915/555/0166": 5550123, "at": 19165550166.5},
    }
    doctor = {"machine": [Finding("wrong", message("clock.unset", day="1970-01-01"))]}
    settings = Settings(server=Server(data_dir=tmp_path))
    text = json.dumps(bundle.collect(settings, doctor, server, NOW), ensure_ascii=False)
    assert not [
        one for one in (*CANARIES, "9165550123", "5550123", "5550166", "555/0166") if one in text
    ]
    assert '"page-failed": 2' in text
    assert '"server-began": 1' in text
    assert "The clock shows 1970-01-01, which is wrong. Set it." in text


def test_a_tree_without_end_is_counted_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "audio/1").mkdir(parents=True)
    (tmp_path / "audio/1/clip.opus").write_bytes(bytes(500))
    deep = tmp_path / "audio" / "d"
    subprocess.run(["mkdir", "-p", deep / "/".join(["d"] * 1000)], check=True)
    try:
        found = bundle.collect(Settings(server=Server(data_dir=tmp_path)), {}, {}, NOW)
    finally:
        subprocess.run(["rm", "-rf", deep], check=True)  # pytest could not
    assert json.loads(json.dumps(found))["sizes"]["audio"] == 500


@pytest.mark.parametrize("text", (*NUMBERS, *OTHERWISE, *NAMES, *TEXTS, *SECRETS, "2026-11-27x"))
def test_no_text_of_a_message_comes_through(text: str) -> None:
    for value in (
        text,
        verbatim(text),
        ("a", text),
        message("release.unshown", release_id=text, why=""),
    ):
        said = str(hidden(message("release.unshown", release_id="", why=value), {"0123456789ab"}))
        assert said == str(said).replace(text, "")
        assert said.startswith("Release ")


def test_a_large_number_could_be_a_phone_s() -> None:
    said = str(hidden(message("disk.full", folder="/", megabytes=9165550123), ()))
    assert "9165550123" not in said


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (message("store.writable"), "Porchlight can write to the database."),
        (
            message("release.whole", id="0123456789ab", days=12),
            "Release 0123456789ab is complete and has been active for 12 days.",
        ),
        (
            message("clock.unset", day="1970-01-01"),
            "The clock shows 1970-01-01, which is wrong. Set it.",
        ),
        (
            message("alarms.ringing", title="x", since="2026-11-26 12:30"),
            "… (alarm since 2026-11-26 12:30 UTC).",
        ),
    ],
)
def test_ids_days_and_short_numbers_come_through(said: Message, words: str) -> None:
    assert str(hidden(said, {"0123456789ab"})) == words
