"""The state of a data folder: two copies of it, what the older program left and will find, and a
kill between two writes."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from content.releases import boot_check, older_files, state_file
from content.releases.generations import Releases
from content.releases.outcome import SET_ASIDE, TURNED_DOWN
from content.releases.state import Entry, LastRefresh, State
from messages.message import verbatim
from system import files
from tests.content.candidates import NOW
from tests.content.crash import killed_at
from tests.content.reviewed import NEW, NEW_NUMBER, OLD, Kiosk, line, noted, signed, small

GONE_AND_CHANGED = small(line(status="withdrawn"), line(NEW_NUMBER, "other"))
OTHER = small(line("+19164456000"), line("+19164455000", "other"))
NAMES = [name for name, _ in older_files.FILES.values()]
DAY = timedelta(days=1)


@pytest.fixture
def full(tmp_path: Path) -> Kiosk:
    """A machine with something in every field of its state."""
    kiosk = Kiosk(tmp_path).start()
    kiosk.accept(NEW, signed(2, *noted(OLD, NEW)))
    kiosk.rollback()
    kiosk.accept(OTHER)
    kiosk.refuse()
    kiosk.accept(GONE_AND_CHANGED)
    kiosk.releases.change(
        lambda state: state.refused("a stick", [verbatim("It is wrong.")], now=NOW)
    )
    state = kiosk.releases.state()
    assert all(getattr(state, field) for field in older_files.FILES)
    return kiosk


def zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


# The older program deletes HELD and REFUSED when nothing waits and nothing was refused.
TORN = [
    (name, damage)
    for name in (state_file.FILE, state_file.COPY, *NAMES)
    for damage in (zeros, halve, empty, folder, Path.unlink)
    if damage is not Path.unlink or name not in {"HELD", "REFUSED"}
]


@pytest.mark.few(12)
@pytest.mark.parametrize(("name", "damage"), TORN)
def test_whichever_file_is_torn_nothing_is_forgotten_and_the_next_write_makes_it_whole(
    full: Kiosk, name: str, damage: Callable[[Path], None]
) -> None:
    before = full.releases.state()
    damage(full.releases.root / name)
    assert full.releases.state() == before
    full.releases.change(lambda state: state)
    assert Releases(full.releases.root).state() == before
    assert (full.releases.root / name).stat().st_size > 0


def only_older(root: Path) -> State:
    """Return the state that the older program reads here."""
    return msgspec.structs.replace(State(), **older_files.read(root))


def test_the_older_program_finds_all_of_it_in_its_own_files(full: Kiosk) -> None:
    root, state = full.releases.root, full.releases.state()
    assert state.held
    assert only_older(root) == state
    assert (root / "ACTIVE").read_text() == f"{state.active}\n"
    assert (root / "PREVIOUS").read_text() == f"{state.previous}\n"
    assert (root / "SET_ASIDE").read_text() == f"{NEW.version}\n"
    assert (root / "HELD").read_text() == f"{state.held.version}\n"
    record = root / "held" / state.held.version / "held.json"
    assert msgspec.json.decode(record.read_bytes())["against"] == OLD.version
    lists = {"TURNED_DOWN": "versions", "WITHDRAWN": "withdrawn", "REMEMBERED": "lines"}
    for name, key in lists.items():
        assert msgspec.json.decode((root / name).read_bytes())[key], name
    assert msgspec.json.decode((root / "REFUSED").read_bytes())["problems"] == ["It is wrong."]
    assert msgspec.json.decode((root / "LAST_REFRESH").read_bytes())["outcome"] == "held"


def test_a_data_folder_of_the_older_program_is_taken_over_whole(full: Kiosk) -> None:
    state = full.releases.state()
    for name in (state_file.FILE, state_file.COPY):
        (full.releases.root / name).unlink()
    assert full.releases.state() == state
    assert full.accept(NEW).reason == SET_ASIDE
    assert full.accept(OTHER).reason == TURNED_DOWN
    assert (full.hidden(), full.waits().version) == ({"line"}, GONE_AND_CHANGED.version)
    assert (full.releases.root / state_file.FILE).exists()


def as_older(root: Path, **changed: object) -> None:
    """Write these fields as the older program does, which knows of no STATE."""
    older_files.write(root, msgspec.structs.replace(only_older(root), **changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"active": "0123456789ab"},
        {"set_aside": "ab" * 32},
        {"withdrawn": (Entry(id="line", since=NOW), Entry(id="other", since=NOW))},
        {"held": None, "turned_down": (GONE_AND_CHANGED.version,)},
        {"refusal": None, "refresh": LastRefresh(at=NOW + DAY, outcome="active", sentence="Ok.")},
    ],
)
def test_what_the_older_program_did_after_a_way_back_counts(
    full: Kiosk, changed: dict[str, object]
) -> None:
    before = full.releases.state()
    as_older(full.releases.root, **changed)
    assert full.releases.state() == msgspec.structs.replace(before, **changed)
    full.releases.change(lambda state: state)
    assert full.releases.state() == msgspec.structs.replace(before, **changed)


def test_a_kill_between_two_writes_leaves_the_state_of_before_or_of_after(full: Kiosk) -> None:
    """And the older program, which may run next, one that it could have left itself."""
    root, before = full.releases.root, full.releases.state()
    after = State(
        active=before.previous,
        previous=before.active,
        withdrawn=(Entry(id="other", since=NOW),),
        remembered=("988",),
        turned_down=(NEW.version,),
    )
    seen = set()
    for step in range(200):
        turn = Releases(root.with_name("turn"))
        shutil.copytree(root, turn.root)
        killed = killed_at(step, lambda turn=turn: turn.change(lambda _: after))  # type: ignore[misc]
        found = turn.state()
        assert found in (before, after), step
        seen.add((found == after, only_older(turn.root) == after))
        for field, value in older_files.read(turn.root).items():
            assert value in (getattr(before, field), getattr(after, field)), (step, field)
        assert turn.change(lambda state: state) == found
        assert only_older(turn.root) == found
        shutil.rmtree(turn.root)
        if not killed:
            break
    assert seen == {(False, False), (True, False), (True, True)}


def test_a_write_that_was_cut_off_takes_nothing_back_of_what_the_older_program_did_since(
    full: Kiosk,
) -> None:
    """Nobody was told that the change that was cut off had been made."""
    root, before = full.releases.root, full.releases.state()
    files_write = msgspec.structs.replace(before, set_aside="cd" * 32)
    (root / state_file.FILE).write_bytes(msgspec.json.encode(files_write))
    assert full.releases.state() == files_write
    last = LastRefresh(at=NOW + DAY, outcome="active", sentence="Ok.")
    as_older(root, refresh=last)
    assert full.releases.state() == msgspec.structs.replace(before, refresh=last)


def test_a_full_disk_keeps_the_state_of_before(
    full: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, rename = full.releases.state(), Path.replace

    def fails(self: Path, target: Path) -> Path:
        if target.name == state_file.FILE:
            raise OSError("the disk is full")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="full"):
        full.releases.change(lambda state: state.turn_down("ab" * 32))
    assert full.releases.state() == before == only_older(full.releases.root)


@pytest.mark.parametrize("name", ["../outside", "a/b", ".hidden", "a\n", "x" * 65])
def test_a_state_that_names_another_folder_is_not_read(full: Kiosk, name: str) -> None:
    root, before = full.releases.root, full.releases.state()
    planted = msgspec.structs.replace(before, active=name)
    for file in (state_file.FILE, state_file.COPY):
        (root / file).write_bytes(msgspec.json.encode(planted))
    (root / "ACTIVE").unlink()
    assert full.releases.state() == msgspec.structs.replace(before, active="")


@pytest.mark.parametrize("lost", [state_file.FILE, state_file.COPY])
def test_a_state_without_older_files_is_read_from_either_copy(full: Kiosk, lost: str) -> None:
    """Also where a file of the older program is lost together with a copy."""
    root, before = full.releases.root, full.releases.state()
    for name in (lost, "ACTIVE", "SET_ASIDE", "TURNED_DOWN", "WITHDRAWN"):
        (root / name).write_bytes(b"")
    assert full.releases.state() == before


def test_a_read_while_another_process_writes_is_of_one_moment(
    full: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the pack of before is shown with a number that only the pack of after may show again."""
    read, before = older_files.read, full.releases.state()
    after = msgspec.structs.replace(before, active=before.previous, withdrawn=(), held=None)

    def written_between(root: Path) -> dict[str, object]:
        monkeypatch.undo()
        found = read(root)
        full.releases.change(lambda _: after)
        return found | {"withdrawn": read(root).get("withdrawn", ())}

    monkeypatch.setattr(older_files, "read", written_between)
    assert full.releases.state() == after


def test_a_refusal_of_a_million_reasons_leaves_a_state_that_can_be_read(full: Kiosk) -> None:
    reasons = [verbatim("It is wrong. " * 1000)] * 10_000
    full.releases.change(lambda state: state.refused("a stick", reasons, now=NOW))
    assert (full.releases.root / state_file.FILE).stat().st_size < files.MOST_RECORD
    refusal = full.releases.state().refusal
    assert refusal
    assert refusal.problems[0].startswith("It is wrong.")


def test_a_start_completes_a_write_that_was_cut_off(tmp_path: Path) -> None:
    """Or a line that was hidden just before a power cut is shown after a way back."""
    kiosk = Kiosk(tmp_path).start()
    root = kiosk.releases.root
    hidden = kiosk.releases.state().hide(["other"], now=NOW)
    (root / state_file.FILE).write_bytes(msgspec.json.encode(hidden))
    assert only_older(root) != hidden
    judge = boot_check.Judge(root=None, sourced=False, unsigned=True, ships=lambda _: None)
    assert boot_check.settle(kiosk.releases, judge).refused == {}
    assert only_older(root).withdrawn == kiosk.releases.state().withdrawn == hidden.withdrawn
