"""The line as a process of its own beside the kiosk's, both on one data folder."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.application import build
from settings import load as settings
from settings.roles import of_process
from tests.running import CARRIER, ROOT, Server, command, environment, free_port, serving, until
from tests.test_killed_children import killed_on_sight

PACK = ROOT / "content" / "packs" / "california"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("two")
    return environment(
        folder / "data",
        PORCHLIGHT_SMS__PORT=str(free_port()),
        PORCHLIGHT_CONTENT__PACK=str(shutil.copytree(PACK, folder / "pack")),
        **CARRIER,
    )


@pytest.fixture(scope="module")
def two(environ: dict[str, str]) -> Iterator[tuple[Server, Server]]:
    """The kiosk's process and the line's."""
    with (
        serving(environ) as kiosk,
        serving(environ | {"PORCHLIGHT_SERVER__PORT": str(kiosk.port)}, line_only=True) as line,
    ):
        yield kiosk, line


def test_each_answers_its_own_and_only_the_line_holds_the_database(
    two: tuple[Server, Server],
) -> None:
    kiosk, line = two

    assert line.text("FOOD", sid="SM01").status_code == 200
    assert kiosk.text("FOOD", sid="SM02").status_code == 404
    assert "988" in kiosk.http.get("/en/now").text
    assert line.http.get("/en/now").status_code == 404
    assert (open_in(kiosk), open_in(line)) == (set(), {"porchlight.db", "waiting.jsonl"})
    assert kiosk.detail()["store"] == "ok"
    assert "memory only" not in kiosk.log() + line.log()


def open_in(server: Server) -> set[str]:
    """Which files of the text line the process has open."""
    links = Path(f"/proc/{server.process.pid}/fd").iterdir()
    names = {link.readlink().name for link in links if link.exists()}
    return names & {"porchlight.db", "waiting.jsonl"}


def is_made(environ: dict[str, str], number: str) -> None:
    """A release with another number."""
    rainn = Path(environ["PORCHLIGHT_CONTENT__PACK"]) / "resources" / "rainn.toml"
    text = rainn.read_text(encoding="utf-8")
    rainn.write_text(re.sub(r"\+1800656467\d", number, text), encoding="utf-8")
    assert command("refresh", environ=environ).returncode == 0


def test_the_line_takes_up_what_was_made_for_the_kiosk(
    environ: dict[str, str], two: tuple[Server, Server]
) -> None:
    kiosk, line = two

    is_made(environ, "+18006564674")

    until(lambda: "1-800-656-4674" in kiosk.http.get("/en/r/128").text, "the screen has it")
    release = kiosk.detail()["release"]
    until(lambda: line.detail()["release"] == release, "the line has it")


def test_only_one_of_them_looks_for_packs(environ: dict[str, str]) -> None:
    asked = settings.load(environ)

    kiosk, line = (
        {job.name for job in build(of_process(asked, line_only=line_only)).jobs()}
        for line_only in (False, True)
    )

    assert "refresh" in kiosk
    assert "refresh" not in line
    assert {"watch", "nightly"} <= kiosk & line


def doctor_says(environ: dict[str, str], kiosk: Server) -> str:
    """What `doctor` prints of the running kiosk."""
    return command("doctor", environ={**environ, "PORCHLIGHT_SERVER__PORT": str(kiosk.port)}).stdout


def test_the_desk_and_doctor_hear_of_a_line_whose_verification_fails(
    environ: dict[str, str], two: tuple[Server, Server]
) -> None:
    """Its own /readyz alone said so."""
    kiosk, line = two
    assert (kiosk.detail()["line_pack"], "Text line:" in doctor_says(environ, kiosk)) == (
        "ok",
        False,
    )
    with killed_on_sight(line, "packs"):
        is_made(environ, "+18006564675")
        until(lambda: "not be verified" in kiosk.detail()["line_pack"], "the kiosk's process hears")
        until(lambda: kiosk.detail()["wrong"] is None, "it shows the new one itself")
        assert "wrong Text line: What is on the disk could not be" in doctor_says(environ, kiosk)
    until(lambda: kiosk.detail()["line_pack"] == "ok", "the line shows it, too")


def test_the_desk_and_doctor_hear_of_a_line_that_does_not_answer(
    environ: dict[str, str], two: tuple[Server, Server]
) -> None:
    kiosk, line = two
    assert kiosk.detail()["replies"] == "ok"

    line.stop()

    assert "own process does not answer" in kiosk.detail()["replies"]
    assert "wrong Text line: the line's own process does not" in doctor_says(environ, kiosk)
    assert "988" in kiosk.http.get("/en/now").text
