"""A single school's data folder becomes a district's, and a single school's again, by the steps of
docs/school/devices.md: nothing that somebody decided or typed is lost on either way."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from content.model.pack import LOCAL
from content.releases.generations import Releases
from kiosk.desk import passphrase
from settings import desk_file, schools
from tests.running import CARRIER, Server, environment, prepared, serving

AT_DESK = {"kiosk.school": "Lincoln High", "kiosk.counties": ["Sacramento"]}
SCHOOL = '[[people]]\nrole = "Nurse"\nplace = "Room 12"\n'
MINE = "four plain words here"
HIDDEN = "trevor"


def is_right(server: Server, below: str) -> None:
    """Look for the school's name, its nurse, and the line that is hidden here."""
    now = server.http.get(f"{below}/en/now").text
    assert "Lincoln High" in now
    assert "Room 12" in now
    releases = Releases(server.data)
    release = releases.active(releases.state())
    assert release
    code = release.pack().resource(HIDDEN).code
    assert server.http.get(f"{below}/en/r/{code}").status_code == 404


def texted(server: Server, sid: str) -> None:
    answer = server.text("hungry", sid=sid)
    assert (answer.status_code, b"211" in answer.content) == (200, True)


def handled(data: Path) -> int:
    """How many texts the ledger has."""
    with closing(sqlite3.connect(data / "porchlight.db")) as database:
        (count,) = database.execute("SELECT count(*) FROM handled").fetchone()
    return int(count)


def test_a_single_school_s_folder_is_taken_into_a_district_and_back(tmp_path: Path) -> None:
    data = tmp_path / "data"
    single = prepared(environment(data, **CARRIER))
    (data / "school.toml").write_text(SCHOOL, "utf-8")
    (data / desk_file.FILE).write_bytes(desk_file.encoded(AT_DESK))
    passphrase.keep(data, MINE)
    own = {**single, "PORCHLIGHT_KIOSK__SCHOOL_FILE": str(data / "school.toml")}
    with serving(own) as server:
        now = datetime.now(LOCAL)
        Releases(data).change(lambda state: state.take_out(HIDDEN, now=now))
        texted(server, "single")
    with serving(own) as server:
        is_right(server, "")
    assert handled(data) == 1

    # The steps of the document.
    (tmp_path / "schools.csv").write_text("address,name\nlincoln,\n", "utf-8")
    there = data / schools.FOLDER / "lincoln"
    there.mkdir(parents=True)
    shutil.copy2(data / "school.toml", there)
    with serving({**own, "PORCHLIGHT_KIOSK__SCHOOLS": str(tmp_path / "schools.csv")}) as server:
        is_right(server, "/lincoln")
        is_right(server, "")  # the kiosk that was there before goes on
        texted(server, "district")
    assert handled(data) == 2
    assert passphrase.is_current(data, MINE)

    shutil.copy2(there / "school.toml", data)
    shutil.rmtree(data / schools.FOLDER)
    with serving(own) as server:
        is_right(server, "")
        assert server.http.get("/lincoln/en/now").status_code == 404
