"""The command line that TUF's conformance suite drives: docs/develop/architecture.md says how to run the suite
itself."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.content import hub as wire
from tests.content.hub import Hub
from tests.content.machine import numbered
from tests.content.publisher import Publisher

TOOL = Path(__file__).parents[2] / "tools" / "tuf_client.py"


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "site", now=wire.now())
    made.release(numbered(1))
    return made


@pytest.fixture
def hub(tmp_path: Path, publisher: Publisher) -> Iterator[Hub]:
    """Over plain http, as the suite serves."""
    with wire.serving(
        publisher.folder, certificate=wire.certificate(tmp_path), secure=False
    ) as served:
        yield served


def run(folder: Path, *arguments: object) -> int:
    command = [sys.executable, TOOL, "--metadata-dir", folder / "metadata", *arguments]
    return subprocess.run(
        [str(part) for part in command], check=False, capture_output=True
    ).returncode


@pytest.mark.slow
def test_init_refresh_and_download_do_what_the_suite_expects(
    tmp_path: Path, publisher: Publisher, hub: Hub
) -> None:
    assert run(tmp_path, "init", publisher.trust) == 0
    assert hub.requests == []
    address = ["--metadata-url", f"{hub.address}/metadata"]
    assert run(tmp_path, *address, "refresh") == 0
    names = {path.name for path in (tmp_path / "metadata").glob("*.json")}
    assert names == {"root.json", "timestamp.json", "snapshot.json", "targets.json"}
    target = ["--target-name", "state/core.json", "--target-dir", tmp_path / "targets"]
    target += ["--target-base-url", f"{hub.address}/targets"]
    assert run(tmp_path, *address, *target, "download") == 0
    found = [path for path in (tmp_path / "targets").glob("*") if path.is_file()]
    assert len(found) == 1
    assert b'"facts"' in found[0].read_bytes()
    hub.requests.clear()
    assert run(tmp_path, *address, *target, "download") == 0
    assert not [path for path in hub.requests if "/targets/" in path]


@pytest.mark.slow
def test_a_failure_is_exit_code_one(tmp_path: Path, publisher: Publisher, hub: Hub) -> None:
    run(tmp_path, "init", publisher.trust)
    publisher.sign_targets(signers=1)
    assert run(tmp_path, "--metadata-url", f"{hub.address}/metadata", "refresh") == 1
