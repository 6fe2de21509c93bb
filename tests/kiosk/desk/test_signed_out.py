"""A session that ends: when, what is said of what was typed, and where the sign-in leads."""

import html
import re

import pytest

from settings import desk_file
from tests.kiosk.desk.test_school_pages import form_of
from tests.kiosk.desks import PASSPHRASE, Office, Stage

SCHOOL, SET_UP = "/staff/school", "/staff/setup"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
TYPED = {SCHOOL: {"notice.en": 'Picture "day>'}, SET_UP: {"school": 'Yolo "Elementary>'}}
VALID = {"first": "en", "language-en": "on", "county_line": "(916) 445-4000"}


def carried(page: str) -> dict[str, str]:
    """Return the hidden fields of the sign-in page."""
    return {name: html.unescape(text) for name, text in _HIDDEN.findall(page)}


@pytest.mark.parametrize("at", [SCHOOL, SET_UP])
def test_a_session_lasts_two_hours_while_somebody_fills_in_a_form(
    desk: tuple[Stage, Office], at: str
) -> None:
    """Twenty minutes of bell times were thrown away, after half an hour of looking them up."""
    stage, office = desk
    form = form_of(office.get(at).text) | VALID | TYPED[at]
    stage.steady.now += 40 * 60
    assert office.get("/staff/").status_code == 200  # a look at another page takes no time away

    stage.steady.now += 79 * 60

    assert office.form(at, form).status_code == 303


@pytest.mark.parametrize("at", [SCHOOL, SET_UP])
def test_what_was_typed_for_more_than_two_hours_is_there_to_copy_and_not_saved(
    desk: tuple[Stage, Office], at: str
) -> None:
    stage, office = desk
    ((name, text),) = TYPED[at].items()
    form = form_of(office.get(at).text) | {name: text}
    stage.steady.now += 121 * 60

    outside = office.form(at, form)

    assert outside.status_code == 403
    assert "Nothing was changed" in outside.text
    shown = text.replace('"', "&#34;").replace(">", "&gt;")
    assert f"<code>{name}</code> {shown}" in outside.text
    assert set(carried(outside.text)) == {"back"}
    assert "hreflang" not in outside.text  # the other language's link asks for the page again
    assert not (stage.root / "school.toml").exists()
    assert not (stage.root / desk_file.FILE).exists()


def test_what_was_typed_before_another_sign_in_is_there_to_copy_and_not_saved(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    form = form_of(office.get(SCHOOL).text) | {"notice.en": "Picture day"}
    office.sign_in()

    answer = office.form(SCHOOL, form)

    assert answer.status_code == 403
    assert "<code>notice.en</code> Picture day" in answer.text
    assert form["token"] not in answer.text
    assert not (stage.root / "school.toml").exists()


def test_what_comes_back_with_the_passphrase_still_has_to_come_from_the_desk(
    desk: tuple[Stage, Office],
) -> None:
    _stage, office = desk
    office.press("/staff/out")
    sent = {"back": SCHOOL, "notice.en": "Hello", "passphrase": PASSPHRASE}

    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        answer = office.form("/staff/in", sent, **headers)
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_a_passphrase_that_was_typed_is_on_no_page(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    stage.steady.now += 121 * 60
    secret = {"current": "quiet ladder one", "passphrase": "quiet ladder two", "again": "ladder"}

    for at in (SET_UP, "/staff/setup/passphrase"):
        assert "ladder" not in office.form(at, {"school": "Lincoln", **secret}).text


@pytest.mark.parametrize("page", ["/staff/held", "/staff/releases/back", "/staff/posters"])
def test_a_link_that_was_followed_signed_out_leads_on_after_the_sign_in(
    desk: tuple[Stage, Office], page: str
) -> None:
    _stage, office = desk
    office.press("/staff/out")

    answer = office.get(page, follow_redirects=True)
    answer = office.get(str(answer.url) + "&language=es", follow_redirects=True)
    assert "Iniciar sesión" in answer.text
    answer = office.form("/staff/in", carried(answer.text) | {"passphrase": PASSPHRASE})

    assert (answer.status_code, answer.headers["location"]) == (303, page)


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/staff/",
        "//evil.example",
        "/staff//evil.example",
        "/staff/../..//evil.example",
        "/staff/%2e%2e/x",
        "/staff/\\evil.example",
        "/staff/held\r\nx: y",
        "/staff/out",
        "/staff/in",
        "/staff/first",
        "/staff/nothing",
        "/" * 5000,
    ],
)
def test_the_sign_in_leads_nowhere_but_to_a_page_of_the_desk(
    desk: tuple[Stage, Office], back: str
) -> None:
    _stage, office = desk
    office.press("/staff/out")

    answer = office.form("/staff/in", {"passphrase": PASSPHRASE, "back": back})

    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Forgot the passphrase"), ("es", "¿Olvidó la frase")]
)
def test_the_sign_in_says_what_to_do_when_the_passphrase_is_forgotten(
    desk: tuple[Stage, Office], language: str, said: str
) -> None:
    _stage, office = desk
    office.press("/staff/out")

    page = office.get("/staff/in", headers={"accept-language": language}).text

    assert said in page
    assert "porchlight desk passphrase" in page
