"""A pack from a USB stick or a folder: the same repository, and whatever else may lie there. Cases
of docs/develop/cases-content.md."""

import io
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from content.trust import fetch_usb
from content.trust.failures import RefreshError
from messages.message import message
from tests.content.machine import Machine, numbered
from tests.content.publisher import NOW, Publisher
from tests.said import codes, parts

DAY = timedelta(days=1)


@pytest.fixture
def stick(publisher: Publisher, tmp_path: Path) -> Path:
    """A copy of what is published now."""
    return copied(publisher, tmp_path / "stick")


def copied(publisher: Publisher, folder: Path) -> Path:
    return Path(shutil.copytree(publisher.folder, folder))


def newest(publisher: Publisher, folder: Path, number: int = 2) -> Path:
    publisher.release(numbered(number))
    return copied(publisher, folder)


def test_a_stick_brings_a_pack_without_a_network_and_by_any_clock(
    kiosk: Machine, publisher: Publisher, tmp_path: Path
) -> None:
    kiosk.source = "https://127.0.0.1:9"
    assert kiosk.refresh(newest(publisher, tmp_path / "stick")).state == "active"
    assert kiosk.shown == "pack-2"


@pytest.mark.parametrize("erased", [False, True])
@pytest.mark.parametrize(("days", "accept_age"), [(0, False), (0, True), (40, False), (40, True)])
def test_case_24_a_stick_older_than_what_is_installed_is_refused_in_plain_words(
    kiosk: Machine, publisher: Publisher, stick: Path, *, erased: bool, accept_age: bool, days: int
) -> None:
    publisher.release(numbered(2))
    kiosk.refresh(publisher.folder)
    if erased:
        shutil.rmtree(kiosk.data / "trust")
    kiosk.now += days * DAY
    failure = kiosk.fails(stick, accept_age=accept_age)
    assert (failure.kind, failure.alarm) == ("older stick", False)
    assert "failure.older-stick" in codes(failure.said)


def test_case_25_a_stick_that_ran_out_but_is_newer_is_asked_about_and_then_taken(
    kiosk: Machine, publisher: Publisher, tmp_path: Path
) -> None:
    stick = newest(publisher, tmp_path / "stick")
    kiosk.now += 40 * DAY
    failure = kiosk.fails(stick)
    assert (failure.kind, failure.alarm) == ("old stick", False)
    assert message("fetch.accept-age", days=40) in parts(failure.said)
    assert kiosk.refresh(stick, accept_age=True).state == "active"
    assert kiosk.shown == "pack-2"


@pytest.mark.parametrize("days", [181, 500])
def test_case_25_a_stick_of_more_than_180_days_is_refused_whatever_a_person_says(
    kiosk: Machine, publisher: Publisher, tmp_path: Path, days: int
) -> None:
    stick = newest(publisher, tmp_path / "stick")
    kiosk.now += days * DAY
    assert kiosk.fails(stick, accept_age=True).kind == "hub stale"


def test_case_25_a_date_that_someone_wrote_on_the_stick_does_not_make_it_pass(
    kiosk: Machine, publisher: Publisher, tmp_path: Path
) -> None:
    stick = newest(publisher, tmp_path / "stick")
    stamp = stick / "metadata" / "timestamp.json"
    stamp.write_bytes(
        stamp.read_bytes()
        .replace(b"2026-12-31", b"2027-12-31")
        .replace(b"2026-12-01", b"2027-12-01")
    )
    kiosk.now += 200 * DAY
    assert kiosk.fails(stick, accept_age=True).kind == "bad signature"


