"""Held changes at the desk: old beside new, who signed, whom one may call, and a word for exactly
one pack."""

import dataclasses
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from content.model.attestation import Source
from content.model.pack import Channel, Pack
from content.releases import held_pack
from kiosk.desk.held_changes import WaitingPack, pieces, waiting
from messages.report import Report
from tests.content.reviewed import NEW, NEW_NUMBER, OLD, Kiosk, line, noted, signed, small
from tests.kiosk.desks import NOON, PASSPHRASE, Office, Stage, ended, staged

THIRD = small(line("+19164456000"), line("+19164455000", "other"), name="third")


@pytest.fixture
def machine(tmp_path: Path) -> Kiosk:
    """A machine on which a changed number waits."""
    kiosk = Kiosk(tmp_path).start()
    assert kiosk.accept(NEW).state == "held"
    return kiosk


@pytest.fixture
def desk(machine: Kiosk) -> Iterator[tuple[Stage, Office]]:
    with staged(machine.releases.root, OLD) as (stage, office):
        office.sign_in()
        stage.processes.runs = lambda verb, version: said(machine, verb, version)
        yield stage, office


def said(machine: Kiosk, verb: str, version: str) -> Report[None]:
    """The verb's own work, in this process: what it prints is not the desk's to test."""
    if verb == "refuse":
        return ended(0, f"Pack {machine.refuse(version).id} is set aside.")
    outcome = machine.approve(version)
    return ended(0 if outcome.state == "active" else 1, str(outcome.said))


def seen(machine: Kiosk) -> WaitingPack:
    found = waiting(machine.releases, machine.releases.state(), machine.served(), NOON)
    assert found
    return found


def test_old_and_new_stand_side_by_side_with_why_and_who_signed(desk: tuple[Stage, Office]) -> None:
    page = desk[1].get("/staff/held").text

    assert "Old: number to call" in page
    assert "1-916-445-<mark>4</mark>000" in page
    assert "New: number to call" in page
    assert "1-916-445-<mark>3</mark>000" in page
    assert "2 people at the publisher signed them." in page
    assert "<code>abababababab</code>, <code>cdcdcdcdcdcd</code>" in page
    assert "no note explains why" in page
    assert "One change needs your approval" in page
    assert f"/staff/held/{NEW.version}/approve" in page


def test_what_changed_and_why_it_waits_is_said_in_spanish_too(desk: tuple[Stage, Office]) -> None:
    page = desk[1].get("/staff/held?language=es", follow_redirects=True).text
    asked = desk[1].get(f"/staff/held/{NEW.version}/approve").text

    assert "Antes: número para llamar" in page
    assert "ninguna nota da una razón" in page
    assert "number to call" not in page + asked


def test_home_says_that_something_waits(desk: tuple[Stage, Office]) -> None:
    page = desk[1].get("/staff/").text

    assert "One change is waiting for your approval." in page
    assert 'href="/staff/held"' in page


def test_a_yes_is_asked_for_once_more_and_names_the_packs_hash(
    desk: tuple[Stage, Office], machine: Kiosk
) -> None:
    _stage, office = desk
    page = office.get(f"/staff/held/{NEW.version}/approve").text

    assert "Approve these changes?" in page
    assert f">{NEW.version}<" in page
    assert machine.served().version == OLD.version
    office.press(f"/staff/held/{NEW.version}/approve", compared="yes", passphrase=PASSPHRASE)

    assert "Approve the changes: done" in office.get("/staff/work").text
    assert machine.served().version == NEW.version
    assert "Nothing is waiting" in office.get("/staff/held").text


def test_a_yes_without_the_tick_does_nothing(desk: tuple[Stage, Office], machine: Kiosk) -> None:
    stage, office = desk

    answer = office.press(f"/staff/held/{NEW.version}/approve")

    assert answer.status_code == 400
    assert "check the box" in answer.text
    assert stage.processes.started == []
    assert machine.served().version == OLD.version


