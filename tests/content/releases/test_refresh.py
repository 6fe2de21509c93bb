"""One refresh: where a pack may come from, and what is remembered of it."""

import errno
import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from content.model.pack import Pack
from content.releases.admit import admit
from content.releases.candidate import Candidate
from content.releases.generations import BusyError, Releases
from content.releases.machine import Machine
from content.releases.outcome import Outcome
from content.releases.sources import PackSource, SourceError, locate
from tests.content.candidates import NOW, ONE, TWO, UNSIGNED, built, render
from tests.running import PATIENCE
from tests.said import codes

HOUR = timedelta(hours=1)


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    return Releases(tmp_path / "data")


@pytest.fixture
def one(tmp_path: Path) -> Path:
    return built(ONE, tmp_path / "one")


def run(folder: Path, releases: Releases, *, now: datetime = NOW, source: str = "") -> Outcome:
    machine = Machine(releases=releases, checks=(), prepare=render, now=now)
    return admit(Candidate(folder, UNSIGNED, source), machine)


@pytest.mark.parametrize("address", ["{}", "file://{}", "file://localhost{}", "FILE://{}"])
def test_a_directory_or_a_file_address_is_a_source(tmp_path: Path, address: str) -> None:
    assert locate(address.format(tmp_path), unsigned=True) == PackSource(tmp_path, None)


def test_a_file_address_may_hold_a_space(tmp_path: Path) -> None:
    (tmp_path / "my packs").mkdir()
    assert locate(f"file://{tmp_path}/my%20packs", unsigned=True) == PackSource(
        tmp_path / "my packs", None
    )


@pytest.mark.parametrize("address", ["{}", "file://{}"])
def test_an_unsigned_folder_needs_the_setting_that_allows_it(tmp_path: Path, address: str) -> None:
    with pytest.raises(SourceError, match=r"unsigned = true in the \[content\] section"):
        locate(address.format(tmp_path), unsigned=False)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://packs.example.org/ca", "Use an address that begins with https:"),
        ("HTTP://packs.example.org", "Use an address that begins with https:"),
        ("ftp://packs.example.org", '"ftp:" cannot be fetched'),
        ("file://server/share", "points to another computer"),
        ("/no/such/folder", "the folder /no/such/folder does not exist"),
        ("file:///no/such/folder", "the folder /no/such/folder does not exist"),
        (__file__, "does not exist"),
        ("", "Specify the pack's folder"),
    ],
)
def test_another_address_is_refused_in_words_that_name_the_setting(address: str, said: str) -> None:
    with pytest.raises(SourceError, match=r"^\[content\] source: ") as error:
        locate(address, unsigned=True)
    assert said in str(error.value)


@pytest.mark.parametrize("address", ["https://packs.example.org/ca", "HTTPS://packs.example.org"])
def test_an_https_address_is_verified_from_the_root_that_the_school_was_given(
    tmp_path: Path, address: str
) -> None:
    root = tmp_path / "root.json"
    root.write_bytes(b"{}")
    assert locate(address, unsigned=False, root=root) == PackSource(address, b"{}")


def test_a_folder_that_a_publisher_signed_is_verified_also_where_unsigned_ones_are_allowed(
    tmp_path: Path,
) -> None:
    (tmp_path / "stick" / "metadata").mkdir(parents=True)
    with pytest.raises(SourceError, match=r"\[content\] root: .* has no root to verify it with"):
        locate(str(tmp_path / "stick"), unsigned=True)


@pytest.mark.parametrize("data", [None, b"", b"x" * 70_000])
def test_a_root_that_cannot_be_one_is_named(tmp_path: Path, data: bytes | None) -> None:
    root = tmp_path / "root.json"
    if data is not None:
        root.write_bytes(data)
    with pytest.raises(SourceError, match=r"\[content\] root: .*root.json"):
        locate("https://packs.example.org", unsigned=False, root=root)


def a_loop(place: Path) -> None:
    place.symlink_to(place.name)


def a_device(place: Path) -> None:
    place.symlink_to("/dev/zero")


@pytest.mark.parametrize("plant", [os.mkfifo, a_device, a_loop])
def test_nothing_waits_for_what_lies_in_the_place_of_the_root(
    tmp_path: Path, plant: Callable[[Path], None]
) -> None:
    """A pipe there held up the server's look at the disk for ever."""
    root, said = tmp_path / "root.json", list[str]()
    plant(root)

    def ask() -> None:
        with pytest.raises(SourceError, match=r"\[content\] root: .*root.json") as error:
            locate("https://packs.example.org", unsigned=False, root=root)
        said.append(str(error.value))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(PATIENCE)
    assert said


