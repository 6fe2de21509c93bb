"""The desk's door: nobody comes in without the passphrase, no other page's form is taken, nothing
is remembered."""

import asyncio
import logging
import re
import socket
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from content.model.pack import Pack
from kiosk.desk import passphrase
from kiosk.desk.request_checks import HEADERS
from settings import desk_file
from settings.schema import Desk
from tests.kiosk.desks import PASSPHRASE, QUICK, Office, Stage, staged

ROOMS = [
    "/staff/",
    "/staff/held",
    "/staff/refresh",
    "/staff/releases",
    "/staff/releases/back",
    "/staff/work",
]
ROOMS += ["/staff/phone", "/staff/due", "/staff/none"]
FORMS = ["/staff/refresh", "/staff/releases/back", "/staff/phone", "/staff/out"]


@pytest.fixture
def office(desk: tuple[Stage, Office]) -> Office:
    return desk[1]


@pytest.mark.parametrize("path", ROOMS)
def test_without_signing_in_every_page_is_the_sign_in(
    shut: tuple[Stage, Office], path: str
) -> None:
    answer = shut[1].get(path)

    assert answer.status_code == 303
    back = "" if path == "/staff/" else f"?{urlencode({'back': path})}"
    assert answer.headers["location"] == f"/staff/in{back}"
    assert answer.text == ""


@pytest.mark.parametrize("path", FORMS)
def test_without_signing_in_no_form_does_anything(shut: tuple[Stage, Office], path: str) -> None:
    stage, browser = shut

    answer = browser.form(path, {"message": "FOOD"})

    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text
    assert (stage.processes.started, stage.texted) == ([], [])


def test_the_right_passphrase_opens_the_desk_and_sign_out_shuts_it(
    shut: tuple[Stage, Office],
) -> None:
    _stage, browser = shut

    answer = browser.sign_in()

    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/")
    assert browser.get("/staff/").status_code == 200
    before = browser.cookies["desk"]
    assert browser.press("/staff/out").status_code == 303
    assert browser.get("/staff/", headers={"cookie": f"desk={before}"}).status_code == 303


@pytest.mark.parametrize(
    "given", ["", "four plain words her", "FOUR PLAIN WORDS HERE", "x" * 600, "\x00", "é" * 300]
)
def test_another_passphrase_opens_nothing(shut: tuple[Stage, Office], given: str) -> None:
    _stage, browser = shut

    answer = browser.sign_in(given)

    assert answer.status_code == 403
    assert "passphrase is not correct" in answer.text
    assert "set-cookie" not in answer.headers
    assert browser.get("/staff/").status_code == 303


def test_the_cookie_is_for_the_desk_alone_and_for_no_script(shut: tuple[Stage, Office]) -> None:
    written = shut[1].sign_in().headers["set-cookie"].casefold()

    assert "httponly" in written
    assert "samesite=strict" in written
    assert "path=/staff/" in written
    assert "max-age" not in written  # it ends with the browser
    assert "secure" not in written


def test_behind_https_the_cookie_is_secure(tmp_path: Path, pack: Pack) -> None:
    settings = Desk(enabled=True, address="https://desk.example.org")
    with staged(tmp_path, pack, settings=settings) as (_stage, browser):
        answer = browser.form(
            "/staff/in",
            {"passphrase": PASSPHRASE},
            host="desk.example.org",
            origin="https://desk.example.org",
        )

    assert "secure" in answer.headers["set-cookie"].casefold()


@pytest.mark.parametrize("stranger", ['x={"a":"b c"}', "a b=c", "expires=1", "é=1", 'x="\\"'])
def test_a_strangers_cookie_beside_it_locks_nobody_out(office: Office, stranger: str) -> None:
    ours = office.cookies["desk"]
    both = f"{stranger}; desk={ours}".encode()
    assert office.get("/staff/", headers=[(b"cookie", both)]).status_code == 200


def test_an_origin_that_is_no_address_is_refused(office: Office) -> None:
    answer = office.form("/staff/refresh", {}, origin="http://[")
    assert answer.status_code == 403


@pytest.mark.parametrize("cookie", ["desk=", "desk=x", "desk=../../x", "=;=;desk", "desk=é"])
def test_a_made_up_cookie_opens_nothing(shut: tuple[Stage, Office], cookie: str) -> None:
    assert shut[1].get("/staff/", headers=[(b"cookie", cookie.encode())]).status_code == 303


def test_half_an_hour_without_a_click_signs_out(desk: tuple[Stage, Office], office: Office) -> None:
    stage, _ = desk
    stage.steady.now += 29 * 60
    assert office.get("/staff/").status_code == 200
    stage.steady.now += 29 * 60
    assert office.get("/staff/").status_code == 200

    stage.steady.now += 30 * 60

    assert office.get("/staff/").status_code == 303


def test_a_page_that_asks_for_ever_is_signed_out_after_a_day(
    desk: tuple[Stage, Office], office: Office
) -> None:
    stage, _ = desk
    for _turn in range(25):
        stage.steady.now += 25 * 60
        last = office.get("/staff/").status_code

    assert last == 303


