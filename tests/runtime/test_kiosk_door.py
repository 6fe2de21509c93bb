"""The screen follows the pack, the day and the school's file without a restart."""

import asyncio
import json
import os
import stat
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from starlette.requests import Request

from content.review import county_confirmation, crisis_comparison
from content.review.crisis_comparison import Comparisons
from kiosk.audio import clips
from messages.message import message, verbatim
from runtime import private_status
from runtime.application import Porchlight
from runtime.kiosk_door import KioskDoor
from runtime.school_watch import SchoolWatch
from settings import desk_file
from settings.load import load
from system import files
from tests.content.candidates import NOW, ONE
from tests.kiosk.screens import ask
from tests.running import PATIENCE
from tests.shipped import pack as shipped


class Clock:
    now: datetime = NOW


@pytest.fixture
def door(tmp_path: Path) -> KioskDoor:
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path / "data"),
        "PORCHLIGHT_KIOSK__SCHOOL_FILE": str(tmp_path / "school.toml"),
        "PORCHLIGHT_KIOSK__LANGUAGES": '["en"]',
    }
    settings = load(environ)
    made = KioskDoor(settings, SchoolWatch(settings.kiosk.school_file), clock=lambda: Clock.now)
    made.show(ONE, directory=())
    return made


def page(door: KioskDoor, path: str) -> str:
    return ask(door.app, path).body.decode()


def test_a_pack_is_shown_from_the_next_request_on(door: KioskDoor) -> None:
    assert "988" in page(door, "/en/now")
    assert not door.renew()


