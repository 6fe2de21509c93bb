"""Today: each trouble is named, stands above what is good, and is said in words that staff know."""

import dataclasses
import re
from datetime import date
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from content.model.pack import LOCAL
from content.model.pinned import pinned_pack
from content.releases.record import Release
from content.releases.state import Entry, Refusal
from content.review import worklist
from content.review.county_confirmation import CountyLine
from content.review.provenance import FirstOrigin
from kiosk.desk.templates_env import FOLDER, LANGUAGES, Look
from kiosk.desk.words import DeskWords
from kiosk.pages.school_file import School
from messages.message import Finding, Message, message
from runtime.health import live, report
from settings.schema import Kiosk
from settings.schools import Schools
from tests.kiosk.desks import NOON
from tests.running import ROOT
from tests.runtime.health import looked
from tests.runtime.health.looked import refreshed, until, waiting

PACK = pinned_pack()
TODAY = looked.NOW.date()
FINE = looked.SERVER


DUE = worklist.tasks(PACK, today=date(2040, 1, 1))


def told(**more: Any) -> list[Finding]:
    """Return the cards of Today that do not depend on the machine of the test."""
    found = report.today(looked.observation(**more))
    return [one for one in found if not one.message.code.startswith("today.")]


def server(**more: object) -> dict[str, Any]:
    return {"server": {**FINE, **more}}


def release(origin: FirstOrigin, **more: Any) -> dict[str, Any]:
    """A release that is shown."""
    folder = Path("/nowhere")
    return {
        "release": Release(
            id="ab", folder=folder, activated_at=looked.NOW, pack_version="ab", state="active",
            origin=origin,
            **{"signatures": 0, "local": (), **more},
        )
    }  # fmt: skip


def page(said: list[Finding], language: str = "en") -> str:
    look = Look(LOCAL, lambda: looked.NOW, school="Lincoln")
    html = look.page(language, "home", path="/staff/", token="t", points=said)
    return " ".join(html.split())


def test_where_all_is_well_nothing_is_to_be_done() -> None:
    said = told()

    assert {point.kind for point in said} == {"ok"}
    assert f"{len(PACK.resources)} hotlines and services, unchanged since today at" in page(said)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (release("signed", signatures=2), "2 people at the publisher signed them."),
        (release("signed", signatures=1), "One person at the publisher signed them."),
        (release("signed", local=("a", "b", "c")), "From your county or district: 3."),
        (release("shipped"), "They came with the program."),
        (release("unsigned"), "Nobody signed them"),
    ],
)
def test_where_the_pack_came_from_is_said(given: dict[str, Any], sentence: str) -> None:
    assert sentence in page(told(**given))