def test_a_new_passphrase_signs_everybody_out(desk: tuple[Stage, Office], office: Office) -> None:
    passphrase.keep(desk[0].root, "some other words now", cost=QUICK)

    assert office.get("/staff/").status_code == 303
    assert office.sign_in().status_code == 403
    assert office.sign_in("some other words now").status_code == 303


def test_wrong_passphrases_slow_everybody_down_and_a_wait_ends_it(
    shut: tuple[Stage, Office],
) -> None:
    stage, browser = shut
    assert [browser.sign_in("wrong words").status_code for _ in range(4)] == [403, 403, 403, 429]

    waiting = browser.sign_in()
    assert waiting.status_code == 429
    assert waiting.headers["retry-after"] == "1"

    stage.steady.now += 1
    assert browser.sign_in("wrong words").status_code == 403
    assert browser.sign_in("wrong words").headers["retry-after"] == "2"
    stage.steady.now += 2
    assert browser.sign_in().status_code == 303


def test_guesses_in_the_form_that_changes_the_passphrase_are_slowed_down_with_them(
    office: Office, desk: tuple[Stage, Office]
) -> None:
    """Who finds a desk left open has no second door to guess through."""
    new = {"passphrase": "quiet ladder orbit mustard", "again": "quiet ladder orbit mustard"}

    def change(current: str) -> int:
        return office.press("/staff/setup/passphrase", current=current, **new).status_code

    assert [change("wrong words") for _ in range(3)] == [403, 403, 403]
    assert change(PASSPHRASE) == 429
    assert office.sign_in().status_code == 429
    desk[0].steady.now += 1
    assert change(PASSPHRASE) == 303


def test_the_slow_down_does_not_touch_who_is_signed_in(
    office: Office, desk: tuple[Stage, Office]
) -> None:
    with Office(office.port) as stranger:
        for _ in range(5):
            stranger.sign_in("wrong words")

    assert office.get("/staff/").status_code == 200


def test_a_desk_that_was_set_up_without_a_passphrase_stays_shut_and_says_what_to_run(
    tmp_path: Path, pack: Pack
) -> None:
    (tmp_path / desk_file.FILE).write_bytes(desk_file.encoded({"kiosk.school": "Lincoln"}))
    with staged(tmp_path, pack, passphrase="") as (_stage, browser):
        for answer in (
            browser.get("/staff/"),
            browser.sign_in(""),
            browser.form("/staff/refresh", {}),
        ):
            assert answer.status_code == 503
            assert "desk passphrase" in answer.text


