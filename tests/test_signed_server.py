"""A whole installation that takes signed packs over TLS: what its commands say, and what an edited disk changes."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from content import build
from content.source import read
from tests.content import hub as wire
from tests.content.hub import Hub
from tests.content.publisher import Publisher
from tests.running import ROOT, command, environment, serving

PLANTED = "+19165550199"


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    pack, _ = read(ROOT / "content" / "packs" / "california")
    assert pack is not None
    made = Publisher(tmp_path / "site", now=wire.now())
    made.release(pack)
    return made


@pytest.fixture
def hub(tmp_path: Path, publisher: Publisher) -> Iterator[Hub]:
    with wire.serving(publisher.folder, certificate=wire.certificate(tmp_path)) as served:
        yield served


@pytest.fixture
def installation(tmp_path: Path, publisher: Publisher, hub: Hub) -> dict[str, str]:
    return environment(
        tmp_path / "data",
        PORCHLIGHT_CONTENT__SOURCE=hub.address,
        PORCHLIGHT_CONTENT__ROOT=str(publisher.trust),
        SSL_CERT_FILE=str(wire.authority(tmp_path)),
        NO_PROXY="127.0.0.1",
    )


def edit(data: Path) -> str:
    """Change a crisis line's number on the disk, with every hash made to fit; the new name of the release."""
    folder = data / "releases" / (data / "ACTIVE").read_text().strip()
    core = (folder / "core.json").read_text()
    number = next(one["number"] for one in json.loads(core)["resources"][3]["channels"] if "number" in one)
    (folder / "core.json").write_text(core.replace(number, PLANTED))
    manifest = json.loads((folder / build.MANIFEST).read_text())
    data_ = (folder / "core.json").read_bytes()
    manifest["files"]["core.json"] = {"sha256": hashlib.sha256(data_).hexdigest(), "length": len(data_)}
    (folder / build.MANIFEST).write_text(json.dumps(manifest, sort_keys=True, separators=(",", ":")))
    record = json.loads((folder / "release.json").read_text())
    record["pack_version"] = hashlib.sha256((folder / build.MANIFEST).read_bytes()).hexdigest()
    record["id"] = f"{record['pack_version'][:12]}-{record['edition_key'][:8]}"
    (folder / "release.json").write_text(json.dumps(record))
    folder.rename(folder.parent / record["id"])
    (data / "ACTIVE").write_text(f"{record['id']}\n")
    return str(record["id"])


def test_case_33_a_server_on_an_edited_card_serves_what_ships_and_says_so(
    installation: dict[str, str], hub: Hub, tmp_path: Path
) -> None:
    done = command("refresh", environ=installation)
    assert (done.returncode, "is shown now" in done.stdout) == (0, True), done.stderr
    hub.answers(wire.status(503))
    failed = command("refresh", environ=installation)
    assert (failed.returncode, "has a fault" in failed.stderr) == (1, True)
    planted = edit(tmp_path / "data")
    with serving(installation) as server:
        ready = server.http.get("/readyz").json()
        assert ready["release"] != planted
        assert ready["refresh"] != "ok"
        assert planted in "".join(ready["refused"]["problems"])
    text = command("text", "--json", "988", environ=installation)
    assert PLANTED[2:] not in text.stdout
    assert command("verify", environ=installation).returncode == 0
