"""Checks that exported screens match the export at their host and are served correctly."""

import gzip
import hashlib
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from http.client import HTTPException
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from kiosk import offline, plain_screen
from kiosk.edition.edition import INDEX
from kiosk.edition.headers import always
from messages.message import Message, message
from system.hosts import is_loopback

SECONDS = 20.0
MOST_BYTES = 8 * 2**20
SAMPLE = 5  # number of shared files to compare with their hashes
OLD_DAYS = 2  # days; pages are made for one day, so they need a daily export
_NOWHERE = "no-such-page-b5b1"


class Answer(NamedTuple):
    """A host's response. ``headers``: their names are lowercase; ``body``: decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _File(msgspec.Struct):
    url: str
    sha256: str


class _List(msgspec.Struct):
    version: str
    files: list[_File]
    day: date
    release: str


Ask = Callable[[str], Answer]


class Hosted(NamedTuple):
    """The result. ``right``: the number of schools that have no problem."""

    right: int
    problems: list[Message]


def look(url: str, addresses: Collection[str], *, release: str, today: date, ask: Ask) -> Hosted:
    """Check the folder at ``url``.

    Each school's list is fetched; other files only once, because one host serves all schools.
    """
    if not url:
        return Hosted(0, [message("hosted.no-address")])
    root = url.rstrip("/") + "/"
    parts = urlsplit(root)
    all_problems: list[Message] = []
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        all_problems.append(message("hosted.no-https", url=root))
    right, looked_at = 0, False
    for address in addresses:
        school = f"{root}{address}"
        try:
            answer = ask(school + INDEX)
            listed = _listed(answer)
        except (OSError, HTTPException, ValueError) as error:
            all_problems.append(message("hosted.no-list", url=school + INDEX, why=error))
            continue
        problems = list(_age(school, listed, release, today))
        if not looked_at:
            looked_at = True
            try:
                problems += _host(root, school, listed, answer, ask)
            except (OSError, HTTPException) as error:
                problems.append(message("hosted.silent", url=school, why=error))
        all_problems += problems
        right += not problems
    return Hosted(right, _said_once(all_problems))


def _listed(answer: Answer) -> _List:
    if answer.status != 200:
        raise OSError(f"HTTP {answer.status}")
    return msgspec.json.decode(answer.body, type=_List)


def _said_once(problems: Iterable[Message]) -> list[Message]:
    """Say problems that differ only in the school once, with the number of further schools."""
    alike: dict[tuple[str, str], list[Message]] = {}
    for one in problems:
        others = repr([value for name, value in one.args.items() if name != "url"])
        alike.setdefault((one.code, others), []).append(one)
    found = []
    for first, *more in alike.values():
        url = first.args["url"]
        if more:
            url = message("hosted.and-more", url=url, count=len(more))
        found.append(message(first.code, **{**first.args, "url": url}))
    return found


def _age(school: str, listed: _List, release: str, today: date) -> Iterator[Message]:
    days = (today - listed.day).days
    if listed.release != release:
        there = listed.release
        yield message("hosted.other-release", url=school, release=there, here=release)
    elif days >= OLD_DAYS:
        yield message("hosted.old", url=school, days=days)


def _host(root: str, school: str, listed: _List, first: Answer, ask: Ask) -> Iterator[Message]:
    """Check how the host serves one school's files, because it treats all schools the same."""
    if "gzip" not in first.headers.get("content-encoding", ""):
        yield message("hosted.not-compressed", url=school + INDEX)
    worker = ask(school + offline.WORKER)
    kind = worker.headers.get("content-type", "")
    if worker.status != 200 or "javascript" not in kind or b"const ROOT" not in worker.body:
        yield message(
            "hosted.no-worker", url=school + offline.WORKER, status=worker.status, kind=kind
        )
    if "no-cache" not in first.headers.get("cache-control", ""):
        yield message("hosted.kept", url=school + INDEX)
    wanted = {name.decode(): value.decode() for name, value in always()}
    page = ask(f"{school}/leave/")
    lacking = [name for name, value in wanted.items() if page.headers.get(name) != value]
    if lacking:
        yield message("hosted.headers", url=f"{school}/leave/", names=", ".join(lacking))
    if "set-cookie" in page.headers:
        yield message("hosted.cookie", url=f"{school}/leave/")
    for file in listed.files[:: max(1, len(listed.files) // SAMPLE)]:
        place = root + plain_screen.place(file.url, file.sha256)
        if hashlib.sha256(ask(place).body).hexdigest() != file.sha256:
            yield message("hosted.changed", url=place)
            break
    manifest = ask(school + offline.MANIFEST)
    if manifest.status != 200 or "json" not in manifest.headers.get("content-type", ""):
        yield message("hosted.no-manifest", url=school + offline.MANIFEST)
    if ask(f"{school}/{_NOWHERE}/").status != 404:
        yield message("hosted.no-404", url=f"{school}/{_NOWHERE}/")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def ask_host(url: str) -> Answer:
    """Request the URL as a service worker would: no redirects or cookies. Raises OSError."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise OSError("the address must begin with https://")
    asked = urllib.request.Request(url, headers={"accept-encoding": "gzip"})  # noqa: S310
    try:
        with _OPENER.open(asked, timeout=SECONDS) as answer:
            return _answer(answer.status, answer.headers.items(), answer.read(MOST_BYTES))
    except urllib.error.HTTPError as error:
        return _answer(error.code, error.headers.items(), error.read(MOST_BYTES))


def _answer(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Answer:
    named = {name.casefold(): value for name, value in headers}
    if named.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return Answer(status, named, body)
