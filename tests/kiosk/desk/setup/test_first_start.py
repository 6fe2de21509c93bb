"""The first start: the desk opens once, to whoever has the code, and is shut from then on."""

import asyncio
import re
import socket
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import msgspec
import pytest

from content.model.pack import Pack
from content.model.pinned import pinned_pack
from kiosk.desk import passphrase
from kiosk.desk.setup import first_start
from settings import desk_file
from settings.schema import Desk, Settings
from system import files
from tests.kiosk.desk.test_school_pages import form_of
from tests.kiosk.desks import PASSPHRASE, QUICK, Office, Stage, staged
from tests.shipped import pack as shipped

AT, CODE = "/staff/first", "ABCD-EFGH"
TYPED = {
    "code": CODE,
    "school": "Lincoln High School",
    "zips": "95814",
    "county_line": "916-875-5437",
    "mail_to": "office@lincoln.example",
    "language-en": "on",
    "language-es": "on",
    "first": "en",
    "number": "",
    "contact": "",
    "passphrase": "quiet ladder orbit mustard",
    "again": "quiet ladder orbit mustard",
}
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Stage, Office]]:
    """A machine that nobody set up, with the shipped pack, and CODE as its code."""
    monkeypatch.setattr(passphrase.keep, "__kwdefaults__", {"names": (), "cost": QUICK})
    files.made_once(tmp_path / first_start.CODE, CODE)
    with staged(tmp_path, shipped(), passphrase="") as opened:
        yield opened


def sent(office: Office, **fields: str) -> httpx2.Response:
    """The answer to the form with these fields in place of TYPED's; "-" leaves one out."""
    given = {"token": token(office), **TYPED, **fields}
    return office.form(AT, {name: value for name, value in given.items() if value != "-"})


def token(office: Office) -> str:
    found = _TOKEN.search(office.get(AT).text)
    return found[1] if found else ""


def nothing_is_set(stage: Stage) -> bool:
    return (
        not any((stage.root / name).exists() for name in (desk_file.FILE, passphrase.FILE))
        and not stage.changes
    )


@pytest.mark.parametrize("path", ["/", "/staff/", "/staff/in", "/staff/held", "/staff/none"])
def test_every_page_leads_to_the_first_start(fresh: tuple[Stage, Office], path: str) -> None:
    page = fresh[1].get(path, follow_redirects=True)

    assert page.url.path == AT
    assert "Set up this computer" in page.text
    assert "Sign out" not in page.text


def test_one_form_sets_the_machine_up_and_signs_in(fresh: tuple[Stage, Office]) -> None:
    stage, office = fresh

    answer = sent(office)

    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/open")
    assert office.get("/staff/open").status_code == 200
    values, problems = desk_file.read(stage.root)
    assert (problems, stage.changes) == ([], 1)
    assert values == {
        "kiosk.school": "Lincoln High School",
        "kiosk.counties": ("Sacramento",),
        "kiosk.county_line": "+19168755437",
        "kiosk.languages": ("en", "es"),
        "kiosk.audio": "headset",
        "kiosk.printer": "browser",
        "sms.number": "",
        "sms.program_name": "Porchlight",
        "sms.contact": "",
        "sms.terms": "",
        "alarms.mail_to": ("office@lincoln.example",),
    }
    assert stat.S_IMODE((stage.root / desk_file.FILE).stat().st_mode) == 0o600
    record = passphrase.kept(stage.root)
    assert record
    assert passphrase.right(record, TYPED["passphrase"])


def test_after_it_was_sent_once_it_is_shut(fresh: tuple[Stage, Office]) -> None:
    stage, office = fresh
    early = token(office)
    sent(office)
    before = (stage.root / passphrase.FILE).read_bytes()
    with Office(office.port) as stranger:
        assert stranger.get(AT).headers["location"] == "/staff/in"
        late = {**TYPED, "token": early, "school": "Another"}
        assert stranger.form(AT, late).status_code == 403

    assert office.get(AT).headers["location"] == "/staff/"
    assert (stage.root / passphrase.FILE).read_bytes() == before
    assert desk_file.read(stage.root)[0]["kiosk.school"] == "Lincoln High School"


