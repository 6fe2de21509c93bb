"""``poster`` as it is typed: a PDF of what is served, or a sentence."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from content.releases.generations import Releases
from tests.running import command, data_folder, environment, prepared

LINE = {
    "PORCHLIGHT_SMS__NUMBER": "+19165550100",
    "PORCHLIGHT_SMS__PROGRAM_NAME": "Elk Grove Line",
    "PORCHLIGHT_SMS__CONTACT": "help@district.example",
    "PORCHLIGHT_SMS__TERMS": "https://district.example/line",
}


def printed(file: Path) -> str:
    """What somebody reads on it, as another program reads the file."""
    reading = ["pdftotext", "-layout", str(file), "-"]
    return subprocess.run(reading, capture_output=True, text=True, check=True).stdout


def test_what_is_served_is_printed_with_its_edition(tmp_path: Path) -> None:
    environ = prepared(environment(tmp_path / "data", **LINE))
    Releases(data_folder(environ)).change(
        lambda state: state.hide(["rainn", "nhth"], now=datetime.now(UTC))
    )
    file = tmp_path / "poster.pdf"

    done = command("poster", "--languages", "en,es", "--out", str(file), environ=environ)

    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"{file} is written.\n")
    said, release = (
        printed(file),
        Releases(data_folder(environ)).active(Releases(data_folder(environ)).state()),
    )
    assert release
    assert f"{release.activated_at:%Y-%m-%d} · {release.id}" in said
    own = {**LINE, "PORCHLIGHT_SMS__NUMBER": "1-916-555-0100"}
    for wanted in (*own.values(), "911", "988", "en peligro"):
        assert wanted in said, wanted
    assert "1-800-656-4673" not in said
    assert "1-888-373-7888" in said  # of the fixed crisis lines, a file on the disk hides none


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["--size", "giant"], 'There is no size "giant". Choose one of: letter, half,'),
        (["--languages", "tlh"], 'The pack has no language "tlh"; it has: en, es,'),
        (["--school", "oak"], "No school in the table has the address"),
        (["--out", "no/such/folder.pdf"], "no/such/folder.pdf cannot be written (No such file"),
    ],
)
@pytest.mark.few(1)
def test_what_cannot_be_printed_is_said(tmp_path: Path, given: list[str], sentence: str) -> None:
    environ = prepared(environment(tmp_path / "data"))
    done = command("poster", *given, environ=environ)
    assert (done.returncode, sentence in done.stdout + done.stderr) == (1, True)


@pytest.mark.slow
def test_a_school_of_the_table_has_its_own_poster(tmp_path: Path) -> None:
    (tmp_path / "schools.csv").write_text("address,name\nelm,Elm Street Middle\n", "utf-8")
    table = {"PORCHLIGHT_KIOSK__SCHOOLS": str(tmp_path / "schools.csv")}
    environ, file = prepared(environment(tmp_path / "data") | table), tmp_path / "poster.pdf"
    done = command("poster", "--school", "elm", "--out", str(file), environ=environ)
    assert done.returncode == 0
    assert "Elm Street Middle" in printed(file)


@pytest.mark.slow
def test_what_is_missing_on_it_is_said_and_before_the_first_release_there_is_none(
    tmp_path: Path,
) -> None:
    environ = environment(tmp_path / "data")
    early = command("poster", environ=environ)
    assert (early.returncode, "There is no release yet" in early.stderr) == (1, True)
    done = command("poster", "--size", "wallet", environ=prepared(environ))
    assert "the poster has only numbers to call" in done.stdout
    assert (data_folder(environ) / "poster-wallet.pdf").read_bytes().startswith(b"%PDF")
