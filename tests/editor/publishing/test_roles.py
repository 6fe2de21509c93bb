"""Keys that come and go, as a real TUF client sees it."""

from datetime import timedelta

import pytest
from tuf.api.exceptions import RepositoryError, UnsignedMetadataError

from content.model import built_pack
from editor.publishing import keys
from editor.publishing.metadata import MOST, PublishError, role_of
from editor.publishing.release import prepare_local
from editor.publishing.roles import prepare_delegation, prepare_keys, prepare_undelegation
from editor.publishing.staged_step import Staged
from tests.content.candidates import ONE, TWO
from tests.content.office import ALL, Office
from tests.content.publisher import NOW, key

TWO_CORE = built_pack.build(TWO)["core.json"]


@pytest.fixture(autouse=True)
def first_release(office: Office) -> None:
    office.release(ONE)


def change(office: Office, step: Staged, *holders: str) -> bool:
    workspace = office.workspace(*holders)
    return workspace.advance(workspace.published(), step)


def exchange(office: Office, role: str, old: str, name: str) -> bool:
    key, before = office.fresh(name), office.workspace().published()
    step = prepare_keys(before, role, add=key, remove=old, now=NOW)
    return change(office, step, *ALL, "new-holder")


@pytest.mark.parametrize(
    ("role", "old"),
    [
        ("root", "root-1"),
        ("targets", "editor-1"),
        ("snapshot", "snapshot-1"),
        ("timestamp", "timestamp-1"),
    ],
)
def test_a_key_is_put_in_the_place_of_another_and_kiosks_follow(
    office: Office, role: str, old: str
) -> None:
    kiosk = office.reader()
    kiosk.refresh(NOW)
    assert exchange(office, role, old, f"{role}-9")
    for path in (office.folder / "keys").rglob(f"{old}.*"):
        path.unlink()

    office.release(TWO, *ALL, "new-holder")
    assert kiosk.fetch("state/core.json", NOW) == TWO_CORE


def test_a_new_root_is_signed_by_old_holders_and_by_new_ones(office: Office) -> None:
    new = office.fresh("root-9")
    step = prepare_keys(office.workspace().published(), "root", add=new, remove="root-1", now=NOW)

    assert not change(office, step, "new-holder", "server")
    assert "root: 0 of 2 signatures of the old holders" in office.said[-2]
    assert "root: 1 of 2 signatures of the new holders" in office.said[-2]
    assert not office.workspace("root-keys/second-holder").sign()
    assert office.workspace("root-keys/third-holder", "server").sign()


def test_a_revoked_key_signs_nothing_any_more(office: Office) -> None:
    exchange(office, "targets", "editor-1", "editor-9")

    assert not office.release(TWO, "first-editor", "second-editor", "server")
    assert "still to sign: editor-9" in office.said[-2]


def test_an_exchanged_editor_signs_the_directory_too(office: Office) -> None:
    exchange(office, "targets", "editor-1", "editor-9")
    published = office.workspace().published()

    assert published.silent == ()
    assert {
        keys.name_of(published.targets.signed.get_key(k))
        for k in published.targets.signed.get_delegated_role("directory").keyids
    } == {"editor-2", "editor-9"}


@pytest.mark.parametrize(
    ("role", "remove", "add", "said"),
    [
        ("targets", "editor-1", "", "targets needs 2 keys, but only 1 would be left"),
        ("timestamp", "timestamp-1", "", "timestamp needs 1 keys, but only 0 would be left"),
        ("targets", "editor-7", "new", 'targets has no key "editor-7"; it has editor-1, editor-2'),
        ("targets", "", "editor-1", "another key called editor-1"),
        (
            "directory",
            "editor-1",
            "new",
            "The directory is signed with the editors' keys. Change the keys of targets instead",
        ),
        (
            "mayor",
            "",
            "new",
            "There is no role mayor. The roles are root, targets, snapshot, timestamp, directory",
        ),
        ("district/acme", "", "new", "There is no role district/acme"),
        ("district/Acme!", "", "new", "neither county/<five digits> nor district/"),
    ],
)
def test_what_cannot_be_is_said_in_words(
    office: Office, role: str, remove: str, add: str, said: str
) -> None:
    before = office.files()
    new = office.fresh(add) if add else None

    with pytest.raises(PublishError) as refused:
        prepare_keys(office.workspace().published(), role, add=new, remove=remove, now=NOW)
    assert said in str(refused.value)
    assert office.files() == before


