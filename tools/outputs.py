"""Writes everything that a checkout outputs, so that two commits can be compared.

Usage: CHECKOUT/.venv/bin/python -m tools.outputs CHECKOUT FOLDER. It starts the checkout's server
and uses only HTTP and commands, so it does not depend on names in the program. It writes every page
of the screen, every page of the desk, the reply to every message in `tests/conversations/`, and the
output of every read-only command. Then `diff -r` on two folders shows each difference.

It replaces values that differ from run to run (ports, folders, times, tokens).
"""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2

from settings.schema import Kiosk
from tests.kiosk.desks import PASSPHRASE, Office
from tests.running import NUMBER, Server, command, environment, free_port, serving

READS_ONLY = (
    ("check",),
    ("counts",),
    ("directory",),
    ("doctor",),
    ("fallback",),
    ("held",),
    ("releases",),
    ("verify",),
    ("why", "i have nowhere to sleep"),
    ("worklist",),
)
_VARIES = (
    (re.compile(r"/tmp/[^\s\"'<>]*"), "FOLDER"),  # noqa: S108
    (re.compile(r"127\.0\.0\.1:\d+"), "HOST"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|\+00:00)?"), "TIME"),
    (re.compile(r"\b\d{1,2}:\d\d(:\d\d)?\b( [ap]\.?m\.?)?"), "TIME"),
    (re.compile(r'name="(token|stamp)" value="[^"]*"'), "HIDDEN"),
    (re.compile(r"\b[0-9a-f]{8,64}\b"), "DIGEST"),
    (re.compile(r"\d+(\.\d+)? (GB|MB|KB|seconds?|minutes?)\b"), "AMOUNT"),
)
_LINK = re.compile(r'(?:href|src|action)="([^"#]+)')


def plain(text: str) -> str:
    """Replace the values in a text that differ from run to run."""
    for varies, name in _VARIES:
        text = varies.sub(name, text)
    return text


def _settings(data: Path, desk_port: int) -> dict[str, str]:
    return environment(
        data,
        PORCHLIGHT_DESK__ENABLED="true",
        PORCHLIGHT_DESK__PORT=str(desk_port),
        PORCHLIGHT_KIOSK__SCHOOL="Lincoln Middle School",
        PORCHLIGHT_KIOSK__COUNTIES='["Sacramento"]',
        PORCHLIGHT_KIOSK__LANGUAGES=json.dumps(Kiosk().languages),
        PORCHLIGHT_SMS__NUMBER=NUMBER,
        PORCHLIGHT_SMS__CONTACT="1-916-555-0111",
    )


def _crawl(browser: httpx2.Client, starts: list[str]) -> Iterator[tuple[str, str]]:
    """Yield every page that these pages lead to through links, with its text; submit no forms."""
    seen, left = set(starts), list(starts)
    host = str(browser.base_url)
    while left:
        path = left.pop(0)
        answer = browser.get(path, follow_redirects=False)
        kind = answer.headers.get("content-type", "")
        yield path, f"{answer.status_code} {kind}\n{answer.text if 'text' in kind else ''}"
        found = [answer.headers["location"]] if "location" in answer.headers else []
        if "html" in kind:
            found += [unescape(link) for link in _LINK.findall(answer.text)]
        for link in found:
            whole = urljoin(f"{host}{path}", link)
            step = urlsplit(whole).path
            if whole.startswith(host) and "out" not in step.split("/") and step not in seen:
                seen.add(step)
                left.append(step)


def _write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / (plain(name).strip("/").replace("/", "~") or "start")).write_text(plain(text))


def write_outputs(tree: Path, folder: Path) -> None:
    """Write a checkout's output to a folder. Raises AssertionError if the server fails."""
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        environ = _settings(Path(data) / "data", port)
        run = partial(_run, environ, tree)
        run("desk", "passphrase", given=f"{PASSPHRASE}\n{PASSPHRASE}\n")
        with serving(environ, tree=tree) as server:
            _write_pages(server, port, folder)
        _write_commands(run, folder)
        _write_replies(run, tree, folder)


def _run(environ: Mapping[str, str], tree: Path, *arguments: str, given: str = "") -> str:
    """Return a command's output and exit code."""
    ended = command(*arguments, environ=environ, tree=tree, given=given)
    return f"{ended.stdout}{ended.stderr}exit code {ended.returncode}\n"


def _write_pages(server: Server, desk_port: int, folder: Path) -> None:
    for path, text in _crawl(server.http, ["/", "/readyz"]):
        _write(folder / "screen", path, text)
    with Office(desk_port) as desk:
        _write(folder / "desk", "signed-in", str(desk.sign_in(PASSPHRASE).status_code))
        for path, text in _crawl(desk, ["/staff/"]):
            _write(folder / "desk", path, text)


def _write_commands(run: Callable[..., str], folder: Path) -> None:
    listed = run("--help")
    _write(folder / "commands", "help", listed)
    for verb in re.findall(r"^  ([a-z-]+)  ", listed, re.MULTILINE):
        _write(folder / "commands", f"help of {verb}", run(verb, "--help"))
    for arguments in READS_ONLY:
        _write(folder / "commands", arguments[0], run(*arguments))


def _write_replies(run: Callable[..., str], tree: Path, folder: Path) -> None:
    for messages in sorted((tree / "tests/conversations").glob("*.jsonl")):
        rows = [json.loads(line) for line in messages.read_text().splitlines()]
        texts = [str(row.get("text", row.get("message", ""))).replace("\n", " ") for row in rows]
        given = "".join(f"{text}\n" for text in texts)
        _write(folder / "replies", messages.stem, run("text", "--json", given=given))


if __name__ == "__main__":
    shutil.rmtree(sys.argv[2], ignore_errors=True)
    write_outputs(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