WRONG = {
    "school": ("x" * 61, "room for 60 characters"),
    "school ": ("Lincoln\u202eSchool", "an invisible character"),
    "school  ": ("Suicide Prevention School", "do not mention any kind of harm"),
    "zips": ("89501, 95814", "89501: not in California. Correct it, or remove it"),
    "zips ": ("9581, 89501", "9581: a ZIP code has five digits"),
    "zips   ": ("89501, 10001", "89501, 10001: not in California. Correct them, or remove them"),
    "zips  ": ("<script>alert(1)</script>", "&lt;script&gt;"),
    "county_line": ("12", "not a US phone number"),
    "county_line ": ("916-555-0142", "This is a made-up number"),
    "county_line  ": ("+44 20 7946 0018", "not a US phone number"),
    "county_line   ": ("+1 900 875 5437", "not a US phone number"),
    "number": ("9168755437 9", "not a US phone number"),
    "contact": ("x" * 41, "This part of a text has room for 40"),
    "contact ": ("office", "a phone number with its area code, or an e-mail address"),
    "contact  ": ("office, ext. 4521", "a phone number with its area code, or an e-mail address"),
    "program_name": ("x" * 21, "This part of a text has room for 20"),
    "program_name ": ("灯", "A text message cannot contain 灯"),
    "program_name  ": ("Suicide Help", "do not mention any kind of harm"),
    "terms": ("district.example/line", "the full address"),
    "terms ": ("https://x.example/" + "x" * 43, "A card has room for 60 characters"),
    "terms  ": ("https://x.example/suicide", "do not mention any kind of harm"),
    "first": ("tlh", "starts in"),
    "mail_to": ("office@lincoln.example, principal", "“principal” is not an e-mail address"),
    "mail_to ": ("a@b.example " * 11, "At most 10 addresses"),
    "audio": ("loud", "Choose from the lists"),
    "printer": ("/dev/sda", "Choose from the lists"),
    "passphrase": ("short", "12 characters or more"),
    "passphrase ": ("lincoln high school", "easy to guess"),
    "passphrase  ": ("x" * 501, "Use at most 500"),
    "again": ("quiet ladder orbit custard", "The two passphrases are different"),
}


@pytest.mark.parametrize("field", WRONG)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    fresh: tuple[Stage, Office], field: str
) -> None:
    stage, office = fresh
    value, said = WRONG[field]

    answer = sent(office, **{field.strip(): value})

    assert answer.status_code == 400
    assert said in answer.text
    assert "Nothing is saved yet" in answer.text
    if field.strip() != "school":
        assert 'value="Lincoln High School"' in answer.text
    assert "<script>" not in answer.text
    assert "quiet ladder" not in answer.text  # a passphrase is never sent back
    assert nothing_is_set(stage)


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        (("language-en", "language-es"), "Select at least one language"),
        (("zips", "county_line"), "ZIP code, or select"),
        (("passphrase", "again"), "12 characters or more"),
        (("token",), "open for too long"),
    ],
)
def test_what_is_missing_is_said(
    fresh: tuple[Stage, Office], left_out: tuple[str, ...], said: str
) -> None:
    answer = sent(fresh[1], **dict.fromkeys(left_out, "-"))

    assert (answer.status_code, said in answer.text) == (400, True)
    assert nothing_is_set(fresh[0])


def test_a_name_as_long_as_a_book_is_told_in_the_form(fresh: tuple[Stage, Office]) -> None:
    answer = sent(fresh[1], school="😀" * 1600)

    assert (answer.status_code, "room for 60 characters" in answer.text) == (400, True)
    assert "😀" * 1600 in answer.text


def test_a_zip_code_ticks_its_counties_and_saves_nothing(fresh: tuple[Stage, Office]) -> None:
    page = sent(fresh[1], at="place", step="place", zips="95814 96161-0001", county_line="1")

    ticked = re.findall(r'name="county-(\d+)" checked', page.text)
    assert "06067" in ticked  # Sacramento
    assert len(ticked) > 2  # Truckee lies in several
    assert 'name="zips" value=""' in page.text  # else a county that is unticked would come back
    assert nothing_is_set(fresh[0])


SHOWN = re.compile(r'name="at" value="(\w+)"')


