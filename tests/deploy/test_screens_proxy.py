"""The files for nginx and Caddy that serve an export, and the exported folder behind a real nginx."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import closing
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
    assert "\n  access_log off;" in text if file == "screens.conf" else "\tlog" not in text


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """An export of two schools behind nginx with the shipped file, without its certificate."""
    screens = [
        PlainScreen(one, shipped(), Kiosk(languages=("en",)), render.Beside(), TODAY, "r1")
        for one in ("lincoln", "elm")
    ]
    export.write(tmp_path / "out", screens, prune=False)
    for path in (tmp_path, *(tmp_path / "out").rglob("*")):
        path.chmod(0o755)
    with closing(create_server(("127.0.0.1", 0))) as free:
        port = int(free.getsockname()[1])
    site = (PROXY / "screens.conf").read_text("utf-8")
    site = re.sub(r"\n  ssl_.*", "", site).replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    site = site.replace("/var/lib/porchlight-screens", str(tmp_path / "out"))
    site = site.replace("/var/log/nginx/", f"{tmp_path}/")
    (tmp_path / "site.conf").write_text(site, "utf-8")
    (tmp_path / "main.conf").write_text(f"user root; {MAIN.format(tmp_path)}", "utf-8")
    server = subprocess.Popen([str(NGINX), "-c", str(tmp_path / "main.conf")])
    try:
        until(lambda: _answers(port), "nginx answers")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/lincoln/leave") as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@needs_nginx
def test_an_export_behind_the_shipped_nginx_file_is_right(address: str) -> None:
    schools = ["lincoln", "elm"]
    found = hosted.look(address, schools, release="r1", today=TODAY, ask=hosted.ask_host)
    assert found == (2, [])
