"""The publisher that other tests fetch from is a real one: TUF's own client accepts it, and refuses
what it should."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tuf.api.exceptions import BadVersionNumberError, RepositoryError, UnsignedMetadataError

from content.model import built_pack
from tests.content.candidates import ONE, TWO
from tests.content.publisher import Publisher
from tests.content.reader import Reader

FILES = built_pack.build(ONE)


@pytest.fixture
def hub(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path / "hub")


@pytest.fixture
def client(hub: Publisher, tmp_path: Path) -> Reader:
    return Reader(hub.folder, tmp_path / "client")


def test_a_release_arrives_and_the_next_one(hub: Publisher, client: Reader) -> None:
    hub.release(ONE)
    assert client.fetch("state/core.json", hub.now) == FILES["core.json"]

    hub.release(TWO)
    assert client.fetch("state/core.json", hub.now) == built_pack.build(TWO)["core.json"]


def test_one_editor_is_not_enough(hub: Publisher, client: Reader) -> None:
    hub.release(ONE)
    client.refresh(hub.now)
    hub.release(TWO, signers=1)

    with pytest.raises(UnsignedMetadataError):
        client.refresh(hub.now)


def test_a_touched_timestamp_is_newer_and_says_when_it_was_signed(
    hub: Publisher, client: Reader
) -> None:
    hub.release(ONE)
    client.refresh(hub.now)
    hub.touch(datetime(2026, 12, 20, 3, 0, tzinfo=UTC))

    stamp = client.refresh(hub.now)._trusted_set.timestamp
    assert stamp.unrecognized_fields["x-issued"] == "2026-12-20T03:00:00Z"


@pytest.mark.parametrize("role", ["root", "targets", "snapshot", "timestamp"])
def test_a_client_follows_a_rotated_key(hub: Publisher, client: Reader, role: str) -> None:
    hub.release(ONE)
    client.refresh(hub.now)
    hub.rotate(role)
    hub.release(TWO)

    assert client.fetch("state/core.json", hub.now) == built_pack.build(TWO)["core.json"]


def test_a_root_without_the_old_keys_is_refused(hub: Publisher, client: Reader) -> None:
    hub.release(ONE)
    client.refresh(hub.now)
    hub.rotate("root", signed_by_old=False)
    hub.rotate("root", signed_by_old=False)

    with pytest.raises(UnsignedMetadataError):
        client.refresh(hub.now)


def test_a_district_speaks_in_its_own_folder_only(hub: Publisher, client: Reader) -> None:
    hub.release(ONE)
    hub.delegate("district/acme")
    hub.local("district/acme", {"district/acme/local.json": b"{}", "state/core.json": b"planted"})

    assert client.fetch("district/acme/local.json", hub.now) == b"{}"
    assert client.fetch("state/core.json", hub.now) == FILES["core.json"]
    assert client.refresh(hub.now).get_targetinfo("district/other/local.json") is None


def test_a_district_that_has_published_nothing_has_no_metadata(
    hub: Publisher, client: Reader
) -> None:
    hub.release(ONE)
    hub.delegate("county/06001")

    with pytest.raises(RepositoryError):
        client.refresh(hub.now).get_targetinfo("county/06001/local.json")
    assert client.fetch("state/core.json", hub.now) == FILES["core.json"]


def test_the_directory_is_signed_by_both_editors(hub: Publisher, client: Reader) -> None:
    hub.release(ONE)
    hub.directory({"06001.json": b"[]"})
    assert client.fetch("directory/06001.json", hub.now) == b"[]"

    hub.directory({"06001.json": b"[1]"}, signers=1)
    with pytest.raises(RepositoryError):
        client.refresh(hub.now).get_targetinfo("directory/06001.json")


def test_an_older_timestamp_is_refused(hub: Publisher, client: Reader) -> None:
    hub.release(ONE)
    hub.touch()
    client.refresh(hub.now)
    hub.forge("timestamp", lambda stamp: setattr(stamp, "version", 1), *hub.signers["timestamp"])

    with pytest.raises(BadVersionNumberError):
        client.refresh(hub.now)


def test_after_ninety_days_in_the_dark_one_refresh_is_enough(
    hub: Publisher, client: Reader
) -> None:
    hub.release(ONE)
    client.refresh(hub.now)
    hub.wait(90)
    hub.renew_snapshot()
    hub.touch(hub.now + timedelta(days=1))

    assert client.fetch("state/manifest.json", hub.now) == FILES["manifest.json"]