@pytest.mark.parametrize(
    ("moves", "fields", "shown", "said"),
    [
        ("school place", {}, "place", ""),
        ("school place", {"school": "x" * 61}, "school", "room for 60 characters"),
        ("school place", {"county_line": "1"}, "place", ""),
        ("school place", {"mail_to": "office"}, "school", "not an e-mail address"),
        ("place screen", {}, "place", ""),  # the county of a ZIP code is looked at first
        ("place screen", {"zips": "89501"}, "place", "not in California"),
        ("place screen", {"zips": "", "county-06067": "on"}, "screen", ""),
        ("place school", {"zips": "89501"}, "school", ""),  # the way back is always open
        ("screen line", {"language-en": "-", "language-es": "-"}, "screen", "Select at least one"),
        ("screen line", {"printer": "/dev/sda"}, "screen", "Choose from the lists"),
        ("line check", {}, "check", ""),
        ("line check", {"contact": "office"}, "line", "a phone number with its area code"),
        ("check line", {}, "line", ""),
        ("nowhere line", {}, "line", ""),
    ],
)
def test_a_step_leads_on_once_its_own_fields_are_right_and_saves_nothing(
    fresh: tuple[Stage, Office], moves: str, fields: dict[str, str], shown: str, said: str
) -> None:
    at, step = moves.split()

    page = sent(fresh[1], at=at, step=step, **fields)

    assert SHOWN.findall(page.text) == [shown]
    assert (page.status_code, 'role="alert"' in page.text) == (
        (400, True) if said else (200, False)
    )
    assert said in page.text
    assert page.text.count("<section") - page.text.count("hidden><h2>") <= 2
    assert 'name="school" value="' in page.text  # the fields of the other steps are sent along
    assert nothing_is_set(fresh[0])


def test_the_first_start_asks_for_the_languages_and_does_not_tick_them_all(
    fresh: tuple[Stage, Office],
) -> None:
    page = fresh[1].get(AT).text

    assert (page.count('name="language-'), page.count(" checked>")) == (10, 2)
    assert SHOWN.findall(page) == ["school"]


FAR = {
    "another name": {"host": "evil.example"},
    "a proxy's name without https": {"host": "desk.example.org"},
    "an address of the network": {"host": "192.168.4.20:8001"},
}


@pytest.mark.parametrize("headers", FAR.values(), ids=FAR)
def test_who_comes_by_another_name_is_told_which_address_to_open(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    settings = Desk(address="http://desk.example.org")
    with staged(tmp_path, shipped(), passphrase="", settings=settings) as (stage, office):
        page = office.get(AT, headers=headers)
        posted = office.form(AT, TYPED, **headers)

    assert page.status_code in {421, 503}
    assert "Name of the school" not in page.text
    assert posted.status_code in {403, 421, 503}
    assert nothing_is_set(stage)


HTTPS = "https://desk.example.org"
PROXIED = {"host": "desk.example.org", "via": "1.1 desk", "connection": "close"}


@pytest.mark.parametrize(
    ("host", "peer", "desk", "is_open"),
    [
        ("127.0.0.1:8001", "127.0.0.1", Desk(), True),
        ("localhost:8001", "127.0.0.1", Desk(), True),
        ("[::1]:8001", "::1", Desk(host="::1"), True),
        ("127.0.0.1:8001", "10.0.0.5", Desk(host="0.0.0.0"), False),  # noqa: S104
        ("127.0.0.1:8001", "127.0.0.1", Desk(host="0.0.0.0"), False),  # noqa: S104
        ("localhost:8001", "10.0.0.5", Desk(), False),
        ("localhost.evil.example", "127.0.0.1", Desk(), False),
        ("", "127.0.0.1", Desk(), False),
        ("localhost:8001", "", Desk(), False),
        ("desk.example.org", "127.0.0.1", Desk(address=HTTPS), True),
        ("other.example.org", "127.0.0.1", Desk(address=HTTPS), False),
        ("desk.example.org", "10.0.0.5", Desk(address=HTTPS), False),
        ("desk.example.org", "127.0.0.1", Desk(address=HTTPS, host="10.0.0.4"), False),
        ("desk.example.org", "127.0.0.1", Desk(address="http://desk.example.org"), False),
    ],
)
def test_the_page_opens_to_this_machine_and_by_https_through_its_proxy(
    host: str, peer: str, desk: Desk, is_open: bool
) -> None:
    assert first_start.may_open(desk, {"host": host}, peer) is is_open


KEEP_ALIVE = """GET {at} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n\r\n"""


@pytest.mark.parametrize("code", ["-", "", "AAAA-AAAA"])
def test_a_stranger_through_a_proxy_that_rewrites_host_sets_nothing(
    fresh: tuple[Stage, Office], code: str
) -> None:
    """Security review N2: a keep-alive proxy that adds no header looked like this machine; a
    forged Origin then claimed it."""
    stage, office = fresh
    with socket.create_connection(("127.0.0.1", office.port), timeout=30) as proxy:
        proxy.sendall(KEEP_ALIVE.format(at=AT, port=office.port).encode())
        assert proxy.recv(4096).startswith(b"HTTP/1.1 200 ")

    answer = sent(office, code=code)

    assert (answer.status_code, "That code is not correct." in answer.text) == (400, True)
    assert "set-cookie" not in answer.headers
    assert CODE not in answer.text
    assert nothing_is_set(stage)


def test_without_a_code_on_the_disk_no_code_is_right(fresh: tuple[Stage, Office]) -> None:
    stage, office = fresh
    (stage.root / first_start.CODE).unlink()
    for code in ("-", "", CODE):
        assert sent(office, code=code).status_code == 400
    assert nothing_is_set(stage)


def test_the_address_with_the_code_inside_fills_it_in_and_keeps_it(
    fresh: tuple[Stage, Office],
) -> None:
    stage, office = fresh
    address = first_start.address("", CODE)
    for language in ("", "&language=es"):
        page = office.get(f"{address}{language}", follow_redirects=True)
        assert f'name="code" value="{CODE}"' in page.text, language
        assert f'&amp;code={CODE}" lang="{"en" if language else "es"}"' in page.text
    stage.detail = {"serving": "built-in"}
    assert f'href="{AT}?code={CODE}"' in office.get(address).text
    assert "%3Cb%3E" not in office.get(f"{AT}?code=%3Cb%3E").text


def test_the_code_is_right_in_whatever_case_and_gone_once_it_was_used(
    fresh: tuple[Stage, Office],
) -> None:
    stage, office = fresh
    assert sent(office, code=CODE.replace("-", " ").lower()).status_code == 303
    assert not (stage.root / first_start.CODE).exists()


@pytest.fixture
def coded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Stage, Office]]:
    """A machine that nobody set up, behind a proxy with TLS."""
    monkeypatch.setattr(passphrase.keep, "__kwdefaults__", {"names": (), "cost": QUICK})
    files.made_once(tmp_path / first_start.CODE, CODE)
    with staged(tmp_path, shipped(), passphrase="", settings=Desk(address=HTTPS)) as opened:
        yield opened