FOREIGN = {
    "another site": {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    "another site, old browser": {"origin": "https://evil.example", "sec-fetch-site": ""},
    "a page of the kiosk's port": {
        "origin": "http://127.0.0.1:8000",
        "sec-fetch-site": "same-site",
    },
    "a sandboxed frame": {"origin": "null", "sec-fetch-site": ""},
    "no page at all": {"origin": "", "sec-fetch-site": ""},
    "the address bar": {"origin": "", "sec-fetch-site": "none"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_a_form_of_another_page_does_nothing(
    desk: tuple[Stage, Office], office: Office, headers: dict[str, str]
) -> None:
    answer = office.form("/staff/refresh", {"token": office.token()}, **headers)

    assert answer.status_code == 403
    assert desk[0].processes.started == []


def test_who_waits_for_a_page_while_the_server_ends_gets_a_sentence(
    tmp_path: Path, pack: Pack
) -> None:
    """New settings end it; a page that takes long was "Internal Server Error"."""
    with staged(tmp_path, pack) as (stage, _browser):
        sent: list[dict[str, Any]] = []
        waits = asyncio.Event()

        async def receive() -> dict[str, object]:
            waits.set()
            await asyncio.sleep(3600)
            return {}

        async def send(message: MutableMapping[str, object]) -> None:
            sent.append(dict(message))

        async def ended() -> None:
            headers = [(b"host", b"localhost"), (b"sec-fetch-site", b"same-origin")]
            headers.append((b"accept-language", b"es"))
            scope = {"type": "http", "method": "POST", "path": "/staff/in", "query_string": b""}
            asked = stage.desk({**scope, "headers": headers}, receive, send)
            task = asyncio.create_task(asked)
            await waits.wait()
            task.cancel()
            await task

        asyncio.run(ended())
        assert sent[0]["status"] == 503
        assert "acaba de reiniciarse" in sent[1]["body"].decode()


def test_two_host_headers_are_refused(office: Office) -> None:
    """Whoever stands before us may have looked at the other one."""
    head = (
        f"GET /staff/in HTTP/1.1\r\nHost: 127.0.0.1:{office.port}\r\nHost: evil.example\r\n"
        "Connection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", office.port), timeout=30) as connection:
        connection.sendall(head.encode())
        assert connection.recv(64).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("token", ["", "x", "\u00e9"])
def test_a_form_without_the_sessions_own_token_does_nothing(
    desk: tuple[Stage, Office], office: Office, token: str
) -> None:
    answer = office.form("/staff/refresh", {"token": token})

    assert answer.status_code == 403
    assert desk[0].processes.started == []


def test_the_token_of_another_session_is_no_token(
    desk: tuple[Stage, Office], office: Office
) -> None:
    with Office(office.port) as other:
        other.sign_in()
        stolen = other.token()

    assert office.form("/staff/refresh", {"token": stolen}).status_code == 403
    assert desk[0].processes.started == []


NAMES = {
    "127.0.0.1:8001": True, "localhost:8001": True, "[::1]:8001": True, "192.168.4.20:8001": True,
    "LOCALHOST": True, "evil.example": False, "evil.example:8001": False, "localhost.evil.example": False,
    "127.0.0.1.evil.example": False, "": False, "a b": False, "127.0.0.1:8001:1": False, "user@127.0.0.1": False,
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_not_the_desks_gets_nothing(shut: tuple[Stage, Office], name: str) -> None:
    answer = shut[1].get("/staff/in", headers={"host": name})

    assert (answer.status_code != 421) == NAMES[name] or (name == "" and answer.status_code == 400)
    assert ("The desk’s passphrase" in answer.text) == NAMES[name]


def test_the_address_of_the_settings_and_the_machines_name_are_the_desks(
    tmp_path: Path, pack: Pack
) -> None:
    settings = Desk(enabled=True, host="0.0.0.0", address="https://desk.example.org")  # noqa: S104
    with staged(tmp_path, pack, settings=settings) as (_stage, browser):
        for name in (
            "desk.example.org",
            socket.gethostname(),
            f"{socket.gethostname()}.local:8001",
        ):
            assert browser.get("/staff/in", headers={"host": name}).status_code == 200


def test_the_desk_has_the_letters_of_each_language_of_its_own(shut: tuple[Stage, Office]) -> None:
    """An office computer may lack them; a proxy hands on /staff/ alone."""
    office = shut[1]
    sheet = office.get("/staff/desk.css").text
    fonts = set(re.findall(r'url\("([^"]+)"\)', sheet))

    for script in ("tc", "kr", "gurmukhi", "arabic", "cyrillic", "vietnamese"):
        assert {f"/staff/fonts/noto-{script}.woff2", f"/staff/fonts/names-{script}.woff2"} <= fonts
    for font in fonts:
        assert office.get(font).headers["content-type"] == "font/woff2", font


@pytest.mark.parametrize("path", [*ROOMS, "/staff/in", "/staff/desk.css", "/", "/nothing"])
def test_every_answer_has_the_strict_headers(office: Office, path: str) -> None:
    answer = office.get(path)

    assert {name: answer.headers.get(name) for name in HEADERS} == dict(HEADERS)
    assert "no-store" in answer.headers["cache-control"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "<script" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_there_are_no_other_methods(office: Office, method: str) -> None:
    assert office.request(method, "/staff/").status_code == 405


def test_a_form_that_is_too_large_is_not_read_to_its_end(office: Office) -> None:
    answer = office.form("/staff/in", {"passphrase": "x" * 125_000})

    assert (answer.status_code, "Go back and make it shorter" in answer.text) == (413, True)


def test_a_text_of_sixteen_hundred_emoji_is_answered(
    desk: tuple[Stage, Office], office: Office
) -> None:
    answer = office.press("/staff/phone", message="😀" * 1600)

    assert answer.status_code == 200
    assert desk[0].texted == ["😀" * 480]  # as much as the field takes


def test_nothing_of_a_visit_is_logged_or_kept(
    desk: tuple[Stage, Office], office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    office.sign_in("a wrong passphrase")
    office.sign_in()
    office.press("/staff/phone", message="i want to die")
    office.press("/staff/out")

    told = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("porchlight")
    )
    kept = {file.name for file in desk[0].root.rglob("*") if file.is_file()}
    assert told == ""
    assert kept == {passphrase.FILE}


def test_a_page_that_fails_says_so_without_what_was_typed(
    desk: tuple[Stage, Office], office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    stage, _ = desk
    stage.detail = {"serving": "release", "activated_at": "i want to die"}

    answer = office.get("/staff/")

    assert answer.status_code == 500
    assert "The screen keeps working" in answer.text
    assert "want to die" not in caplog.text + answer.text


def test_the_link_to_the_other_language_shows_the_same_page_in_it(office: Office) -> None:
    answer = office.get("/staff/refresh?language=es")

    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/refresh")
    page = office.get("/staff/refresh").text
    assert '<html lang="es">' in page
    assert "Cerrar sesión" in page
    assert 'href="?language=en"' in page


@pytest.mark.parametrize("asked", ["", "fr", "../es", "es\r\nx: y", "e" * 5000])
def test_a_language_that_the_desk_has_not_changes_nothing(office: Office, asked: str) -> None:
    answer = office.get("/staff/refresh", params={"language": asked})

    assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    assert '<html lang="en">' in answer.text
