"""The bill of materials is the lock with licences; advisories are OSV's, or one says that it is away."""

import json
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.running import ROOT
from tools import supply

NAME = "GHSA-aaaa-bbbb-cccc"


def test_the_bill_lists_what_a_kiosk_gets_with_versions_hashes_and_licences(tmp_path: Path) -> None:
    supply.sbom(tmp_path / "out")
    made = json.loads((tmp_path / "out/sbom.cdx.json").read_text("utf-8"))
    locked = {
        row["name"]: row.get("version")
        for row in tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    }
    parts = {part["name"]: part for part in made["components"]}

    assert (made["bomFormat"], made["metadata"]["component"]["name"]) == ("CycloneDX", "porchlight")
    assert {"jinja2", "tuf", "uvicorn", "zxcvbn"} <= parts.keys()
    assert "pytest" not in parts
    assert [name for name, part in parts.items() if locked[name] != part["version"]] == []
    assert [name for name, part in parts.items() if "hashes" not in str(part)] == []
    assert parts["jinja2"]["licenses"] == [{"license": {"name": supply.licence("jinja2")}}]
    rows = (tmp_path / "out/licences.txt").read_text("utf-8").splitlines()
    assert len(rows) == len(parts)
    assert [row for row in rows if "not stated" in row] == []
    assert any(row.startswith("psycopg ") and "LGPL" in row for row in rows)


@contextmanager
def database(known: str) -> Iterator[str]:
    """Plays OSV: it has one advisory, for the library ``known``."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))["queries"]
            found = {"vulns": [{"id": NAME, "modified": "2026-01-01T00:00:00Z"}]}
            self._say({"results": [found if q["package"]["name"] == known else {} for q in asked]})

        def do_GET(self) -> None:
            self._say(
                {"id": NAME, "modified": "2026-01-01T00:00:00Z", "summary": "bad", "affected": []}
            )

        def _say(self, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_given: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.mark.parametrize(
    ("known", "code", "said"), [("jinja2", 1, NAME), ("", 0, "No advisory is known")]
)
def test_what_the_database_knows_decides_the_exit_code(
    known: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with database(known) as address:
        assert supply.advisories("--service-url", address) == code
    assert said in capsys.readouterr().out


def test_where_no_database_answers_one_sentence_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with database("") as address:
        pass  # it is gone
    assert supply.advisories("--service-url", address) == supply.UNREACHABLE
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("No advisory database can be reached")


def test_an_error_of_uv_is_no_missing_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert supply.advisories("--service-url", "no address") == 2
    assert "uv could not check for advisories: error" in capsys.readouterr().err
