"""The verb by which a publisher lays out a directory."""

import json
from pathlib import Path

import pytest

import server
from content.directory import index
from content.model.pinned import pinned_pack
from runtime import disk_check
from settings.load import load
from system.clock import now_utc
from tests.content import invented_services
from tests.content.publisher import Publisher


def run(source: Path, out: Path, tmp_path: Path) -> int:
    given = [
        "directory",
        "build",
        str(source),
        "--out",
        str(out),
        "--name",
        "Invented 211",
        "--source",
        "made up",
    ]
    return server.main(
        [*given, "--date", "2026-11-01"], {"PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path / "data")}
    )


def test_a_sound_file_is_laid_out_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(invented_services.write(tmp_path / "a", 100), tmp_path / "out", tmp_path) == 0
    assert "100 services in" in capsys.readouterr().out
    assert json.loads((tmp_path / "out" / "index.json").read_bytes())["name"] == "Invented 211"


def test_a_wrong_line_is_named_and_nothing_is_laid_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = invented_services.write(tmp_path / "a", 3)
    source.write_text(source.read_text("utf-8").replace('"+1', '"+1900', 1), "utf-8")
    assert run(source, tmp_path / "out", tmp_path) == 1
    shown = capsys.readouterr()
    assert f"{source}:1: invented-000000: phones.0.number: " in shown.out
    assert "1 errors, 0 warnings." in shown.err
    assert list((tmp_path / "out").iterdir()) == []


def test_a_file_that_is_not_there_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "none", tmp_path / "out", tmp_path) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_refresh_brings_a_signed_directory_and_the_pages_offer_it_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the publisher's builder to the kiosk's search page, by the verbs alone."""
    assert run(invented_services.write(tmp_path / "a", 60), tmp_path / "out", tmp_path) == 0
    hub = Publisher(tmp_path / "hub", now=now_utc())
    hub.release(pinned_pack())
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path / "data"),
        "PORCHLIGHT_KIOSK__LANGUAGES": '["en"]',
        "PORCHLIGHT_KIOSK__AUDIO": "off",
        "PORCHLIGHT_CONTENT__SOURCE": str(hub.folder),
        "PORCHLIGHT_CONTENT__ROOT": str(hub.trust),
    }

    def offers() -> bool:
        assert disk_check.forget_doubtful_directory(load(environ)) == ""
        return index.is_ours(index.path_in(tmp_path / "data"))

    assert server.main(["refresh"], environ) == 0
    assert not offers()
    hub.directory({file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()})
    capsys.readouterr()
    assert server.main(["refresh"], environ) == 0
    assert "The directory: 60 services from Invented 211; " in capsys.readouterr().out
    assert offers()
