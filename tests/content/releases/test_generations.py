"""Generations on disk: one whole release is served, or the one before, or none."""

import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from content.model.pack import Pack
from content.releases import state_file
from content.releases.generations import KEPT, BusyError, NothingToRollBackError, Releases
from content.releases.state import State
from messages.message import verbatim
from tests.content.candidates import NOW, ONE, TWO, UNSIGNED, built, roll_back

A, B = "a-1", "b-1"
FILES = ["core.json", "sms.json", "lang/en.json", "lang/es.json", "manifest.json"]


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    return Releases(tmp_path / "data")


def activate(releases: Releases, release_id: str, pack: Pack = ONE, *, now: datetime = NOW) -> None:
    with releases.lock():
        staged = built(pack, releases.stage())
        state, _ = releases.activate(
            staged, release_id, releases.state(), now=now, provenance=UNSIGNED
        )
        releases.keep(state)
        releases.prune(state)


def served(releases: Releases) -> str | None:
    release = releases.active(releases.state())
    return release.id if release else None


def empty(path: Path) -> None:
    path.write_bytes(b"")


def lose_state(releases: Releases) -> None:
    """Leave what the older program kept, and no whole copy of the state."""
    for name in (state_file.FILE, state_file.COPY):
        empty(releases.root / name)


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_with_nothing_on_disk_nothing_is_served_and_nothing_is_made(releases: Releases) -> None:
    assert releases.active(releases.state()) is None
    assert releases.state().active == ""
    assert releases.list(releases.state()) == []
    assert releases.state().refusal is None
    assert not releases.root.exists()


def test_an_activated_release_is_served_as_it_was_staged(releases: Releases) -> None:
    activate(releases, A)
    release = releases.active(releases.state())
    assert release is not None
    assert (release.id, release.state, release.activated_at) == (A, "active", NOW)
    assert (release.pack(), release.pack_version) == (ONE, ONE.version)
    assert releases.state().active == A


def test_names_that_a_power_cut_emptied_leave_the_one_that_was_activated_last(
    releases: Releases,
) -> None:
    """Case 30 of docs/develop/cases-content.md. Else the next pack would be compared with nothing, and nobody asked
    about a number."""
    activate(releases, A, ONE)
    activate(releases, B, TWO, now=NOW + timedelta(days=1))
    lose_state(releases)
    empty(releases.root / "ACTIVE")
    assert served(releases) == A  # PREVIOUS still says so
    empty(releases.root / "PREVIOUS")
    assert served(releases) == B
    assert [release.id for release in releases.pair(releases.state())] == [B]
    empty(releases.folder / B / "core.json")
    assert served(releases) == A


def test_a_pack_that_was_rolled_back_does_not_come_back_by_a_power_cut(releases: Releases) -> None:
    activate(releases, A, ONE)
    activate(releases, B, TWO, now=NOW + timedelta(days=1))
    roll_back(releases)
    lose_state(releases)
    for name in ("ACTIVE", "PREVIOUS"):
        empty(releases.root / name)
    assert served(releases) == A


def test_a_second_handle_sees_what_the_first_activated(releases: Releases) -> None:
    activate(releases, A)
    assert served(Releases(releases.root)) == A


@pytest.mark.parametrize("damage", [empty, halve, flip, Path.unlink])
@pytest.mark.parametrize("file", FILES)
def test_a_damaged_file_of_a_release_brings_back_the_previous_one(
    releases: Releases, file: str, damage: Callable[[Path], None]
) -> None:
    """Case 30 of docs/develop/cases-content.md: a power cut leaves zero-byte files."""
    activate(releases, A, ONE)
    activate(releases, B, TWO)
    damage(releases.folder / B / file)
    release = releases.active(releases.state())
    assert release is not None
    assert (release.id, release.state, release.pack()) == (A, "previous", ONE)