def test_another_day_makes_other_pages(door: KioskDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    before = door.app.key
    monkeypatch.setattr(Clock, "now", NOW + timedelta(days=1))
    assert door.renew()
    assert door.app.key != before


def test_the_school_s_file_is_shown_once_it_was_read(door: KioskDoor, tmp_path: Path) -> None:
    school = tmp_path / "school.toml"
    school.write_text('[[people]]\nrole = "Counselor"\nplace = "Room 12"\n', encoding="utf-8")
    door.school.look()
    assert door.renew()
    assert "Room 12" in page(door, "/en/now")


def test_a_clip_that_was_made_is_offered_and_changes_no_page(
    door: KioskDoor, tmp_path: Path
) -> None:
    name, folder = f"{'0' * 24}.opus", tmp_path / "data" / clips.AUDIO
    assert ask(door.app, f"/audio/{name}").status == 404
    folder.mkdir(parents=True)
    (folder / name).write_bytes(b"OggS OpusHead")
    assert ask(door.app, f"/audio/{name}").body == b"OggS OpusHead"
    assert not door.renew()


TYPED = "+19168755438"


@pytest.mark.parametrize("where", ["desk", "file", "variable"])
def test_a_county_line_that_one_person_typed_is_not_shown_until_a_second_one_confirms_it(
    tmp_path: Path, where: str
) -> None:
    """Also on a machine that showed it before an update: nothing on the disk confirms it."""
    data, key = tmp_path / "data", b"of this machine"
    data.mkdir()
    file = tmp_path / "settings.toml"
    kiosk = f'[kiosk]\ncounties = ["Sacramento"]\ncounty_line = "{TYPED}"\nlanguages = ["en"]\n'
    file.write_text(kiosk if where == "file" else "[kiosk]\nlanguages = ['en']\n", "utf-8")
    if where == "desk":
        (data / desk_file.FILE).write_text(kiosk, encoding="utf-8")
    set_outside = {
        "PORCHLIGHT_KIOSK__COUNTIES": '["Sacramento"]',
        "PORCHLIGHT_KIOSK__COUNTY_LINE": TYPED,
    }
    settings = load(
        {
            "PORCHLIGHT_SETTINGS": str(file),
            "PORCHLIGHT_SERVER__DATA_DIR": str(data),
            **(set_outside if where == "variable" else {}),
        }
    )
    school = SchoolWatch(settings.kiosk.school_file)
    door = KioskDoor(settings, school, clock=lambda: Clock.now, hash_key=key)
    door.show(shipped(), directory=())
    assert "1-916-875-5437" in page(door, "/en/r/150")
    assert "1-916-875-5438" not in page(door, "/en/r/150")
    assert door.report()["county_line"] == "unconfirmed"

    made = county_confirmation.confirmed(TYPED, ["Sacramento"], "nurse", NOW.date(), key=key)
    files.write_record(data / county_confirmation.FILE, made)
    assert door.renew()
    assert "1-916-875-5438" in page(door, "/en/r/150")
    files.write_record(data / county_confirmation.FILE, county_confirmation.withdrawn(made, NOW))
    assert door.renew()
    assert "1-916-875-5438" not in page(door, "/en/r/150")
    assert door.report()["county_line_lost"] is True


def test_a_pack_whose_pages_cannot_be_made_leaves_the_crisis_lines(door: KioskDoor) -> None:
    door.show(replace(ONE, texts={"en": {}}), directory=())
    assert "988" in page(door, "/en/now")


@pytest.mark.parametrize("name", ["lines.html", "lines.part"])
def test_the_local_file_is_left_whatever_lies_in_its_place(
    door: KioskDoor, tmp_path: Path, name: str
) -> None:
    """A pipe under the name it was written by held up the first look at the disk."""
    file = tmp_path / "data" / "lines.html"
    file.parent.mkdir()
    os.mkfifo(file.with_name(name))
    writing = threading.Thread(target=door.leave_a_local_file, daemon=True)
    writing.start()
    writing.join(PATIENCE)
    assert "988" in files.read_plain(file, most=10**6).decode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o644


def test_pages_that_could_not_be_made_are_tried_again_and_logged_once(
    door: KioskDoor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("kiosk.render.edition", _fails)
        door.show(ONE, directory=())
        assert not door.renew()
        assert door.problem()
        assert caplog.text.count("cannot be generated") == 1
    assert door.renew()
    assert door.problem() is None
    assert door.app.key


def _fails(*_: object, **__: object) -> None:
    raise OSError


def test_a_server_whose_pages_cannot_be_made_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is shown is what the status says: it was ready with the built-in page on the screen."""
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path),
        "PORCHLIGHT_KIOSK__LANGUAGES": '["en"]',
        "PORCHLIGHT_SMS__ENABLED": "false",
    }
    app = Porchlight(load(environ))
    app.served.pack = ONE
    monkeypatch.setattr(app.served, "problem", str)  # nothing is wrong with the pack
    app._show()
    assert ask(app, "/readyz", host="localhost").status == 200
    monkeypatch.setattr("kiosk.render.edition", _fails)
    app._show()
    assert ask(app, "/readyz", host="localhost").status == 503


def test_however_many_ask_for_a_status_that_hangs_pages_are_still_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six that waited for the disk took every thread: no new page, no other status, no look."""
    monkeypatch.setattr(private_status, "PATIENCE_SECONDS", 0.2)
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path),
        "PORCHLIGHT_KIOSK__LANGUAGES": '["en"]',
        "PORCHLIGHT_SMS__ENABLED": "false",
    }
    app, answers = Porchlight(load(environ)), threading.Event()
    app.served.pack = ONE
    app._show()
    monkeypatch.setattr(app.served, "problem", lambda: answers.wait(30) and "")

    async def play() -> tuple[set[int], set[str], bytes]:
        asking = Request({"type": "http", "headers": []})
        key = private_status.proof(app.hash_key).encode()
        ours = Request({"type": "http", "headers": [(b"authorization", key)]})
        told = await asyncio.gather(*(app.readyz(asking) for _ in range(40)), app.readyz(ours))
        assert app.screen
        page = await asyncio.wait_for(app.screen.app._visible.find("/en/now"), 30)
        answers.set()
        said = {
            str(private_status.read(json.loads(bytes(one.body)).get("wrong", ""))) for one in told
        }
        return {one.status_code for one in told}, said, page.body if page else b""

    statuses, said, page = asyncio.run(play())
    assert (statuses, said) == ({503}, {"", str(private_status.HANGS)})
    assert b"988" in page


