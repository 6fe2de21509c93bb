"""The set-up pages, signed in: everything can be changed later; what others set is shown as such."""

import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

from content.model.pinned import pinned_pack
from content.review import crisis_comparison
from content.review.crisis_comparison import Comparison, Comparisons, numbers
from kiosk.desk import passphrase
from messages.message import message
from settings import desk_file, extras
from settings.schema import AlarmSettings, Sms
from system import files
from tests.kiosk.desk.test_school_pages import form_of
from tests.kiosk.desks import NOON, PASSPHRASE, QUICK, Office, Stage, opened, staged
from tests.shipped import pack as shipped

TYPED = {
    "school": "Yolo Elementary",
    "mail_to": "office@yolo.example; nurse@yolo.example",
    "county-06113": "on",
    "county_line": "",
    "audio": "speaker",
    "printer": "off",
    "language-es": "on",
    "language-en": "on",
    "first": "es",
    "number": "(916) 875-5437",
    "program_name": "Yolo Line",
    "contact": "office@yolo.example",
    "terms": "https://yolo.example/line",
}
FILE = "/etc/porchlight/settings.toml"
LINE = "+19168755437"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase.keep, "__kwdefaults__", {"names": (), "cost": QUICK})


def ticked(stage: Stage) -> dict[str, str]:
    return {f"number-{one.key}": "on" for one in numbers(stage.pack.resources)}


def test_everything_of_the_first_start_can_be_changed_later(desk: tuple[Stage, Office]) -> None:
    stage, office = desk

    answer = office.press("/staff/setup", **TYPED)

    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/open")
    assert stage.changes == 1
    assert desk_file.read(stage.root)[0] == {
        "kiosk.school": "Yolo Elementary",
        "kiosk.counties": ("Yolo",),
        "kiosk.county_line": "",
        "kiosk.languages": ("es", "en"),
        "kiosk.audio": "speaker",
        "kiosk.printer": "off",
        "sms.number": "+19168755437",
        "sms.program_name": "Yolo Line",
        "sms.contact": "office@yolo.example",
        "sms.terms": "https://yolo.example/line",
        "alarms.mail_to": ("office@yolo.example", "nurse@yolo.example"),
    }


def test_a_form_without_some_fields_leaves_their_settings_as_they_are(
    desk: tuple[Stage, Office],
) -> None:
    stage, _office = desk
    alarms = AlarmSettings(mail_to=("office@yolo.example",))
    stage.set_up(msgspec.structs.replace(stage.installation, alarms=alarms))
    absent = {"mail_to", "audio", "printer", "number"}
    with opened(stage.desk) as port, Office(port) as other:
        other.sign_in()
        typed = {name: text for name, text in TYPED.items() if name not in absent}
        assert other.press("/staff/setup", **typed).status_code == 303

    kept = desk_file.read(stage.root)[0]
    assert kept["alarms.mail_to"] == ("office@yolo.example",)
    assert (kept["kiosk.audio"], kept["kiosk.printer"]) == ("headset", "browser")


@pytest.mark.parametrize("problem", ["", "delivery.timeout"])
def test_a_test_alarm_is_sent_from_set_up_and_the_page_shows_how_it_went(
    desk: tuple[Stage, Office], problem: str
) -> None:
    stage, office = desk
    assert "Send a test alarm" not in office.get("/staff/setup").text  # nobody would get one
    alarms = AlarmSettings(mail_to=("office@yolo.example",), smtp_host="mail.yolo.example")
    stage.set_up(msgspec.structs.replace(stage.installation, alarms=alarms))
    with opened(stage.desk) as port, Office(port) as other:
        other.sign_in()
        assert "Send a test alarm" in other.get("/staff/setup").text
        stage.not_sent = message(problem, who="mail", seconds=15) if problem else None
        page = other.press("/staff/setup/alarm").text

    assert stage.alarms_sent == 1
    assert ("did not answer within 15 seconds" in page) is bool(problem)
    assert ("Ask the people you named" in page) is (not problem)
    assert "Current settings" in page  # nothing was typed, so nothing waits to be saved


def test_what_another_tab_saved_meanwhile_is_shown_beside_and_not_taken_away(
    desk: tuple[Stage, Office],
) -> None:
    """Else a form opened in the morning silently takes the text line's number away."""
    stage, office = desk
    file = stage.root / desk_file.FILE
    office.press("/staff/setup", **{**TYPED, "county_line": "(916) 875-5438"})
    before = file.read_bytes()

    late = {**TYPED, "number": "", "county_line": "", "contact": "b@yolo.example"}
    answer = office.press("/staff/setup", **late)  # the page shows what was before the other's

    assert (answer.status_code, file.read_bytes(), stage.changes) == (409, before, 1)
    assert "Someone else saved this page after you opened it" in answer.text
    for theirs in ("1-916-875-5437", "1-916-875-5438", "office@yolo.example"):
        assert re.search(f"Someone else saved: “{re.escape(theirs)}”", answer.text), theirs
    assert 'value="b@yolo.example"' in answer.text

    stamp = re.search(r'name="stamp" value="([^"]+)"', answer.text)
    assert stamp
    assert office.press("/staff/setup", **late, stamp=stamp[1]).status_code == 303
    assert desk_file.read(stage.root)[0]["sms.number"] == ""


