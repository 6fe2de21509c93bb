"""What is on the disk, held against the pack that ships: without judging it by every rule again."""

import shutil
from pathlib import Path

import pytest

from content.releases.admit import admit
from content.releases.candidate import Candidate
from content.releases.generations import Releases
from content.releases.machine import Machine
from content.review.provenance import Provenance
from runtime import disk_check
from settings.load import load
from tests.content.candidates import NOW, built, render
from tests.shipped import PACK, pack

FILE = "resources/211.toml"


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
    machine = Machine(releases=Releases(data), checks=(), prepare=render, now=NOW)
    admit(Candidate(built(pack(), tmp_path / "built"), Provenance(origin="shipped")), machine)
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(data),
        "PORCHLIGHT_CONTENT__PACK": str(source),
    }
    found = disk_check.set_aside(load(environ), NOW)
    assert bool(found.right) is served
    assert bool(found.refused) is not served
