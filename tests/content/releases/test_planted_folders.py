"""What somebody put where a folder or file of ours belongs: the next refresh takes its place, and
what a link leads to stays as it is. The same under a real server: tests/test_hostile_files.py."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from system import files
from tests.content.machine import Machine, numbered
from tests.content.publisher import Publisher
from tests.running import PATIENCE


@pytest.fixture
def kiosk(kiosk: Machine, publisher: Publisher) -> Machine:
    """Pack-2 waits at the publisher."""
    publisher.release(numbered(2))
    return kiosk


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    """Nobody writes into the pipes: whoever waits for one fails here."""

    def hangs(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(PATIENCE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def pipe(place: Path) -> None:
    os.mkfifo(place)


def terabytes(place: Path) -> None:
    with place.open("wb") as file:
        file.truncate(4 * 1024**4)


def folder(place: Path) -> None:
    (place / "inner").mkdir(parents=True)


def link_to_nothing(place: Path) -> None:
    place.symlink_to("nothing")


PLANTS = (pipe, terabytes, folder, link_to_nothing)
PLACES = (
    "trust",
    "trust/FLOOR",
    "trust/metadata",
    "trust/metadata/root.json",
    "trust/metadata/root_history",
    "trust/metadata/root_history/1.root.json",
    "trust/metadata/timestamp.json",
    "trust/metadata/snapshot.json",
    "trust/metadata/targets.json",
    "blobs",
    "blobs/{blob}",
    "held",
    "releases",
    "ACTIVE",
    "HELD",
    "LAST_REFRESH",
    "PREVIOUS",
    "REFUSED",
    "REMEMBERED",
    "TURNED_DOWN",
    "WITHDRAWN",
)


@pytest.mark.few(12)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("plant", PLANTS)
def test_a_refresh_takes_the_place_of_what_was_planted(
    kiosk: Machine, plant: Callable[[Path], None], place: str
) -> None:
    """TUF's client waited for a pipe for ever, and no refresh mended it."""
    blob = next((kiosk.data / "blobs").iterdir()).name
    path = kiosk.data / place.format(blob=blob)
    files.remove(path)
    plant(path)
    assert kiosk.refresh().state == "active"
    assert kiosk.shown == "pack-2"


@pytest.mark.parametrize(
    "place", ["held", "blobs", "trust", "trust/metadata", "releases", "releases/linked"]
)
def test_what_a_link_leads_to_is_not_ours_to_sweep(
    kiosk: Machine, tmp_path: Path, place: str
) -> None:
    """A refresh by root emptied whatever folder a link in the place of held/ or blobs/ named."""
    elsewhere = tmp_path / "elsewhere"
    for name in ("a", ".tmp-b", "tmpc", "inner/d.json"):
        (elsewhere / name).parent.mkdir(parents=True, exist_ok=True)
        (elsewhere / name).write_text("precious", encoding="utf-8")
    before = sorted(elsewhere.rglob("*"))
    files.remove(kiosk.data / place)
    (kiosk.data / place).symlink_to(elsewhere)
    kiosk.refresh()
    assert sorted(elsewhere.rglob("*")) == before
    assert kiosk.shown == "pack-2"
