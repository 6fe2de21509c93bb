"""Today: each trouble is named, stands above what is good, and is said in words that staff know."""

import dataclasses
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from content.model.opening_hours import LOCAL
from content.model.pinned import pinned_pack
from content.review.county_confirmation import CountyLine, State
from kiosk.desk.status import Facts, Point, points
from kiosk.desk.templates_env import FOLDER, LANGUAGES, Look
from kiosk.desk.words import DeskWords
from kiosk.pages.school_file import School
from messages.message import Finding, verbatim
from settings.schema import Kiosk
from tests.kiosk.desks import NOON
from tests.running import ROOT

PACK = pinned_pack()
TODAY = date(2026, 11, 24)
SCHOOL = School(lunch={"": "12:05"}, valid_until=date(2027, 6, 11))
KIOSK = Kiosk(school="Lincoln", counties=("Sacramento",), county_line="+19168755437")
FINE: Mapping[str, object] = {
    "serving": "release", "activated_at": NOON.isoformat(), "refused": None, "store": "ok", "replies": "ok",
    "disk": "ok", "clock": "ok", "screen_age": 12, "screen_seen": True, "screen_named": True, "offline_copy": True, "paper": "ok", "line": True,
}  # fmt: skip


def told(**more: Any) -> list[Point]:
    number = more.get("kiosk", KIOSK).county_line
    state: State = "confirmed" if number else "none"
    given: dict[str, Any] = {
        "pack": PACK,
        "detail": FINE,
        "today": TODAY,
        "school": SCHOOL,
        "kiosk": KIOSK,
        "county_line": CountyLine(state=state, shown=number),
        "refreshed": (NOON, "unchanged", "Nothing changed."),
        **more,
    }
    return points(Facts(**given))


def detail(**more: object) -> dict[str, object]:
    return {**FINE, **more}


def until(day: date) -> School:
    return dataclasses.replace(SCHOOL, valid_until=day)


def page(said: list[Point], language: str = "en") -> str:
    look = Look(LOCAL, lambda: NOON, school="Lincoln")
    html = look.page(language, "home", path="/staff/", token="t", points=said)
    return " ".join(html.split())


def test_where_all_is_well_nothing_is_to_be_done() -> None:
    said = told()

    assert {point.kind for point in said} == {"good"}
    assert f"{len(PACK.resources)} hotlines and services, the same since today at" in page(said)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"origin": "signed", "signatures": 2}, "2 persons of the publisher signed them."),
        ({"origin": "signed", "signatures": 1}, "One person of the publisher signed them."),
        ({"origin": "signed", "local": 3}, "From your county or district: 3."),
        ({"origin": "shipped"}, "They came with the program."),
        ({"origin": "unsigned"}, "Nobody signed them"),
    ],
)
def test_where_the_pack_came_from_is_said(given: dict[str, Any], sentence: str) -> None:
    assert sentence in page(told(**given))


