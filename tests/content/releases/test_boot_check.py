"""What may be served of what lies on the disk, asked without a network. Cases are
those of docs/develop/cases-content.md."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from content.model import built_pack
from content.model.pack import Pack
from content.releases import boot_check, fall_back
from content.releases.generations import Releases
from content.releases.record import Release
from content.review.provenance import Provenance
from content.trust import tuf_offline
from messages.message import Message, message
from tests.content.candidates import ONE, TWO, built, roll_back
from tests.content.machine import Machine, numbered
from tests.content.publisher import NOW, Publisher


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def served(machine: Machine) -> Release:
    release = machine.releases.active(machine.releases.state())
    assert release is not None
    return release


def plant(machine: Machine, pack: Pack) -> str:
    """Put another pack in the place of the active release, every hash made to fit; its new name."""
    release = served(machine)
    built(pack, release.folder)
    record = json.loads((release.folder / "release.json").read_text())
    record["pack_version"] = sha256(release.folder / built_pack.MANIFEST)
    record["id"] = record["pack_version"][:12]
    (release.folder / "release.json").write_text(json.dumps(record))
    release.folder.rename(release.folder.parent / record["id"])
    (machine.data / "ACTIVE").write_text(f"{record['id']}\n")
    assert machine.shown == pack.facts["pack"]
    return str(record["id"])


def judge(
    machine: Machine, *, sourced: bool = True, unsigned: bool = False, shipped: Pack | None = ONE
) -> boot_check.Judge:
    return boot_check.Judge(
        root=machine.root, sourced=sourced, unsigned=unsigned, ships=ships(shipped)
    )


def ships(shipped: Pack | None) -> Callable[[Pack], bool | None]:
    """An installation that ships this pack; None: a wrong one."""
    return lambda pack: None if shipped is None else boot_check.same(shipped, pack)


def settled(machine: Machine, *, sourced: bool = True) -> dict[str, Message]:
    """What is set aside, and why."""
    return boot_check.settle(machine.releases, judge(machine, sourced=sourced)).refused


@pytest.fixture
def offline(machine: Machine) -> Machine:
    """Shows pack-2, with pack-1 before it, and no publisher to be reached."""
    machine.refresh()
    machine.source = "https://127.0.0.1:9"
    return machine


def test_a_release_is_served_long_after_all_that_vouches_for_it_ran_out(offline: Machine) -> None:
    """Expiry gates what is taken, never what is shown: nothing here is told what day it is."""
    assert settled(offline) == {}
    assert offline.shown == "pack-2"


def test_case_33_an_edited_card_whose_hashes_all_fit_falls_back_to_the_release_before(
    offline: Machine,
) -> None:
    planted = plant(offline, numbered(66))
    refused = settled(offline)
    assert refused == {planted: message("unserved.not-signed-pack")}
    assert offline.shown == "pack-1"
    assert offline.releases.state().active == served(offline).id


def test_case_33_with_the_release_before_edited_too_nothing_is_left_but_what_ships(
    offline: Machine,
) -> None:
    before = (offline.data / "PREVIOUS").read_text()
    plant(offline, numbered(66))
    first = (offline.data / "ACTIVE").read_text()
    (offline.data / "ACTIVE").write_text(before)
    plant(offline, numbered(67))
    (offline.data / "PREVIOUS").write_text((offline.data / "ACTIVE").read_text())
    (offline.data / "ACTIVE").write_text(first)
    assert len(settled(offline)) == 2
    assert offline.releases.active(offline.releases.state()) is None


def test_a_tree_without_end_beside_what_vouches_for_a_release_sets_it_aside(
    offline: Machine,
) -> None:
    """Every verification and every refresh ended in RecursionError, and nothing healed it."""
    deep = served(offline).metadata / "files" / "/".join(["d"] * 30)
    deep.mkdir(parents=True)
    (why,) = settled(offline).values()
    assert "nested too deep" in str(why)
    assert offline.shown == "pack-1"


@pytest.mark.slow
def test_case_33_the_same_pack_comes_back_whole_with_the_next_refresh(
    offline: Machine, publisher: Publisher
) -> None:
    plant(offline, numbered(66))
    settled(offline)
    assert offline.refresh(publisher.folder).state == "active"
    assert offline.shown == "pack-2"


def name_again(machine: Machine, pack: str) -> Release:
    """Write into ACTIVE the release of that pack, as a person's rollback does not."""
    release = next(
        one
        for one in machine.releases.list(machine.releases.state())
        if one.pack().facts["pack"] == pack
    )
    (machine.data / "ACTIVE").write_text(f"{release.id}\n")
    return release