def test_a_form_that_meets_the_built_in_pack_waits_and_keeps_its_counties(
    desk: tuple[Stage, Office],
) -> None:
    """After a restart no county was known: a Save said that the school has none."""
    stage, office = desk
    form = form_of(office.get("/staff/setup").text) | TYPED
    whole, detail = stage.pack, stage.detail
    stage.pack, stage.detail = pinned_pack(), {"serving": "built-in"}

    waits = office.form("/staff/setup", form)

    assert (waits.status_code, "One moment" in waits.text) == (503, True)
    stage.pack, stage.detail = whole, detail
    shown = office.form("/staff/setup", form_of(waits.text) | {"step": "waited"})
    assert (shown.status_code, desk_file.read(stage.root)[0]) == (200, {})
    assert 'name="county-06113" checked' in shown.text
    assert 'value="Yolo Elementary"' in shown.text


def test_a_form_is_saved_over_a_file_that_was_damaged_meanwhile(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    (stage.root / desk_file.FILE).write_bytes(b"school = ")

    assert office.press("/staff/setup", **TYPED).status_code == 303
    assert desk_file.read(stage.root)[0]["sms.number"] == "+19168755437"


def test_settings_that_do_not_hold_yet_are_kept_and_the_desk_says_why(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    stage.not_taken_up = "settings.toml: cannot be read as TOML."
    answer = office.press("/staff/setup", **TYPED)
    assert answer.status_code == 500
    assert (
        "take effect when somebody fixes the settings file: settings.toml: cannot be" in answer.text
    )
    assert desk_file.read(stage.root)[0]["kiosk.school"] == "Yolo Elementary"


def test_the_fields_hold_what_is_set(desk: tuple[Stage, Office]) -> None:
    page = desk[1].get("/staff/setup").text

    assert 'value="Lincoln &lt;Middle&gt; School"' in page
    assert page.count('name="language-') == 10
    assert 'name="language-vi" checked' in page
    assert "The desk’s passphrase" not in page.split("New passphrase")[0].split("<main")[1]


def test_what_is_wrong_is_said_and_nothing_is_written(desk: tuple[Stage, Office]) -> None:
    stage, office = desk

    answer = office.press("/staff/setup", **{**TYPED, "number": "12"})

    assert answer.status_code == 400
    assert "not a US phone number" in answer.text
    assert 'value="12"' in answer.text
    assert not (stage.root / desk_file.FILE).exists()
    assert not stage.changes


def test_what_a_file_or_a_variable_set_is_shown_as_such_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with staged(tmp_path, shipped()) as (stage, _office):
        origins = {
            "kiosk.school": FILE,
            "kiosk.counties": "PORCHLIGHT_KIOSK__COUNTIES",
            "kiosk.languages": "PORCHLIGHT_KIOSK__LANGUAGES",
            "sms.number": "desk",
        }
        stage.set_up(msgspec.structs.replace(stage.installation, origins=origins))
        with opened(stage.desk) as port, Office(port) as office:
            office.sign_in()
            page = office.get("/staff/setup").text
            office.press("/staff/setup", **{**TYPED, "language-es": "-", "zips": "10001"})

    assert page.count("Only the technician can change it there.") == 3
    assert f"{FILE} sets this." in page
    assert 'name="school"' not in page
    assert 'name="number"' in page
    assert set(desk_file.read(stage.root)[0]) == {
        "alarms.mail_to",
        "kiosk.audio",
        "kiosk.county_line",
        "kiosk.printer",
        "sms.number",
        "sms.program_name",
        "sms.contact",
        "sms.terms",
    }


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"current": "wrong words"}, 403, "passphrase is not correct"),
        ({"passphrase": "short", "again": "short"}, 400, "12 characters or more"),
        ({"again": "another four plain words"}, 400, "The two passphrases are different"),
    ],
)
def test_a_passphrase_that_is_wrong_or_weak_changes_nothing(
    desk: tuple[Stage, Office], fields: dict[str, str], status: int, said: str
) -> None:
    before = (desk[0].root / passphrase.FILE).read_bytes()
    new = {"current": PASSPHRASE, "passphrase": "quiet ladder orbit mustard"}

    answer = desk[1].press(
        "/staff/setup/passphrase", **{**new, "again": new["passphrase"], **fields}
    )

    assert (answer.status_code, said in answer.text) == (status, True)
    assert (desk[0].root / passphrase.FILE).read_bytes() == before