@pytest.mark.parametrize("damage", [empty, halve, Path.unlink])
def test_without_its_record_a_release_is_not_served(
    releases: Releases, damage: Callable[[Path], None]
) -> None:
    activate(releases, A, ONE)
    activate(releases, B, TWO)
    damage(releases.folder / B / "release.json")
    assert served(releases) == A


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\xff\xfe", b"../../etc", b"no-such-release", b"b-1\x00", b"x" * 999]
)
def test_a_broken_pointer_brings_back_the_previous_release(
    releases: Releases, content: bytes
) -> None:
    activate(releases, A, ONE)
    activate(releases, B, TWO)
    lose_state(releases)
    (releases.root / "ACTIVE").write_bytes(content)
    assert served(releases) == A


def test_a_pointer_cannot_lead_out_of_the_releases(releases: Releases) -> None:
    activate(releases, "outside", ONE)
    activate(releases, B, TWO)
    (releases.folder / "outside").rename(releases.root / "outside")
    lose_state(releases)
    (releases.root / "ACTIVE").write_bytes(b"../outside\n")
    assert served(releases) == B  # the only one that is left, and not what the pointer says


def test_a_whole_pack_that_is_not_the_release_s_own_is_not_served(releases: Releases) -> None:
    """Case 33 of docs/develop/cases-content.md: pack and Edition must be of one generation, or a tap and a text
    disagree."""
    activate(releases, A, ONE)
    activate(releases, B, TWO)
    built(ONE, releases.folder / B)
    assert served(releases) == A


def test_with_both_damaged_nothing_is_served(releases: Releases) -> None:
    activate(releases, A, ONE)
    activate(releases, B, TWO)
    empty(releases.folder / A / "core.json")
    empty(releases.folder / B / "core.json")
    assert releases.active(releases.state()) is None
    assert [release.state for release in releases.list(releases.state())] == ["damaged", "damaged"]


def test_a_damaged_release_of_the_same_id_is_replaced(releases: Releases) -> None:
    activate(releases, A)
    flip(releases.folder / A / "core.json")
    assert served(releases) is None
    activate(releases, A)
    assert served(releases) == A


def test_a_whole_release_of_the_same_id_is_only_made_active_again(releases: Releases) -> None:
    activate(releases, A, ONE)
    activate(releases, B, TWO)
    first = (releases.folder / A / "core.json").stat().st_ino
    later = NOW + timedelta(days=1)
    activate(releases, A, ONE, now=later)
    release = releases.active(releases.state())
    assert release is not None
    assert (release.id, release.activated_at) == (A, later)
    assert (release.folder / "core.json").stat().st_ino == first
    assert {path.name for path in releases.folder.iterdir()} == {A, B}


def test_a_damaged_release_never_becomes_the_previous_one(releases: Releases) -> None:
    activate(releases, A, ONE)
    activate(releases, B, TWO)
    empty(releases.folder / B / "core.json")
    activate(releases, "c-1", TWO)
    empty(releases.folder / "c-1" / "core.json")
    assert served(releases) == A


def test_the_same_pack_rendered_again_does_not_push_out_the_earlier_pack(
    releases: Releases,
) -> None:
    activate(releases, A, ONE)
    for day in range(KEPT + 3):
        activate(releases, f"b-{day}", TWO, now=NOW + timedelta(days=day))
    roll_back(releases)
    assert served(releases) == A


def test_old_releases_go_but_never_the_active_and_the_previous_one(releases: Releases) -> None:
    activate(releases, "old", ONE)
    for day in range(KEPT + 4):
        activate(releases, f"b-{day}", TWO, now=NOW + timedelta(days=1 + day))
    found = {release.id: release.state for release in releases.list(releases.state())}
    assert list(found) == [*(f"b-{day}" for day in range(KEPT + 3, 2, -1)), "old"]
    assert (found["old"], found[f"b-{KEPT + 3}"]) == ("previous", "active")


def test_a_rollback_serves_the_pack_before_and_can_be_taken_back(releases: Releases) -> None:
    activate(releases, A, ONE)
    activate(releases, B, TWO)
    roll_back(releases)
    assert served(releases) == A
    roll_back(releases)
    assert served(releases) == B