def test_a_root_may_be_a_link_as_where_settings_are_mounted(tmp_path: Path) -> None:
    (tmp_path / "mounted").write_bytes(b"{}")
    root = tmp_path / "root.json"
    root.symlink_to("mounted")
    assert locate("https://packs.example.org", unsigned=False, root=root).root == b"{}"


def test_a_folder_that_cannot_be_looked_at_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share that was cut off answers so; as root no folder of a test is closed."""

    def is_stale(_: Path) -> bool:
        raise OSError(errno.ESTALE, "Stale file handle")

    monkeypatch.setattr(Path, "is_dir", is_stale)
    with pytest.raises(SourceError, match=r"\[content\] source: .*\(Stale file handle\)"):
        locate(str(tmp_path), unsigned=True)


def test_a_refresh_serves_the_pack_and_is_on_record(releases: Releases, one: Path) -> None:
    outcome = run(one, releases)
    record = releases.state().refresh
    assert record is not None
    assert (record.at, record.outcome, record.sentence) == (NOW, "active", str(outcome.said))
    assert releases.state().active == outcome.release_id


def test_a_refusal_is_on_record_until_a_later_success(
    releases: Releases, one: Path, tmp_path: Path
) -> None:
    run(one, releases)
    empty = tmp_path / "empty"
    empty.mkdir()
    outcome = run(empty, releases, now=NOW + HOUR, source="file:///media/stick")
    refusal, record = releases.state().refusal, releases.state().refresh
    assert refusal is not None
    assert record is not None
    assert (refusal.at, refusal.source) == (NOW + HOUR, "file:///media/stick")
    assert refusal.problems == tuple(str(reason) for reason in outcome.reasons()) != ()
    assert (record.at, record.outcome) == (NOW + HOUR, "refused")
    run(one, releases)
    assert releases.state().refusal is None


def test_a_second_refresh_is_told_that_one_is_running(releases: Releases, one: Path) -> None:
    with (
        Releases(releases.root).lock(),
        pytest.raises(BusyError, match="Another refresh is running"),
    ):
        run(one, releases)
    assert releases.state().refresh is None


def test_leftovers_of_a_killed_refresh_are_swept(releases: Releases, one: Path) -> None:
    with releases.lock():
        built(TWO, releases.stage())
    run(one, releases)
    assert not list(releases.root.glob("**/.tmp-*"))


def test_a_data_directory_that_cannot_be_written_is_a_refusal_in_words(
    tmp_path: Path, one: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    outcome = run(one, Releases(tmp_path / "file"))
    assert outcome.state == "refused"
    assert "failure.disk" in codes(outcome.said)


def test_a_record_that_cannot_be_written_does_not_undo_the_refresh(
    releases: Releases, one: Path
) -> None:
    (releases.root / "LAST_REFRESH").mkdir(parents=True)
    assert run(one, releases).state == "active"
    assert releases.active(releases.state()) is not None


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (timedelta(0), False),
        (HOUR - timedelta(seconds=1), False),
        (HOUR, True),
        (400 * HOUR, True),
        (-timedelta(seconds=1), True),
        (-400 * HOUR, True),
    ],
)
def test_a_refresh_is_overdue_when_late_or_when_the_clock_went_back(
    releases: Releases, one: Path, since: timedelta, due: bool
) -> None:
    run(one, releases)
    assert releases.state().overdue(now=NOW + since, every=HOUR) is due


def test_a_first_refresh_is_overdue(releases: Releases) -> None:
    assert releases.state().overdue(now=NOW, every=HOUR)


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"at": "yesterday"}', b"\xff", b'{"at": "2026-12-01T08:30:00"}']
)
def test_a_broken_record_counts_as_none(releases: Releases, data: bytes) -> None:
    releases.root.mkdir()
    (releases.root / "LAST_REFRESH").write_bytes(data)
    assert releases.state().refresh is None
    assert releases.state().overdue(now=NOW, every=HOUR)


def test_a_pack_that_was_served_before_stays_through_a_refusal(
    releases: Releases, one: Path, tmp_path: Path
) -> None:
    run(one, releases)
    broken = built(TWO, tmp_path / "broken")
    (broken / "sms.json").write_bytes(b"")
    assert run(broken, releases).state == "refused"
    release = releases.active(releases.state())
    assert release is not None
    served: Pack = release.pack()
    assert served == ONE
