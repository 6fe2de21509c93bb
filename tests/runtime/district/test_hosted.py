"""Each thing that a host may do to exported screens is told by its own message."""

import gzip
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import render
from kiosk.edition.headers import always
from kiosk.plain_screen import PlainScreen
from messages.message import message
from runtime.district import export, hosted
from runtime.district.hosted import Answer
from settings.schema import Kiosk
from tests.shipped import pack as shipped

TODAY = date(2026, 12, 1)
URL = "https://help.example.org/kiosk"
TYPES = {
    ".js": "text/javascript",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hosted") / "out"
    kiosk = Kiosk(languages=("en",), audio="off")
    screens = [
        PlainScreen(address, shipped(), kiosk, render.Beside(), TODAY, "r1")
        for address in ("lincoln", "elm")
    ]
    export.write(made, screens, prune=False)
    return made


def host(folder: Path, change: Callable[[str, Answer], Answer]) -> hosted.Ask:
    """A host that sends the folder as it should, with one change."""

    def ask(url: str) -> Answer:
        path = url.removeprefix(f"{URL}/")
        file = folder / (f"{path}index.html" if path.endswith("/") else path)
        kept = "immutable" if path.startswith(("files/", "static/")) else "no-cache"
        headers = {name.decode(): value.decode() for name, value in always()}
        headers |= {"content-type": TYPES.get(file.suffix, "image/png"), "cache-control": kept}
        headers |= {"content-encoding": "gzip"}
        there = file.is_file()
        answer = Answer(200 if there else 404, headers, file.read_bytes() if there else b"")
        return change(path, answer)

    return ask


def without(name: str, where: str = "") -> Callable[[str, Answer], Answer]:
    def change(path: str, answer: Answer) -> Answer:
        if not path.endswith(where):
            return answer
        return answer._replace(
            headers={key: value for key, value in answer.headers.items() if key != name}
        )

    return change


def with_header(name: str, value: str, where: str) -> Callable[[str, Answer], Answer]:
    return lambda path, answer: (
        answer._replace(headers={**answer.headers, name: value}) if where in path else answer
    )


def with_body(where: str, change: Callable[[bytes], bytes]) -> Callable[[str, Answer], Answer]:
    return lambda path, answer: (
        answer._replace(body=change(answer.body)) if where in path else answer
    )


def said(folder: Path, change: Callable[[str, Answer], Answer], **given: Any) -> list[str]:
    asked: dict[str, Any] = {"release": "r1", "today": TODAY, **given}
    found = hosted.look(URL, ["lincoln", "elm"], ask=host(folder, change), **asked)
    return [one.code for one in found.problems]


def same(_path: str, answer: Answer) -> Answer:
    return answer


def test_a_host_that_sends_what_was_exported_is_right(folder: Path) -> None:
    asked: dict[str, Any] = {"release": "r1", "today": TODAY, "ask": host(folder, same)}
    assert hosted.look(URL, ["lincoln", "elm"], **asked) == (2, [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (without("content-encoding"), "hosted.not-compressed"),
        (with_header("content-type", "text/plain", "sw.js"), "hosted.no-worker"),
        (with_body("sw.js", lambda _: b"<p>Sign in to the wifi"), "hosted.no-worker"),
        (without("cache-control"), "hosted.kept"),
        (with_header("cache-control", "max-age=600", "pack.json"), "hosted.kept"),
        (without("content-security-policy"), "hosted.headers"),
        (with_header("set-cookie", "id=1", "leave/"), "hosted.cookie"),
        (with_body("files/", lambda body: body + b"<script src=//x></script>"), "hosted.changed"),
        (with_header("content-type", "text/plain", "manifest"), "hosted.no-manifest"),
        (lambda _path, answer: answer._replace(status=200), "hosted.no-404"),
    ],
)
def test_what_a_host_does_to_the_files_is_told_once(
    folder: Path, change: Callable[[str, Answer], Answer], code: str
) -> None:
    assert said(folder, change) == [code]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"release": "r2"}, "hosted.other-release"),
        ({"today": TODAY + timedelta(days=2)}, "hosted.old"),
    ],
)
def test_schools_that_are_all_behind_are_told_once_with_their_number(
    folder: Path, given: dict[str, Any], code: str
) -> None:
    asked: dict[str, Any] = {"release": "r1", "today": TODAY, "ask": host(folder, same), **given}
    (problem,) = hosted.look(URL, ["lincoln", "elm"], **asked).problems
    more = message("hosted.and-more", url=f"{URL}/lincoln", count=1)
    assert (problem.code, problem.args["url"]) == (code, more)


def test_half_an_upload_and_a_sign_in_page_are_no_list(folder: Path) -> None:
    cut = with_body("elm/pack.json", lambda body: body[:100])
    assert said(folder, cut) == ["hosted.no-list"]


def test_what_is_not_there_is_told_once_with_its_status(folder: Path) -> None:
    def missing(_url: str) -> Answer:
        return Answer(404, {}, b"{}")

    (problem,) = hosted.look(
        URL, ["lincoln", "elm"], release="r1", today=TODAY, ask=missing
    ).problems
    assert (problem.code, str(problem.args["why"])) == ("hosted.no-list", "HTTP 404")


def test_an_address_without_a_scheme_is_told_once() -> None:
    found = hosted.look(
        "help.example.org", ["lincoln", "elm"], release="r1", today=TODAY, ask=hosted.ask_host
    )
    assert [one.code for one in found.problems] == ["hosted.no-https", "hosted.no-list"]


def test_an_address_without_tls_is_told(folder: Path) -> None:
    def gone(_url: str) -> Answer:
        raise OSError("nobody there")

    url = "http://help.example.org/"
    found = hosted.look(url, ["elm"], release="r1", today=TODAY, ask=gone)
    codes = [one.code for one in found.problems]
    assert codes == ["hosted.no-https", "hosted.no-list"]


def test_a_compressed_answer_is_unpacked() -> None:
    answer = hosted._answer(200, [("Content-Encoding", "gzip")], gzip.compress(b"{}"))
    assert answer.body == b"{}"