@pytest.mark.parametrize("packs", [[], [ONE], [ONE, ONE]])
def test_without_an_earlier_pack_there_is_nothing_to_roll_back_to(
    releases: Releases, packs: list[Pack]
) -> None:
    for number, pack in enumerate(packs):
        activate(releases, f"a-{number}", pack)
    before = served(releases)
    with pytest.raises(NothingToRollBackError, match="no earlier pack"):
        roll_back(releases)
    assert served(releases) == before


def test_a_rollback_to_a_damaged_release_is_refused(releases: Releases) -> None:
    activate(releases, A, ONE)
    activate(releases, B, TWO)
    empty(releases.folder / A / "lang/es.json")
    with pytest.raises(NothingToRollBackError):
        roll_back(releases)
    assert served(releases) == B


def test_only_one_may_write_at_a_time(releases: Releases) -> None:
    with (
        releases.lock(),
        pytest.raises(BusyError, match="Another refresh is running"),
        Releases(releases.root).lock(),
    ):
        pass
    with Releases(releases.root).lock():
        pass


def test_another_thread_does_not_share_the_lock(releases: Releases) -> None:
    found: list[str] = []

    def try_it() -> None:
        try:
            with releases.lock():
                found.append("locked")
        except BusyError:
            found.append("busy")

    with releases.lock():
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert found == ["busy"]


def test_leftovers_are_swept_and_nothing_else(releases: Releases) -> None:
    activate(releases, A)
    with releases.lock():
        built(TWO, releases.stage())
        (releases.root / ".tmp-left").write_bytes(b"half an ACTIVE")
        (releases.folder / A / ".tmp-left").write_bytes(b"half a release.json")
        before = {path.name for path in releases.root.iterdir()}
        releases.sweep()
    assert before - {path.name for path in releases.root.iterdir()} == {".tmp-left"}
    assert [path.name for path in releases.folder.iterdir()] == [A]
    assert not list(releases.folder.glob("*/.tmp-*"))
    assert served(releases) == A


def test_staging_and_sweeping_need_the_lock(releases: Releases) -> None:
    for act in (releases.stage, releases.sweep):
        with pytest.raises(RuntimeError, match="lock"):
            act()


def test_a_release_id_cannot_leave_its_folder(releases: Releases) -> None:
    with releases.lock(), pytest.raises(ValueError, match="not a release id"):
        releases.activate(releases.stage(), "../a", State(), now=NOW, provenance=UNSIGNED)


def test_a_failed_write_of_the_pointer_leaves_the_old_release(
    releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    activate(releases, A, ONE)
    rename = Path.replace

    def fails(self: Path, target: Path) -> Path:
        if target.name == state_file.FILE:
            raise OSError("the disk failed")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="the disk failed"):
        activate(releases, B, TWO)
    assert served(releases) == A
    assert not list(releases.root.glob(".tmp-*"))


def test_a_refusal_is_kept_until_it_is_cleared(releases: Releases) -> None:
    releases.root.mkdir()
    wrong = verbatim("resources/988.toml:14: the number is wrong")
    releases.change(lambda state: state.refused("/media/stick", [wrong], now=NOW))
    refusal = releases.state().refusal
    assert refusal is not None
    assert (refusal.at, refusal.source) == (NOW, "/media/stick")
    assert refusal.problems == ("resources/988.toml:14: the number is wrong",)
    releases.change(lambda state: msgspec.structs.replace(state, refusal=None))
    assert releases.state().refusal is None
    assert not (releases.root / "REFUSED").exists()


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[1]", b"\xff", b"[" * 9999, json.dumps({"at": "2026-12-01"}).encode()]
)
def test_a_broken_refusal_file_counts_as_none(releases: Releases, data: bytes) -> None:
    releases.root.mkdir()
    (releases.root / "REFUSED").write_bytes(data)
    assert releases.state().refusal is None


def test_a_record_that_says_no_origin_is_of_no_release(releases: Releases) -> None:
    """Nothing then says who vouched for its pack, and the shipped one is rendered instead."""
    activate(releases, A)
    file = releases.folder / A / "release.json"
    record = json.loads(file.read_text())
    del record["origin"]
    file.write_text(json.dumps(record))
    assert releases.active(releases.state()) is None
    assert [release.state for release in releases.list(releases.state())] == ["damaged"]