@pytest.mark.parametrize("typed", ["", "wrong words"])
def test_a_yes_needs_the_passphrase_once_more(
    desk: tuple[Stage, Office], machine: Kiosk, typed: str
) -> None:
    """A session lasts for hours, and anybody may sit down at it."""
    stage, office = desk
    address = f"/staff/held/{NEW.version}/approve"

    answers = [office.press(address, compared="yes", passphrase=typed) for _turn in range(4)]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 429]
    assert "passphrase is not correct" in answers[0].text
    assert 'value="yes" required checked' in answers[0].text
    assert stage.processes.started == []
    assert machine.served().version == OLD.version


def test_a_no_puts_the_pack_aside(desk: tuple[Stage, Office], machine: Kiosk) -> None:
    _stage, office = desk
    assert "Refuse these changes?" in office.get(f"/staff/held/{NEW.version}/refuse").text
    office.press(f"/staff/held/{NEW.version}/refuse")

    page = office.get("/staff/work").text
    assert "is set aside" in page
    assert "will show the new numbers" not in page
    assert machine.waiting() is None
    assert machine.served().version == OLD.version


@pytest.mark.parametrize("verb", ["approve", "refuse"])
def test_a_word_for_one_pack_never_counts_for_another(
    desk: tuple[Stage, Office], machine: Kiosk, verb: str
) -> None:
    stage, office = desk
    office.get(f"/staff/held/{NEW.version}/{verb}")
    assert machine.accept(THIRD).state == "held"  # meanwhile a newer one came

    asked = office.get(f"/staff/held/{NEW.version}/{verb}")
    answer = office.press(f"/staff/held/{NEW.version}/{verb}", compared="yes")

    assert (asked.status_code, answer.status_code) == (409, 409)
    assert "nothing was done" in answer.text
    assert stage.processes.started == []
    assert machine.waits().version == THIRD.version


@pytest.mark.parametrize(
    "version", [NEW.version[:12], "0" * 64, NEW.version.upper(), f"{NEW.version}0", "", ".."]
)
def test_a_name_that_is_not_the_whole_hash_of_what_waits_does_nothing(
    desk: tuple[Stage, Office], version: str
) -> None:
    stage, office = desk

    assert office.press(f"/staff/held/{version}/approve", compared="yes").status_code in {404, 409}
    assert stage.processes.started == []


def test_a_line_for_people_in_danger_is_never_to_be_called(tmp_path: Path) -> None:
    def crisis(number: str) -> Pack:
        own_page = (Source(kind="own page", url="https://line.example.org/contact"),)
        return small(line(number, urgency="crisis", sources=own_page))

    kiosk = Kiosk(tmp_path).start(crisis("+19164454000"))
    kiosk.accept(crisis(NEW_NUMBER))
    (change,) = seen(kiosk).asked

    assert change.call == "never"
    with staged(kiosk.releases.root, kiosk.served()) as (_stage, office):
        office.sign_in()
        page = office.get("/staff/held").text
    assert "Never call this line to test it." in page
    assert "Call it now" not in page
    assert change.pages == ("https://line.example.org/contact",)
    assert "https://line.example.org/contact" in page


def test_a_newspaper_is_not_called_the_lines_own_page(tmp_path: Path) -> None:
    """Of The Trevor Project the first of its own pages was one of a magazine."""
    paper, site = "https://paper.example.com/a-line", "https://www.line.example.org/"
    below = "https://line.example.org/contact"
    sources = tuple(Source(kind="news", url=url) for url in (paper, below))

    def crisis(number: str) -> Pack:
        one = line(number, urgency="crisis", sources=sources)
        web = Channel(kind="web", url=site)
        return small(dataclasses.replace(one, channels=(*one.channels, web)))

    kiosk = Kiosk(tmp_path).start(crisis("+19164454000"))
    kiosk.accept(crisis(NEW_NUMBER))
    (change,) = seen(kiosk).asked
    with staged(kiosk.releases.root, kiosk.served()) as (_stage, office):
        office.sign_in()
        own, also = office.get("/staff/held").text.split("Other pages, which are not its own:")

    assert (change.pages, change.also) == ((site, below), (paper,))
    assert f'<a href="{site}" target="_blank" rel="noreferrer noopener">' in own
    assert (paper in own, paper in also) == (False, True)


def test_a_line_that_only_the_new_pack_calls_urgent_is_not_called_either(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path).start(small(line("+19164454000")))
    kiosk.accept(small(line(NEW_NUMBER, urgency="crisis")))

    assert {change.call for change in seen(kiosk).asked if change.difference.number} == {"never"}