def test_a_server_ends_while_a_file_hangs(tmp_path: Path) -> None:
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path),
        "PORCHLIGHT_KIOSK__LANGUAGES": '["en"]',
        "PORCHLIGHT_SMS__ENABLED": "false",
    }
    app, answers, ended = Porchlight(load(environ)).app, threading.Event(), threading.Event()

    async def play() -> None:
        async with app.router.lifespan_context(app):
            hanging = asyncio.create_task(asyncio.to_thread(answers.wait, 60))
            await asyncio.sleep(0)
        hanging.cancel()

    def serve() -> None:
        asyncio.run(play())
        ended.set()

    threading.Thread(target=serve, daemon=True).start()
    try:
        assert ended.wait(PATIENCE)
    finally:
        answers.set()


class TestTheNumberOfTheTextLine:
    def made(self, tmp_path: Path, works: Callable[[], bool]) -> KioskDoor:
        settings = load(
            {
                "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path / "data"),
                "PORCHLIGHT_KIOSK__LANGUAGES": '["en"]',
                "PORCHLIGHT_SMS__NUMBER": "+19165550100",
            }
        )
        school = SchoolWatch(tmp_path / "school.toml")
        made = KioskDoor(settings, school, clock=lambda: NOW, line_works=works)
        made.show(ONE, directory=())
        return made

    def test_it_stands_on_the_screen_only_while_the_line_works(self, tmp_path: Path) -> None:
        works = [True]
        door = self.made(tmp_path, lambda: works[0])
        assert "916-555-0100" in page(door, "/en/now")
        works[0] = False
        assert door.renew()
        assert "916-555-0100" not in page(door, "/en/now")

    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            pytest.param({"ENABLED": "false"}, True, id="another machine's"),
            pytest.param({"ENABLED": "true"}, False, id="this one's, without an account"),
        ],
    )
    def test_another_machines_is_shown_and_a_silent_one_of_this_machine_is_not(
        self, tmp_path: Path, given: dict[str, str], shown: bool
    ) -> None:
        """A kiosk by `make install` has no line, and could not show the one of a server."""
        settings = load(
            {
                "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path),
                "PORCHLIGHT_KIOSK__LANGUAGES": '["en"]',
                "PORCHLIGHT_SMS__NUMBER": "+19165550100",
                **{f"PORCHLIGHT_SMS__{name}": value for name, value in given.items()},
            }
        )
        app = Porchlight(settings)
        app.served.pack = ONE
        app._show()
        page = ask(app, "/en/now", host="localhost").body.decode()
        assert ("916-555-0100" in page) is shown


def test_the_pages_for_staff_say_that_nobody_compared_the_crisis_numbers(
    door: KioskDoor, tmp_path: Path
) -> None:
    said = "has not finished checking the crisis numbers"
    assert said in page(door, "/en/adults")
    assert said in page(door, "/en/adults/now")
    assert said not in page(door, "/en/now")  # a student cannot do anything about it

    kept = Comparisons()
    for role in ("nurse", "office"):
        every = [one.key for one in crisis_comparison.numbers(ONE.resources)]
        kept = crisis_comparison.add(kept, ONE.resources, role, every, NOW.date())
    (tmp_path / "data").mkdir()
    files.write_record(tmp_path / "data" / crisis_comparison.FILE, kept)

    assert door.renew()
    assert said not in page(door, "/en/adults")


def test_of_a_server_of_another_version_an_unknown_message_is_its_code() -> None:
    assert private_status.read({"code": "served.starting"}) == message("served.starting")
    assert private_status.read({"code": "of.another-version"}) == verbatim("of.another-version")
