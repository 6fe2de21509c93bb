"""What a county or a district adds to the state's pack on the way in. Case 20 of
docs/develop/cases-content.md."""

from dataclasses import replace
from datetime import timedelta

import pytest

from content.releases import boot_check
from content.releases.targets import SchoolArea
from content.rules import local_additions
from content.rules.local_additions import Local
from tests.content.candidates import ONE
from tests.content.machine import Machine, numbered
from tests.content.publisher import Publisher

NAME = "district/acme"
LINE = next(resource for resource in ONE.resources if resource.id == "988")


def own(*, id_: str = "acme-office", code: str = "8001") -> Local:
    """One entry of a district, as publish makes it of the district's folder."""
    area = replace(LINE.area, us=False, states=(), counties=("06067",))
    resource = replace(LINE, id=id_, code=code, names=(), pinned=False, area=area, urgency="info")
    texts = {
        language: {
            key.replace("resource:988:", f"resource:{id_}:"): text
            for key, text in ONE.texts[language].items()
            if key.startswith("resource:988:")
        }
        for language in ONE.languages
    }
    return Local(kind="district", id="acme", name="Acme", resources=(resource,), texts=texts)


@pytest.fixture
def here(machine: Machine, publisher: Publisher) -> Machine:
    """A machine of that district; the state has let the district sign for itself."""
    publisher.delegate(NAME)
    machine.area = SchoolArea(district="acme")
    return machine


def ids(machine: Machine) -> set[str]:
    release = machine.releases.active(machine.releases.state())
    assert release is not None
    return {resource.id for resource in release.pack().resources}


def test_a_district_that_has_published_nothing_is_no_fault(here: Machine) -> None:
    assert here.refresh().state == "active"
    assert here.shown == "pack-2"


def test_the_entries_of_the_machines_own_district_join_the_pack(
    here: Machine, publisher: Publisher
) -> None:
    publisher.local(NAME, local_additions.encode(own()))
    outcome = here.refresh()
    # A new line that one person signed: the desk asks first.
    assert outcome.state == "held", str(outcome.said)


def test_another_districts_entries_are_not_even_fetched(
    here: Machine, publisher: Publisher
) -> None:
    publisher.local(NAME, local_additions.encode(own()))
    here.area = SchoolArea(district="other")
    assert here.refresh().state == "active"
    assert "acme-office" not in ids(here)


def test_case_20_a_district_that_uses_an_id_of_the_state_is_left_out_and_the_state_stands(
    here: Machine, publisher: Publisher
) -> None:
    publisher.local(NAME, local_additions.encode(own(id_="988")))
    assert here.refresh().state == "active"
    assert (here.shown, ids(here)) == ("pack-2", {resource.id for resource in ONE.resources})


@pytest.mark.parametrize("data", [b"", b"{}", b"<html>", b"x" * 300_000])
def test_a_local_file_that_is_none_is_left_out(
    here: Machine, publisher: Publisher, data: bytes
) -> None:
    publisher.local(NAME, data)
    assert here.refresh().state == "active"
    assert here.shown == "pack-2"


def test_a_district_signed_by_a_stranger_is_left_out(here: Machine, publisher: Publisher) -> None:
    publisher.local(NAME, local_additions.encode(own()), signers=publisher.signers["timestamp"])
    assert here.refresh().state == "active"
    assert "acme-office" not in ids(here)


def test_a_district_that_forgot_to_sign_again_keeps_its_entries(
    here: Machine, publisher: Publisher
) -> None:
    """Its age is not looked at: the snapshot, which is fresh, says that it is the newest there is."""
    publisher.local(NAME, local_additions.encode(own()))
    publisher.wait(200)
    publisher.release(numbered(3))
    publisher.renew_snapshot()
    here.now += timedelta(days=200)
    assert here.refresh().state == "held"


def test_a_pack_with_local_entries_is_vouched_for_at_boot(
    here: Machine, publisher: Publisher
) -> None:
    from content.releases import approval, held_pack
    from content.releases.record import METADATA

    publisher.local(NAME, local_additions.encode(own()))
    waiting = here.refresh().held
    record = here.releases.state().held
    assert record is not None
    folder = held_pack.folder(here.releases, record.version)
    assert (folder / METADATA / "files" / "district" / "acme" / "local.json").is_file()
    assert approval.approve(waiting, here.running(), doubt=lambda *_: None).state == "active"
    assert "acme-office" in ids(here)
    judge = boot_check.Judge(root=here.root, sourced=True, unsigned=False, ships=lambda _: None)
    assert boot_check.settle(here.releases, judge).refused == {}


def test_case_20_what_one_key_may_not_sign_does_not_keep_the_state_s_pack_away(
    here: Machine, publisher: Publisher
) -> None:
    """A new crisis line by a district's one key is refused, the state's pack is taken, and staff
    are told."""
    entry = own()
    crisis = replace(entry, resources=tuple(replace(r, urgency="crisis") for r in entry.resources))
    publisher.local(NAME, local_additions.encode(crisis))
    assert here.refresh().state == "active"
    assert here.shown == "pack-2"
    assert "acme-office" not in ids(here)
    refusal = here.releases.state().refusal
    assert refusal is not None
    assert "One person's signature is not enough for this" in refusal.problems[0]
    publisher.release(numbered(3))
    assert (here.refresh().state, here.shown) == ("active", "pack-3")
