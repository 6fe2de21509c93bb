"""What `doctor` says about the machine itself."""

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from messages.message import Finding, message
from runtime import private_status
from runtime.health import line, machine, pack, report, school
from runtime.health.line import FALLBACK
from runtime.health.observation import Observation
from settings import extras
from settings.schema import Content, Kiosk, Server, Settings, Sms
from tests import shipped
from tests.runtime.health.looked import examined
from tests.said import codes


@pytest.mark.parametrize(
    ("year", "trusted", "wanted"),
    [
        (2026, True, []),
        (2026, False, [Finding("note", message("clock.unsure"))]),
        (1970, False, [Finding("wrong", message("clock.unset", day="1970-12-01"))]),
    ],
)
def test_a_clock_that_nobody_keeps_right_is_told(
    year: int, trusted: bool, wanted: list[object]
) -> None:
    now = datetime(year, 12, 1, tzinfo=UTC)
    assert examined(Settings(), machine.clock, now=now, clock_right=trusted) == wanted


def test_a_wrong_time_and_an_old_bell_plan_are_told_in_a_sentence_each(tmp_path: Path) -> None:
    file = tmp_path / "school.toml"
    bell = '[[bells]]\nname = "1"\nfrom = "8:30"\nto = "{}"\n'
    file.write_text(f"valid_until = 2026-06-11\n{bell.format('9:25')}{bell.format('25:00')}")
    settings = Settings(kiosk=Kiosk(school_file=file, audio="off"))
    told = [
        str(finding.message) for finding in examined(settings, school.info, day=date(2026, 8, 20))
    ]
    assert ["number 2" in told[0], "valid_until was 2026-06-11" in told[1]] == [True, True]
    assert len(told) == 2


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("lincoln,Lincoln,Sacramento\nelm,Elm,Yolo", set()),
        ("lincoln,Lincoln,Sacramento\nelm,Elm,", {"county.none"}),
        ("lincoln,,Sacramento\nelm,Elm,Yolo", {"school.no-name"}),
    ],
    ids=["all named", "one without a county", "one without a name"],
)
def test_names_and_counties_may_be_in_the_schools_table(
    tmp_path: Path, rows: str, told: set[str]
) -> None:
    file = tmp_path / "schools.csv"
    file.write_text(f"address,name,counties\n{rows}\n", "utf-8")
    settings = Settings(kiosk=Kiosk(schools=file), server=Server(data_dir=tmp_path))
    found = (*examined(settings, school.named), *examined(settings, school.county))
    names = {"county.none", "school.no-name"}
    assert {one.message.code for one in found} & names == told
    (which,) = [one.message.args["more"] for one in found if "more" in one.message.args] or [()]
    assert which == (("elm",) if told == {"county.none"} else ())


def test_a_bad_row_of_the_schools_table_is_told(tmp_path: Path) -> None:
    file = tmp_path / "schools.csv"
    file.write_text("address,languages\noak,xx\nelm,en\n", encoding="utf-8")
    settings = Settings(kiosk=Kiosk(schools=file), server=Server(data_dir=tmp_path))
    served, problem = examined(settings, school.served, school.table)
    assert (served.kind, served.message.code) == ("wrong", "schools.unserved")
    assert (problem.kind, problem.message.code) == ("wrong", "schools.problem")
    assert 'schools.csv row 2, column "languages": "xx" is not a language' in str(problem.message)


def test_a_county_that_the_pack_lacks_is_told_with_its_schools_which_are_served(
    tmp_path: Path,
) -> None:
    file = tmp_path / "schools.csv"
    file.write_text("address,counties\noak,Yollo\nelm,Yolo\nfir,\nash,yollo\n", encoding="utf-8")
    kiosk = Kiosk(schools=file, counties=("Sacremento",))
    settings = Settings(kiosk=kiosk, server=Server(data_dir=tmp_path))
    found = examined(settings, pack.counties, school.served, pack=shipped.pack())
    assert [one.message.args["place"] for one in found] == [("[kiosk]",), ("oak", "ash")]
    assert [one.message.code for one in found] == ["pack.no-county"] * 2
    assert "named Yollo; did you mean Yolo?" in str(found[1].message)


