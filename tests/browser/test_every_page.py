"""Every page there is, asked by axe-core and by us: each template in the quick run, each page in the
other."""

import itertools
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from tests.browser import visits
from tests.browser.conftest import engine
from tests.browser.visits import Found
from tests.running import ROOT
from tests.selection import EVERY_VISIT, Some

# Also beside another worker of pytest-xdist: this is the last file of a run.
SHARES = max(1, min(4, os.cpu_count() or 1))

# What axe cannot decide by itself: the contrast of words that scroll away under the bar, or stand
# beside the edge of Clear, which lies above the page. Case 24 measures contrast from the colours as
# rendered.
UNSURE = {"color-contrast"}
LISTED = "listed.json"


def test_case_21_axe_finds_nothing_in_any_template_with_any_pair_of_language_mode_and_size(
    server: str, tmp_path: Path, some: Some
) -> None:
    listed = visits.pages(server)
    made = _sound("pairwise", listed, server, tmp_path, some)
    values = {
        (visits.kind(visit.page), visit.language, visit.mode, visit.size)
        for visit in made
        if visit.language
    }
    for first, second in itertools.combinations(range(4), 2):
        met = {(row[first], row[second]) for row in values}
        known = [{row[place] for row in values} for place in (first, second)]
        assert met == set(itertools.product(*known))


@pytest.mark.slow
def test_case_21_axe_finds_nothing_on_any_page_in_any_language(
    server: str, tmp_path: Path, some: Some
) -> None:
    """Each page once; each in every mode and size where PORCHLIGHT_EVERY_VISIT is 1."""
    listed = visits.pages(server)
    plan = "everything" if EVERY_VISIT else "once"
    made = _sound(plan, listed, server, tmp_path, some)
    assert {visit.page for visit in made} == set(listed)
    tongues = {visit.language for visit in made} - {""}
    assert {(v.language, v.mode, v.size) for v in made if v.language} == {
        (tongue, mode, size) for tongue in tongues for mode in visits.MODES for size in visits.SIZES
    }


def _sound(
    plan: str, listed: list[str], address: str, folder: Path, some: Some
) -> set[visits.Visit]:
    """The visits of the plan, all of them made and none with a fault."""
    (folder / LISTED).write_text(json.dumps(listed))
    found = _visit(address, folder, plan)
    made = {each.visit for each in found}
    some.covered(_summary(made, listed))
    assert made == set(visits.PLANS[plan](listed))
    assert [
        f"{each.visit.address} {each.visit.size}: {each.wrong}" for each in found if each.wrong
    ] == []
    assert {rule.split(" ")[0] for each in found for rule in each.unsure} <= UNSURE
    return made


def _visit(address: str, folder: Path, plan: str) -> list[Found]:
    """All shares at once, each in a process with a browser of its own."""
    shares = []
    for share in range(SHARES):
        output = folder / f"{share}.jsonl"
        words = [
            "-m",
            "tests.browser.visits",
            address,
            f"{share}/{SHARES}",
            plan,
            str(engine()),
            str(folder / LISTED),
        ]
        with output.open("wb") as out:
            process = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=out)
        shares.append((process, output))
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
        f"{len(made)} visits to {len({visit.page for visit in made})} of {len(listed)} pages, by language"
        f" {dict(sorted(tongues.items()))}, in {len(visits.MODES)} modes on {len(visits.SIZES)} sizes"
    )
