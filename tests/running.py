"""A real server in its own process, as a school runs it: with its own data directory, port and
environment."""

import atexit
import base64
import contextlib
import fcntl
import hashlib
import hmac
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import httpx2

from messages.message import Message
from runtime.private_status import proof, read

ROOT = Path(__file__).resolve().parent.parent
SHARED = "PORCHLIGHT_TESTS_SHARED"  # names the folder for things made once per run
PATIENCE = 30  # seconds: a guard against a hang, never a measurement
ACCOUNT, TOKEN, NUMBER = "AC" + "5" * 32, "test-token", "+19165550100"
PUBLIC_URL = "https://line.example.org"
CARRIER = {
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "PORCHLIGHT_SMS__NUMBER": NUMBER,
    "PORCHLIGHT_SERVER__PUBLIC_URL": PUBLIC_URL,
}


def environment(data: Path, **settings: str) -> dict[str, str]:
    """Return an installation's environment, without any of the developer's own settings."""
    clean = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PORCHLIGHT_", "TWILIO_"))
    }
    # The server would make thousands of clips during a test; speech tests make their own few.
    # Two languages start faster than ten; language tests ask for all.
    quiet = {"PORCHLIGHT_KIOSK__AUDIO": "off", "PORCHLIGHT_KIOSK__LANGUAGES": '["en", "es"]'}
    # A server with an account calls the carrier's API: here it reaches nobody.
    alone = {"HTTPS_PROXY": "http://127.0.0.1:9"}
    # Many servers run at the same time, but the desk has one port; its own tests open their own.
    no_desk = {"PORCHLIGHT_DESK__ENABLED": "false"}
    given = {**quiet, **alone, **no_desk, "PORCHLIGHT_SERVER__DATA_DIR": str(data)}
    return {**clean, **given, **settings}


def pack_files(read: Callable[[str], Any]) -> list[dict[str, str]]:
    """List every file that the worker should store: address and hash, the first language first.

    ``read``: gets the JSON at an address of the server.
    """
    first = read("/pack.json")
    further = (file for address in first["more"] for file in read(address)["files"])
    return [*first["files"], *further]


def command(
    *arguments: str, environ: Mapping[str, str], tree: Path = ROOT, given: str | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end. ``tree``: another version; ``given``: its standard input."""
    return subprocess.run(
        [sys.executable, str(tree / "server.py"), *arguments],
        env=dict(environ),
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=data_folder(environ),
    )


def data_folder(environ: Mapping[str, str]) -> Path:
    """Return the installation's folder, created if needed; commands run there so that no path
    depends on the repository."""
    folder = Path(environ["PORCHLIGHT_SERVER__DATA_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def folder_apart() -> Iterator[Path]:
    """Yield a folder outside pytest's own: a deep tree that a killed run leaves there would break
    every later run."""
    place = os.environ.get("PYTEST_DEBUG_TEMPROOT")  # memory, if there is plenty
    folder = Path(tempfile.mkdtemp(prefix="porchlight-planted-", dir=place))
    yield folder
    subprocess.run(["rm", "-rf", folder], check=True)


@cache
def _first_release() -> Path:
    """Return a data folder with the shipped pack as a release, made once for a run's workers."""
    if SHARED not in os.environ:  # a benchmark
        os.environ[SHARED] = tempfile.mkdtemp(prefix="porchlight-tests-")
        atexit.register(shutil.rmtree, os.environ[SHARED], ignore_errors=True)
    data = Path(os.environ[SHARED]) / "first-release"
    with data.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "ACTIVE").exists():
            done = command("refresh", "--again", environ=environment(data))
            assert done.returncode == 0, done.stdout + done.stderr
    return data