def table_of(folder: Path, rows: str) -> Settings:
    (folder / "schools.csv").write_text(f"address,languages\n{rows}", encoding="utf-8")
    kiosk = Kiosk(schools=folder / "schools.csv")
    return Settings(kiosk=kiosk, server=Server(data_dir=folder))


def test_a_table_that_the_running_server_refused_is_told_and_no_school_is_called_unserved(
    tmp_path: Path,
) -> None:
    settings = table_of(tmp_path, "oak,xx\n")
    found = examined(settings, school.served, school.table, server={"unserved": []})
    assert [one.message.code for one in found] == ["schools.kept", "schools.problem"]
    (tmp_path / "schools.csv").unlink()
    server = {"unserved": [message("schools.formula")]}
    found = examined(settings, school.served, school.table, school.county, server=server)
    codes = {one.message.code for one in found}
    assert {"schools.unserved", "schools.kept"} < codes
    assert "county.none" not in codes  # the schools' counties are not known


@pytest.mark.parametrize("file", ["school.toml", "desk-settings.toml"])
def test_a_school_s_own_file_with_an_error_is_told(tmp_path: Path, file: str) -> None:
    settings = table_of(tmp_path, "oak,\nelm,\n")
    (tmp_path / "schools" / "elm").mkdir(parents=True)
    assert not examined(settings, school.served, school.table)
    (tmp_path / "schools" / "elm" / file).write_text("lunch 12:05", encoding="utf-8")
    found = examined(settings, school.served, school.table)
    assert [one.message.code for one in found] == ["schools.wrong", "schools.problem"]
    assert f"schools/elm/{file}" in str(found[1].message)


def test_a_folder_of_no_school_is_told_unless_it_may_be_that_of_a_bad_row(tmp_path: Path) -> None:
    settings = table_of(tmp_path, "oak,\n")
    for address in ("oak", "elm"):
        (tmp_path / "schools" / address).mkdir(parents=True)
    (found,) = examined(settings, school.table)
    assert (found.kind, found.message.code) == ("note", "schools.stray")
    assert found.message.args["folder"] == str(tmp_path / "schools" / "elm")
    settings = table_of(tmp_path, "oak,\nelm,xx\n")
    assert "schools.stray" not in {one.message.code for one in examined(settings, school.table)}


@pytest.mark.parametrize(("day", "said"), [(3, False), (4, True), (11, True), (12, False)])
def test_bells_that_end_within_a_week_are_told_before_they_do(
    tmp_path: Path, day: int, said: bool
) -> None:
    """From seven days before to the last one; afterwards it is wrong, by another sentence."""
    file = tmp_path / "school.toml"
    file.write_text('valid_until = 2026-06-11\nlunch = "Soup"\n', "utf-8")
    settings = Settings(kiosk=Kiosk(school_file=file, audio="off"))
    told = examined(settings, school.info, day=date(2026, 6, day))
    wanted = ("note", "school.bells-end")
    assert (wanted in [(one.kind, one.message.code) for one in told]) is said


@pytest.mark.parametrize(("number", "said"), [("", 0), ("+19165550123", 1)])
def test_texts_that_nobody_of_the_trade_has_read_are_counted_while_a_number_is_set(
    number: str, said: int
) -> None:
    found = examined(Settings(sms=Sms(number=number)), pack.checked, pack=shipped.pack())
    unread = Finding("note", message("pack.unread", unread=len(shipped.pack().unread_by)))
    assert [one for one in found if one == unread] == [unread] * said


