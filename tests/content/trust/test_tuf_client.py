"""What is taken from a publisher and what is not, over real TLS. Cases are those of
docs/develop/cases-content.md."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest
from tuf.api.metadata import Snapshot, TargetFile, Targets, Timestamp
from tuf.ngclient import Updater
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet

from content.model import built_pack
from content.releases.generations import Releases
from content.releases.targets import SchoolArea
from content.trust import version_floor
from tests.content import hub as wire
from tests.content.hub import Hub
from tests.content.machine import Machine, numbered
from tests.content.publisher import NOW, Publisher, key

DAY = timedelta(days=1)


def test_what_is_private_in_tuf_is_still_there() -> None:
    """Pinned, because the reference time has no public name."""
    assert version("tuf").split(".")[0] == "7"
    assert tuple(int(part) for part in version("tuf").split(".")) >= (7, 0, 1)
    assert "reference_time" in TrustedMetadataSet.__init__.__code__.co_names
    assert "_trusted_set" in Updater.__init__.__code__.co_names


def test_a_signed_pack_is_served_and_keeps_what_vouches_for_it(machine: Machine) -> None:
    machine.refresh()
    release = machine.releases.active(machine.releases.state())
    assert release is not None
    assert (machine.shown, release.origin, release.signatures) == ("pack-2", "signed", 2)
    names = {
        path.relative_to(release.metadata).as_posix()
        for path in release.metadata.rglob("*")
        if path.is_file()
    }
    assert {"root_history/1.root.json", "timestamp.json", "snapshot.json", "targets.json"} < names
    assert {f"files/state/{name}" for name in built_pack.build(numbered(2))} < names


def test_case_10_metadata_by_unknown_keys_is_an_alarm(
    machine: Machine, publisher: Publisher
) -> None:
    strangers = [key("stranger 1"), key("stranger 2")]
    publisher.sign_targets(signers=strangers)
    assert machine.fails().kind == "bad signature"


@pytest.mark.parametrize("role", ["timestamp", "snapshot"])
def test_case_10_a_forged_timestamp_or_snapshot_is_an_alarm(
    machine: Machine, publisher: Publisher, role: str
) -> None:
    publisher.forge(role, lambda _: None, key("stranger"))
    failure = machine.fails()
    assert (failure.kind, failure.alarm) in [("bad signature", True), ("damaged", True)]


def test_case_11_one_signature_of_two_is_an_alarm(machine: Machine, publisher: Publisher) -> None:
    publisher.release(numbered(3), signers=1)
    assert machine.fails().kind == "bad signature"


def test_case_11_the_same_key_twice_is_one_signature(
    machine: Machine, publisher: Publisher
) -> None:
    one = publisher.signers["targets"][0]
    publisher.sign_targets(signers=[one, one])
    assert machine.fails().kind == "bad signature"


@pytest.fixture
def old_site(publisher: Publisher, tmp_path: Path) -> Path:
    """What was published first, kept by someone who wants it back."""
    return Path(shutil.copytree(publisher.folder, tmp_path / "old"))


def test_case_12_an_older_repository_is_an_alarm(
    machine: Machine, publisher: Publisher, old_site: Path
) -> None:
    publisher.release(numbered(3))
    machine.refresh()
    shutil.rmtree(publisher.folder)
    shutil.copytree(old_site, publisher.folder)
    failure = machine.fails()
    assert (failure.kind, failure.alarm, machine.shown) == ("older", True, "pack-3")


@pytest.mark.parametrize("role", ["snapshot", "targets"])
def test_case_12_an_older_snapshot_or_older_targets_behind_a_new_timestamp(
    machine: Machine, publisher: Publisher, role: str
) -> None:
    machine.refresh()

    def back_to_first(snapshot: Snapshot) -> None:
        snapshot.version = snapshot.version + 1 if role == "targets" else 1
        snapshot.meta["targets.json"].version = 1

    resign_snapshot(publisher, back_to_first)
    assert machine.fails().alarm


def resign_snapshot(publisher: Publisher, change: Callable[[Snapshot], None]) -> None:
    """With the keys of timestamp and snapshot, which stand on a server and can be stolen."""
    from editor.publishing.metadata import encode, sign, timestamp_of

    assert publisher.snapshot is not None
    publisher.snapshot.signatures.clear()
    change(publisher.snapshot.signed)
    sign(publisher.snapshot, publisher.signers["snapshot"])
    number = publisher.snapshot.signed.version
    stamp = timestamp_of(
        publisher.timestamp, (number, encode(publisher.snapshot)), now=publisher.now
    )
    publisher.timestamp = sign(stamp, publisher.signers["timestamp"])
    publisher.site.lay_out(
        {
            f"{number}.snapshot.json": encode(publisher.snapshot),
            "timestamp.json": encode(publisher.timestamp),
        },
        {},
    )


@pytest.mark.parametrize("lost", ["trust/metadata", "trust", "trust/FLOOR"])
def test_case_13_an_older_repository_after_local_metadata_was_erased(
    machine: Machine, publisher: Publisher, old_site: Path, lost: str
) -> None:
    """TUF alone takes the old one then. FLOOR does not; without FLOOR, the metadata beside the
    releases does not."""
    publisher.release(numbered(3))
    machine.refresh()
    gone = machine.data / lost
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    shutil.rmtree(publisher.folder)
    shutil.copytree(old_site, publisher.folder)
    assert machine.fails().kind == "older"
    assert machine.shown == "pack-3"


def test_case_14_stolen_timestamp_and_snapshot_keys_cannot_name_old_targets(
    machine: Machine, publisher: Publisher
) -> None:
    machine.refresh()

    def name_first(snapshot: Snapshot) -> None:
        snapshot.version += 1
        first = (publisher.site.metadata / "1.targets.json").read_bytes()
        snapshot.meta["targets.json"] = type(snapshot.meta["targets.json"]).from_data(
            1, first, ["sha256"]
        )

    resign_snapshot(publisher, name_first)
    assert machine.fails().kind == "older"
    shutil.rmtree(machine.data / "trust" / "metadata")  # and with TUF's own memory gone
    assert machine.fails().kind == "older"


def test_case_14_stolen_keys_cannot_bring_back_the_older_list_of_a_county_or_district(
    machine: Machine, publisher: Publisher
) -> None:
    """The state's own files are the newest; only the delegated list is older than the machine
    has seen, which nobody knows before that list was read."""
    role = publisher.delegate("district/acme")
    machine.area = SchoolArea(district="acme")
    for data in (b"{}", b"[]"):
        publisher.local("district/acme", data)
    machine.refresh()
    newest = version_floor.read(machine.data / "trust")[role].version

    def name_first(snapshot: Snapshot) -> None:
        snapshot.version += 1
        first = (publisher.site.metadata / f"1.{role}.json").read_bytes()
        snapshot.meta[f"{role}.json"] = type(snapshot.meta["targets.json"]).from_data(
            1, first, ["sha256"]
        )

    resign_snapshot(publisher, name_first)
    shutil.rmtree(machine.data / "trust" / "metadata")  # TUF's own memory of it
    assert machine.fails().kind == "older"
    assert version_floor.read(machine.data / "trust")[role].version == newest == 2


def test_case_15_a_new_timestamp_with_old_targets_does_not_fit_together(
    machine: Machine, publisher: Publisher
) -> None:
    machine.refresh()
    publisher.release(numbered(3))
    metadata = publisher.site.metadata
    newest = publisher.targets.signed.version
    shutil.copyfile(metadata / f"{newest - 1}.targets.json", metadata / f"{newest}.targets.json")
    assert machine.fails().alarm


def test_case_16_a_timestamp_that_ran_out_leaves_the_pack_and_says_so(machine: Machine) -> None:
    machine.now += 31 * DAY
    failure = machine.fails()
    assert (failure.kind, failure.alarm) == ("hub stale", False)
    record = machine.releases.state().refresh
    assert record is not None
    assert record.verified_at == NOW


@pytest.mark.parametrize("role", ["timestamp", "snapshot"])
def test_case_17_a_version_of_2_to_the_31_is_recovered_from_by_a_new_key(
    machine: Machine, publisher: Publisher, role: str
) -> None:
    assert publisher.snapshot is not None
    assert publisher.timestamp is not None
    before = publisher.timestamp.signed.version
    if role == "timestamp":
        publisher.timestamp.signed.version = 2**31
        publisher.touch()
    else:
        publisher.snapshot.signed.version = 2**31
        publisher.renew_snapshot()
    machine.refresh()
    assert version_floor.read(machine.data / "trust")[role].version > 2**31
    # The honest publisher counts on from where it was, with new keys.
    publisher.timestamp.signed.version = before
    publisher.snapshot.signed.version = 10
    publisher.rotate("timestamp")
    publisher.rotate("snapshot")
    publisher.release(numbered(3))
    assert machine.refresh().state == "active"
    assert version_floor.read(machine.data / "trust")[role].version < 2**31


@pytest.mark.parametrize("times", [1, 5])
def test_case_18_the_root_is_rotated_while_the_machine_was_dark(
    machine: Machine, publisher: Publisher, times: int
) -> None:
    for _ in range(times):
        publisher.rotate("root")
    publisher.rotate("targets")
    publisher.release(numbered(3))
    assert machine.refresh().state == "active"
    assert version_floor.read(machine.data / "trust")["root"].version == times + 2


def test_case_19_a_root_that_the_old_keys_did_not_sign_is_an_alarm(
    machine: Machine, publisher: Publisher
) -> None:
    publisher.rotate("root", signed_by_old=False)
    assert machine.fails().kind == "bad signature"


def test_case_20_a_district_that_signs_a_path_of_the_state_is_not_heard(
    machine: Machine, publisher: Publisher
) -> None:
    publisher.delegate("district/acme")
    planted = built_pack.build(numbered(66))
    publisher.local("district/acme", {f"state/{name}": data for name, data in planted.items()})
    machine.refresh()
    assert machine.shown == "pack-2"


def test_case_20_a_path_of_the_state_that_only_a_district_signed_is_missing(
    machine: Machine, publisher: Publisher
) -> None:
    publisher.delegate("district/acme")
    publisher.local("district/acme", {"state/core.json": b"{}"})
    publisher.sign_targets(lambda targets: targets.targets.pop("state/core.json"))
    assert machine.fails().kind == "hub incomplete"


@pytest.mark.parametrize("path", ["state/manifest.json", "state/sms.json"])
def test_case_21_a_target_that_is_missing_from_the_metadata(
    machine: Machine, publisher: Publisher, path: str
) -> None:
    publisher.sign_targets(lambda targets: targets.targets.pop(path))
    assert machine.fails().kind == "hub incomplete"


def test_case_21_a_target_that_is_missing_from_the_hub(machine: Machine, hub: Hub) -> None:
    hub.answers(wire.status(404), "core.json")
    assert machine.fails().kind == "hub incomplete"


@pytest.mark.parametrize("days", [90, 400, 800])
def test_case_22_and_23_dark_for_long_then_one_refresh_to_the_newest(
    machine: Machine, publisher: Publisher, days: int
) -> None:
    """After 400 days the root that the machine knows has run out; it follows the new ones."""
    for _ in range(days // 90):
        publisher.wait(90)
        publisher.rotate("root")
        publisher.rotate("targets")
    publisher.wait(days % 90)
    publisher.release(numbered(7))
    machine.now += days * DAY
    assert machine.refresh().state == "active"
    assert machine.shown == "pack-7"


def test_case_23_a_root_that_ran_out_and_was_not_renewed_leaves_the_pack(
    machine: Machine, publisher: Publisher
) -> None:
    publisher.wait(401)
    publisher.release(numbered(7))
    machine.now += 401 * DAY
    assert machine.fails().kind == "hub stale"


def test_case_28_a_clock_in_1970_or_2099_that_nobody_set_makes_nothing_expire_and_nothing_pass(
    machine: Machine, publisher: Publisher
) -> None:
    for number, year in ((4, 1970), (5, 2099)):
        machine.now = datetime(year, 1, 1, tzinfo=UTC)
        publisher.release(numbered(number))
        assert machine.refresh(synchronised=False).state == "active"
    # By the floor, not by the clock: what ran out before the last accepted signature stays run out.
    publisher.now = NOW - 60 * DAY
    publisher.release(numbered(6))
    machine.now = datetime(1970, 1, 1, tzinfo=UTC)
    assert machine.fails().kind == "hub stale"


def test_case_28_a_clock_far_ahead_does_not_raise_the_floor(machine: Machine) -> None:
    machine.now = datetime(2099, 1, 1, tzinfo=UTC)
    machine.refresh(synchronised=False)
    assert version_floor.issued(version_floor.read(machine.data / "trust")) == NOW


def test_case_42_of_two_refreshes_at_once_one_wins(machine: Machine) -> None:
    from content.releases.generations import BusyError

    with Releases(machine.data).lock(), pytest.raises(BusyError):
        machine.refresh()
    assert machine.refresh().state == "active"


def test_a_target_of_unlikely_size_is_not_fetched(
    machine: Machine, publisher: Publisher, hub: Hub
) -> None:
    huge = TargetFile(10**10, {"sha256": "0" * 64}, "state/core.json")
    publisher.sign_targets(lambda targets: targets.targets.update({"state/core.json": huge}))
    assert machine.fails().kind == "hub incomplete"
    assert not [path for path in hub.requests if "0000.core.json" in path]


def test_an_edited_instant_of_issue_is_an_edited_timestamp(
    machine: Machine, publisher: Publisher
) -> None:
    stamp = publisher.site.metadata / "timestamp.json"
    stamp.write_bytes(stamp.read_bytes().replace(b"2026-12-01T08:30:00Z", b"2036-12-01T08:30:00Z"))
    assert machine.fails().kind == "bad signature"


@pytest.mark.parametrize("said", ["2099-01-01T00:00:00Z", "yesterday", 5, "2026-12-01T08:30:00"])
@pytest.mark.slow
def test_an_instant_of_issue_that_cannot_be_is_not_believed(
    machine: Machine, publisher: Publisher, said: object
) -> None:
    def issue(stamp: Timestamp) -> None:
        stamp.version += 1
        stamp.unrecognized_fields["x-issued"] = said

    publisher.forge("timestamp", issue, *publisher.signers["timestamp"])
    machine.refresh()
    assert version_floor.issued(version_floor.read(machine.data / "trust")) is None


def test_blobs_that_no_release_needs_are_removed(machine: Machine, publisher: Publisher) -> None:
    machine.refresh()
    publisher.release(numbered(3))
    machine.refresh()
    wanted = {target.hashes["sha256"] for target in signed(publisher).values()}
    assert {path.name for path in (machine.data / "blobs").iterdir()} == wanted


def signed(publisher: Publisher) -> dict[str, TargetFile]:
    targets: Targets = publisher.targets.signed
    return targets.targets
