"""Asked wrongly, over a real connection: always a page with the lines that answer, in the right
language."""

import concurrent.futures
import http.client
import socket
from collections.abc import Iterator

import pytest

from tests.kiosk.outline import Outline
from tests.running import Server, environment, prepared, serving

LONG = "a" * 8_192


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    environ = environment(tmp_path_factory.mktemp("bad") / "data")
    with serving(prepared(environ)) as running:
        yield running


def raw(server: Server, request: bytes) -> tuple[int, str, Outline]:
    """One request byte for byte: no client tidies the address up."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        body = answer.read().decode()
        return answer.status, answer.headers["content-type"], Outline.of(body)


def asked(server: Server, method: str, target: str) -> tuple[int, str, Outline]:
    return raw(
        server,
        f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode(),
    )


@pytest.mark.parametrize(
    ("target", "language", "mode"),
    [
        ("/nothing", "en", ""),
        ("/es/nothing", "es", ""),
        ("/es/r/99999", "es", ""),
        ("/es/big/t/99999", "es", "big"),
        ("/es/down+contrast/now", "es", "contrast down"),
        ("/xx/now", "en", ""),
        ("/ES-mx/big/now", "es", "big"),
        (f"/{LONG}", "en", ""),
        (f"/es/big/{LONG}", "es", "big"),
        (f"/es/{'big+' * 2_000}/now", "es", "big"),
        (f"/es/{'%2e%2e/' * 1_000}", "es", ""),
        ("/%", "en", ""),
        ("/es/%zz/%e0%a4%a", "es", ""),
        ("/es/%ff%fe%00", "es", ""),
        ("/es/\\..\\..\\etc", "es", ""),
        ("//", "en", ""),
        ("//es//now", "en", ""),
        ("/../../etc/passwd", "en", ""),
        ("/es/../now", "es", ""),
        ("/static/kiosk.js", "en", ""),
        ("/audio/es/none.opus", "en", ""),
        ("/<script>alert(1)</script>", "en", ""),
        ("*", "en", ""),
    ],
    ids=lambda value: value[:24],
)
@pytest.mark.slow
def test_an_address_that_is_not_there_gives_the_lines_in_the_right_language(
    server: Server, target: str, language: str, mode: str
) -> None:
    status, kind, page = asked(server, "GET", target)
    assert (status, kind) == (404, "text/html; charset=utf-8")
    assert (page.language, ("data-mode", mode) in page.attributes) == (language, True)
    assert {"911", "988"} <= set(page.numbers)
    assert "/leave" in page.links


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"])
def test_a_wrong_method_gives_the_lines_in_the_right_language(server: Server, method: str) -> None:
    status, kind, page = asked(server, method, "/es/big/now")
    assert (status, kind, page.language) == (405, "text/html; charset=utf-8", "es")
    assert ("data-mode", "big") in page.attributes
    assert {"911", "988"} <= set(page.numbers)


def test_a_query_changes_nothing(server: Server) -> None:
    status, _kind, page = asked(server, "GET", "/es/now?q=secret&lang=xx")
    assert (status, page.language) == (200, "es")


def test_a_thousand_requests_from_one_screen_are_all_answered(server: Server) -> None:
    targets = ["/en/", "/es/big/now", "/es/nothing", "/en/contrast/t/7"]

    def visit(number: int) -> list[int]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        found = []
        for turn in range(50):
            connection.request("GET", targets[(number + turn) % len(targets)])
            answer = connection.getresponse()
            assert len(answer.read()) > 1_000
            found.append(answer.status)
        connection.close()
        return found

    with concurrent.futures.ThreadPoolExecutor(20) as screens:
        statuses = [status for found in screens.map(visit, range(20)) for status in found]
    assert sorted(set(statuses)) == [200, 404]
    assert statuses.count(404) == len(statuses) // len(targets)


def test_nothing_of_it_is_in_the_log(server: Server) -> None:
    asked(server, "GET", "/es/secretword")
    assert "secretword" not in server.log()
    assert "failed" not in server.log()