def test_an_ordinary_office_may_be_called(machine: Kiosk, desk: tuple[Stage, Office]) -> None:
    (change,) = seen(machine).asked

    assert change.call == "may"
    assert "Call it now." in desk[1].get("/staff/held").text


def test_the_signers_reason_and_what_needs_no_yes_are_shown(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, hold_numbers=True).start()
    new = small(line(NEW_NUMBER), line("+19164455000", "other"), line("+19164457000", "fresh"))
    kiosk.accept(new, signed(2, *noted(OLD, new)))
    with staged(kiosk.releases.root, OLD) as (_stage, office):
        office.sign_in()
        page = office.get("/staff/held").text

    assert "Their own page says so." in page
    assert "a person must approve every changed number" in page
    assert "come with them and need no approval" in page


def test_a_hold_older_than_seven_days_is_loud(machine: Kiosk) -> None:
    since = machine.waits().since
    found = waiting(
        machine.releases, machine.releases.state(), machine.served(), since + timedelta(days=8)
    )

    assert found
    assert (found.late, found.days) == (True, 8)


@pytest.mark.parametrize(
    ("waited", "is_late"), [(timedelta(days=7), False), (timedelta(days=7, hours=12), True)]
)
def test_home_asks_for_a_word_today_when_the_held_page_does(
    tmp_path: Path, waited: timedelta, is_late: bool
) -> None:
    kiosk = Kiosk(tmp_path, now=NOON - waited).start()
    kiosk.accept(NEW)
    with staged(kiosk.releases.root, OLD) as (_stage, office):
        office.sign_in()

        assert (
            "been waiting for more than seven days" in office.get("/staff/held").text
        ) == is_late
        assert (
            "They have been waiting for 7 days: decide today." in office.get("/staff/").text
        ) == is_late


def test_a_damaged_pack_that_waits_says_so(desk: tuple[Stage, Office], machine: Kiosk) -> None:
    (held_pack.folder(machine.releases, NEW.version) / "core.json").write_bytes(b"{}")
    page = desk[1].get("/staff/held").text
    shutil.rmtree(held_pack.folder(machine.releases, NEW.version))

    assert "are damaged" in page
    assert "Nothing is waiting" in desk[1].get("/staff/held").text


def test_what_a_pack_says_of_itself_is_escaped(tmp_path: Path) -> None:
    """The rules refuse HTML in a pack before; the page does not lean on that."""
    kiosk = Kiosk(tmp_path).start()
    kiosk.accept(
        small(line(NEW_NUMBER, organization='Food & "Home"'), line("+19164455000", "other"))
    )
    with staged(kiosk.releases.root, OLD) as (_stage, office):
        office.sign_in()
        page = office.get("/staff/held").text

    assert "Food &amp; &#34;Home&#34;" in page
    assert 'Food & "Home"' not in page


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("1-916-445-4000", "1-916-445-3000", ("4", "3")),
        ("1-916-445-4000", "1-916-445-0400", ("40", "04")),
        ("HOME", "HOMES", ("", "S")),
        ("741741", "988", ("741741", "988")),
        ("same", "same", ("", "")),
    ],
)
def test_the_digits_that_differ_are_marked(old: str, new: str, marked: tuple[str, str]) -> None:
    sides = pieces(old, new)

    assert tuple("".join(text for text, _ in side) for side in sides) == (old, new)
    assert tuple("".join(text for text, differs in side if differs) for side in sides) == marked


def test_what_the_publisher_withdrew_is_on_home(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path).start()
    gone = small(line(NEW_NUMBER), line("+19164455000", "other", status="withdrawn"))
    kiosk.accept(gone)
    with staged(kiosk.releases.root, kiosk.served()) as (_stage, office):
        office.sign_in()
        page = office.get("/staff/").text

    assert re.search(
        r"Withdrawn hotlines.*withdrew some hotlines.*<li>A Line \(other\)</li>", page, re.DOTALL
    )


def test_waiting_is_read_anew_each_time(machine: Kiosk) -> None:
    assert seen(machine).held.version == NEW.version
    machine.refuse()

    assert waiting(machine.releases, machine.releases.state(), machine.served(), NOON) is None
