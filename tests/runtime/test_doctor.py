"""What `doctor` says about the machine itself."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from runtime.doctor.examination import groups
from runtime.doctor.line import FALLBACK, of_fallback, of_line
from runtime.doctor.machine import of_clock
from runtime.doctor.pack import of_pack, of_timer
from runtime.doctor.school import of_paper, of_school_info
from settings import extras
from settings.load import Secrets
from settings.schema import Content, Kiosk, Server, Settings, Sms
from tests import shipped


@pytest.mark.parametrize(
    ("year", "trusted", "kinds", "says"),
    [
        (2026, True, [], ""),
        (2026, False, ["note"], "systemd-timesyncd or chrony"),
        (1970, False, ["wrong"], "The clock says 1970-12-01: set it."),
    ],
)
def test_a_clock_that_nobody_keeps_right_is_told(
    year: int, trusted: bool, kinds: list[str], says: str
) -> None:
    found = list(of_clock(datetime(year, 12, 1, tzinfo=UTC), trusted=trusted))
    assert [finding.kind for finding in found] == kinds
    assert says in "".join(str(finding.message) for finding in found)


def test_a_wrong_time_and_an_old_bell_plan_are_told_in_a_sentence_each(tmp_path: Path) -> None:
    file = tmp_path / "school.toml"
    bell = '[[bells]]\nname = "1"\nfrom = "8:30"\nto = "{}"\n'
    file.write_text(f"valid_until = 2026-06-11\n{bell.format('9:25')}{bell.format('25:00')}")
    settings = Settings(kiosk=Kiosk(school_file=file, audio="off"))
    told = [str(finding.message) for finding in of_school_info(settings, date(2026, 8, 20))]
    assert ["number 2" in told[0], "valid_until was 2026-06-11" in told[1]] == [True, True]
    assert len(told) == 2


@pytest.mark.parametrize(("day", "said"), [(3, False), (4, True), (11, True), (12, False)])
def test_bells_that_end_within_a_week_are_told_before_they_do(
    tmp_path: Path, day: int, said: bool
) -> None:
    """From seven days before to the last one; afterwards it is wrong, by another sentence."""
    file = tmp_path / "school.toml"
    file.write_text('valid_until = 2026-06-11\nlunch = "Soup"\n', "utf-8")
    settings = Settings(kiosk=Kiosk(school_file=file, audio="off"))
    told = [
        str(finding.message)
        for finding in of_school_info(settings, date(2026, 6, day))
        if finding.kind == "note"
    ]
    assert any("until 2026-06-11 only" in sentence for sentence in told) is said


@pytest.mark.parametrize(("number", "said"), [("", 0), ("+19165550123", 1)])
def test_texts_that_nobody_of_the_trade_has_read_are_counted_while_a_number_is_set(
    number: str, said: int
) -> None:
    found = of_pack(Settings(sms=Sms(number=number)), shipped.pack())
    wanted = f"{len(shipped.pack().unread_by)} texts about health or the law wait"
    assert [one.kind for one in found if str(one.message).startswith(wanted)] == ["note"] * said


@pytest.mark.parametrize(("passing", "kind"), [(True, "note"), (False, "wrong")])
def test_that_the_server_shows_something_else_is_told_once(
    tmp_path: Path, passing: bool, kind: str
) -> None:
    settings, server = Settings(server=Server(data_dir=tmp_path)), {"wrong": "It is not shown."}
    found = groups(
        settings,
        Secrets(),
        datetime(2026, 12, 1, tzinfo=UTC),
        server={**server, "verifying": passing},
        ask_carrier=False,
    )
    told = [one for findings in found.values() for one in findings]
    assert [one.kind for one in told if str(one.message) == server["wrong"]] == [kind]


@pytest.mark.parametrize(("state", "said"), [("ok", True), ("It is damaged or gone.", False)])
def test_what_the_desk_set_is_not_called_empty_while_the_server_goes_on_with_it(
    tmp_path: Path, state: str, said: bool
) -> None:
    found = groups(
        Settings(server=Server(data_dir=tmp_path)),
        Secrets(),
        datetime(2026, 12, 1, tzinfo=UTC),
        server={"desk_settings": state},
        ask_carrier=False,
    )
    sentences = [str(one.message) for one in found["school"]]
    assert any("at the desk, under Set-up" in one for one in sentences) is said


def test_before_the_first_release_no_pasted_answer_is_called_out_of_date(tmp_path: Path) -> None:
    (tmp_path / FALLBACK).write_text("<Response/>", encoding="utf-8")
    assert list(of_fallback(Settings(server=Server(data_dir=tmp_path)))) == []


def test_a_machine_that_can_make_no_poster_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(of_paper()) == []
    monkeypatch.setattr(extras, "PANGO", ("libnowhere.so.0",))
    (found,) = of_paper()
    assert (found.kind, "Posters need Pango" in str(found.message)) == ("note", True)


@pytest.mark.parametrize("number", ["", "+19165550100"])
def test_a_line_that_another_machine_answers_is_told_to_be_tried(number: str) -> None:
    settings = Settings(sms=Sms(enabled=False, number=number))
    said = [str(finding.message) for finding in of_line(settings, Secrets(), {})]
    assert any("another machine answers it" in sentence for sentence in said) is bool(number)


@pytest.mark.parametrize(("number", "kind"), [("", "note"), ("+19164454000", "wrong")])
def test_a_number_without_an_account_is_wrong_and_no_number_a_note(number: str, kind: str) -> None:
    found = of_line(Settings(sms=Sms(number=number)), Secrets(), {})
    assert [f.kind for f in found if "refuses every text" in str(f.message)] == [kind]


TIMER = "timers.target.wants/porchlight-refresh.timer"


@pytest.mark.parametrize(
    ("line", "said"), [("17 */6 * * *", 0), ("at night", 1), ("0 0 31 2 *", 1), ("61 * * * *", 1)]
)
def test_a_schedule_that_no_server_starts_with_is_wrong(
    tmp_path: Path, line: str, said: int
) -> None:
    settings = Settings(server=Server(data_dir=tmp_path), content=Content(schedule=line))
    found = groups(settings, Secrets(), datetime.now(UTC), server={}, ask_carrier=False)
    wrong = [one for one in found["content"] if "[content] schedule" in str(one.message)]
    assert [one.kind for one in wrong] == ["wrong"] * said


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
    tmp_path: Path, source: str, there: list[str], said: bool
) -> None:
    """The server's own unit may talk to its machine alone."""
    for name in there:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to("/dev/null")
    told = [*of_timer(Settings(content=Content(source=source)), systemd=tmp_path)]
    assert [finding.kind for finding in told] == ["wrong"] * said
    assert all("enable --now porchlight-refresh.timer" in str(one.message) for one in told)