def test_an_older_pack_that_somebody_names_again_is_refused_and_the_newest_named(
    offline: Machine,
) -> None:
    newest, older = served(offline), name_again(offline, "pack-1")
    assert settled(offline) == {older.id: boot_check.OLDER}
    assert (offline.shown, offline.releases.state().active) == ("pack-2", newest.id)


def test_an_older_pack_is_not_named_again_by_the_day_that_its_record_tells(
    offline: Machine, publisher: Publisher
) -> None:
    """With the release before gone, too, the one that says it was active last came back."""
    publisher.release(numbered(3))
    offline.refresh(publisher.folder)
    newest, older = served(offline), name_again(offline, "pack-1")
    for name in ("PREVIOUS", "ACTIVE", "STATE", "STATE.copy"):
        (offline.data / name).unlink()
    record = older.folder / "release.json"
    said = json.loads(record.read_text()) | {"activated_at": "2027-12-01T00:00:00Z"}
    record.write_text(json.dumps(said))
    assert settled(offline) == {older.id: boot_check.OLDER}
    assert (offline.shown, offline.releases.state().active) == ("pack-3", newest.id)


def test_beside_a_newer_pack_what_is_wrong_is_set_apart_and_what_is_older_can_be_gone_back_to(
    offline: Machine, publisher: Publisher
) -> None:
    publisher.release(numbered(3))
    offline.refresh(publisher.folder)
    newest, older = served(offline), name_again(offline, "pack-2")
    (offline.data / "PREVIOUS").write_text(f"{older.id}\n")
    name_again(offline, "pack-1")
    planted = plant(offline, numbered(66))
    assert settled(offline).keys() == {planted, older.id}
    assert (offline.shown, offline.releases.state().active) == ("pack-3", newest.id)
    assert (offline.data / "PREVIOUS").read_text().strip() == older.id


@pytest.fixture
def begun(machine: Machine, tmp_path: Path) -> Machine:
    """Began with the shipped pack, and shows pack-2 of its publisher now."""
    machine.take(built(ONE, tmp_path / "ships"), Provenance(origin="shipped"))
    machine.refresh()
    assert machine.shown == "pack-2"
    return machine


def name_shipped(machine: Machine) -> Release:
    """Write the shipped release into ACTIVE, as a refresh does where no source is named."""
    release = next(
        one for one in machine.releases.list(machine.releases.state()) if one.origin == "shipped"
    )
    (machine.data / "ACTIVE").write_text(f"{release.id}\n")
    return release


def test_the_shipped_pack_that_somebody_names_is_refused_while_the_settings_name_a_publisher(
    begun: Machine,
) -> None:
    newest, named = served(begun), name_shipped(begun)
    found = boot_check.judged(
        begun.releases, judge(begun), begun.releases.state()
    )  # as on a disk that cannot be written
    assert found.refused == {named.id: boot_check.OLDER}
    assert found.right[newest.id] == newest.pack_version
    assert settled(begun) == {named.id: boot_check.OLDER}
    assert (begun.shown, begun.releases.state().active) == ("pack-2", newest.id)
    assert settled(begun) == {}


