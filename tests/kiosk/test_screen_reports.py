"""Which reports count as the screen's: those of the page that the kiosk's session opened."""

import pytest

from kiosk.screen_reports import ScreenReports

HOST = (b"host", b"127.0.0.1:8000")
OURS = (HOST, (b"origin", b"http://127.0.0.1:8000"))
NAME = b"screen=lobby"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reports(clock: Clock) -> ScreenReports:
    return ScreenReports("https://help.example.org", clock)


@pytest.mark.parametrize(
    "headers",
    [
        ((b"origin", b"https://elsewhere.example"),),
        ((b"origin", b"null"),),
        ((b"origin", b"http://127.0.0.1:9000"),),
        ((b"sec-fetch-site", b"cross-site"), (b"origin", b"http://127.0.0.1:8000")),
        (),
    ],
    ids=["another site", "no site", "another port", "as the browser says", "no page"],
)
def test_a_page_of_another_origin_reports_nothing(
    reports: ScreenReports, headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    assert not reports.hear(NAME, (HOST, *headers))
    assert (reports.was_heard, reports.is_named) == (False, False)


@pytest.mark.parametrize("origin", [b"http://127.0.0.1:8000", b"https://help.example.org"])
def test_a_page_of_this_server_reports_by_each_of_its_addresses(
    reports: ScreenReports, origin: bytes
) -> None:
    assert reports.hear(NAME, (HOST, (b"origin", origin)))
    assert (reports.was_heard, reports.is_named) == (True, True)


def test_once_the_kiosk_s_page_is_known_no_other_browser_s_counts(
    reports: ScreenReports, clock: Clock
) -> None:
    reports.hear(NAME, OURS)
    clock.now += 700
    assert reports.hear(b"", OURS)  # it is answered, as every page
    assert reports.hear(b"screen=", OURS)
    assert reports.unheard() == 700
    reports.hear(NAME, OURS)
    assert reports.unheard() == 0


def test_a_browser_that_reports_before_the_kiosk_s_session_asked_hides_no_dark_screen(
    reports: ScreenReports, clock: Clock
) -> None:
    reports.hear(b"", OURS)
    clock.now += 5
    assert reports.age(NAME, (HOST,)) is None  # the session's first look
    reports.hear(b"", OURS)
    clock.now += 600
    assert (reports.unheard(), reports.was_heard) == (600, False)


def test_a_session_older_than_the_program_is_heard_without_a_name_until_it_starts_again(
    reports: ScreenReports, clock: Clock
) -> None:
    """Or each update would raise an alarm for a screen that is on."""
    for _ in range(100):
        clock.now += 30
        reports.hear(b"", OURS)
        assert reports.age(b"", (HOST,)) == 0
    assert (reports.unheard(), reports.is_named) == (0, False)
    reports.age(NAME, (HOST,))  # the new script begins
    clock.now += 40
    assert reports.unheard() == 40  # it is waited for, not missed for an hour
    reports.hear(NAME, OURS)
    assert (reports.unheard(), reports.is_named) == (0, True)


def test_a_foreign_page_names_no_screen(reports: ScreenReports) -> None:
    reports.age(NAME, (HOST, (b"sec-fetch-site", b"cross-site")))
    assert not reports.is_named