def by_https(office: Office, **fields: str) -> httpx2.Response:
    found = _TOKEN.search(office.get(AT, headers=PROXIED).text)
    assert found
    return office.form(AT, {"token": found[1], **TYPED, **fields}, **PROXIED, origin=HTTPS)


def test_by_https_who_has_the_code_sets_the_machine_up_once(coded: tuple[Stage, Office]) -> None:
    stage, office = coded

    led = office.get("/staff/", headers=PROXIED)
    assert "Sign out" not in office.get(AT, headers=PROXIED).text
    answer = by_https(office)

    assert led.headers["location"] == AT
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/open")
    assert "; Secure" in answer.headers["set-cookie"]
    assert desk_file.read(stage.root)[0]["kiosk.school"] == "Lincoln High School"
    assert not (stage.root / first_start.CODE).exists()
    with Office(office.port) as stranger:
        assert stranger.get(AT, headers=PROXIED).headers["location"] == "/staff/in"
        assert stranger.form(AT, TYPED, **PROXIED, origin=HTTPS).status_code == 403


def test_another_code_sets_nothing_and_what_was_typed_stays(coded: tuple[Stage, Office]) -> None:
    stage, office = coded

    answer = by_https(office, code="AAAA-AAAA")

    assert (answer.status_code, "That code is not correct." in answer.text) == (400, True)
    assert 'value="Lincoln High School"' in answer.text
    assert nothing_is_set(stage)


def test_codes_cannot_be_tried_in_a_row(coded: tuple[Stage, Office]) -> None:
    stage, office = coded
    for _ in range(3):
        by_https(office, code="AAAA-AAAA")

    assert "Too many wrong guesses" in by_https(office).text
    assert nothing_is_set(stage)
    stage.steady.now += 60
    assert by_https(office).status_code == 303


def test_the_code_is_kept_for_its_user_alone_and_stays_the_same(tmp_path: Path) -> None:
    code = first_start.made_code(tmp_path)

    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}", code)
    assert first_start.made_code(tmp_path) == first_start.code(tmp_path) == code
    assert stat.S_IMODE((tmp_path / first_start.CODE).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "path", ["/staff/first/%2e%2e/setup", "/staff/setup", "/staff/%2e/setup", "/staff/setup%00"]
)
def test_a_path_with_tricks_opens_no_other_page(fresh: tuple[Stage, Office], path: str) -> None:
    answer = fresh[1].get(path)

    assert (answer.status_code, answer.headers["location"], answer.text) == (303, AT, "")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-site"},
        {"origin": "null", "sec-fetch-site": ""},
        {"origin": "", "sec-fetch-site": ""},
    ],
)
def test_a_form_of_another_page_sets_nothing(
    fresh: tuple[Stage, Office], headers: dict[str, str]
) -> None:
    answer = fresh[1].form(AT, {"token": token(fresh[1]), **TYPED}, **headers)

    assert answer.status_code == 403
    assert nothing_is_set(fresh[0])