def test_another_passphrase_signs_everybody_out(desk: tuple[Stage, Office]) -> None:
    _stage, office = desk
    new = "quiet ladder orbit mustard"

    office.press("/staff/setup/passphrase", current=PASSPHRASE, passphrase=new, again=new)

    assert office.get("/staff/").headers["location"] == "/staff/in"
    assert office.sign_in().status_code == 403
    assert office.sign_in(new).status_code == 303


def test_until_two_people_compared_the_numbers_every_page_says_so(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    said = "The crisis numbers have not yet been compared"
    assert said in office.get("/staff/").text
    assert said in office.get("/staff/refresh").text

    for role in ("nurse", "principal"):
        office.sign_in()
        answer = office.press("/staff/numbers", role=role, **ticked(stage))
        assert answer.headers["location"] == "/staff/open"
        assert (said in office.get("/staff/").text) is (role == "nurse")

    assert (
        "Nurse, November 24, 2026. Principal, November 24, 2026." in office.get("/staff/open").text
    )
    page = office.get("/staff/numbers").text
    assert "Two people have compared them" in page
    assert page.count('class="digits"') == len(ticked(stage))


def test_two_roles_in_one_sign_in_are_no_two_people_and_the_checklist_says_so(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    said = "This was the same sign-in as before"
    for role in ("principal", "office"):
        office.press("/staff/numbers", role=role, **ticked(stage))
    page = office.get("/staff/open").text
    first = page.partition("</li>")[0]
    assert ("good" in first.partition("<h2>")[0], page.count(said)) == (False, 1)
    assert "The crisis numbers have not yet been compared" in office.get("/staff/").text
    assert said in office.get("/staff/numbers").text

    office.sign_in()
    office.press("/staff/numbers", role="nurse", **ticked(stage))
    page = office.get("/staff/open").text
    assert '<li class="point good">' in page.partition("</li>")[0]
    assert "Two people have compared them" in office.get("/staff/numbers").text


def test_a_sign_in_that_compared_other_numbers_may_compare_the_new_ones_first(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    office.press("/staff/numbers", role="principal", **ticked(stage))
    file = stage.root / crisis_comparison.FILE
    file.write_text(file.read_text().replace("988", "989"))  # a pack came with another number
    office.press("/staff/numbers", role="principal", **ticked(stage))
    assert [one.same_sign_in for one in crisis_comparison.kept(stage.root).by] == [False]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"role": "nurse"}, "then check the box for each number"),
        ({"role": "office"}, "It takes two people"),
        ({"role": ""}, "Choose your role"),
        ({"role": "Ms. Miller"}, "Choose your role"),
    ],
)
def test_a_comparison_that_does_not_count_is_told_and_what_was_ticked_stays(
    desk: tuple[Stage, Office], fields: dict[str, str], said: str
) -> None:
    stage, office = desk
    office.press("/staff/numbers", role="office", **ticked(stage))
    given = ticked(stage)
    if fields["role"] == "nurse":
        del given["number-988 voice"]

    answer = office.press("/staff/numbers", **fields, **given)

    assert (answer.status_code, said in answer.text) == (400, True)
    assert answer.text.count(" checked>") == len(given)
    assert len(crisis_comparison.kept(stage.root).by) == 1