TROUBLES: dict[str, tuple[dict[str, Any], str, str]] = {
    "unsigned": ({"origin": "unsigned"}, "serving", "If students use this screen"),
    "built-in page": ({"detail": detail(serving="built-in")}, "only built-in", "crisis lines"),
    "not verified": (
        {"detail": detail(wrong="What is on the disk could not be verified.")},
        "not active",
        "<li>What is on the disk could not be verified.</li>",
    ),
    "damaged, and no refresh helps": (
        {"detail": detail(wrong="Release x is active on the disk and not shown."), "stuck": True},
        "not active, roll back",
        'href="/staff/releases/back"',
    ),
    "not verified, nothing shown": (
        {"detail": detail(serving="built-in", wrong="It could not be verified.")},
        "only built-in",
        "<li>It could not be verified.</li>",
    ),
    "no release on disk": ({"detail": detail(serving="shipped")}, "only shipped", "none could be"),
    "refused": (
        {"detail": detail(refused={"at": NOON.isoformat(), "problems": ["a.toml:3: wrong"]})},
        "refused",
        "<details><summary>Details<span class=\"unseen\">: A new pack was refused</span></summary>"
        "<ul class=\"more\"><li>a.toml:3: wrong</li>",
    ),
    "held": ({"held": 2}, "held", "2 changes wait for your yes or no"),
    "held for long": ({"held": 1, "held_days": 9}, "held", "waited 9 days: decide today"),
    "alarm": ({"alarm": True}, "refresh", "by phone today"),
    "overdue": ({"detail": detail(refresh_overdue=True)}, "refresh", "USB stick"),
    "screen": ({"detail": detail(screen_age=660)}, "screen unseen", "for 11 minutes"),
    "screen never": (
        {"detail": detail(screen_age=600, screen_seen=False)}, "screen unseen", "pull its plug"
    ),
    "no paper": ({"detail": detail(paper="empty")}, "paper empty", "a new roll"),
    "no printer": ({"detail": detail(paper="away")}, "paper away", "switched on"),
    "line": ({"detail": detail(line=False)}, "line wrong", "a wrong answer"),
    "settings": (
        {"detail": detail(desk_settings="x is damaged or gone.")}, "settings", "Open Set-up"
    ),
    "disk": ({"detail": detail(disk="/x is full.")}, "disk wrong", "no new pack can come"),
    "bells": ({"school": until(date(2026, 11, 23))}, "bells over", "Their last day is over"),
    "bells in a week": ({"school": until(date(2026, 12, 1))}, "bells end", "for 7 more days, until"),
    "bells tomorrow": ({"school": until(date(2026, 11, 25))}, "bells end", "Tomorrow is the last"),
    "bells today": ({"school": until(TODAY)}, "bells end", "Today is the last day"),
    "school's file": (
        {"school": dataclasses.replace(SCHOOL, wrong=True)}, "school wrong", "the form says what"
    ),
    "no county": ({"kiosk": Kiosk(school="Lincoln")}, "no county", "cannot show a county"),
    "county line not confirmed": (
        {"county_line": CountyLine(state="unconfirmed")},
        "county unconfirmed",
        "1-916-875-5437 was typed, and is not shown.",
    ),
    "county line lost": (
        {"county_line": CountyLine(state="pack", lost=True)}, "county lost", "If nobody here did"
    ),
    "doctor": ({"findings": [Finding("wrong", verbatim("x")), Finding("wrong", verbatim("y"))]}, "wrong", "2 things on this machine"),
    **{
        name: ({"detail": detail(**{name: "[sms] x"})}, name, said)
        for name, said in {
            "account": "refuses every text",
            "replies": "students may get no answer",
            "modem": "plugged in",
            "store": "from memory",
            "line_pack": "stays with what it had",
            "understanding": "fewer texts",
            "backfill": "cannot be asked",
            "outbox": "cannot be sent",
            "redaction": "cannot be deleted",
        }.items()
    },
}  # fmt: skip


@pytest.mark.parametrize(("given", "name", "sentence"), TROUBLES.values(), ids=TROUBLES)
def test_each_trouble_is_named_and_comes_first(
    given: dict[str, Any], name: str, sentence: str
) -> None:
    said = told(**given)

    assert [point.name for point in said if point.kind == "act"] == [name]
    assert said[0].name == name
    assert sentence in page(said)


KNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "verifying": ({"detail": detail(wrong="It is verified.", verifying=True)}, "not active"),
    "a start": ({"detail": detail(serving="built-in", wrong="x", verifying=True)}, "starting"),
    "starting": ({"detail": detail(screen_age=40, screen_seen=False)}, "screen waited for"),
    "a pause": ({"detail": detail(screen_age=90)}, "screen waited for"),
    "another browser": ({"detail": detail(screen_named=False)}, "screen unnamed"),
    "no copy": ({"detail": detail(offline_copy=False)}, "no copy"),
    "clock": ({"detail": detail(clock="unsure")}, "clock unsure"),
    "no bells": ({"school": School()}, "no bells"),
    "due": ({"due": 63, "late": 60}, "due"),
    "never refreshed": ({"refreshed": None}, "no refresh"),
    "failed": ({"refreshed": (NOON, "failed", "No network.")}, "refresh"),
    "county line": ({"kiosk": Kiosk(school="Lincoln", counties=("Sacramento",))}, "county line"),
    "no name": ({"kiosk": Kiosk(county_line="+19168755437")}, "no name"),
    "another's line": (
        {
            "kiosk": Kiosk(school="L", county_line="+19168755437", text_line="+19165550100"),
            "detail": {
                name: of for name, of in detail().items() if name not in {"line", "replies"}
            },
        },
        "line elsewhere",
    ),
    "withdrawn": ({"withdrawn": ["Old line"]}, "withdrawn"),
    "notes": ({"findings": [Finding("note", verbatim("n")), Finding("ok", verbatim("o"))]}, "note"),
}


