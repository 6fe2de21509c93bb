"""Every page there is, asked by axe-core and by us: `make test` each page once, `make test-all` in
everything."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from settings.schema import Kiosk
from tests.browser import visits
from tests.browser.visits import Found
from tests.running import ROOT, environment, serving

ALL = os.environ.get("PORCHLIGHT_TEST_ALL") == "1"
SHARES = max(1, min(4, os.cpu_count() or 1))

# What axe cannot decide by itself: the contrast of words that scroll away under the bar, or stand
# beside the edge of Clear, which lies above the page. Case 24 measures contrast from the colours as
# rendered.
UNSURE = {"color-contrast"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("every-page") / "data"
    environ = environment(
        data,
        PORCHLIGHT_KIOSK__SCHOOL="Lincoln Middle School",
        PORCHLIGHT_KIOSK__COUNTIES='["Kern"]',
        PORCHLIGHT_KIOSK__LANGUAGES=str(list(Kiosk().languages)).replace("'", '"'),
    )
    with serving(environ) as server:
        yield f"http://127.0.0.1:{server.port}"


def test_case_21_axe_finds_nothing_on_any_page_in_any_language_mode_and_size(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = visits.pages(address)
    plan = set((visits.everything if ALL else visits.once)(listed))

    found = _visit(address, tmp_path)

    made = {each.visit for each in found}
    with capsys.disabled():
        print(_summary(made, listed))
    assert made == plan
    assert {visit.page for visit in made} == set(listed)
    tongues = {visit.language for visit in made} - {""}
    assert {(v.language, v.mode, v.size) for v in made if v.language} == {
        (tongue, mode, size) for tongue in tongues for mode in visits.MODES for size in visits.SIZES
    }
    assert [
        f"{each.visit.address} {each.visit.size}: {each.wrong}" for each in found if each.wrong
    ] == []
    assert {part.split(" ")[0] for each in found for part in each.unsure} <= UNSURE


def _visit(address: str, folder: Path) -> list[Found]:
    """All shares at once, each in a process with a browser of its own."""
    shares = []
    for share in range(SHARES):
        output = folder / f"{share}.jsonl"
        command = [
            sys.executable,
            "-m",
            "tests.browser.visits",
            address,
            str(share),
            str(SHARES),
            *["all"] * ALL,
        ]
        with output.open("wb") as out:
            shares.append((subprocess.Popen(command, cwd=ROOT, stdout=out), output))
    found = []
    for process, output in shares:
        assert process.wait() == 0
        found += [
            msgspec.json.decode(line, type=Found) for line in output.read_bytes().splitlines()
        ]
    return found


def _summary(made: set[visits.Visit], listed: list[str]) -> str:
    tongues = Counter(visit.language or "first" for visit in made)
    return (
        f"\n{len(made)} visits to {len({visit.page for visit in made})} of {len(listed)} pages, by language"
        f" {dict(sorted(tongues.items()))}, in {len(visits.MODES)} modes on {len(visits.SIZES)} sizes"
    )