def test_case_25_what_a_person_accepts_is_the_age_and_no_signature(
    kiosk: Machine, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.release(numbered(2), signers=1)
    stick = copied(publisher, tmp_path / "stick")
    kiosk.now += 40 * DAY
    assert kiosk.fails(stick, accept_age=True).kind == "bad signature"


LINKS = ["metadata/timestamp.json", "metadata", "targets", "targets/state"]


@pytest.mark.parametrize("name", LINKS)
def test_case_26_a_link_on_the_stick_is_not_followed(
    kiosk: Machine, publisher: Publisher, tmp_path: Path, name: str
) -> None:
    stick = newest(publisher, tmp_path / "stick")
    (stick / name).rename(tmp_path / "outside")
    (stick / name).symlink_to(tmp_path / "outside")
    assert kiosk.fails(stick).kind == "stick"


@pytest.mark.parametrize(
    "name", ["../outside", "a/../../outside", "/etc/hostname", "", "a//b", "./a", "a\0b"]
)
def test_case_26_no_name_leads_out_of_the_stick(kiosk: Machine, stick: Path, name: str) -> None:
    from content.trust.fetch import Deadline, FetchError

    (stick.parent / "outside").write_bytes(b"secret")
    (stick / "a").mkdir()
    stick_fetcher = fetch_usb.UsbFetcher(stick, Deadline(5))
    with pytest.raises(FetchError):
        list(stick_fetcher.chunks(f"{fetch_usb.SCHEME}{name}"))


def test_case_26_a_pipe_on_the_stick_does_not_hang(
    kiosk: Machine, publisher: Publisher, tmp_path: Path
) -> None:
    stick = newest(publisher, tmp_path / "stick")
    (stick / "metadata" / "timestamp.json").unlink()
    os.mkfifo(stick / "metadata" / "timestamp.json")
    assert kiosk.fails(stick).kind == "stick"


def test_case_26_a_device_on_the_stick_is_not_opened(
    kiosk: Machine, publisher: Publisher, tmp_path: Path
) -> None:
    stick = newest(publisher, tmp_path / "stick")
    (stick / "metadata" / "timestamp.json").unlink()
    try:
        os.mknod(stick / "metadata" / "timestamp.json", 0o600 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes a device")
    assert kiosk.fails(stick).kind == "stick"


@pytest.fixture
def mounted() -> Iterator[Callable[..., Path]]:
    """Mounts what is given to mount(8) at its last argument."""
    with ExitStack() as undo:

        def mount(*arguments: str | Path) -> Path:
            asked = ["mount", *map(str, arguments)]
            if subprocess.run(asked, check=False, capture_output=True).returncode:
                pytest.skip("only root mounts")
            undo.callback(subprocess.run, ["umount", str(arguments[-1])], check=True)
            return Path(arguments[-1])

        yield mount


def test_a_stick_may_lie_on_an_overlay_of_two_disks(
    kiosk: Machine, publisher: Publisher, tmp_path: Path, mounted: Callable[..., Path]
) -> None:
    """As the root of a kiosk that forgets: folders are of one device there, files of another."""
    stick = newest(publisher, tmp_path / "stick")
    upper, over = tmp_path / "upper", tmp_path / "over"
    for folder in (upper, over):
        folder.mkdir()
    mounted("-t", "tmpfs", "tmpfs", upper)
    for name in ("new", "work"):
        (upper / name).mkdir()
    layers = f"lowerdir={stick},upperdir={upper}/new,workdir={upper}/work"
    assert kiosk.refresh(mounted("-t", "overlay", "overlay", "-o", layers, over)).state == "active"


def test_case_26_what_is_mounted_into_a_stick_is_not_read(
    kiosk: Machine, publisher: Publisher, tmp_path: Path, mounted: Callable[..., Path]
) -> None:
    stick = newest(publisher, tmp_path / "stick")
    mounted("--bind", publisher.folder / "metadata", stick / "metadata")
    assert kiosk.fails(stick).kind == "stick"


def test_case_26_a_stick_with_a_hundred_thousand_files_is_never_listed(
    kiosk: Machine, publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = newest(publisher, tmp_path / "stick")
    listed: list[str] = []
    for name in ("listdir", "scandir"):
        before = getattr(os, name)

        def seen(path: str = ".", before: Callable[[str], object] = before) -> object:
            listed.append(str(path))
            return before(path)

        monkeypatch.setattr(os, name, seen)
    assert kiosk.refresh(stick).state == "active"
    assert [path for path in listed if path.startswith(str(stick))] == []


@pytest.mark.parametrize("name", ["metadata/timestamp.json", "core.json"])
def test_case_26_a_file_of_four_gigabytes_is_read_to_its_signed_length(
    kiosk: Machine, publisher: Publisher, tmp_path: Path, name: str
) -> None:
    stick = newest(publisher, tmp_path / "stick")
    file = next(iter(stick.rglob(f"*{name.rpartition('/')[2]}")))
    with file.open("ab") as huge:
        huge.truncate(4 * 1024**3)  # holes: no room is needed
    for other in stick.rglob(f"*{name.rpartition('/')[2]}"):
        with other.open("ab") as huge:
            huge.truncate(4 * 1024**3)
    assert kiosk.fails(stick).kind == "damaged"


def test_case_26_a_stick_that_is_pulled_in_the_middle_is_no_harm(
    kiosk: Machine, publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = newest(publisher, tmp_path / "stick")
    read, left = fetch_usb._read, [4]

    def pulled(descriptor: int, name: str) -> bytes:
        left[0] -= 1
        if left[0] < 0:
            shutil.rmtree(stick, ignore_errors=True)
        return read(descriptor, name)

    monkeypatch.setattr(fetch_usb, "_read", pulled)
    assert kiosk.fails(stick).kind == "stick"
    assert kiosk.refresh(publisher.folder).state == "active"


def test_case_27_whatever_else_lies_on_a_stick_is_not_even_opened(
    kiosk: Machine, publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = newest(publisher, tmp_path / "stick")
    for name in (
        "index.html",
        "autorun.sh",
        "metadata/evil.js",
        "targets/state/core.json",
        "sitecustomize.py",
    ):
        (stick / name).write_bytes(b"<script>alert(1)</script>")
        (stick / name).chmod(0o755)
    opened: list[str] = []
    before = os.open

    def seen(path: str, *rest: Any, **more: Any) -> int:
        opened.append(str(path))
        return before(path, *rest, **more)

    def seen_too(path: Any, *rest: Any, **more: Any) -> Any:
        if str(path).startswith(f"{stick}/"):
            opened.append(str(path).rpartition("/")[2])
        return plain(path, *rest, **more)

    plain = io.open
    monkeypatch.setattr(os, "open", seen)
    monkeypatch.setattr(io, "open", seen_too)  # what Path.open calls
    assert kiosk.refresh(stick).state == "active"
    assert not {"index.html", "autorun.sh", "evil.js", "core.json", "sitecustomize.py"} & set(
        opened
    )
    kept = {path.name for path in kiosk.data.rglob("*")}
    assert not {"index.html", "autorun.sh", "evil.js", "sitecustomize.py"} & kept


def test_an_empty_stick_is_named_as_one(kiosk: Machine, tmp_path: Path) -> None:
    (tmp_path / "empty" / "metadata").mkdir(parents=True)
    failure = kiosk.fails(tmp_path / "empty")
    assert (failure.kind, "timestamp.json" in str(failure.detail)) == ("stick", True)


def test_a_stick_and_the_network_take_turns(
    kiosk: Machine, publisher: Publisher, tmp_path: Path
) -> None:
    """What one brought, the other goes on from: they share the floor and the blobs."""
    stick = newest(publisher, tmp_path / "stick")
    kiosk.refresh(stick)
    kiosk.now = publisher.now = NOW + DAY
    publisher.touch()
    assert kiosk.refresh(publisher.folder).state == "unchanged"
    with pytest.raises(RefreshError):
        kiosk.refresh(stick)