@pytest.mark.parametrize(("given", "name"), KNOWN.values(), ids=KNOWN)
def test_what_needs_nobody_today_is_only_to_know(given: dict[str, Any], name: str) -> None:
    assert [point.name for point in told(**given) if point.kind != "good"] == [name]


def test_a_line_that_refuses_every_text_is_not_called_good_too() -> None:
    assert "line" in [point.name for point in told()]
    assert "line" not in [point.name for point in told(detail=detail(account="It refuses."))]


def test_bells_that_hold_longer_than_a_week_are_good() -> None:
    assert "They hold until December 2, 2026." in page(told(school=until(date(2026, 12, 2))))


def test_what_is_wrong_stands_first_then_what_to_know() -> None:
    said = told(
        held=1,
        findings=[
            Finding("note", verbatim("n")),
            Finding("wrong", verbatim("w")),
            Finding("ok", verbatim("o")),
        ],
    )
    kinds = [point.kind for point in said]

    assert kinds == sorted(kinds, key=["act", "know", "good"].index)


def test_a_machine_without_a_screen_a_line_or_a_printer_says_nothing_of_them() -> None:
    bare = {key: FINE[key] for key in ("serving", "activated_at", "disk", "clock")}
    names = {point.name for point in told(detail=bare)}

    said = {"serving", "none held", "none due", "bells", "refresh", "clock", "disk"}
    assert names == said | {"county confirmed"}


def all_points() -> list[Point]:
    given = [row[0] for row in TROUBLES.values()] + [row[0] for row in KNOWN.values()]
    return [point for facts in given for point in told(**facts)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.few(1)
def test_every_fact_has_a_title_a_sentence_and_one_action(language: str) -> None:
    for point in {(point.kind, point.name): point for point in all_points()}.values():
        html = page([point], language).partition("<main")[2]
        assert html.count("<h2>") == 1, point.name
        assert html.count('<a class="button"') == 1, point.name
        assert "<p></p>" not in html.replace("<p> </p>", "<p></p>"), point.name


def test_the_spanish_page_marks_each_detail_that_is_english() -> None:
    html = page(all_points(), "es")
    details = [part.partition("</details>")[0] for part in html.split("<details>")[1:]]

    assert len(details) == html.count("<summary>Detalles<") > 9
    assert all(('lang="en"' in one) == ("está en inglés." in one) for one in details)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_setting_and_no_hash_is_named_before_the_details(language: str) -> None:
    html = page(all_points(), language).partition("<main")[2]
    outside = "".join(part.partition("</details>")[2] or part for part in html.split("<details"))

    assert "[sms]" in html
    assert "[" not in outside
    assert "a.toml" not in outside


@pytest.mark.parametrize(("language", "document"), [("en", "office.md"), ("es", "office.es.md")])
def test_the_office_s_document_says_what_each_title_of_today_means(
    language: str, document: str
) -> None:
    home = (FOLDER / "home.html").read_text("utf-8")
    titles = set(re.findall(r'call point\(it, _\("([^"]+)"\)', home))
    text = (ROOT / "docs" / document).read_text("utf-8").replace("’", "'")
    rows = [row.split("|")[1] for row in text.splitlines() if row.startswith("| ")]
    told = {title.strip() for row in rows for title in re.split(r", (?=[A-Z])", row)}
    words = DeskWords(language, LOCAL, lambda: NOON)
    shown = {words(title).replace("’", "'") for title in titles}
    assert len(shown) > 25
    assert sorted(shown - told) == []
