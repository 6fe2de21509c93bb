"""What waits for a person when a real publisher signed it: its metadata waits with it and is
verified at the yes."""

from pathlib import Path

import msgspec
import pytest

from content.model import built_pack
from content.model.pack import Pack
from content.releases import approval, held_pack, older_files
from content.releases.approval import Doubt
from content.releases.state import Held
from messages.message import message
from runtime import disk_check
from settings.schema import Content, Settings
from system import files
from tests.content.machine import Machine
from tests.content.publisher import Publisher
from tests.content.reviewed import NEW, NEW_NUMBER, OLD, line, noted, small
from tests.said import codes, parts

GONE = small(line(status="withdrawn"), line(NEW_NUMBER, "other"))


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "hub")
    made.release(OLD)
    return made


def verifier(publisher: Publisher) -> Doubt:
    content = Content(root=publisher.trust)
    return disk_check.judge(Settings(content=content)).doubt


def served(kiosk: Machine) -> Pack:
    release = kiosk.releases.active(kiosk.releases.state())
    assert release is not None
    return release.pack()


@pytest.mark.slow
def test_a_number_that_two_signed_without_a_note_waits_with_its_metadata(
    kiosk: Machine, publisher: Publisher
) -> None:
    publisher.release(NEW)
    outcome = kiosk.refresh()
    record = kiosk.releases.state().held

    assert (outcome.state, served(kiosk)) == ("held", OLD)
    assert record is not None
    assert (record.origin, record.signatures, len(record.keys)) == ("signed", 2, 2)
    assert (held_pack.folder(kiosk.releases, NEW.version) / "metadata" / "targets.json").is_file()
    approved = approval.approve(record.id, kiosk.running(), doubt=verifier(publisher))
    assert (approved.state, served(kiosk)) == ("active", NEW)
    release = kiosk.releases.active(kiosk.releases.state())
    assert release is not None
    assert (release.origin, release.signatures) == ("signed", 2)
    assert (release.metadata / "targets.json").is_file()


@pytest.mark.parametrize(("unsigned", "state"), [(False, "refused"), (True, "active")])
def test_a_pack_that_nobody_signed_is_approved_only_while_the_settings_allow_it(
    kiosk: Machine, publisher: Publisher, unsigned: bool, state: str
) -> None:
    """Whatever the settings were when it came, and whatever the record on the disk says of it."""
    publisher.release(NEW)
    kiosk.refresh()
    record = kiosk.releases.state().held
    assert record is not None
    unsigned_record = msgspec.structs.replace(record, origin="unsigned")
    kiosk.releases.change(lambda state: msgspec.structs.replace(state, held=unsigned_record))
    content = Content(root=None if unsigned else publisher.trust, unsigned=unsigned)
    settings = Settings(content=content)

    assert (
        approval.approve(record.id, kiosk.running(), doubt=disk_check.judge(settings).doubt).state
        == state
    )


@pytest.mark.slow
def test_a_note_that_two_signed_lets_the_number_through_and_one_signed_by_nobody_does_not(
    kiosk: Machine, publisher: Publisher
) -> None:
    publisher.release(NEW, notes=noted(OLD, NEW))
    assert kiosk.refresh().state == "active"
    other = small(line("+19164456000"), line("+19164455000", "other"))
    publisher.release(other, notes=noted(OLD, NEW))
    assert kiosk.refresh().state == "held"


def test_a_machine_that_was_dark_while_a_number_changed_twice_needs_no_yes(
    kiosk: Machine, publisher: Publisher
) -> None:
    last = small(line("+19164456000"), line("+19164455000", "other"))
    publisher.release(NEW, notes=noted(OLD, NEW))
    publisher.release(last, notes=(*noted(OLD, NEW), *noted(NEW, last)))
    assert (kiosk.refresh().state, served(kiosk)) == ("active", last)


@pytest.mark.slow
def test_the_publisher_s_newer_release_takes_the_place_of_the_one_that_waits(
    kiosk: Machine, publisher: Publisher
) -> None:
    """TUF's live metadata has moved on; what waited was vouched for by its own."""
    publisher.release(NEW)
    kiosk.refresh()
    newer = small(line("+19164456000"), line("+19164455000", "other"))
    publisher.release(newer)
    outcome = kiosk.refresh()
    assert message("review.instead", id=NEW.version[:12]) in parts(outcome.said)
    assert (
        approval.approve(newer.version, kiosk.running(), doubt=verifier(publisher)).state
        == "active"
    )


@pytest.mark.slow
def test_a_recall_is_obeyed_while_its_pack_waits(kiosk: Machine, publisher: Publisher) -> None:
    publisher.release(GONE)
    outcome = kiosk.refresh()

    assert (outcome.state, outcome.hidden) == ("held", ("line",))
    release = kiosk.releases.active(kiosk.releases.state())
    assert release is not None
    assert kiosk.releases.state().visible(release.pack()).resource("line").status == "withdrawn"


@pytest.mark.parametrize("file", ["core.json", "metadata/targets.json", "metadata/timestamp.json"])
def test_an_edited_card_is_noticed_at_the_yes(
    kiosk: Machine, publisher: Publisher, file: str
) -> None:
    """Case 33 of docs/develop/cases-content.md, for a pack that waits: the pages and hashes on disk were made to
    agree."""
    publisher.release(NEW)
    kiosk.refresh()
    record = kiosk.releases.state().held
    assert record is not None
    folder = held_pack.folder(kiosk.releases, NEW.version)
    if file == "core.json":
        planted = small(line("+19164457777"), line("+19164455000", "other"))
        edited(kiosk, folder, planted)
    else:
        data = (folder / file).read_bytes()
        assert b'"version":' in data
        (folder / file).write_bytes(data.replace(b'"version":', b'"version":9', 1))
    waiting = kiosk.releases.state().held
    assert waiting is not None
    outcome = approval.approve(waiting.id, kiosk.running(), doubt=verifier(publisher))
    assert (outcome.state, served(kiosk)) == ("refused", OLD)
    assert "review.not-signed" in codes(outcome.said)


def edited(kiosk: Machine, folder: Path, pack: Pack) -> None:
    """What somebody with the card in another computer could do: another pack, every hash of ours
    made right."""
    built_pack.write_built(built_pack.build(pack), folder)
    target = folder.with_name(pack.version)
    folder.rename(target)
    record = files.read_record(target / older_files.RECORD, Held)
    assert record is not None
    files.write_record(
        target / older_files.RECORD, msgspec.structs.replace(record, version=pack.version)
    )
    (kiosk.releases.root / "HELD").write_text(f"{pack.version}\n", encoding="ascii")


def test_nothing_is_approved_without_the_root_that_the_school_was_given(
    kiosk: Machine, publisher: Publisher
) -> None:
    publisher.release(NEW)
    kiosk.refresh()
    stranger = Publisher(publisher.folder.parent / "stranger", owner="stranger")
    outcome = approval.approve(NEW.version, kiosk.running(), doubt=verifier(stranger))
    assert (outcome.state, served(kiosk)) == ("refused", OLD)
