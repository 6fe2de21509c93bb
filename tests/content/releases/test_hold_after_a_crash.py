"""A power cut at every single file operation of a hold, an approval, a refusal and a rollback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.selection import Some

ROOT = Path(__file__).parents[3]

# Each act: what was done before it, what is done, and what must be so in the end however often it
# was cut off.
_CHILD = """
import shutil, sys
from pathlib import Path
from content.releases import held
from content.releases.approval import NothingHeldError
from tests.content.candidates import built
from tests.content.crash import killed_at, steps
from tests.content.reviewed import NEW, NEW_NUMBER, OLD, Kiosk, line, noted, signed, small

GONE = small(line(status="withdrawn"), line(NEW_NUMBER, "other"))
NEWER = small(line("+19164456000"), line("+19164455000", "other"))

def approve(kiosk):
    try:
        return kiosk.approve(NEW.version[:12])
    except NothingHeldError:
        return None

def refuse(kiosk):
    try:
        kiosk.refuse(NEW.version[:12])
    except NothingHeldError:
        pass

ACTS = {
    # before, act, what is served in the end, what waits, what is hidden
    "hold": (lambda k: None, lambda k: k.accept(NEW), OLD, NEW, set()),
    "replace": (lambda k: k.accept(NEW), lambda k: k.accept(NEWER), OLD, NEWER, set()),
    "withdraw": (lambda k: None, lambda k: k.accept(GONE), OLD, GONE, {"line"}),
    "approve": (lambda k: k.accept(NEW), approve, NEW, None, set()),
    "approve-again": (lambda k: (k.accept(NEW), setattr(k, "key", "f" * 16)), approve, NEW, None, set()),
    "refuse": (lambda k: k.accept(NEW), refuse, OLD, None, set()),
    "accept": (lambda k: k.accept(NEW), lambda k: k.accept(NEW, signed(2, *noted(OLD, NEW))), NEW, None, set()),
}
name, folder, named = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
before, act, served, waits, hidden = ACTS[name]
start = Kiosk(folder / "start").start()
before(start)
for pack in (OLD, NEW, NEWER, GONE):  # built here, so that the steps counted are those on the data directory
    if not (start.folder / pack.version[:16]).exists():
        built(pack, start.folder / pack.version[:16])

for step in steps(named):
    kiosk = Kiosk(folder / "turn", key=start.key)
    shutil.copytree(start.folder, kiosk.folder)
    killed = killed_at(step, lambda: act(kiosk))
    assert kiosk.served() in (OLD, served), step
    found = kiosk.waiting()
    assert found is None or held.whole(kiosk.releases, found), step
    lost = found is None and kiosk.served() == OLD and start.waiting() is not None
    assert not lost or name == "refuse", (step, "nothing waits and nothing was decided")
    assert kiosk.hidden() in (set(), hidden), step
    assert found is None or found.version != GONE.version or kiosk.hidden() == hidden, (step, "held before hidden")
    act(kiosk)
    found = kiosk.waiting()
    assert kiosk.served() == served, step
    assert (found.version if found else None) == (waits.version if waits else None), step
    assert kiosk.hidden() == hidden, step
    if hidden:
        release = kiosk.releases.active()
        assert held.overlay(kiosk.releases).on(OLD) == release.edition_key.partition(".")[2], step
    releases = kiosk.releases
    with releases.lock():
        releases.sweep()
        held.sweep(releases)
    assert not list(kiosk.releases.root.glob("**/.tmp-*")), step
    kept = [path.name for path in (kiosk.releases.root / "held").glob("*")]
    assert kept == ([waits.version] if waits else []), (step, kept)
    shutil.rmtree(kiosk.folder)
    if not killed:
        break
print(step)
"""
STEPS = {  # about as many as there are
    "hold": 60,
    "replace": 76,
    "withdraw": 118,
    "approve": 86,
    "approve-again": 86,
    "refuse": 28,
    "accept": 88,
}


@pytest.mark.parametrize("act", STEPS)
def test_a_kill_at_every_file_operation_leaves_a_whole_machine_and_the_next_run_completes(
    act: str, memory: Path, some: Some
) -> None:
    """Case 29 of docs/content-cases.md, for what waits."""
    named = "" if some.whole else ",".join(map(str, some(range(STEPS[act]), 2)))
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, act, memory, named],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) >= STEPS[act] // 2
    some.covered(f"a kill at each of {done.stdout.strip()} steps of {act}")