def test_a_school_without_a_publisher_goes_back_to_the_shipped_pack(begun: Machine) -> None:
    named = name_shipped(begun)
    assert settled(begun, sourced=False) == {}
    assert begun.releases.state().active == named.id


def test_a_persons_rollback_to_the_shipped_pack_is_no_pack_that_somebody_named(
    begun: Machine,
) -> None:
    fall_back.rollback(begun.running())
    assert (settled(begun), served(begun).origin) == ({}, "shipped")


@pytest.mark.parametrize("origin", ["signed", "shipped"])
def test_what_vouches_for_a_newer_pack_makes_nothing_newer_that_was_laid_beside_it(
    begun: Machine, origin: str
) -> None:
    """A folder with another's signatures took away the release that was signed, or hid it."""
    newest, kept = served(begun), name_shipped(begun)
    shutil.copytree(newest.metadata, kept.metadata)
    record = json.loads((kept.folder / "release.json").read_text())
    (kept.folder / "release.json").write_text(json.dumps({**record, "origin": origin}))
    assert kept.id in settled(begun)
    assert (begun.shown, newest.folder.is_dir()) == ("pack-2", True)


def test_a_persons_rollback_is_no_older_pack_that_somebody_named_again(offline: Machine) -> None:
    roll_back(offline.releases)
    assert (settled(offline), offline.shown) == ({}, "pack-1")
    roll_back(offline.releases)
    assert (settled(offline), offline.shown) == ({}, "pack-2")


def test_a_pack_that_its_publisher_signs_again_is_not_older(
    machine: Machine, publisher: Publisher
) -> None:
    machine.refresh()
    publisher.release(numbered(1))
    machine.refresh()
    assert (settled(machine), machine.shown) == ({}, "pack-1")


def edit_target(folder: Path) -> None:
    file = folder / "files" / "state" / "core.json"
    file.write_bytes(file.read_bytes().replace(b"988", b"989"))


def edit_targets(folder: Path) -> None:
    file = folder / "targets.json"
    file.write_bytes(file.read_bytes().replace(b"state/core.json", b"state/Core.json"))


def swap_root(folder: Path) -> None:
    stranger = Publisher(folder.parent / "stranger", owner="stranger")
    shutil.copyfile(stranger.trust, folder / "root_history" / "2.root.json")


def strange_publisher(folder: Path) -> None:
    """Everything signed and whole, by somebody else."""
    stranger = Publisher(folder.parent / "stranger", owner="stranger")
    stranger.release(numbered(2))
    for role in ("targets", "snapshot"):
        newest = max((folder.parent / "stranger" / "metadata").glob(f"*.{role}.json"))
        shutil.copyfile(newest, folder / f"{role}.json")
    shutil.copyfile(
        folder.parent / "stranger" / "metadata" / "timestamp.json", folder / "timestamp.json"
    )


def link_target(folder: Path) -> None:
    file = folder / "files" / "state" / "core.json"
    file.rename(folder / "elsewhere")
    file.symlink_to(folder / "elsewhere")


@pytest.mark.parametrize(
    "spoil",
    [
        edit_target,
        edit_targets,
        swap_root,
        strange_publisher,
        link_target,
        shutil.rmtree,
        lambda folder: (folder / "timestamp.json").unlink(),
        lambda folder: (folder / "snapshot.json").write_bytes(b""),
        lambda folder: (folder / "files" / "state" / "sms.json").unlink(),
        lambda folder: (folder / "targets.json").write_bytes(b"[" * 10_000),
    ],
)
@pytest.mark.slow
def test_what_no_longer_vouches_for_a_release_refuses_it(
    offline: Machine, spoil: Callable[[Path], None]
) -> None:
    spoil(served(offline).metadata)
    assert len(settled(offline)) == 1
    assert offline.shown == "pack-1"