@pytest.mark.parametrize(("passing", "kind"), [(True, "note"), (False, "wrong")])
def test_that_the_server_shows_something_else_is_told_once(
    tmp_path: Path, passing: bool, kind: str
) -> None:
    server = {"wrong": "It is not shown.", "verifying": passing}
    seen = Observation(Settings(server=Server(data_dir=tmp_path)), datetime.now(UTC), server=server)
    told = [one for findings in report.doctor(seen).values() for one in findings]
    assert [one.kind for one in told if str(one.message) == server["wrong"]] == [kind]


@pytest.mark.parametrize(("state", "said"), [("ok", True), ("It is damaged or gone.", False)])
def test_what_the_desk_set_is_not_called_empty_while_the_server_goes_on_with_it(
    tmp_path: Path, state: str, said: bool
) -> None:
    settings = Settings(server=Server(data_dir=tmp_path))
    found = examined(settings, school.county, school.named, server={"desk_settings": state})
    assert ("county.none" in [one.message.code for one in found]) is said


def test_before_the_first_release_no_pasted_answer_is_called_out_of_date(tmp_path: Path) -> None:
    (tmp_path / FALLBACK).write_text("<Response/>", encoding="utf-8")
    found = examined(Settings(server=Server(data_dir=tmp_path)), line.line)
    assert [one for one in found if one.message.code.startswith("fallback.")] == []


def test_a_machine_that_can_make_no_poster_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    assert examined(Settings(), machine.posters) == []
    monkeypatch.setattr(extras, "PANGO", ("libnowhere.so.0",))
    (found,) = examined(Settings(), machine.posters)
    assert (found.kind, "extras.no-pango" in codes(found.message)) == ("note", True)


@pytest.mark.parametrize("number", ["", "+19165550100"])
def test_a_line_that_another_machine_answers_is_told_to_be_tried(number: str) -> None:
    settings = Settings(sms=Sms(enabled=False, number=number))
    found = [finding.message.code for finding in examined(settings, line.line)]
    assert ("line.elsewhere" in found) is bool(number)


@pytest.mark.parametrize(("number", "kind"), [("", "note"), ("+19164454000", "wrong")])
def test_a_number_without_an_account_is_wrong_and_no_number_a_note(number: str, kind: str) -> None:
    found = examined(Settings(sms=Sms(number=number)), line.line)
    assert [one.kind for one in found if "carrier.unset" in codes(one.message)] == [kind]


TIMER = "timers.target.wants/porchlight-refresh.timer"


@pytest.mark.parametrize(
    ("line", "said"), [("17 */6 * * *", 0), ("at night", 1), ("0 0 31 2 *", 1), ("61 * * * *", 1)]
)
def test_a_schedule_that_no_server_starts_with_is_wrong(
    tmp_path: Path, line: str, said: int
) -> None:
    settings = Settings(server=Server(data_dir=tmp_path), content=Content(schedule=line))
    found = examined(settings, pack.refresh_times)
    assert [(one.kind, one.message.code) for one in found] == [
        ("wrong", "schedule.no-start")
    ] * said


@pytest.mark.parametrize(
    ("source", "there", "said"),
    [
        ("https://publisher.example.org", ["porchlight.service"], True),
        ("https://publisher.example.org", ["porchlight.service", TIMER], False),
        ("/media/stick", ["porchlight.service"], False),
        ("https://publisher.example.org", [], False),  # no service of systemd
        (
            "https://publisher.example.org",
            ["porchlight.service", "porchlight.service.d/publisher.conf"],
            False,
        ),
    ],
)
def test_a_publisher_that_no_unit_asks_is_told_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, there: list[str], said: bool
) -> None:
    """The server's own unit may talk to its machine alone."""
    for name in there:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to("/dev/null")
    monkeypatch.setattr(pack, "SYSTEMD", tmp_path)
    found = examined(Settings(content=Content(source=source)), pack.timer)
    assert found == [Finding("wrong", message("trust.no-timer"))] * said


def test_why_schools_are_not_served_reaches_doctor_from_the_running_server() -> None:
    said = [message("schools.formula")]
    report = msgspec.json.encode({"unserved": said})
    assert private_status.read(msgspec.json.decode(report)["unserved"]) == said