def test_of_who_compared_only_role_and_day_are_kept(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    office.press("/staff/numbers", role="nurse", name="Ms. Miller", **ticked(stage))

    content = (stage.root / crisis_comparison.FILE).read_text()

    assert "Miller" not in content
    assert set(msgspec.json.decode(content)) == {"numbers", "by"}
    assert msgspec.json.decode(content)["by"] == [{"role": "nurse", "on": "2026-11-24"}]


def test_the_checklist_begins_with_the_crisis_numbers_and_names_what_is_open(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk

    page = office.get("/staff/open").text

    titles = re.findall(r"<h2><a [^>]*>(.*?)</a></h2>", page)
    assert titles[0] == "Two people checked each crisis number against the hotline’s own website"
    assert "No county is chosen, so the screen cannot" in page
    assert "I texted the line from a real phone" in page
    stage.set_up(msgspec.structs.replace(stage.installation, sms=Sms(enabled=False)))
    with opened(stage.desk) as port, Office(port) as other:
        other.sign_in()
        assert "text" not in other.get("/staff/open").text.split("<main")[1]


def shown(folder: Path, sms: Sms, address: str, *, account: str = "ok") -> str:
    """A page of the desk where the text line is set so."""
    with staged(folder, shipped()) as (stage, _office):
        stage.detail = {**stage.detail, "account": account}
        kiosk = msgspec.structs.replace(stage.installation.kiosk, text_line=sms.number)
        stage.installation = msgspec.structs.replace(stage.installation, kiosk=kiosk)
        stage.set_up(msgspec.structs.replace(stage.installation, sms=sms))
        with opened(stage.desk) as port, Office(port) as office:
            office.sign_in()
            return office.get(address).text


@pytest.mark.parametrize(
    ("sms", "said"),
    [
        (Sms(), "no number yet"),
        (Sms(number=LINE), "The text line does not have a contact yet. The address of its"),
        (Sms(number=LINE, contact="office@yolo.example"), "terms and privacy page is missing"),
        (Sms(number=LINE, enabled=False), "The text line does not have a contact"),
        (
            Sms(number=LINE, program_name="Yolo", contact="a@b.example", terms="https://a.example"),
            "call the line “Yolo”",
        ),
    ],
    ids=["no number", "no contact", "no terms", "another machine's", "all"],
)
def test_the_checklist_asks_for_what_a_carrier_wants_on_a_poster(
    tmp_path: Path, sms: Sms, said: str
) -> None:
    page = shown(tmp_path, sms, "/staff/open")
    (point,) = [one for one in page.split("<li") if "The text line: number, name" in one]
    assert said in " ".join(point.split())
    assert ("point good" in point) is bool(sms.terms)
    assert ("the answer to send when this computer is off" in page) is sms.enabled


@pytest.mark.parametrize("account", ["ok", "The webhook refuses every text."])
def test_a_number_at_which_no_text_is_answered_is_open_on_the_checklist_and_not_to_be_printed(
    tmp_path: Path, account: str
) -> None:
    whole = Sms(number=LINE, contact="a@b.example", terms="https://a.example")
    page = shown(tmp_path, whole, "/staff/open", account=account)
    (point,) = [one for one in page.split("<li") if "The text line: number, name" in one]
    posters = shown(tmp_path, whole, "/staff/posters", account=account)

    assert ("point good" in point) is (account == "ok")
    for told in (point, posters):
        assert ("The text line refuses every text" in told) is (account != "ok")
    assert ("Do not hang these up yet" in posters) is (account != "ok")


@pytest.mark.parametrize(
    ("sms", "asks_for_a_trial"),
    [(Sms(enabled=False), True), (Sms(), False)],
    ids=["another machine's", "this one's"],
)
def test_who_types_another_machines_number_is_told_to_try_it(
    tmp_path: Path, sms: Sms, asks_for_a_trial: bool
) -> None:
    page = shown(tmp_path, sms, "/staff/setup")
    assert ("text it from a real phone first" in page) is asks_for_a_trial


def test_a_machine_that_cannot_make_a_poster_says_so_before_somebody_asks_for_one(
    desk: tuple[Stage, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    _stage, office = desk
    pages = ("/staff/open", "/staff/posters")
    assert not any("apt-get install libpango" in office.get(page).text for page in pages)
    monkeypatch.setattr(extras, "PANGO", ("libnowhere.so.0",))
    assert all("apt-get install libpango" in office.get(page).text for page in pages)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_checklist_says_that_nobody_hears_and_that_no_backup_was_made(
    desk: tuple[Stage, Office], language: str
) -> None:
    stage, office = desk
    nobody, none, made = {
        "en": (
            "Nobody has been named yet.",
            "There is no backup yet.",
            "The last backup was made today",
        ),
        "es": ("Todavía no se nombró a nadie.", "Todavía no hay ninguna.", "La última se hizo hoy"),
    }[language]

    def checklist(of: Office) -> str:
        return of.get(f"/staff/open?language={language}", follow_redirects=True).text

    page = checklist(office)
    assert (nobody in page, none in page) == (True, True)
    stage.detail = {**stage.detail, "backup": NOON.isoformat()}
    hook = AlarmSettings(webhook="https://hooks.example.org/a")
    stage.set_up(msgspec.structs.replace(stage.installation, alarms=hook))
    with opened(stage.desk) as port, Office(port) as other:
        other.sign_in()
        page = checklist(other)
    assert made in page
    assert (nobody in page, none in page) == (False, False)


def test_a_number_that_changed_is_asked_about_again(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    now = {one.key: one.value for one in numbers(stage.pack.resources)}
    by = tuple(Comparison(role=role, on=date(2026, 9, 1)) for role in ("nurse", "it"))
    before = Comparisons(numbers={**now, "988 voice": "989"}, by=by)
    files.write_record(stage.root / crisis_comparison.FILE, before)

    page = office.get("/staff/numbers").text

    assert page.count("changed since it was compared") == 1
    assert "The crisis numbers have not yet been compared" in office.get("/staff/").text
