"""The desk's pages, signed in: what they show, what their forms start, and what they refuse to
start."""

import asyncio
import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from content.model import built_pack
from content.model.pack import Pack
from content.releases.state import LastRefresh
from content.review.provenance import Provenance
from content.trust import failures
from kiosk.desk import count_page
from kiosk.desk.task import DeskTask
from kiosk.desk.usb_sticks import Stick, key_of
from messages.message import Finding, Message, in_order, message, verbatim
from messages.report import Report
from store.published_counts import TermCounts
from tests.kiosk.desks import NOON, PASSPHRASE, Office, Stage, ended, opened, staged

STICK = Stick(key_of("/media/office/A <b> STICK"), "/media/office/A <b> STICK", "A <b> STICK")
STARTED = "/staff/work"


def activate(stage: Stage, *names: str) -> None:
    """Releases of as many packs, the last one active."""
    with stage.releases.lock():
        for minute, name in enumerate(names):
            folder = stage.releases.stage()
            built_pack.write_built(
                built_pack.build(dataclasses.replace(stage.pack, name=name)), folder
            )
            at = NOON + timedelta(minutes=minute)
            state, _ = stage.releases.activate(
                folder,
                name,
                stage.releases.state(),
                now=at,
                provenance=Provenance(origin="shipped"),
            )
            stage.releases.keep(state)


def test_a_disk_that_does_not_answer_is_a_sentence_and_holds_up_no_other_page(
    tmp_path: Path, pack: Pack
) -> None:
    """Looks at Today while the share was dead took the threads that make the screen's pages."""
    with staged(tmp_path, pack, patience=1.0) as (stage, office):
        office.sign_in()
        stage.disk_answers.clear()
        with ThreadPoolExecutor(4) as browsers:
            pages = list(browsers.map(office.get, ["/staff/"] * 4))
        spanish = office.get("/staff/", headers={"accept-language": "es"}).text
        other = office.get("/staff/phone").status_code
        stage.disk_answers.set()
        after = office.get("/staff/").status_code

    assert {page.status_code for page in pages} == {503}
    assert "A file is not responding" in pages[0].text
    assert "Un archivo no responde" in spanish
    assert (other, after) == (200, 200)


