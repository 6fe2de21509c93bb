"""The files for nginx and Caddy that serve an export, and the exported folder behind a real nginx."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from socket import create_server
from urllib.request import urlopen

import pytest

from kiosk import render
from kiosk.edition.headers import always
from kiosk.plain_screen import PlainScreen
from runtime.district import export, hosted
from settings.schema import Kiosk
from tests.deploy.test_proxy import MAIN, NGINX, PROXY, needs_nginx
from tests.running import until
from tests.shipped import pack as shipped

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize("file", ["screens.conf", "Caddyfile"])
def test_each_file_sends_the_screen_s_own_headers_and_keeps_no_log(file: str) -> None:
    text = (PROXY / file).read_text("utf-8")
    for name, value in always():
        assert re.search(rf'{name.decode()} "?{re.escape(value.decode())}"?', text), name
    for kind in ("application/manifest+json", "audio/ogg"):
        assert kind in text
    assert "\n  access_log off;" in text if file == "screens.conf" else "\tlog" not in text


@dataclass
class Nginx:
    """One that runs. ``asked``: the paths, in order, which the shipped file writes nowhere."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def asked(self) -> list[str]:
        return self.log.read_text("utf-8").split()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def behind_nginx(scratch: Path, folder: Path, *, school: str) -> Iterator[Nginx]:
    """This export behind nginx with the shipped file, without its certificate."""
    with closing(create_server(("127.0.0.1", 0))) as free:
        port = int(free.getsockname()[1])
    asked = scratch / "asked"
    site = shipped_site(port, folder, scratch).replace(
        "access_log off", f"access_log {asked} paths"
    )
    (scratch / "site.conf").write_text(f"log_format paths $request_uri; {site}", "utf-8")
    (scratch / "main.conf").write_text(f"user root; {MAIN.format(scratch)}", "utf-8")
    process = subprocess.Popen([str(NGINX), "-c", str(scratch / "main.conf")])
    running = Nginx(f"http://127.0.0.1:{port}", process, asked)
    try:
        until(lambda: _answers(port, school), "nginx answers")
        yield running
    finally:
        running.stop()


def shipped_site(port: int, folder: Path, scratch: Path) -> str:
    """The shipped file for this export at a port of this machine, without a certificate."""
    site = (PROXY / "screens.conf").read_text("utf-8")
    site = re.sub(r"\n  ssl_.*", "", site).replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    site = site.replace("/var/lib/porchlight-screens", str(folder))
    return site.replace("/var/log/nginx/", f"{scratch}/")


def _answers(port: int, school: str) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/{school}/leave") as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@needs_nginx
def test_an_export_behind_the_shipped_nginx_file_is_right(tmp_path: Path) -> None:
    schools = ["lincoln", "elm"]
    screens = [
        PlainScreen(one, shipped(), Kiosk(languages=("en",)), render.Beside(), TODAY, "r1")
        for one in schools
    ]
    export.write(tmp_path / "out", screens, prune=False)
    with behind_nginx(tmp_path, tmp_path / "out", school="elm") as running:
        found = hosted.look(
            running.address, schools, release="r1", today=TODAY, ask=hosted.ask_host
        )
    assert found == (2, [])