def test_the_same_key_twice_is_one_key(office: Office) -> None:
    mine = keys.key_files([office.folder / "keys" / "first-editor"])[0].public

    with pytest.raises(PublishError, match="already has this key, called"):
        prepare_keys(office.workspace().published(), "targets", add=mine, now=NOW)


def district(office: Office) -> None:
    """Acme may publish, and has."""
    key_ = office.fresh("acme-1", "acme")
    change(
        office,
        prepare_delegation(office.workspace().published(), "district/acme", [key_], now=NOW),
        *ALL,
    )
    publish_local(office, b'{"one":1}')


def publish_local(office: Office, data: bytes, *holders: str) -> bool:
    step = prepare_local(
        office.workspace().published(),
        "district-acme",
        "district/acme/local.json",
        data,
        now=office.now,
    )
    return change(office, step, *(holders or ("acme", "server")))


def test_a_district_signs_its_own_folder_with_its_own_key(office: Office) -> None:
    district(office)

    assert office.reader().fetch("district/acme/local.json", NOW) == b'{"one":1}'
    assert office.reader("other").refresh(NOW).get_targetinfo("district/bell/local.json") is None


def test_what_a_district_signed_waits_for_the_states_server(office: Office) -> None:
    district(office)
    assert not publish_local(office, b'{"two":2}', "acme")
    assert "the holder of snapshot-1" in office.said[-2]

    assert office.workspace("server").sign()
    assert office.reader().fetch("district/acme/local.json", NOW) == b'{"two":2}'


def test_the_states_editors_cannot_sign_for_a_district_nor_it_for_another(office: Office) -> None:
    district(office)
    assert not publish_local(office, b'{"two":2}', *ALL)
    assert "district/acme: 0 of 1 signatures; still to sign: acme-1." in office.said[-2]


def test_case_20_a_district_that_lists_a_path_of_the_state_is_not_laid_out(office: Office) -> None:
    district(office)
    before = office.workspace().published()
    step = prepare_local(before, "district-acme", "state/core.json", b"{}", now=NOW)

    with pytest.raises(
        PublishError, match=r"district/acme lists state/core\.json, which does not belong to it"
    ):
        change(office, step, "acme", "server")
    assert office.reader().fetch("state/core.json", NOW) == built_pack.build(ONE)["core.json"]


def test_a_district_has_one_file_and_no_web_page_on_the_states_server(office: Office) -> None:
    district(office)
    step = prepare_local(
        office.workspace().published(),
        "district-acme",
        "district/acme/free.html",
        b"<html>",
        now=NOW,
    )

    with pytest.raises(PublishError, match=r"may publish only district/acme/local\.json"):
        change(office, step, "acme", "server")


def test_nobody_publishes_before_the_state_delegates(office: Office) -> None:
    with pytest.raises(PublishError, match="has not yet allowed district/acme to publish"):
        prepare_local(
            office.workspace().published(),
            "district-acme",
            "district/acme/local.json",
            b"{}",
            now=NOW,
        )


def test_a_district_changes_its_key_without_a_gap(office: Office) -> None:
    district(office)
    kiosk = office.reader()
    change(
        office,
        prepare_keys(
            office.workspace().published(),
            "district/acme",
            add=office.fresh("acme-2", "acme-new"),
            now=NOW,
        ),
        *ALL,
    )
    assert kiosk.fetch("district/acme/local.json", NOW) == b'{"one":1}'
    assert publish_local(office, b'{"two":2}', "acme-new", "server")
    change(
        office,
        prepare_keys(office.workspace().published(), "district/acme", remove="acme-1", now=NOW),
        *ALL,
    )

    assert kiosk.fetch("district/acme/local.json", NOW) == b'{"two":2}'
    assert not publish_local(office, b"{}", "acme", "server")