def test_a_signed_release_needs_the_root_in_the_settings(offline: Machine) -> None:
    judge = boot_check.Judge(root=None, sourced=True, unsigned=True, ships=ships(ONE))
    refused = boot_check.judged(offline.releases, judge, offline.releases.state()).refused
    assert refused[served(offline).id].code == "unserved.no-root"


@pytest.mark.parametrize(
    ("origin", "pack", "unsigned", "shipped", "served"),
    [
        ("shipped", ONE, False, ONE, True),
        ("shipped", replace(TWO, name="edited"), False, ONE, False),
        ("unsigned", TWO, False, ONE, False),
        ("unsigned", TWO, True, ONE, True),
        ("unsigned", ONE, False, ONE, True),
        ("shipped", TWO, True, ONE, True),
        # An installation whose own pack has an error: what it served before stays, unless an
        # author's folder.
        ("shipped", ONE, False, None, True),
        ("unsigned", TWO, False, None, False),
    ],
)
def test_without_a_signature_only_the_shipped_pack_is_served_or_what_the_settings_allow(
    machine: Machine,
    tmp_path: Path,
    *,
    origin: str,
    pack: Pack,
    unsigned: bool,
    shipped: Pack | None,
    served: bool,
) -> None:
    provenance = Provenance(origin="shipped" if origin == "shipped" else "unsigned")
    machine.take(built(pack, tmp_path / "folder"), provenance)
    release = machine.releases.active(machine.releases.state())
    assert release is not None
    judges = judge(machine, sourced=False, unsigned=unsigned, shipped=shipped)
    found = boot_check.judged(machine.releases, judges, machine.releases.state())
    assert (found.right.get(release.id) == release.pack().version) is served
    assert (release.id in found.refused) is not served


def test_a_release_that_calls_itself_signed_needs_the_signatures(
    machine: Machine, tmp_path: Path
) -> None:
    machine.take(built(TWO, tmp_path / "folder"), Provenance(origin="unsigned"))
    release = served(machine)
    record = json.loads((release.folder / "release.json").read_text())
    (release.folder / "release.json").write_text(
        json.dumps({**record, "origin": "signed", "signatures": 2})
    )
    assert (
        served(machine).id
        in boot_check.judged(machine.releases, judge(machine), machine.releases.state()).refused
    )


def test_the_chain_of_a_release_follows_every_new_root(
    machine: Machine, publisher: Publisher
) -> None:
    publisher.rotate("root")
    publisher.rotate("targets")
    publisher.release(numbered(3))
    machine.refresh()
    found = tuf_offline.read(served(machine).metadata, machine.root)
    assert (found.root.version, found.signatures) == (3, 2)
    assert settled(machine) == {}


def test_after_an_update_of_the_program_the_pack_of_the_one_before_is_no_attack(
    machine: Machine, tmp_path: Path
) -> None:
    """An ordinary update said "nobody signed it"."""
    machine.take(built(ONE, tmp_path / "folder"), Provenance(origin="shipped"))
    found = boot_check.judged(
        machine.releases, judge(machine, unsigned=False, shipped=TWO), machine.releases.state()
    )
    (why,) = found.refused.values()
    assert why.code == "unserved.updated"


def test_forth_and_back_between_two_programs_what_ships_is_active_again(
    tmp_path: Path, machine: Machine
) -> None:
    """The release of the other stayed the active one, and the server was not ready for hours."""
    releases = Releases(tmp_path / "another")
    for pack in (ONE, TWO):
        with releases.lock():
            staged = built(pack, releases.stage())
            name = sha256(staged / built_pack.MANIFEST)[:12]
            state, _ = releases.activate(
                staged, name, releases.state(), now=NOW, provenance=Provenance(origin="shipped")
            )
            releases.keep(state)
    (releases.root / "PREVIOUS").unlink()  # as the other program left it
    boot_check.settle(releases, judge(machine, shipped=ONE))
    now = releases.active(releases.state())
    assert now is not None
    assert now.id != name
    assert releases.state().active == now.id
