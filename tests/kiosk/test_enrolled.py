"""The enrolled screens: whose reports count, what they tell, and when somebody must hear."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from content.model.pack import LOCAL
from kiosk.app import NEXT_WORD, KioskApp
from kiosk.edition.edition import Edition
from kiosk.enrolled import FILE, LONGEST_NAME, MOST, Enrolled, Screen, ServedPages, Trouble, opened
from kiosk.pages.school_file import Bell, School
from settings.schema import Kiosk
from system import files
from tests.kiosk import screens
from tests.kiosk.screens import Answer, ask

MORNING = datetime(2026, 12, 1, 8, 0, tzinfo=LOCAL)  # a Tuesday
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NEW, OLD = "a" * 64, "b" * 64
SHOWN = ServedPages(NEW, "0123456789abcdef")
WHOLE = f"{NEW} whole".encode()


class Clock:
    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def enrolled(tmp_path: Path, clock: Clock) -> Enrolled:
    return Enrolled(tmp_path, clock)


def test_numbered_schools_are_listed_in_the_order_of_their_numbers(enrolled: Enrolled) -> None:
    for school in ("school-10", "elm", "", "school-2", "2-elm"):
        enrolled.enroll(school, "lobby")
    listed = [one.school for one in enrolled.all()]
    assert listed == ["", "2-elm", "elm", "school-2", "school-10"]


def one(enrolled: Enrolled, school: str = "lincoln", label: str = "Front office") -> Screen:
    made = enrolled.enroll(school, label)
    assert made
    return made


def said(screen: Screen) -> bytes:
    return f"screen={screen.name}".encode()


def hear(
    enrolled: Enrolled, screen: Screen, report: bytes = WHOLE, shown: ServedPages = SHOWN
) -> bytes:
    return screens.report(enrolled, screen, report, shown)


def test_the_address_of_a_screen_cannot_be_guessed(enrolled: Enrolled) -> None:
    first, second = one(enrolled), one(enrolled)
    assert first.label == second.label == "front-office"
    assert first.name != second.name
    assert len(first.name.rpartition("-")[2]) == 20


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (WHOLE, ("newest", "0123456789ab", True)),
        (f"{NEW} part".encode(), ("newest", "0123456789ab", False)),
        (b"none", ("newest", "0123456789ab", False)),
        (f"{OLD} whole".encode(), ("older", "", True)),
        (b"", ("older", "", False)),
        (b"{}", ("older", "", False)),
        (WHOLE + b" 5 visits", ("older", "", False)),
    ],
    ids=["whole", "in part", "no copy", "old pages", "an old script", "no report", "more"],
)
def test_a_report_says_which_pages_are_shown_and_whether_all_are_held(
    enrolled: Enrolled, clock: Clock, report: bytes, told: tuple[str, str, bool]
) -> None:
    screen = one(enrolled)
    hear(enrolled, screen, report)
    (heard,) = enrolled.all()
    assert (heard.standing(clock.now, NEW), heard.release, heard.copied) == told


def test_a_report_that_was_recorded_counts_once(enrolled: Enrolled, clock: Clock) -> None:
    screen = one(enrolled)
    recorded = [hear(enrolled, screen), hear(enrolled, screen)]
    heard, clock.now = clock.now, clock.now + HOUR
    for report in (*recorded, WHOLE, b"", b" " + WHOLE, b"0" * 16 + b" " + WHOLE):
        answer = enrolled.hear("lincoln", said(screen), report, SHOWN)
        assert answer
        assert not answer.counts
    assert enrolled.all()[0].seen == heard
    hear(enrolled, screen)
    assert enrolled.all()[0].seen == clock.now


def test_what_an_older_pack_was_is_remembered(enrolled: Enrolled, clock: Clock) -> None:
    screen = one(enrolled)
    hear(enrolled, screen)
    clock.now += MINUTE
    hear(enrolled, screen, shown=ServedPages("c" * 64, "f" * 64))
    (heard,) = enrolled.all()
    assert (heard.standing(clock.now, "c" * 64), heard.release) == ("older", "0123456789ab")


def test_neither_an_unknown_name_nor_ten_thousand_reports_leave_anything(
    enrolled: Enrolled, tmp_path: Path
) -> None:
    screen = one(enrolled)
    before = (tmp_path / FILE).read_bytes()
    guess = screen.name[:-1] + ("0" if screen.name[-1] != "0" else "1")
    for name in ("front-office", guess, *(f"x-{number}" for number in range(10_000))):
        enrolled.hear("lincoln", f"screen={name}".encode(), WHOLE, SHOWN)
    enrolled.hear("elm", said(screen), WHOLE, SHOWN)
    enrolled.hear("lincoln", b"", WHOLE, SHOWN)
    assert [one.seen for one in enrolled.all()] == [None]
    for _ in range(10_000):
        hear(enrolled, screen)
    assert (tmp_path / FILE).read_bytes() == before
    assert len(enrolled.all()) == 1


def test_what_was_heard_outlasts_a_restart_but_not_every_report_is_written(
    enrolled: Enrolled, tmp_path: Path, clock: Clock
) -> None:
    screen = one(enrolled)
    hear(enrolled, screen)
    enrolled.keep()
    first = (tmp_path / FILE).read_bytes()
    assert Enrolled(tmp_path, clock).all()[0].seen == clock.now
    clock.now += 5 * MINUTE
    hear(enrolled, screen)
    enrolled.keep()
    assert (tmp_path / FILE).read_bytes() == first
    clock.now += 10 * MINUTE
    hear(enrolled, screen)
    enrolled.keep()
    assert (tmp_path / FILE).read_bytes() != first


def test_an_enrolled_device_does_not_stand_in_for_the_screen_of_this_machine(
    enrolled: Enrolled,
) -> None:
    """Else a Chromebook that is off at night rings as a dark screen, or hides one."""
    app = KioskApp(Kiosk(), fallback=Edition({}), enrolled=enrolled)
    screen, host = one(enrolled, ""), "127.0.0.1:8000"

    def report(name: str, word: bytes = b"") -> Answer:
        ours = {"host": host, "origin": f"http://{host}"}
        return ask(app, f"/beat?screen={name}", method="POST", body=word + b" none", **ours)

    asked = report(screen.name)
    assert (asked.status, enrolled.all()[0].seen) == (202, None)
    assert report(screen.name, asked.headers[NEXT_WORD]).status == 204
    assert enrolled.all()[0].seen
    assert (app.reports.was_heard, app.reports.is_named) == (False, False)
    assert report("lobby").status == 204
    assert (app.reports.was_heard, app.reports.is_named) == (True, True)


def test_a_removed_screen_counts_no_more(enrolled: Enrolled) -> None:
    screen, other = one(enrolled), one(enrolled, "elm")
    enrolled.remove("lincoln", screen.name)
    assert enrolled.hear("lincoln", said(screen), WHOLE, SHOWN) is None
    assert [each.name for each in enrolled.all()] == [other.name]


@pytest.mark.parametrize("label", ["", "–", "学校"])
def test_a_screen_needs_a_label_that_an_address_can_hold(enrolled: Enrolled, label: str) -> None:
    assert enrolled.enroll("", label) is None
    assert len(one(enrolled, "", "x" * 500).label) == LONGEST_NAME


def test_each_school_without_a_screen_gets_one_and_no_second(
    enrolled: Enrolled, tmp_path: Path, clock: Clock
) -> None:
    one(enrolled, "elm", "gym")
    made = enrolled.enroll_all(["lincoln", "elm", "oak"], "Lobby", missing=True)
    assert made
    assert [(screen.school, screen.label) for screen in made] == [
        ("lincoln", "lobby"),
        ("oak", "lobby"),
    ]
    assert enrolled.enroll_all(["lincoln", "elm", "oak"], "Lobby", missing=True) == []
    assert len(Enrolled(tmp_path, clock).all()) == 3


def test_there_is_a_bound(tmp_path: Path, clock: Clock, enrolled: Enrolled) -> None:
    one(enrolled)
    kept = (tmp_path / FILE).read_text("utf-8")
    row = kept[kept.index("{", 1) : kept.rindex("]")].strip()
    rows = ",".join(row.replace("front-office", f"n{number}") for number in range(MOST))
    files.replace(tmp_path / FILE, f'{{"screens": [{rows}]}}'.encode())
    full = Enrolled(tmp_path, clock)
    assert len(full.all()) == MOST
    full.remove("lincoln", full.all()[0].name)
    assert full.enroll_all(["oak", "elm"], "one more") is None
    assert len(full.all()) == MOST - 1
    assert full.enroll("", "the last")
    assert full.enroll("", "one more") is None


@pytest.mark.parametrize(
    ("seen", "right", "now", "is_open", "trouble"),
    [
        (0, 0, 59, True, ""),
        (0, 0, 60, True, "gone"),
        (60, 0, 60, True, "old"),
        (60, 10, 60, True, ""),
        (-900, -900, 59, True, "resting"),  # off at night, and an hour to come up
        (-900, -900, 60, True, "gone"),
        (None, None, 60, True, "gone"),
        (0, 0, 60, False, "resting"),
        (60, 60, 60, False, ""),
    ],
)
def test_a_screen_that_is_gone_or_old_for_an_hour_of_a_school_day_is_in_trouble(
    seen: int | None, right: int | None, now: int, is_open: bool, trouble: Trouble
) -> None:
    """``seen``, ``right``, ``now``: minutes after the school opened."""

    def at(minutes: int | None) -> datetime | None:
        return None if minutes is None else MORNING + minutes * MINUTE

    enrolled = MORNING - 30 * HOUR
    screen = Screen(school="", name="a-1", since=enrolled, seen=at(seen), right=at(right))
    assert screen.trouble(MORNING + now * MINUTE, MORNING if is_open else None) == trouble


BELLS = School(
    bells=(Bell(name={"": "1"}, opens=time(7, 30), closes=time(12, 15)),),
    valid_until=date(2026, 12, 31),
)
ONE_BELL = School(
    bells=(Bell(name={"": "1"}, opens=time(8), closes=time(8, 50)),),
    valid_until=date(2026, 12, 31),
)


@pytest.mark.parametrize(
    ("facts", "at", "since"),
    [
        (School(), MORNING, time(8)),
        (School(), MORNING - MINUTE, None),
        (School(), MORNING + 7 * HOUR, None),
        (School(), MORNING + timedelta(days=4), None),
        (BELLS, MORNING - 30 * MINUTE, time(7, 30)),
        (BELLS, MORNING + 5 * HOUR, None),
        (BELLS, MORNING + timedelta(days=35, hours=5), time(8)),  # bells that are over
        (ONE_BELL, MORNING + 5 * HOUR, time(8)),
    ],
)
def test_a_school_day_is_that_of_its_bells(facts: School, at: datetime, since: time | None) -> None:
    found = opened(facts, at)
    assert (found and found.time()) == since
