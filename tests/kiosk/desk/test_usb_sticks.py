"""Which folders count as USB sticks, and how their names are shown."""

from pathlib import Path

import pytest

from kiosk.desk.usb_sticks import key_of, listed, repository, visible_name

MOUNTS = """\
proc /proc proc rw 0 0
/dev/sda1 / ext4 rw 0 0
/dev/sdb1 /media/office/COUNTY\\040STICK vfat rw,nosuid 0 0
/dev/sdb1 /media/office/COUNTY\\040STICK vfat rw,nosuid 0 0
/dev/sdc1 /run/media/kim/pack vfat rw 0 0
systemd-1 /media/waiting autofs rw 0 0
tmpfs /run/user/0 tmpfs rw 0 0
/dev/sdd1 /mediathek vfat rw 0 0
/dev/sde1 /media/../etc vfat rw 0 0
short
"""


def test_mounted_folders_below_media_are_sticks_and_nothing_else_is() -> None:
    assert [(stick.path, stick.name) for stick in listed(MOUNTS)] == [
        ("/media/office/COUNTY STICK", "COUNTY STICK"),
        ("/run/media/kim/pack", "pack"),
    ]


def test_a_key_tells_no_path_and_differs_for_each() -> None:
    keys = [stick.key for stick in listed(MOUNTS)]

    assert len(set(keys)) == 2
    assert keys[0] == key_of("/media/office/COUNTY STICK")
    assert all(key.isalnum() and len(key) == 16 for key in keys)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/media/a/\u202egpj.exe", "�gpj.exe"),
        ("/media/a/new\nline", "new�line"),
        ("/media/a/<b>", "<b>"),  # the page escapes it
        ("/media/a/" + "x" * 300, "x" * 60),
        ("/media/a/\udcff", "�"),
    ],
)
def test_a_name_holds_no_letter_that_hides_or_turns_others(path: str, name: str) -> None:
    assert visible_name(path) == name


def test_a_machine_with_a_thousand_mounts_shows_twenty() -> None:
    assert len(listed("".join(f"d /media/x/{n} vfat rw 0 0\n" for n in range(1000)))) == 20


def lay_out(folder: Path) -> Path:
    (folder / "metadata").mkdir(parents=True)
    (folder / "metadata" / "timestamp.json").write_text("{}", encoding="ascii")
    return folder


def test_the_publishers_files_are_found_at_the_root_or_in_a_folder_of_the_stick(
    tmp_path: Path,
) -> None:
    assert repository(str(lay_out(tmp_path / "one"))) == str(tmp_path / "one")
    lay_out(tmp_path / "two" / "PACK")
    (tmp_path / "two" / "holiday").mkdir()
    assert repository(str(tmp_path / "two")) == str(tmp_path / "two" / "PACK")


def test_no_link_of_a_stick_is_followed(tmp_path: Path) -> None:
    lay_out(tmp_path / "elsewhere")
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "PACK").symlink_to(tmp_path / "elsewhere")

    assert repository(str(stick)) == str(stick)


def test_a_stick_that_was_pulled_is_left_to_the_refresh(tmp_path: Path) -> None:
    assert repository(str(tmp_path / "gone")) == str(tmp_path / "gone")
