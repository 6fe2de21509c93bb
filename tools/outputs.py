"""Write everything a checkout answers, to compare two commits.

Usage: python -m tools.outputs CHECKOUT FOLDER. It starts the server as a school does and asks over
HTTP and by commands, so it needs no name inside the program. It writes every page of the screen,
every page of the desk, the reply to every message of `tests/conversations/`, and the output of
every command that only reads. `diff -r` of two folders then shows each difference.

Values that differ from run to run (ports, folders, times, tokens) are replaced.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2

SECONDS = 120  # a guard against a hang, for one command or the start
PASSPHRASE = "four plain words here"  # noqa: S105, of a folder that lives for one run
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
    """A text without what differs from run to run."""
    for varies, name in _VARIES:
        text = varies.sub(name, text)
    return text


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _environment(data: Path, port: int, desk_port: int) -> dict[str, str]:
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PORCHLIGHT_", "TWILIO_"))
    }
    return {
        **kept,
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "PORCHLIGHT_SERVER__DATA_DIR": str(data),
        "PORCHLIGHT_SERVER__PORT": str(port),
        "PORCHLIGHT_DESK__PORT": str(desk_port),
        "PORCHLIGHT_KIOSK__AUDIO": "off",
        "PORCHLIGHT_KIOSK__SCHOOL": "Lincoln Middle School",
        "PORCHLIGHT_KIOSK__COUNTIES": '["Sacramento"]',
        "PORCHLIGHT_SMS__NUMBER": "+19165550100",
        "PORCHLIGHT_SMS__CONTACT": "1-916-555-0111",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


class Checkout:
    """One commit's program with a separate data folder."""

    def __init__(self, root: Path, data: Path) -> None:
        self.root, self.port, self.desk_port = root, _free_port(), _free_port()
        self.environment = _environment(data, self.port, self.desk_port)

    def command(self, *arguments: str, given: str = "") -> str:
        """Return the output and the exit code of a command."""
        ended = subprocess.run(
            [self.root / ".venv/bin/python", self.root / "server.py", *arguments],
            cwd=self.root,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=SECONDS * 5,
            check=False,
        )
        return f"{ended.stdout}{ended.stderr}exit code {ended.returncode}\n"

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Serve until the block ends; returns when every page can be asked for."""
        server = subprocess.Popen(
            [self.root / ".venv/bin/python", self.root / "server.py"],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(f"http://127.0.0.1:{self.port}/sw.js")
            yield
        finally:
            server.terminate()
            server.wait(SECONDS)


def _wait(address: str) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(httpx2.HTTPError):
            if httpx2.get(address, trust_env=False).status_code == 200:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{address} did not answer 200 within {SECONDS} seconds")


def _crawl(browser: httpx2.Client, starts: list[str]) -> Iterator[tuple[str, str]]:
    """Every page that links reach from these, with its text; forms are not sent."""
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


def write_outputs(root: Path, folder: Path) -> None:
    """Write all that a checkout answers into a folder.

    Raises:
        TimeoutError: the server does not answer.
    """
    with tempfile.TemporaryDirectory() as data:
        checkout = Checkout(root, Path(data) / "data")
        checkout.command("desk", "passphrase", given=f"{PASSPHRASE}\n{PASSPHRASE}\n")
        with checkout.serving():
            _write_pages(checkout, folder)
        _write_commands(checkout, folder)
        _write_replies(checkout, folder)


def _write_pages(checkout: Checkout, folder: Path) -> None:
    address = f"http://127.0.0.1:{checkout.port}"
    with httpx2.Client(base_url=address, trust_env=False, timeout=SECONDS) as screen:
        for path, text in _crawl(screen, ["/", "/readyz"]):
            _write(folder / "screen", path, text)
    address = f"http://127.0.0.1:{checkout.desk_port}"
    with httpx2.Client(base_url=address, trust_env=False, timeout=SECONDS) as desk:
        headers = {"origin": address, "sec-fetch-site": "same-origin"}
        answer = desk.post("/staff/in", data={"passphrase": PASSPHRASE}, headers=headers)
        _write(folder / "desk", "signed-in", str(answer.status_code))
        for path, text in _crawl(desk, ["/staff/"]):
            _write(folder / "desk", path, text)


def _write_commands(checkout: Checkout, folder: Path) -> None:
    listed = checkout.command("--help")
    _write(folder / "commands", "help", listed)
    for verb in re.findall(r"^  ([a-z-]+)  ", listed, re.MULTILINE):
        _write(folder / "commands", f"help of {verb}", checkout.command(verb, "--help"))
    for arguments in READS_ONLY:
        _write(folder / "commands", arguments[0], checkout.command(*arguments))


def _write_replies(checkout: Checkout, folder: Path) -> None:
    for messages in sorted((checkout.root / "tests/conversations").glob("*.jsonl")):
        rows = [json.loads(line) for line in messages.read_text().splitlines()]
        texts = [str(row.get("text", row.get("message", ""))).replace("\n", " ") for row in rows]
        given = "".join(f"{text}\n" for text in texts)
        _write(folder / "replies", messages.stem, checkout.command("text", "--json", given=given))


if __name__ == "__main__":
    shutil.rmtree(sys.argv[2], ignore_errors=True)
    write_outputs(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