def prepared(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return the same installation as its first start leaves it, for tests of other things."""
    made, data = _first_release(), data_folder(environ)
    if not (data / "ACTIVE").exists():
        shutil.copytree(made / "releases", data / "releases")
        shutil.copy2(made / "ACTIVE", data)
    return environ


class Server:
    """A running server: its address, and everything it printed."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", port: int, output: Path, data: Path
    ) -> None:
        self.process, self.port, self.output, self.data = process, port, output, data
        self._key = b""
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False)

    def detail(self) -> Mapping[str, Any]:
        """Return its own report, for readers of its key, as in `doctor --json`."""
        self._key = self._key or (self.data / "hash.key").read_bytes()
        answer = self.http.get("/readyz", headers={"Authorization": proof(self._key)})
        said = {name: read(one) for name, one in answer.json().items()}
        return {name: str(one) if isinstance(one, Message) else one for name, one in said.items()}

    def answers(self, path: str) -> bool:
        """Whether an address returns 200; fails if the server has ended."""
        assert self.process.poll() is None, f"the server ended: {self.log()}"
        with contextlib.suppress(httpx2.TransportError):
            return self.http.get(path).status_code == 200
        return False

    def both_doors_answer(self, sid: str, **more: str) -> None:
        """Check that process, page and a text named ``sid`` answer with what may save somebody.

        Each name has its own number, so it uses up no sender's rate limit.
        """
        assert self.http.get("/healthz", timeout=PATIENCE).status_code == 200
        assert "988" in self.http.get("/en/now", timeout=PATIENCE).text
        sender = f"+1530555{crc32(sid.encode()) % 10**4:04}"
        text = self.text("im not safe", sid=sid, sender=sender, **more)
        assert (text.status_code, b"911" in text.content) == (200, True)

    def log(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def text(
        self, body: str, *, sid: str, sender: str = "+19165550123", **more: str
    ) -> httpx2.Response:
        """Deliver one message as the carrier does, correctly signed."""
        return self.post({**message(body, sid=sid, sender=sender), **more})

    def post(
        self, fields: Mapping[str, str], *, path: str = "/sms/inbound", **headers: str
    ) -> httpx2.Response:
        return self.http.post(
            path,
            content=urllib.parse.urlencode(fields),
            headers={**signed_form(fields, path=path), **headers},
        )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """Stop it; return how many seconds that took."""
        started = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(timeout=30)
        return time.monotonic() - started


def carrier_id(name: str, kind: str = "SM") -> str:
    """Return an id like the carrier's, the same for the same name."""
    return kind + hashlib.sha256(name.encode()).hexdigest()[:32]


def message(body: str, *, sid: str, sender: str) -> dict[str, str]:
    """Return an inbound message's fields, including blank ones, as the carrier posts them.

    ``sid``: a name from which the message's id is made.
    """
    return {
        "MessageSid": carrier_id(sid),
        "SmsSid": carrier_id(sid),
        "AccountSid": ACCOUNT,
        "From": sender,
        "To": NUMBER,
        "Body": body,
        "NumMedia": "0",
        "FromCity": "",
        "FromState": "CA",
    }


def signature(fields: Mapping[str, str], *, token: str = TOKEN, path: str = "/sms/inbound") -> str:
    text = PUBLIC_URL + path + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


def signed_form(fields: Mapping[str, str], *, path: str = "/sms/inbound") -> dict[str, str]:
    """Return the headers of a form as the carrier posts it."""
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": signature(fields, path=path),
    }


def free_port() -> int:
    """Return a port that nobody is listening on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(
    environ: Mapping[str, str],
    *,
    ready: bool = True,
    tree: Path = ROOT,
) -> Iterator[Server]:
    """Yield a server that is ready (``ready``) or only answers; stop it afterward.

    ``tree``: another version of the program.
    """
    port = free_port()
    output = data_folder(environ).parent / f"server-{port}.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(tree / "server.py")],
            env={**environ, "PORCHLIGHT_SERVER__PORT": str(port)},
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=data_folder(environ),
        )
        server = Server(process, port, output, data_folder(environ))
        try:
            path = "/readyz" if ready else "/healthz"
            until(lambda: server.answers(path), f"{path} is 200; it printed: {server.log()}")
            yield server
        finally:
            server.http.close()
            if process.poll() is None:
                server.stop()


def until(holds: object, what: str, *, seconds: float = 120) -> None:
    """Wait for something to happen by itself; if it does not, say what was missing."""
    assert callable(holds)
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited {seconds:.0f} s until {what}"
        time.sleep(0.1)
