"""A power cut as two processes see it: a browser and a server that can be killed between two
bytes of a file.

We start the browser here because Playwright does not reveal which process to kill. A relay between
it and the server counts the files in an update and stalls in the middle of the chosen one.
"""

import contextlib
import http.client
import os
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Playwright

from tests.browser.conftest import engine
from tests.browser.visits import flags

_OPEN = {"/pack.json", "/sw.js", "/beat"}
_PASSED = {
    "content-type",
    "content-length",
    "content-encoding",
    "cache-control",
    "content-security-policy",
}


class Relay:
    """One permanent address, whichever server is behind it. ``stalled`` is set in the middle of
    file ``number``."""

    def __init__(self) -> None:
        self.upstream = 0  # the server's port; 0: no server
        self.stalled = threading.Event()
        self._number = 0
        self._asked = set[str]()
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def arm(self, number: int) -> None:
        """Stall in the middle of this file, counted from now on; 0: never."""
        with self._lock:
            self._number = number
            self._asked.clear()
            self.stalled.clear()
            self._released.clear()

    def release(self) -> None:
        """Release the stalled file: the processes waiting for it are dead."""
        self._number = 0
        self._released.set()

    def count(self) -> int:
        """Count the files requested since ``arm``, each once: a page may be opened as well."""
        return len(self._asked)

    def close(self) -> None:
        self.release()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def passes(self, path: str) -> bool:
        """Whether this whole file goes through."""
        with self._lock:
            if path in _OPEN or path.startswith("/pack/"):
                return True
            self._asked.add(path)
            return self._number == 0 or len(self._asked) < self._number

    def stall(self) -> None:
        self.stalled.set()
        self._released.wait(120)


def _handler(relay: Relay) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.close_connection = True
            connection = http.client.HTTPConnection("127.0.0.1", relay.upstream, timeout=20)
            # Without a server, the connection closes without an answer.
            with (
                contextlib.closing(connection),
                contextlib.suppress(OSError, http.client.HTTPException),
            ):
                connection.request(self.command, self.path, headers=dict(self.headers.items()))
                answer = connection.getresponse()
                self._send(answer, answer.read())
                answer.close()

        do_POST = do_GET  # noqa: N815

        def _send(self, answer: http.client.HTTPResponse, body: bytes) -> None:
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() in _PASSED:
                    self.send_header(name, value)
            self.send_header("connection", "close")
            self.end_headers()
            whole = relay.passes(self.path)
            self.wfile.write(body if whole else body[: len(body) // 2])
            self.wfile.flush()
            if not whole:
                relay.stall()

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler


class Screen:
    """A browser with a profile on disk, and its one page."""

    def __init__(self, playwright: Playwright, profile: Path) -> None:
        port_file = profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                str(engine()),
                *flags(engine()),
                f"--user-data-dir={profile}",
                "--remote-debugging-port=0",
                "--no-first-run",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + 60
        while not (port_file.is_file() and port_file.read_text().count("\n")):
            assert time.monotonic() < end, "the browser did not start"
            time.sleep(0.05)
        port = port_file.read_text().split()[0]
        self._browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        self.page: Page = self._browser.contexts[0].pages[0]

    def wiped(self) -> Page:
        """Open a page in an empty profile, as ours is after each start."""
        return self._browser.new_context().new_page()

    def kill(self) -> None:
        """SIGKILL to the browser and all of its processes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)
        with contextlib.suppress(PlaywrightError):
            self._browser.close()