def test_more_than_a_form_can_hold_is_refused(fresh: tuple[Stage, Office]) -> None:
    assert sent(fresh[1], school="x" * 125_000).status_code == 413
    many = {f"county-{number}": "on" for number in range(1500)}
    assert sent(fresh[1], **many).status_code == 400
    assert nothing_is_set(fresh[0])


def test_a_full_disk_is_told_and_leaves_the_page_open(
    fresh: tuple[Stage, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    (fresh[0].root / desk_file.FILE).unlink(missing_ok=True)
    real = desk_file.encoded

    def full(values: dict[str, object]) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(desk_file, "encoded", full)
    answer = sent(fresh[1])
    monkeypatch.setattr(desk_file, "encoded", real)

    assert answer.status_code == 500
    assert "No space left on device" in answer.text
    assert nothing_is_set(fresh[0])
    assert sent(fresh[1]).status_code == 303


def test_of_two_who_save_at_once_one_is_first(fresh: tuple[Stage, Office]) -> None:
    stage, office = fresh
    form = {"token": token(office), **TYPED}
    setup, words = stage.desk.setup, stage.desk.look.words("en")

    async def both() -> list[str]:
        writing = setup._writing
        async with writing:  # until both have shown the code, which the first Save removes
            saves = [setup.save_first({**form, "school": name}, words) for name in ("One", "Two")]
            pages = asyncio.gather(*saves)
            while len(getattr(writing, "_waiters", None) or ()) < 2:
                await asyncio.sleep(0.01)
        return [page.go for page in await pages]

    assert sorted(asyncio.run(asyncio.wait_for(both(), 60))) == ["/staff/in", "/staff/open"]
    assert stage.changes == 1


def test_before_the_pack_is_there_the_page_waits(fresh: tuple[Stage, Office]) -> None:
    fresh[0].detail = {"serving": "built-in"}

    page = fresh[1].get(AT)

    assert page.status_code == 503
    assert "One moment" in page.text
    assert 'http-equiv="refresh"' not in page.text  # it would take the page from who reads slowly
    assert f'href="{AT}"' in page.text


def test_what_was_typed_before_the_pack_is_there_is_not_lost(fresh: tuple[Stage, Office]) -> None:
    stage, office = fresh
    form = {**TYPED, "zips": "", "county-06067": "on", "token": token(office)}
    whole, detail = stage.pack, stage.detail
    stage.pack, stage.detail = pinned_pack(), {"serving": "built-in"}

    waits = office.form(AT, form)

    assert (waits.status_code, "quiet ladder" in waits.text) == (503, False)
    assert nothing_is_set(stage)
    stage.pack, stage.detail = whole, detail
    shown = office.form(AT, form_of(waits.text) | {"step": "waited"})
    assert (shown.status_code, 'name="county-06067" checked' in shown.text) == (200, True)
    assert nothing_is_set(stage)


@pytest.mark.parametrize(
    ("origins", "is_open"),
    [
        ({}, True),
        ({"kiosk.languages": "PORCHLIGHT_KIOSK__LANGUAGES"}, True),
        ({"kiosk.school": "/etc/porchlight/settings.toml"}, False),
        ({"server.public_url": "PORCHLIGHT_SERVER__PUBLIC_URL"}, True),
        ({"sms.number": "PORCHLIGHT_SMS__NUMBER"}, False),
        ({"desk.address": "/etc/porchlight/settings.toml"}, True),
    ],
)
def test_a_machine_whose_school_a_file_names_is_set_up_already(
    tmp_path: Path, origins: dict[str, str], is_open: bool
) -> None:
    settings = Settings(origins=origins)
    server = msgspec.structs.replace(settings.server, data_dir=tmp_path)

    fresh = first_start.is_fresh(msgspec.structs.replace(settings, server=server))

    assert fresh is is_open


def test_a_passphrase_that_a_power_cut_emptied_opens_nothing(tmp_path: Path, pack: Pack) -> None:
    (tmp_path / passphrase.FILE).write_bytes(b"")
    with staged(tmp_path, replace(pack), passphrase="") as (_stage, office):
        assert office.get(AT).status_code == 503
        assert office.sign_in(PASSPHRASE).status_code == 503


def test_the_first_start_speaks_spanish(fresh: tuple[Stage, Office]) -> None:
    page = fresh[1].get(AT, headers={"accept-language": "es-MX,es;q=0.9"}).text

    assert "Configurar esta computadora" in page
    assert "Nombre de la escuela" in page
