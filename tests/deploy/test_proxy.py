"""The proxies that ship, as a real nginx reads them: what they add, and whom they slow down."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import pytest

from tests.running import ROOT, until

PROXY = ROOT / "deploy/proxy"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
NAMES = {"nginx.conf": "line.example.org", "desk.conf": "desk.example.org"}
MAIN = (
    "daemon off; pid {0}/pid; error_log {0}/errors; events {{}} http {{ include {0}/site.conf; }}"
)
needs_nginx = pytest.mark.skipif(NGINX is None, reason="apt-get install nginx-light")
Started = Callable[..., int]


@pytest.mark.parametrize("file", NAMES)
def test_each_proxy_asks_browsers_for_https_and_bounds_what_one_address_may_ask(file: str) -> None:
    text = (PROXY / file).read_text("utf-8")
    for said in ("add_header Strict-Transport-Security", "limit_req  zone=", "limit_conn "):
        assert said in text, said


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Starts a real nginx with one of the files, its own certificate and this port behind it;
    returns its port."""
    running: list[subprocess.Popen[bytes]] = []

    def start(file: str, behind: int = 9) -> int:
        key, certificate = tmp_path / "key", tmp_path / "certificate"
        subject = ["-subj", "/CN=test", "-keyout", str(key), "-out", str(certificate)]
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject]
        subprocess.run(command, check=True, capture_output=True)
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port = int(free.getsockname()[1])
        lines = []
        for line in (PROXY / file).read_text("utf-8").splitlines():
            first = line.split()[:1]
            path = {"ssl_certificate": certificate, "ssl_certificate_key": key}.get("".join(first))
            lines.append(f"{first[0]} {path};" if path else line)
        site = "\n".join(lines).replace("listen 443", f"listen 127.0.0.1:{port}")
        site = site.replace("/etc/porchlight/desk.allow", str(PROXY / "desk.allow"))
        site = site.replace("/var/log/nginx/", f"{tmp_path}/")
        site = re.sub(r"(proxy_pass http://127\.0\.0\.1):\d+", rf"\1:{behind}", site)
        site = re.sub(r"rate=\d+r/s", "rate=1r/m", site)
        (tmp_path / "site.conf").write_text(site, "utf-8")
        (tmp_path / "main.conf").write_text(MAIN.format(tmp_path), "utf-8")
        call = [str(NGINX), "-p", str(tmp_path), "-c", str(tmp_path / "main.conf")]
        tried = subprocess.run([*call, "-t"], check=False, capture_output=True, text=True)
        assert tried.returncode == 0, tried.stderr
        running.append(subprocess.Popen(call, stderr=subprocess.DEVNULL))
        until(lambda: _listens(port), "nginx listens")
        return port

    yield start
    for process in running:
        process.terminate()
        process.wait(20)


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=200)) as server:
        yield int(server.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def _opened(port: int, file: str) -> HTTPSConnection:
    """A connection by the name of the file's server."""
    context = ssl._create_unverified_context()  # noqa: S323  the test made the certificate
    connection = HTTPSConnection(NAMES[file], port, timeout=20)
    plain = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sock = context.wrap_socket(plain, server_hostname=NAMES[file])
    return connection


def _asked(connection: HTTPSConnection, path: str) -> tuple[int, str]:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.headers.get("strict-transport-security", "")


@needs_nginx
@pytest.mark.parametrize("file", NAMES)
def test_a_real_nginx_takes_the_file_and_every_answer_asks_for_https(
    started: Started, file: str
) -> None:
    port = started(file)
    with closing(_opened(port, file)) as connection:
        for path in ("/", "/elsewhere"):
            status, hsts = _asked(connection, path)
            assert (status in {303, 404}, hsts) == (True, "max-age=31536000")


@needs_nginx
@pytest.mark.parametrize(
    ("file", "path", "burst"), [("nginx.conf", "/sms/inbound", 200), ("desk.conf", "/staff/", 100)]
)
def test_a_burst_passes_and_an_address_that_goes_on_without_pause_is_refused(
    started: Started, file: str, path: str, burst: int
) -> None:
    """Nothing answers behind it: 502 is a request that went through. Here a place comes free once
    a minute, so that a slow machine changes nothing."""
    port = started(file)
    with closing(_opened(port, file)) as connection:
        said = [_asked(connection, path)[0] for _ in range(burst + 50)]
    assert set(said[: burst + 1]) == {502}
    assert set(said[burst + 3 :]) == {503}


@needs_nginx
@pytest.mark.parametrize(
    ("file", "path", "most"), [("nginx.conf", "/sms/inbound", 100), ("desk.conf", "/staff/", 30)]
)
def test_one_address_holds_only_so_many_requests_open(
    started: Started, silent: int, file: str, path: str, most: int
) -> None:
    """Which of them are refused is nginx's choice: it takes connections in any order."""
    port = started(file, silent)
    answers: SimpleQueue[int] = SimpleQueue()

    def wait(connection: HTTPSConnection) -> None:
        with suppress(OSError, HTTPException):  # closed below, without an answer
            answers.put(connection.getresponse().status)

    with ExitStack() as closed:
        opened = [closed.enter_context(closing(_opened(port, file))) for _ in range(most + 5)]
        for connection in opened:
            connection.request("GET", path)
        waiting = [Thread(target=wait, args=(connection,)) for connection in opened]
        for thread in waiting:
            thread.start()
        assert [answers.get(timeout=20) for _ in range(5)] == [503] * 5
        assert answers.empty()
        for connection in opened:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)
        for thread in waiting:
            thread.join()
