"""Nothing of a visit leaves the screen: not to another address, not into the server's log or files."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.closed_network import closed_network
from tests.browser.conftest import close
from tests.browser.policed import kiosk_browser, launcher, loosened, policies
from tests.running import ROOT, Server, environment, prepared, serving, until
from tests.selection import EVERY_VISIT

TYPED = "xylophone quilt"
VISITED = [
    "/",
    "/en/",
    "/es/",
    "/en/t/7",
    "/es/t/32",
    "/en/r/122",
    "/es/r/122/print",
    "/en/big/now",
    "/en/contrast/",
]
VISITED += [
    "/en/big+contrast/r/121",
    "/es/adults",
    "/en/partners",
    "/en/languages",
    "/ar/",
    "/en/nowhere/at-all",
    "/leave",
]
# What a person who looks at the log could learn something from: where somebody was, in which
# language, what was typed.
TELLING = re.compile(
    r"/(en|es|vi|zh-Hant|fil|ar|ko|pa|hmn|ru)(/|\b)|/[tr]/\d+|/leave|/print|/search|/now\b|nowhere|xylophone|quilt|q=|"
    r"\b(GET|POST|HEAD)\b|Accept-Language|Mozilla|127\.0\.0\.1:(?!{port}/)\d+"
)
SUBMIT = """(words) => { const form = document.querySelector("form[method=post]");
    const field = form.elements.q || form.appendChild(Object.assign(document.createElement("input"), { name: "q" }));
    field.value = words; HTMLFormElement.prototype.submit.call(form) }"""


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server as a school runs it, in a process of its own, and the folder it writes to."""
    data = tmp_path_factory.mktemp("school") / "data"
    with serving(prepared(environment(data))) as server:
        yield server, data


def search(page: Page, address: str) -> None:
    """As without script. The beat is a POST, too: what counts is the page that the words lead to."""
    page.goto(f"{address}/en/search")
    with page.expect_navigation():
        page.evaluate(SUBMIT, TYPED)
    expect(page.locator("#q")).to_have_value(TYPED)


def ask_badly(server: Server) -> None:
    """What a broken screen or a curious neighbour might send; each of it names something."""
    for method, path in [
        ("GET", "/en/r/122%ff%zz"),
        ("DELETE", "/en/t/7"),
        ("GET", "/en/t/" + "7" * 8000),
        ("POST", "/en/search"),
        ("GET", "/en/search?q=" + TYPED.replace(" ", "+")),
    ]:
        server.http.request(
            method, path, content=b"q=" + b"xylophone" * 1000 if method == "POST" else None
        )


def test_case_2_the_server_s_log_and_output_hold_no_path_slug_query_or_language_of_a_whole_visit(
    browser: Browser, school: tuple[Server, Path]
) -> None:
    """Standard output and standard error go into one file in this test: the log is all of it."""
    server, data = school
    address = f"http://127.0.0.1:{server.port}"
    before, began = len(server.log()), time.time()
    page = browser.new_page(base_url=address, service_workers="block")
    for path in VISITED:
        page.goto(path)
    search(page, address)
    ask_badly(server)
    close(page.context)
    added = server.log()[before:]
    telling = TELLING.pattern.replace("{port}", str(server.port))
    assert re.findall(f".*(?:{telling}).*", added) == []
    written = [file for file in data.rglob("*") if file.is_file() and file.stat().st_mtime >= began]
    assert [
        file.name for file in written if TYPED.split(maxsplit=1)[0].encode() in file.read_bytes()
    ] == []


@pytest.mark.slow
def test_done_when_3_a_recorded_visit_sends_no_packet_to_anywhere_but_the_own_server(
    playwright: Playwright, tmp_path: Path
) -> None:
    """Server and browser in a network where every packet is seen: none goes elsewhere, and no name
    is looked up."""
    data, port = tmp_path / "data", 8127
    environ = environment(data, PORCHLIGHT_SERVER__PORT=str(port))
    data.mkdir()
    with closed_network(tmp_path / "notes") as network, (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            network.inside(sys.executable, str(ROOT / "server.py")),
            env=environ,
            cwd=data,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            until(
                lambda: inside_answers(network.inside, port),
                "the server answers in its network",
                seconds=120,
            )
            program = launcher(tmp_path, loosened(policies(port)), wrap=network.inside)
            with kiosk_browser(
                playwright, program, tmp_path / "profile", f"http://127.0.0.1:{port}/"
            ) as context:
                page = context.pages[0]
                for path in VISITED:
                    page.goto(f"http://127.0.0.1:{port}{path}")
                search(page, f"http://127.0.0.1:{port}")
                page.goto(f"http://127.0.0.1:{port}/leave")
                # What Chromium does by itself, it does late.
                page.wait_for_timeout(120_000 if EVERY_VISIT else 12_000)
            assert network.sent() == [f"tcp 127.0.0.1 {port}"]
        finally:
            server.terminate()
            server.wait(20)
        # The watch is only worth something if it would have seen one.
        subprocess.run(network.inside(sys.executable, "-c", STRAY), check=True)
        until(
            lambda: {"udp 203.0.113.9 53", "tcp 203.0.113.9 443"} <= set(network.sent()),
            "strays are seen",
        )


STRAY = """import socket
socket.socket(type=socket.SOCK_DGRAM).sendto(b"who is", ("203.0.113.9", 53))
away = socket.socket(); away.setblocking(False); away.connect_ex(("203.0.113.9", 443))
"""


def inside_answers(inside: Callable[..., list[str]], port: int) -> bool:
    ask = [
        "curl",
        "--silent",
        "--fail",
        "--noproxy",
        "*",
        "--output",
        "/dev/null",
        f"http://127.0.0.1:{port}/readyz",
    ]
    return subprocess.run(inside(*ask), check=False).returncode == 0