def test_home_says_how_things_stand(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    full, bad = verbatim("The <disk> is full."), verbatim("It was <bad>.")
    at = NOON.isoformat()
    stage.findings = [
        Finding("wrong", message("today.to-fix", count=1, more=(full,))),
        Finding("ok", message("served.pack", since=at, count=9, origin="shipped")),
        Finding("note", message("refresh.failed", at=at, outcome="refused", more=(bad,))),
    ]

    page = office.get("/staff/").text

    assert "Lincoln &lt;Middle&gt; School" in page
    assert "hotlines and services, unchanged since today at 12:00\u00a0PM." in page
    assert "The &lt;disk&gt; is full." in page
    assert "<li>It was &lt;bad&gt;.</li>" in page


def test_refresh_runs_the_verb_and_shows_its_sentence(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    stage.processes.says = ended(0, "The new pack passed every check.", "And <this>.")

    answer = office.press("/staff/refresh")

    assert (answer.status_code, answer.headers["location"]) == (303, STARTED)
    page = office.get(STARTED).text
    assert "Check for new numbers: done" in page
    assert "will show the new numbers within seconds" in page
    assert "<p>The new pack passed every check.</p><p>And &lt;this&gt;.</p>" in page.replace(
        "\n", ""
    )
    assert stage.processes.started == [("refresh",)]


@pytest.mark.parametrize(
    ("said", "waits", "comes"),
    [
        (message("outcome.held", why="", id="0123abcd"), True, False),
        (message("outcome.unchanged"), False, False),
        (message("outcome.active", release="0123abcd"), False, True),
    ],
    ids=lambda one: getattr(one, "code", ""),
)
def test_a_result_promises_new_numbers_only_if_the_screen_gets_some(
    desk: tuple[Stage, Office], said: Message, waits: bool, comes: bool
) -> None:
    stage, office = desk
    stage.processes.says = Report(0, (said,))
    office.press("/staff/refresh")

    page = office.get(STARTED).text.partition("<main")[2]

    assert ("will show the new numbers within seconds" in page) is comes
    assert ('href="/staff/held"' in page) is waits


def test_a_refusal_is_shown_as_not_done(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    stage.processes.says = ended(1, "The new pack was refused; the old one stays.")
    office.press("/staff/refresh")

    page = office.get(STARTED).text

    assert "Check for new numbers: not done" in page
    assert "the old one stays" in page


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (TimeoutError(), str(message("command.too-long"))),
        (OSError(11, "Resource temporarily unavailable"), "temporarily"),
        (KeyError("x"), "went wrong"),
    ],
)
def test_a_verb_that_hangs_or_cannot_start_is_told(
    desk: tuple[Stage, Office], problem: Exception, said: str
) -> None:
    stage, office = desk
    stage.processes.problem = problem
    office.press("/staff/refresh")

    assert said in office.get(STARTED).text


def test_a_stick_is_listed_with_its_name_escaped_and_refreshed_from(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    stage.sticks = [STICK]

    page = office.get("/staff/refresh").text
    assert "A &lt;b&gt; STICK" in page
    assert "/media/" not in page
    office.press("/staff/refresh", stick=STICK.key)

    assert "Use the stick A &lt;b&gt; STICK: done" in office.get(STARTED).text
    assert stage.processes.started == [("refresh", "--from", STICK.path)]


@pytest.mark.parametrize("given", ["/etc", "--again", "../..", "0" * 16, STICK.path])
def test_a_folder_that_is_no_stick_is_not_read(desk: tuple[Stage, Office], given: str) -> None:
    stage, office = desk
    stage.sticks = [STICK]

    answer = office.press("/staff/refresh", stick=given)

    assert answer.status_code == 409
    assert stage.processes.started == []


def test_a_stick_that_was_pulled_meanwhile_starts_nothing(desk: tuple[Stage, Office]) -> None:
    stage, office = desk

    assert "This has changed" in office.press("/staff/refresh", stick=STICK.key).text
    assert stage.processes.started == []


OLD_STICK = "This stick is 40 days old, but not older than what is shown."


def refuse_for(stage: Stage, failure: failures.Kind) -> None:
    """What a refresh leaves behind that ended so."""
    stage.processes.says = ended(1, OLD_STICK)
    record = LastRefresh(at=NOON, outcome="refused", sentence=OLD_STICK, failure=failure)
    stage.releases.change(lambda state: structs.replace(state, refresh=record))


def test_case_25_a_stick_that_is_only_old_is_asked_about_and_taken_after_a_yes(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    stage.sticks = [STICK]
    refuse_for(stage, "old stick")
    office.press("/staff/refresh", stick=STICK.key)
    page = office.get(STARTED).text
    assert "Use this stick anyway?" in page
    assert OLD_STICK in page
    assert stage.processes.started == [("refresh", "--from", STICK.path)]

    office.press("/staff/refresh", stick=STICK.key, accept_age="yes")
    office.get(STARTED)

    assert stage.processes.started[1:] == [("refresh", "--from", STICK.path, "--accept-age")]


@pytest.mark.parametrize("failure", ["older stick", "hub stale", "bad signature", "stick"])
def test_case_24_a_stick_that_is_older_or_wrong_is_asked_about_by_nobody(
    desk: tuple[Stage, Office], failure: failures.Kind
) -> None:
    stage, office = desk
    stage.sticks = [STICK]
    refuse_for(stage, failure)
    office.press("/staff/refresh", stick=STICK.key)

    page = office.get(STARTED).text

    assert "anyway" not in page
    assert "not done" in page


def test_the_age_of_the_publisher_on_the_network_is_never_accepted_by_a_click(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    refuse_for(stage, "old stick")
    office.press("/staff/refresh", accept_age="yes")

    assert "anyway" not in office.get(STARTED).text
    assert stage.processes.started == [("refresh",)]


def test_what_is_due_says_what_to_compare_and_what_is_never_called(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    page = office.get("/staff/due").text

    assert "entries are due next" in page
    assert page.index("Do not call</span>") < page.index("You may call it")
    assert "Never call or text it as a test" in page
    assert "https://" in page
    assert "other counties" not in page
    assert "Texts that no clinician or lawyer has read yet" in page
    assert page.index("birth control and pregnancy tests") < page.index("topic:health:p.3")

    kiosk = msgspec.structs.replace(stage.installation.kiosk, counties=("Alameda",))
    stage.set_up(msgspec.structs.replace(stage.installation, kiosk=kiosk))
    with opened(stage.desk) as port, Office(port) as other:
        other.sign_in()
        assert "Entries for other counties come last." in other.get("/staff/due").text
        spanish = other.get("/staff/due?language=es", follow_redirects=True).text
    assert "Nunca llame ni mande mensajes de prueba" in spanish


def test_the_spanish_desk_says_in_spanish_what_a_command_did_and_marks_what_it_cannot(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    office.get("/staff/?language=es")
    office.press("/staff/refresh")
    known = office.get(STARTED).text
    burns = in_order(verbatim("It burns <now>."), message("failure.stays"))
    stage.processes.says = Report(1, (burns, verbatim("It is late.")))
    office.press("/staff/refresh")
    mixed = office.get(STARTED).text.replace("\n", "")

    assert "<p>No había nada nuevo. La pantalla conserva sus números.</p>" in known
    assert (
        "<p>El paquete es el que ya se muestra; nada cambió.</p>" in known.partition("<details")[2]
    )
    assert "está en inglés." not in known
    assert "Lo que aún no está traducido está en inglés." in mixed
    assert (
        '<p><span lang="en">It burns &lt;now&gt;. </span>La pantalla sigue mostrando lo mismo.</p>'
        in mixed
    )
    assert '<p lang="en">It is late.</p>' in mixed


def test_what_only_the_program_says_in_english_is_told_apart_on_the_spanish_desk(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    refuse_for(stage, "old stick")
    office.get("/staff/?language=es")

    page = office.get("/staff/refresh").text.replace("\n", "")

    assert "Última búsqueda de números nuevos:" in page
    sentence = stage.releases.state().refresh
    assert sentence is not None
    marked = "Lo que aún no está traducido está en inglés."
    assert f'Detalles</summary>{marked} <p lang="en">{sentence.sentence}</p>' in page
    assert "tema basics; por una palabra;" in office.press("/staff/phone", message="FOOD").text
    stage.counted = verbatim("The database cannot be read.")
    assert marked in office.get("/staff/counts").text
    assert "preguntó.A" not in office.get("/staff/partners").text


def test_a_partner_who_asks_can_be_shown_how_they_stand(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    page = office.get("/staff/partners").text

    assert page.count("<details>") == len(stage.pack.live_partners)
    assert "Nobody asked the partner." in page
    assert f"at most {stage.pack.corrections.within_days} days" in page
    assert f"<code>/en/r/{stage.pack.live_partners[0].code}</code>" in page


def test_releases_are_listed_and_rolled_back_after_a_question(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    activate(stage, "first", "second")

    page = office.get("/staff/releases").text
    assert page.index("<code>second<") < page.index("<code>first<")
    assert 'href="/staff/releases/back"' in page
    asked = office.get("/staff/releases/back").text
    assert "Go back to the previous numbers?" in asked
    assert stage.processes.started == []
    both = {"from": "second", "to": "first"}
    assert office.press("/staff/releases/back", **both, passphrase="wrong").status_code == 403
    assert stage.processes.started == []
    office.press("/staff/releases/back", **both, passphrase=PASSPHRASE)

    assert "Go back to the previous numbers: done" in office.get(STARTED).text
    assert stage.processes.started == [("rollback",)]


def test_a_roll_back_does_not_apply_to_other_releases_than_were_asked_about(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    activate(stage, "first", "second")
    office.get("/staff/releases/back")
    activate(stage, "third")

    answer = office.press("/staff/releases/back", **{"from": "second", "to": "first"})

    assert answer.status_code == 409
    assert stage.processes.started == []


def test_a_damaged_active_release_is_left_by_a_roll_back_at_the_desk(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    activate(stage, "first", "second")
    (stage.releases.folder / "second" / "core.json").write_bytes(b"{}")
    assert "A check for new numbers cannot fix this" not in office.get("/staff/releases").text
    last = LastRefresh(at=NOON, outcome="refused", sentence="It was bad.")
    stage.releases.change(lambda state: structs.replace(state, refresh=last))

    assert "A check for new numbers cannot fix this" in office.get("/staff/releases").text
    assert "will take its place" in office.get("/staff/releases/back").text
    answer = office.press("/staff/releases/back", **{"from": "other", "to": "first"})
    assert (answer.status_code, stage.processes.started) == (409, [])
    both = {"from": "second", "to": "first", "passphrase": PASSPHRASE}
    office.press("/staff/releases/back", **both)
    assert "Go back to the previous numbers: done" in office.get(STARTED).text
    assert stage.processes.started == [("rollback",)]


def test_with_one_release_there_is_nothing_to_go_back_to(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    activate(stage, "only")

    assert "Nothing to go back to" in office.get("/staff/releases/back").text
    assert "/staff/releases/back" not in office.get("/staff/releases").text


def test_the_drawn_phone_shows_the_lines_reply_and_keeps_neither(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk

    page = office.press("/staff/phone", message="where is <food>").text

    assert stage.texted == ["where is <food>"]
    assert "where is &lt;food&gt;" in page
    assert "Call 211 for food. &lt;b&gt;" in page
    assert "food" not in office.get("/staff/phone").text.casefold().replace("such as food", "")


def test_a_message_longer_than_a_phone_sends_is_cut(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    office.press("/staff/phone", message="x" * 3000)

    assert stage.texted == ["x" * 480]


def test_a_page_that_is_not_there_leads_back(desk: tuple[Stage, Office]) -> None:
    answer = desk[1].get("/staff/nothing")

    assert answer.status_code == 404
    assert 'href="/staff/"' in answer.text


def test_one_verb_runs_at_a_time() -> None:
    async def two_at_once() -> tuple[bool, bool, bool, int]:
        going, calls = asyncio.Event(), []

        async def verb(*arguments: str) -> Report[None]:
            calls.append(arguments)
            await going.wait()
            return ended(0, "done")

        work = DeskTask(verb, lambda: NOON)
        first, second = work.start("One", "refresh"), work.start("Two", "rollback")
        await work.wait(0.01)
        running = work.running
        going.set()
        await work.wait(5)
        assert work.last
        assert work.last.title == "One"
        return first, second, running, len(calls)

    assert asyncio.run(two_at_once()) == (True, False, True, 1)


def test_a_poster_is_made_in_the_asked_languages_and_handed_over(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    page = office.get("/staff/posters").text
    assert "Wallet cards" in page
    assert 'value="ar"' in page
    made = office.press("/staff/posters", size="wallet", first="es", second="ar")
    assert made.headers["content-type"] == "application/pdf"
    assert "poster-wallet-es-ar.pdf" in made.headers["content-disposition"]
    assert made.content == b"%PDF-1.7"
    assert stage.printed == [("wallet", ("es", "ar"))]


def test_a_poster_that_could_not_be_made_is_told_and_asked_again(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    stage.poster = verbatim("There is no font for that.")
    asked = office.press("/staff/posters", size="half", first="en", second="")
    assert asked.status_code == 400
    assert "There is no font for that." in asked.text
    assert 'value="half" required checked' in asked.text


@pytest.mark.parametrize(
    "asked",
    [
        {"size": "half\0", "first": "en"},
        {"size": "--out", "first": "en"},
        {"size": "half", "first": "en\r\nx: y"},
        {"size": "half", "first": "en", "second": "\0"},
        {"size": "half", "first": "../en"},
    ],
)
def test_a_poster_that_no_list_of_the_page_offers_is_not_made(
    desk: tuple[Stage, Office], asked: dict[str, str]
) -> None:
    """A language's name is an argument of a command, and a part of the file's name."""
    stage, office = desk
    answer = office.press("/staff/posters", **{"second": "", **asked})
    assert answer.status_code == 400
    assert "Choose from the lists on this page." in answer.text
    assert stage.printed == []


TERM = TermCounts(
    "fall",
    2026,
    over=True,
    months={24319: 40, 24320: None},
    topics={"basics": 30, "general:es": 11},
)


def test_counts_are_shown_as_tables_and_charts_and_as_a_sheet(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    stage.counted = [TERM]
    page = office.get("/staff/counts").text
    assert "<td>40</td>" in page
    assert "fewer than 11" in page
    assert '<svg class="chart"' in page
    assert "style=" not in page.partition("<main")[2]
    sheet = office.get("/staff/counts.csv")
    assert "counts.csv" in sheet.headers["content-disposition"]
    assert "Fall 2026,By month,August 2026,40" in sheet.text


def test_counts_that_cannot_be_read_are_told_in_a_sentence(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    stage.counted = message("command.counts-unreadable", why=verbatim("it is locked"))
    assert office.get("/staff/counts").status_code == 503
    assert "it is locked" in office.get("/staff/counts").text


def test_a_cell_that_a_program_could_run_is_defused(desk: tuple[Stage, Office]) -> None:
    stage, _office = desk
    words = stage.desk.look.words("en")
    rows = [count_page.CountRow("=1+1", 12, "12"), count_page.CountRow("+cmd", 12, "12")]
    view = count_page.TermView("Fall 2026", True, rows, [], [], "24")
    assert "'=1+1" in count_page.sheet([view], words)
    assert "'+cmd" in count_page.sheet([view], words)


def test_a_share_is_told_in_tenths_and_never_as_a_number(desk: tuple[Stage, Office]) -> None:
    stage, _office = desk
    whole = msgspec.structs.replace(
        TERM, months={24319: 100}, topics={"general:es": 11, "general:vi": 40}
    )
    (view,) = count_page.views([whole], stage.pack, stage.desk.look.words("en"))
    assert [(row.name, row.words) for row in view.missed] == [
        ("Tiếng Việt", "about 4 in 10"),
        ("Español", "about 1 in 10"),
    ]