TROUBLES: dict[str, tuple[dict[str, Any], str, str]] = {
    "a line is out": (
        {"taken_out": (Entry(id="trevor", since=looked.NOW),)},
        "held.taken-out",
        "Hidden at this desk: 1.",
    ),
    "a screen is gone": (server(screens=[looked.enrolled("gone")]), "screens.gone", "hour: 1."),
    "a screen is old": (server(screens=[looked.enrolled("old")]), "screens.old", "server: 1."),
    "unsigned": (release("unsigned"), "served.unsigned", "If students use this screen"),
    "built-in page": (server(serving="built-in"), "served.only-built-in", "crisis lines"),
    "not verified": (
        server(wrong="What is on the disk could not be verified."),
        "served.not-active",
        "<li>What is on the disk could not be verified.</li>",
    ),
    "damaged, and no refresh helps": (
        {**server(wrong="Release x is active on the disk and not shown."), "stuck": True},
        "served.roll-back",
        'href="/staff/releases/back"',
    ),
    "not verified, nothing shown": (
        server(serving="built-in", wrong="It could not be verified."),
        "served.only-built-in",
        "<li>It could not be verified.</li>",
    ),
    "no release on disk": (server(serving="shipped"), "served.only-shipped", "cannot be saved"),
    "refused": (
        {"refusal": Refusal(at=looked.NOW, source="x", problems=("a.toml:3: wrong",))},
        "refused.new",
        "<details><summary>Details<span class=\"unseen\">: New numbers were refused</span></summary>"
        "<ul class=\"more\"><li>a.toml:3: wrong</li>",
    ),
    "held": ({"held": waiting(2)}, "held.waits", "2 changes are waiting for your approval"),
    "held for long": ({"held": waiting(1, days=9)}, "held.late", "waiting for 9 days: decide today"),
    "alarm": ({"refresh": refreshed(alarm=True)}, "refresh.tampered", "today, by phone"),
    "overdue": (server(refresh_overdue=True), "refresh.overdue", "USB stick"),
    "screen": (server(screen_age=660), "screen.unseen", "for 11 minutes"),
    "screen never": (
        server(screen_age=600, screen_seen=False), "screen.unseen", "unplug it"
    ),
    "a school is not served": (
        server(unserved=[message("schools.formula")]), "schools.unserved", "<li>This is a formula."
    ),
    "the table was refused": (
        {**server(unserved=[]), "table": Schools({}, (message("schools.formula"),))},
        "schools.kept",
        "restarts this computer",
    ),
    "a school's file among others": (
        {"table": Schools({}, (), (message("schools.formula"),))}, "schools.wrong", "own files"
    ),
    "no paper": (server(paper="empty"), "paper.empty", "a new roll"),
    "no printer": (server(paper="away"), "paper.away", "switched on"),
    "line": (server(line=False), "line.wrong", "a wrong answer"),
    "settings": (
        server(desk_settings="x is damaged or gone."), "settings.server-goes-on", "Open Setup"
    ),
    "disk": (looked.disk_full(), "disk.unwritable", "new numbers cannot be saved"),
    "bells": ({"school": until(date(2026, 11, 23))}, "school.bells-over", "Both have expired"),
    "bells in a week": ({"school": until(date(2026, 12, 4))}, "school.bells-end", "for 7 more days, until"),
    "bells tomorrow": ({"school": until(date(2026, 11, 28))}, "school.bells-end", "Tomorrow is the last"),
    "bells today": ({"school": until(TODAY)}, "school.bells-end", "Today is the last day"),
    "school's file": (
        {"school": (dataclasses.replace(looked.SCHOOL, wrong=True), ())}, "school.wrong", "shows what to correct"
    ),
    "no county": ({"kiosk": Kiosk(school="Lincoln")}, "county.none", "cannot show a county"),
    "county line not confirmed": (
        {"county": CountyLine(state="unconfirmed")},
        "county.unconfirmed",
        "Somebody entered 1-916-875-5437, but the screen does not show it.",
    ),
    "county line lost": (
        {"county": CountyLine(state="pack", lost=True)}, "county.lost", "If nobody here did"
    ),
    **{
        name: (server(**{live.PARTS[name]: "[sms] x"}), name, said)
        for name, said in {
            "line.account": "refuses every text",
            "line.replies": "students may not get an answer",
            "line.modem": "plugged in",
            "line.store": "copy in memory",
            "line.understanding": "fewer texts",
            "line.backfill": "cannot get them",
            "line.outbox": "cannot be sent",
            "line.redaction": "cannot be deleted",
        }.items()
    },
}  # fmt: skip


@pytest.mark.parametrize(("given", "name", "sentence"), TROUBLES.values(), ids=TROUBLES)
def test_each_trouble_is_named_and_comes_first(
    given: dict[str, Any], name: str, sentence: str
) -> None:
    said = told(**given)

    assert [point.message.code for point in said if point.kind == "wrong"] == [name]
    assert said[0].message.code == name
    assert sentence in page(said)


KNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "verifying": (server(wrong="It is verified.", verifying=True), "served.not-active-yet"),
    "a start": (server(serving="built-in", wrong="x", verifying=True), "served.starting-up"),
    "starting": (server(screen_age=40, screen_seen=False), "screen.waited-for"),
    "a pause": (server(screen_age=90), "screen.waited-for"),
    "another browser": (server(screen_named=False), "screen.unnamed"),
    "no copy": (server(offline_copy=False), "screen.no-copy"),
    "clock": (server(clock="unsure"), "clock.unsure"),
    "no bells": ({"school": (School(), ())}, "school.no-bells"),
    "never refreshed": ({"refresh": None}, "refresh.never"),
    "failed": ({"refresh": refreshed(outcome="failed")}, "refresh.failed"),
    "county line": ({"kiosk": Kiosk(school="Lincoln", counties=("Sacramento",))}, "county.no-line"),
    "no name": ({"kiosk": Kiosk(county_line="+19168755437")}, "school.no-name"),
    "another's line": (
        {
            "kiosk": Kiosk(school="L", county_line="+19168755437", text_line="+19165550100"),
            "server": {name: of for name, of in FINE.items() if name not in {"line", "replies"}},
        },
        "line.other-machine",
    ),
    "no screen is enrolled": (
        {
            "kiosk": msgspec.structs.replace(looked.KIOSK, schools=Path("/nowhere.csv")),
            "server": {**FINE, "screen_seen": False, "screen_age": 9000},
            "table": Schools({}),
        },
        "screens.none",
    ),
    "withdrawn": ({"withdrawn": (Entry(id="old-line", since=looked.NOW),)}, "held.withdrawn"),
}


@pytest.mark.parametrize(("given", "name"), KNOWN.values(), ids=KNOWN)
def test_what_needs_nobody_today_is_only_to_know(given: dict[str, Any], name: str) -> None:
    assert [point.message.code for point in told(**given) if point.kind != "ok"] == [name]