def test_a_district_that_may_publish_no_more_is_ignored_and_the_rest_goes_on(
    office: Office,
) -> None:
    district(office)
    kiosk = office.reader()
    kiosk.refresh(NOW)
    change(
        office, prepare_undelegation(office.workspace().published(), "district/acme", now=NOW), *ALL
    )

    assert kiosk.refresh(NOW).get_targetinfo("district/acme/local.json") is None
    office.now += timedelta(days=1)
    office.release(TWO)
    assert kiosk.fetch("state/core.json", office.now) == TWO_CORE


def test_a_district_that_comes_back_goes_on_from_its_last_version(office: Office) -> None:
    district(office)
    kiosk = office.reader()
    kiosk.fetch("district/acme/local.json", NOW)
    change(
        office, prepare_undelegation(office.workspace().published(), "district/acme", now=NOW), *ALL
    )
    new = office.fresh("acme-2", "acme-new")
    change(
        office,
        prepare_delegation(office.workspace().published(), "district/acme", [new], now=NOW),
        *ALL,
    )
    with pytest.raises(RepositoryError):
        kiosk.refresh(NOW).get_targetinfo("district/acme/local.json")

    assert office.workspace().published().silent == ("district-acme",)
    assert publish_local(office, b'{"new":1}', "acme-new", "server")
    assert kiosk.fetch("district/acme/local.json", NOW) == b'{"new":1}'


def test_as_many_districts_as_kiosks_can_carry(office: Office) -> None:
    published = office.workspace().published()
    some = key("a district").public_key
    for number in range(MOST["district"]):
        step = prepare_delegation(published, f"district/d{number}", [some], now=NOW)
        published.targets.signed.delegations = step.documents["targets"].signed.delegations

    with pytest.raises(
        PublishError,
        match="Make a separate repository for this one with `publish init`, and give its root file to its schools",
    ):
        prepare_delegation(published, "district/one-more", [some], now=NOW)
    assert prepare_delegation(published, "county/06001", [some], now=NOW)
    with pytest.raises(
        PublishError, match="To replace its key, use `publish keys add` and `revoke`"
    ):
        prepare_delegation(published, "district/d1", [some], now=NOW)


@pytest.mark.parametrize(
    ("name", "role"),
    [("county/06001", "county-06001"), ("district/elk-grove", "district-elk-grove")],
)
def test_a_roles_name_holds_no_slash(name: str, role: str) -> None:
    assert role_of(name) == role


@pytest.mark.parametrize(
    "name",
    ["state", "county/6001", "district/", "district/a/b", "district/..", "school/x", "district/A"],
)
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(PublishError, match="neither county"):
        role_of(name)


def test_a_root_that_the_old_holders_did_not_sign_is_never_laid_out(office: Office) -> None:
    new = [office.fresh(f"root-{n}", "thief") for n in (7, 8, 9)]
    step = prepare_keys(
        office.workspace().published(), "root", add=new[0], remove="root-1", now=NOW
    )
    for keyid in list(step.documents["root"].signed.roles["root"].keyids):
        step.documents["root"].signed.revoke_key(keyid, "root")
    for one in new:
        step.documents["root"].signed.add_key(one, "root")
    kiosk = office.reader()

    assert not change(office, step, "thief", "server")
    assert kiosk.refresh(NOW)._trusted_set.root.version == 1


def test_the_retired_timestamp_key_is_refused_by_kiosks(office: Office) -> None:
    kiosk = office.reader()
    old = (office.site / "metadata" / "timestamp.json").read_bytes()
    new = office.fresh("timestamp-9", "server")
    step = prepare_keys(
        office.workspace().published(), "timestamp", add=new, remove="timestamp-1", now=NOW
    )
    change(office, step, *ALL)
    (office.site / "metadata" / "timestamp.json").write_bytes(old)

    with pytest.raises(UnsignedMetadataError):
        kiosk.refresh(NOW)
