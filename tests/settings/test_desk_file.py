"""The desk's own file: the layer between the defaults and settings.toml, which stops no start."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from settings import desk_file
from settings.load import load
from settings.schema import DESK, Kiosk, Settings

SET: dict[str, object] = {
    "kiosk.school": 'Lincoln "West" \\ Schule – escuela',
    "kiosk.counties": ("Sacramento", "Yolo"),
    "kiosk.county_line": "+19168755437",
    "kiosk.languages": ("es", "en"),
    "kiosk.audio": "speaker",
    "kiosk.printer": "/dev/usb/lp0",
    "sms.number": "+19162330000",
    "sms.program_name": "Lincoln Line",
    "sms.contact": "office@lincoln.example",
    "sms.terms": "https://lincoln.example/line",
    "alarms.mail_to": ("office@lincoln.example", "nurse@lincoln.example"),
}


def kept(data: Path, values: Mapping[str, object] | bytes) -> Path:
    content = values if isinstance(values, bytes) else desk_file.encoded(values)
    (data / desk_file.FILE).write_bytes(content)
    return data


def loaded(tmp_path: Path, file: str = "", **environ: str) -> Settings:
    """The settings of an installation with this settings.toml and these variables."""
    settings = tmp_path / "settings.toml"
    settings.write_text(file, encoding="utf-8")
    return load(
        {
            "PORCHLIGHT_SETTINGS": str(settings),
            "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path),
            **environ,
        }
    )


def test_what_the_desk_set_is_read_back_as_it_was_set(tmp_path: Path) -> None:
    kept(tmp_path, SET)

    settings = loaded(tmp_path)

    assert desk_file.read(tmp_path) == (SET, [])
    assert (settings.kiosk.school, settings.kiosk.counties) == (
        SET["kiosk.school"],
        SET["kiosk.counties"],
    )
    assert settings.kiosk.languages == ("es", "en")
    assert settings.kiosk.text_line == settings.sms.number == "+19162330000"
    assert {settings.origins[key] for key in SET} == {DESK}


def test_a_value_of_the_file_goes_before_the_desks_and_a_variable_before_both(
    tmp_path: Path,
) -> None:
    kept(tmp_path, SET)
    file = '[kiosk]\nschool = "From the file"\ncounties = ["Kern"]\n'

    settings = loaded(tmp_path, file, PORCHLIGHT_KIOSK__COUNTIES='["Inyo"]')

    assert (settings.kiosk.school, settings.kiosk.counties) == ("From the file", ("Inyo",))
    assert settings.origins["kiosk.school"] == str(tmp_path / "settings.toml")
    assert settings.origins["kiosk.counties"] == "PORCHLIGHT_KIOSK__COUNTIES"
    assert settings.origins["kiosk.county_line"] == DESK


def test_a_default_that_a_file_repeats_is_no_choice_and_a_variables_is_one(tmp_path: Path) -> None:
    """The shipped settings.toml lists every setting with its default."""
    kept(tmp_path, SET)
    file = '[kiosk]\nschool = ""\ncounties = []\nlanguages = ' + str(list(Kiosk().languages))

    assert loaded(tmp_path, file.replace("'", '"')).kiosk.school == SET["kiosk.school"]
    settings = loaded(tmp_path, PORCHLIGHT_KIOSK__SCHOOL="")
    assert (settings.kiosk.school, settings.kiosk.languages) == ("", ("es", "en"))


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff", b"school = ", b"[kiosk]\nschool = " + b"[" * 9000, b"kiosk = 5"],
    ids=["empty", "no text", "cut short", "nested", "no section"],
)
def test_a_damaged_file_is_told_and_stops_no_start(tmp_path: Path, content: bytes) -> None:
    kept(tmp_path, content)

    assert loaded(tmp_path).kiosk == load({"PORCHLIGHT_SERVER__DATA_DIR": "/nowhere"}).kiosk
    values, problems = desk_file.read(tmp_path)
    assert values == {}
    assert content == b"kiosk = 5" or problems[0].code == "settings.file-unreadable"


def test_a_value_that_cannot_be_used_is_left_out_alone(tmp_path: Path) -> None:
    kept(
        tmp_path,
        b'[kiosk]\nschool = 5\ncounty_line = "12"\nlanguages = []\ncounties = ["Yolo"]\n'
        b'school_file = "/etc/passwd"\n[server]\nport = 1\n',
    )

    settings = loaded(tmp_path)

    assert (settings.kiosk.counties, settings.kiosk.school) == (("Yolo",), "")
    assert settings.kiosk.languages == Kiosk().languages
    assert (settings.kiosk.school_file, settings.server.port) == (Kiosk().school_file, 8000)
    assert [problem.args["name"] for problem in desk_file.read(tmp_path)[1]] == [
        "school", "county_line", "languages"
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["kiosk.school_file", "server.port", "content.source", "x"])
def test_no_other_setting_can_be_written_into_it(key: str) -> None:
    with pytest.raises(ValueError, match=key):
        desk_file.encoded({key: "x"})


@pytest.mark.parametrize("device", ["/dev/sda", "/dev/usb/lp1", "/dev/../etc/passwd"])
def test_no_device_but_the_first_receipt_printer_can_be_written_into_it(
    tmp_path: Path, device: str
) -> None:
    with pytest.raises(ValueError, match="printer"):
        desk_file.encoded({"kiosk.printer": device})
    kept(tmp_path, f'[kiosk]\nprinter = "{device}"\n'.encode())
    assert loaded(tmp_path).kiosk.printer == "browser"


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_is_no_plain_file_in_its_place_is_not_opened(tmp_path: Path, kind: str) -> None:
    place = tmp_path / desk_file.FILE
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        (tmp_path / "other").write_bytes(desk_file.encoded(SET))
        place.symlink_to(tmp_path / "other")

    assert desk_file.raw(tmp_path) == b""
    assert loaded(tmp_path).kiosk.school == ""
