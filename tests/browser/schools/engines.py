"""Firefox and WebKit as Debian has them, driven as the W3C's WebDriver says.

WebKit's driver speaks it over HTTP. Debian has no geckodriver, which would turn the same commands
into Firefox's own protocol (Marionette: length, colon, JSON), so that is spoken here.
"""

import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.running import until as eventually

PATIENCE = 120  # seconds: a guard against a hang, never a measure
SIZE = {"x": 0, "y": 0, "width": 834, "height": 1112}  # an iPad's
ESCAPE = "\ue00c"
MINI_BROWSER = next(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"), None)
# Marionette's name of each command that is used here.
MARIONETTE = {
    "url": "WebDriver:Navigate",
    "back": "WebDriver:Back",
    "execute/async": "WebDriver:ExecuteAsyncScript",
    "element": "WebDriver:FindElement",
    "click": "WebDriver:ElementClick",
    "actions": "WebDriver:PerformActions",
    "timeouts": "WebDriver:SetTimeouts",
    "window/rect": "WebDriver:SetWindowRect",
}
ASYNC = """const done = arguments[0];
    Promise.resolve((%s)()).then(done, (problem) => done(`failed: ${problem}`));"""
Do = Callable[[str, Mapping[str, Any]], Any]


class DriverError(Exception):
    """The browser refused a command."""


class Engine:
    """A browser with an empty profile and one page."""

    def __init__(self, do: Do) -> None:
        self._do = do
        do("timeouts", {"script": PATIENCE * 1000, "pageLoad": PATIENCE * 1000})
        do("window/rect", SIZE)

    def goto(self, url: str) -> None:
        self._do("url", {"url": url})

    def back(self) -> None:
        self._do("back", {})

    def evaluate(self, function: str) -> Any:
        """Return what the function returns, or what its promise ends with."""
        return self._do("execute/async", {"script": ASYNC % function, "args": []})

    def until(self, condition: str, what: str) -> None:
        """Wait for it. A page that is about to go answers nothing."""
        end = time.monotonic() + PATIENCE
        while True:
            with suppress(DriverError):
                if self.evaluate(f"async () => Boolean({condition})") is True:
                    return
            if time.monotonic() > end:
                where = self.evaluate(
                    "() => [location.href, document.body.outerHTML.slice(0, 200)]"
                )
                raise AssertionError(f"waited {PATIENCE} s until {what}: {where}")
            time.sleep(0.05)

    def tap(self, selector: str) -> None:
        """Touch it, once the page takes a touch."""
        target = f"document.querySelector({json.dumps(selector)})"
        self.until(f"{target} && !document.body.classList.contains('new')", f"{selector} is there")
        found = self._do("element", {"using": "css selector", "value": selector})
        self._do("click", {"id": next(iter(found.values()))})

    def press(self, key: str) -> None:
        down, up = ({"type": kind, "value": key} for kind in ("keyDown", "keyUp"))
        keys = {"type": "key", "id": "keys", "actions": [down, up]}
        self._do("actions", {"actions": [keys]})


@contextmanager
def firefox() -> Iterator[Engine]:
    """Firefox without a screen."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, ExitStack() as stack:
        preferences = (
            'user_pref("marionette.port", 0);\nuser_pref("remote.prefs.recommended", true);'
        )
        Path(profile, "user.js").write_text(preferences, "utf-8")
        command = ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", profile]
        stack.enter_context(_running(command, {"HOME": profile}))
        port = Path(profile, "MarionetteActivePort")
        eventually(lambda: port.exists() and port.read_text(), "Firefox listens", seconds=PATIENCE)
        address = ("127.0.0.1", int(port.read_text()))
        connection = stack.enter_context(socket.create_connection(address, PATIENCE))
        answers, numbers = stack.enter_context(connection.makefile("rb")), itertools.count()

        def heard() -> Any:
            length = b"".join(iter(lambda: answers.read(1), b":"))
            return json.loads(answers.read(int(length)))

        def do(command: str, given: Mapping[str, Any]) -> Any:
            name = MARIONETTE.get(command, command)
            said = json.dumps([0, next(numbers), name, given]).encode()
            connection.sendall(b"%d:%s" % (len(said), said))
            _, _, error, value = heard()
            if error:
                raise DriverError(error["error"], error["message"])
            is_alone = isinstance(value, dict) and value.keys() == {"value"}
            return value["value"] if is_alone else value

        heard()  # its greeting
        do("WebDriver:NewSession", {})
        yield Engine(do)


@contextmanager
def webkit() -> Iterator[Engine]:
    """WebKit's small browser on a screen in memory."""
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        reading, writing = os.pipe()
        screen = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x1280x24"]
        stack.enter_context(_running(screen, {}, keep=[writing]))
        os.close(writing)
        with os.fdopen(reading) as told:
            display = told.readline().strip()
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port = int(free.getsockname()[1])
        place = {"DISPLAY": f":{display}", "HOME": home}
        stack.enter_context(_running(["WebKitWebDriver", f"--port={port}"], place))
        http = stack.enter_context(
            httpx2.Client(
                base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=2 * PATIENCE
            )
        )
        eventually(lambda: _answers(http), "the driver answers", seconds=PATIENCE)
        options = {"binary": str(MINI_BROWSER), "args": ["--automation"]}
        asked = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        session = f"/session/{_value(http.post('/session', json=asked))['sessionId']}"
        stack.callback(http.delete, session)

        def do(command: str, given: Mapping[str, Any]) -> Any:
            path = f"element/{given['id']}/click" if command == "click" else command
            return _value(http.post(f"{session}/{path}", json=given))

        yield Engine(do)


def _answers(http: httpx2.Client) -> bool:
    with suppress(httpx2.TransportError):
        return http.get("/status").is_success
    return False


def _value(answer: httpx2.Response) -> Any:
    value = answer.json()["value"]
    if answer.is_error:
        raise DriverError(value["error"], value["message"])
    return value


@contextmanager
def _running(
    command: Sequence[str], more: Mapping[str, str], keep: Sequence[int] = ()
) -> Iterator[None]:
    """This program, and all that it starts, until the end."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **more},
        pass_fds=keep,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


ENGINES = {"firefox": firefox, "webkit": webkit}
PACKAGES = {
    "firefox-esr": shutil.which("firefox-esr"),
    "webkit2gtk-driver": shutil.which("WebKitWebDriver") and MINI_BROWSER,
    "xvfb": shutil.which("Xvfb"),
}
MISSING = " ".join(name for name, found in PACKAGES.items() if not found)
needs_engines = pytest.mark.skipif(
    bool(MISSING) and "CI" not in os.environ, reason=f"apt-get install {MISSING}"
)
