"""What is on the disk, held against the pack that ships: without judging it by every rule again."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from content.model import built_pack
from content.releases.admit import admit
from content.releases.candidate import Candidate
from content.releases.generations import Releases
from content.releases.machine import Machine
from content.review.provenance import Provenance
from runtime import disk_check
from runtime.doctor.pack import of_content
from settings.load import load
from tests.content.candidates import NOW, built, render
from tests.shipped import PACK, pack

FILE = "resources/211.toml"


def shipped_release(data: Path, folder: Path) -> Path:
    """The shipped pack as the active release of ``data``; its folder."""
    machine = Machine(releases=Releases(data), checks=(), prepare=render, now=NOW)
    admit(Candidate(built(pack(), folder), Provenance(origin="shipped")), machine)
    return data / "releases" / Releases(data).active_id()


@pytest.mark.parametrize(
    ("old", "new", "served"),
    [
        ("", "", True),
        ('"211 line"', '"211 helpline"', False),
        # What was served before an author's mistake stays: rules are asked where packs differ.
        ('urgency = "info"', 'urgency = "soon"', True),
    ],
    ids=["as it ships", "edited", "with an error"],
)
def test_a_release_of_the_shipped_pack_is_served_until_the_installation_ships_another(
    tmp_path: Path, old: str, new: str, *, served: bool
) -> None:
    source = Path(shutil.copytree(PACK, tmp_path / "source"))
    text = (source / FILE).read_text("utf-8")
    assert old in text
    (source / FILE).write_text(text.replace(old, new), "utf-8")
    data = tmp_path / "data"
    shipped_release(data, tmp_path / "built")
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(data),
        "PORCHLIGHT_CONTENT__PACK": str(source),
    }
    found = disk_check.set_aside(load(environ), NOW)
    assert bool(found.right) is served
    assert bool(found.refused) is not served


def _is_another(release: Path) -> None:
    """Every hash fits, and nobody made it."""
    pack_file = next(path for path in release.rglob("*.json") if b"211 " in path.read_bytes())
    data = pack_file.read_bytes().replace(b"211 ", b"212 ", 1)
    before = hashlib.sha256(pack_file.read_bytes()).hexdigest().encode()
    pack_file.write_bytes(data)
    manifest, record = release / built_pack.MANIFEST, release / "release.json"
    version = hashlib.sha256(manifest.read_bytes()).hexdigest().encode()
    new = manifest.read_bytes().replace(before, hashlib.sha256(data).hexdigest().encode())
    manifest.write_bytes(new)
    new_version = hashlib.sha256(new).hexdigest().encode()
    record.write_bytes(record.read_bytes().replace(version, new_version))


def _damaged(release: Path) -> None:
    (release / built_pack.MANIFEST).write_bytes(b"{}")


def _gone(release: Path) -> None:
    shutil.rmtree(release)


@pytest.mark.parametrize(
    ("edit", "why"),
    [(_is_another, "its name is not that"), (_damaged, "it is damaged"), (_gone, "it is damaged")],
)
def test_doctor_says_that_an_edited_release_is_wrong(
    tmp_path: Path, edit: Callable[[Path], None], why: str
) -> None:
    """Also under a running server, which goes on to show what it verified."""
    data = tmp_path / "data"
    release = shipped_release(data, tmp_path / "built")
    settings = load({"PORCHLIGHT_SERVER__DATA_DIR": str(data)})

    def said() -> list[tuple[str, str]]:
        found = of_content(settings, NOW, {})
        return [(one.kind, one.sentence) for one in found if "Release" in one.sentence]

    assert said() == [("ok", f"Release {release.name} is whole, active for 0 days.")]
    edit(release)
    (first,) = said()
    assert first[0] == "wrong"
    assert first[1].startswith(f"Release {release.name} must not be shown: {why}")
    assert "`refresh` mends that" in first[1]
