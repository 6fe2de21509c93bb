"""A publisher of services for tests: records written here, and an HSDS API on loopback that can
misbehave.

This repository has nobody else's samples; the faults are those in docs/editor/hsds.md, and the
numbers are real hotlines from our own packs, or numbers that no line can have.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import NAMESPACE_DNS, uuid5

VOICE = "(888) 373-7888"
FULL = "+18883737888"
Answer = tuple[int, Mapping[str, str], bytes | Iterator[bytes]]
Behaviour = Callable[[str, Mapping[str, str], Mapping[str, str]], Answer]


def service(name: str = "Teen Help Line", **more: Any) -> dict[str, Any]:
    """Return one service as an API sends it in full, active, with one number to call."""
    return {
        "id": str(uuid5(NAMESPACE_DNS, name)),
        "name": name,
        "status": "active",
        "description": "Someone listens to young people.",
        "organization": {"id": str(uuid5(NAMESPACE_DNS, "org")), "name": "Example County Services"},
        "phones": [{"id": "p1", "number": VOICE, "type": "voice"}],
        **more,
    }


def page(contents: list[Any], **more: Any) -> bytes:
    """Return an HSDS 3 page object, by default the only page."""
    whole = {
        "total_items": len(contents),
        "total_pages": 1,
        "page_number": 1,
        "size": len(contents),
        "first_page": True,
        "last_page": True,
        "empty": not contents,
        "contents": contents,
    }
    return json.dumps(whole | more).encode()


def ok(body: bytes, **headers: str) -> Answer:
    return 200, {"Content-Type": "application/json", **headers}, body


class Feed:
    """A running API: its address, and its requests in order."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []

    def pages(self) -> list[dict[str, str]]:
        """Return the queries for pages of services."""
        return [query for path, query, _ in self.asked if path == "/services"]


@contextmanager
def feed(behave: Behaviour) -> Iterator[Feed]:
    """Run an API that answers as ``behave(path, query, headers)`` says."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.casefold(): value for name, value in self.headers.items()}
            found.asked.append((parts.path, query, headers))
            status, sent, body = behave(parts.path, query, headers)
            self.send_response(status)
            length = (
                {"Content-Length": str(len(body))}
                if isinstance(body, bytes)
                else {"Connection": "close"}
            )
            for name, value in {**length, **sent}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for piece in [body] if isinstance(body, bytes) else body:
                    self.wfile.write(piece)
                    self.wfile.flush()
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Feed(server.server_port)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def api(*pages: list[Any], version: str = "3.1") -> Behaviour:
    """Return a well-behaved API with these pages, which sends full records."""

    def behave(path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        if path == "/":
            return ok(json.dumps({"version": version}).encode())
        if path == "/services":
            number, total = int(query.get("page", "1")), sum(len(one) for one in pages)
            contents = pages[number - 1] if number <= len(pages) else []
            last = number >= len(pages)
            counted = {"total_items": total, "total_pages": len(pages)}
            return ok(page(contents, page_number=number, last_page=last, **counted))
        for one in (one for contents in pages for one in contents):
            if path == f"/services/{one['id']}":
                return ok(json.dumps(one).encode())
        return 404, {}, b"{}"

    return behave
