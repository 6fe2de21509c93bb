"""A publisher's web server as a kiosk sees it, over real TLS on loopback: honest, or bad in one
way.

``Hub(folder)`` serves the folder's files. ``hub.answers(how, where)`` corrupts answers whose path
ends in ``where``. ``requests``: the requested paths; ``headers``: those of the last
request.
"""

import gzip
import http.server
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import Message
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PAGE = b"\n<!DOCTYPE html><title>Sign in</title>"
DAY = timedelta(days=1)


class Request(http.server.BaseHTTPRequestHandler):
    """One request. ``body``: the requested file, None if there is none."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise a body waits 40 ms until its head is acknowledged
    server: "_Server"

    def do_GET(self) -> None:
        hub = self.server.hub
        hub.requests.append(self.path)
        hub.headers = self.headers
        how = next((how for where, how in reversed(hub.rules) if self.path.endswith(where)), honest)
        with suppress(OSError):
            how(self)

    @property
    def body(self) -> bytes | None:
        file = self.server.hub.folder / self.path.lstrip("/")
        return file.read_bytes() if file.is_file() else None

    def reply(self, status: int, body: bytes, *, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


How = Callable[[Request], None]


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    hub: "Hub"

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # many tests are about clients that leave in the middle


def honest(request: Request) -> None:
    if request.body is None:
        request.reply(404, b"not here")
    else:
        request.reply(200, request.body)


def page(request: Request) -> None:
    request.reply(200, PAGE)


def redirect(to: str) -> How:
    return lambda request: request.reply(302, b"", Location=to)


def status(code: int) -> How:
    return lambda request: request.reply(code, b"no")


def zipped(request: Request) -> None:
    if request.body is None:
        request.reply(404, b"")
    else:
        request.reply(200, gzip.compress(request.body), Content_Encoding="gzip")


def cut(request: Request) -> None:
    """Send half the body, then close the connection."""
    body = request.body or b"half"
    request.reply(200, body[: len(body) // 2], length=len(body))
    request.close_connection = True
    request.connection.close()


def truncated(request: Request) -> None:
    """Send half the body, with a Content-Length for that half."""
    body = request.body or b"half"
    request.reply(200, body[: len(body) // 2])


def flipped(request: Request) -> None:
    body = bytearray(request.body or b"\0")
    body[len(body) // 2] ^= 1
    request.reply(200, bytes(body))


def longer(request: Request) -> None:
    request.reply(200, (request.body or b"") + b" ")


def trickle(request: Request) -> None:
    """Send four bytes a second."""
    body = request.body or b"x" * 1000
    request.reply(200, b"", length=len(body))
    for byte in body:
        request.wfile.write(bytes([byte]))
        time.sleep(0.25)


def trickling_headers(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        request.wfile.write(b"x")
        time.sleep(0.25)


def silent(request: Request) -> None:
    time.sleep(3600)


def endless(request: Request) -> None:
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    while True:
        request.server.hub.sent += 65536
        request.wfile.write(b"10000\r\n" + b'"' * 65536 + b"\r\n")


class Hub:
    """The server. ``sent``: bytes sent of endless bodies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.requests: list[str] = []
        self.headers = Message()
        self.rules: list[tuple[str, How]] = []
        self.sent = 0
        self.address = ""

    def answers(self, how: How, where: str = "") -> None:
        """From now on, answer this way if the path ends in ``where``."""
        self.rules.append((where, how))

    def is_honest(self) -> None:
        """Undo every ``answers``."""
        self.rules.clear()


@contextmanager
def serving(folder: Path, *, certificate: Path, secure: bool = True) -> Iterator[Hub]:
    """Serve the folder at ``hub.address``, an https address of 127.0.0.1."""
    hub = Hub(folder)
    server = _Server(("127.0.0.1", 0), Request)
    server.hub = hub
    if secure:
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trust.load_cert_chain(certificate)
        server.socket = trust.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    hub.address = f"{'https' if secure else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@cache
def _authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a school's inspection")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - DAY, now + DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def authority(folder: Path) -> Path:
    """Return the file for SSL_CERT_FILE. It has no key identifiers, like many schools' own."""
    file = folder / "authority.pem"
    file.write_bytes(_authority()[1].public_bytes(serialization.Encoding.PEM))
    return file


def certificate(folder: Path, *, begins: timedelta = -DAY, ends: timedelta = DAY) -> Path:
    """Return a certificate for 127.0.0.1 with its key, signed by the authority."""
    signer, above = _authority()
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(
            above.subject, x509.Name([]), key.public_key(), 2, now + begins, now + ends
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=True,
        )
        .sign(signer, hashes.SHA256())
    )
    file = folder / f"hub{begins.days}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def now() -> datetime:
    """Return the real time, for tests in which a separate process checks signatures."""
    return datetime.now(UTC)


class Relay:
    """A connection to the hub that counts every byte, including TLS: ``down`` from the hub, ``up``
    to it."""

    def __init__(self, hub: Hub) -> None:
        self.up = self.down = 0
        self._hub = ("127.0.0.1", int(hub.address.rpartition(":")[2]))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def _start(self, run: Callable[..., None], *arguments: object) -> None:
        self._threads.append(threading.Thread(target=run, args=arguments, daemon=True))
        self._threads[-1].start()

    def close(self) -> None:
        for line in (self._listener, *self._open):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._hub)
                self._open += [near, far]
                self._start(self._pass_on, near, far, "up")
                self._start(self._pass_on, far, near, "down")

    def _pass_on(self, source: socket.socket, target: socket.socket, way: str) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                setattr(self, way, getattr(self, way) + len(data))
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
