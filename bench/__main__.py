"""`make bench`: one table of ratios. Base: bare Starlette on the same uvicorn, one process = 1.00."""

import asyncio
import base64
import hashlib
import hmac
import statistics
import tempfile
import urllib.parse
from pathlib import Path

from bench import load, servers

TOKEN = "bench-token"
ACCOUNT = "AC" + "0" * 32
NUMBER = "+19165550100"
URL = "https://line.example.org/sms/inbound"
ROUNDS = 3
PAGES = 12_000
TEXTS = 4_000
WORDS = ["FOOD", "help", "im not safe", "suicde", "he makes me have sex for money", "me quiero morir", "asdf"]


def page_request(path: str) -> bytes:
    """A page as Chromium asks for it, compressed form welcome."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n".encode()


def text_request(serial: int) -> bytes:
    """One inbound message from its own sender, signed as the carrier signs it."""
    fields = {
        "MessageSid": f"SM{serial:032x}",
        "AccountSid": ACCOUNT,
        "From": f"+1916{2000000 + serial:07d}",
        "To": NUMBER,
        "Body": WORDS[serial % len(WORDS)],
        "NumMedia": "0",
        "FromCity": "",
        "FromState": "CA",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }
    signed = URL + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), hashlib.sha1)).decode()
    body = urllib.parse.urlencode(fields)
    return (
        f"POST /sms/inbound HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Twilio-Signature: {signature}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def measure(port: int, requests: list[bytes], connections: int) -> float:
    """Requests a second; every answer must have been 200."""
    result = asyncio.run(load.run(port, requests, connections=connections))
    if set(result.statuses) != {200}:
        raise RuntimeError(f"expected 200 to everything, got {result.statuses}")
    return result.requests_per_second


def texts(start: int, many: int = TEXTS) -> list[bytes]:
    return [text_request(start + n) for n in range(many)]


def main() -> None:
    """Start ours and the peers beside each other, measure them in turn, print the medians as ratios."""
    with tempfile.TemporaryDirectory() as folder:
        ours, bare, tutorial = servers.free_port(), servers.free_port(), servers.free_port()
        ours_environ = {
            "PORCHLIGHT_SERVER__PORT": str(ours),
            "PORCHLIGHT_SERVER__DATA_DIR": folder,
            "PORCHLIGHT_SERVER__PUBLIC_URL": URL.removesuffix("/sms/inbound"),
            "PORCHLIGHT_SMS__NUMBER": NUMBER,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
        }
        peer_environ = {"BENCH_DATABASE": str(Path(folder) / "peer.db"), "BENCH_TOKEN": TOKEN, "BENCH_URL": URL}
        with (
            servers.running(["server.py"], ours, ours_environ) as process,
            servers.running(servers.bare(bare), bare, {}),
            servers.running(servers.tutorial(tutorial), tutorial, peer_environ),
        ):
            rows = page_rows(ours, bare) + text_rows(ours, bare, tutorial)
            rows.append(("resident memory after the load", f"{process.memory_info().rss / 2**20:.0f} MB", "< 90 MB"))
    width = max(len(name) for name, _, _ in rows)
    for name, figure, wanted in rows:
        print(f"{name:<{width}}  {figure:>10}  wanted {wanted}")


def page_rows(ours: int, bare: int) -> list[tuple[str, str, str]]:
    ratios = []
    for _ in range(ROUNDS):
        base = measure(bare, [page_request("/")] * PAGES, 16)
        ratios.append(measure(ours, [page_request("/en/")] * PAGES, 16) / base)
    return [("a page from the Edition / bare Starlette hello", f"{statistics.median(ratios):.2f}", ">= 1.0")]


def text_rows(ours: int, bare: int, tutorial: int) -> list[tuple[str, str, str]]:
    rows = []
    serial = 0
    for connections in (1, 16, 64):
        to_bare, to_tutorial = [], []
        for _ in range(ROUNDS):
            base = measure(bare, texts(serial), connections)
            mine = measure(ours, texts(serial), connections)
            peer = measure(tutorial, texts(serial, TEXTS // 10), connections)
            serial += TEXTS
            to_bare.append(mine / base)
            to_tutorial.append(mine / peer)
        wanted = (">= 0.3", ">= 5") if connections == 16 else ("-", "-")
        rows.append(
            (
                f"an inbound text / bare Starlette POST, {connections} at once",
                f"{statistics.median(to_bare):.2f}",
                wanted[0],
            )
        )
        rows.append(
            (
                f"an inbound text / Flask + SDK tutorial, {connections} at once",
                f"{statistics.median(to_tutorial):.1f}",
                wanted[1],
            )
        )
    return rows


if __name__ == "__main__":
    main()