def test_a_line_that_refuses_every_text_is_not_called_good_too() -> None:
    assert "line.right" in [point.message.code for point in told()]
    assert "line.right" not in [
        point.message.code for point in told(**server(account="It refuses."))
    ]


def test_bells_that_hold_longer_than_a_week_are_good() -> None:
    assert "They are valid until December 5, 2026." in page(told(school=until(date(2026, 12, 5))))


def test_what_is_wrong_stands_first_then_what_to_know() -> None:
    kinds = [point.kind for point in report.today(looked.observation(held=waiting(1)))]

    assert kinds == sorted(kinds, key=["wrong", "note", "ok"].index)


def test_what_only_the_technician_understands_is_one_card_with_all_of_it() -> None:
    printer = msgspec.structs.replace(looked.KIOSK, printer="/nowhere/lp0", languages=("en", "xx"))
    (card, *_) = report.today(looked.observation(kiosk=printer))

    codes = [one.code for one in cast("tuple[Message, ...]", card.message.args["more"])]
    assert card.message.code == "today.to-fix"
    assert {"printer.unwritable", "pack.no-language"} <= {*codes}
    assert f"{len(codes)} things on this computer" in page([card])


def test_a_machine_without_a_screen_a_line_or_a_printer_says_nothing_of_them() -> None:
    bare = {key: FINE[key] for key in ("serving", "activated_at", "clock")}
    names = {point.message.code for point in told(server=bare)}

    said = {"served.pack", "held.none", "school.bells", "refresh.fine"}
    assert names == said | {"clock.right", "disk.writable", "county.confirmed"}


def all_points() -> list[Finding]:
    given = [row[0] for row in TROUBLES.values()] + [row[0] for row in KNOWN.values()]
    return [point for facts in given for point in told(**facts)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.few(1)
def test_every_fact_has_a_title_a_sentence_and_one_action(language: str) -> None:
    for point in {(point.kind, point.message.code): point for point in all_points()}.values():
        html = page([point], language).partition("<main")[2].rpartition("<section>")[0]
        acts, code = point.kind == "wrong", point.message.code
        assert html.count("<h2>") == 1, code
        assert html.count('<p class="todo">') <= 1, code
        assert ('<p class="todo">' in html) >= acts, code
        assert html.count('<a class="button primary"') <= acts, code
        assert ("<h2>" in html.partition("<details>")[0]) == acts, code
        assert "<p></p>" not in html.replace("<p> </p>", "<p></p>"), code


@pytest.mark.parametrize(
    ("given", "sentences"),
    [
        ({}, ("Nothing needs attention today.", "checks passed. </p>")),
        ({"held": waiting(1)}, ("One thing needs attention today.", "checks passed. </p>")),
        (
            {"held": waiting(1), **server(screen_age=660, offline_copy=False)},
            ("2 things need attention today.", "One note can wait."),
        ),
    ],
)
def test_today_counts_what_needs_attention_and_folds_the_rest_into_one_line(
    given: dict[str, Any], sentences: tuple[str, str]
) -> None:
    html = page(told(**given)).partition("<main")[2].replace("passed.</p>", "passed. </p>")

    assert [one for one in sentences if one not in html] == []
    assert html.count("<summary>Details") >= 1


def test_until_two_people_compared_the_crisis_numbers_today_asks_for_it_first() -> None:
    look = Look(LOCAL, lambda: looked.NOW, school="Lincoln")
    look.numbers_open = True
    html = look.page("en", "home", path="/staff/", token="t", points=told(held=waiting(1)))

    assert "2 things need attention today." in html
    assert html.index('href="/staff/numbers"') < html.index('href="/staff/held">Look')
    assert html.count("have not yet been compared") == 1


def test_the_office_is_not_shown_what_only_the_publisher_can_work_on() -> None:
    """A fresh checkout said to every school that 72 of 73 entries were overdue."""
    assert "pack.due" not in [point.message.code for point in told(due=DUE)]
    assert "pack.due" in [one.code for one in live.due(looked.observation(due=DUE))]


def test_nobody_is_late_with_an_entry_that_was_never_compared() -> None:
    assert {task.state for task in DUE} == {"due"}


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
    text = (ROOT / "docs/school" / document).read_text("utf-8").replace("’", "'")
    rows = [row.split("|")[1] for row in text.splitlines() if row.startswith("| ")]
    told = {title.strip() for row in rows for title in re.split(r", (?=[A-Z])", row)}
    words = DeskWords(language, LOCAL, lambda: NOON)
    shown = {words(title).replace("’", "'") for title in titles}
    assert len(shown) > 25
    assert sorted(shown - told) == []
