"""Receivers of alarms for tests: a mail server and a webhook, each on its own real port."""

import json
import socketserver
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

Mood = Literal["takes", "refuses", "hangs"]


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server. ``mood`` may be changed while it runs. ``security``: as the settings say."""

    daemon_threads, allow_reuse_address = True, True

    def __init__(self, security: str = "none", certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.security = security
        self.mood: Mood = "takes"
        self.offers = "STARTTLS"
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        if certificate:
            self.context.load_cert_chain(certificate)
        self.passwords: list[str] = []
        self.mails: list[str] = []
        self.calls = 0
        self.over = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Conversation(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self.server.calls += 1
        if self.server.security == "tls" and not self._secured():
            return
        if self.server.mood == "hangs":
            self.server.over.wait()
            return
        self._say("220 ready")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"RCPT" and self.server.mood == "refuses":
                self._say("550 no <secret-reason@example.org>")
            elif verb == b"EHLO":
                self._say(f"250-mail\r\n250-{self.server.offers}\r\n250 AUTH PLAIN")
            elif verb == b"STAR":
                self._say("220 go on")
                if not self._secured():
                    return
            elif verb == b"AUTH":
                self.server.passwords.append(b64decode(line.split()[2]).decode())
                self._say("235 come in")
            elif verb == b"DATA":
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.mails.append(b"".join(lines).decode())
                self._say("250 taken")
            else:
                self._say("250 well")

    def _secured(self) -> bool:
        """Whether the other side accepted our certificate."""
        try:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        except OSError:
            return False
        self.setup()
        return True

    def finish(self) -> None:
        super().finish()
        self.request.close()  # the secured socket, which its server does not know

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Hook(ThreadingHTTPServer):
    """Accepts JSON posts and heartbeats; ``status``: its answer."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.status = 204
        self.posts: list[dict[str, Any]] = []
        self.beats: list[tuple[str, str]] = []
        self.told: list[dict[str, Any]] = []  # with each heartbeat

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/alarms"


class _Post(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if "alarm" not in body:
            self.server.beats.append((self.path, self.headers["user-agent"]))
            self.server.told.append(body)
        elif self.server.status < 300:
            self.server.posts.append(body)
        self.send_response(self.server.status)
        self.send_header("location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running(server: Any) -> Iterator[Any]:
    """Run the server while the block runs."""
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        if isinstance(server, Mailbox):
            server.over.set()
        server.shutdown()
        server.server_close()
