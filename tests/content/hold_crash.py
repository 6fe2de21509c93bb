"""A hold, an approval or a refusal, killed with SIGKILL at every call that changes the disk, or at some.

Usage: python -m tests.content.hold_crash ACT FOLDER STEPS; prints how many calls there were. STEPS is
as in tests/content/crash.py. After every kill, the machine is whole, and the next run completes.
"""

import contextlib
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from content.model.pack import Pack
from content.releases import held_pack
from content.releases.approval import NothingHeldError
from tests.content.candidates import built
from tests.content.crash import killed_at, steps
from tests.content.reviewed import NEW, NEW_NUMBER, OLD, Kiosk, line, noted, signed, small

GONE = small(line(status="withdrawn"), line(NEW_NUMBER, "other"))
NEWER = small(line("+19164456000"), line("+19164455000", "other"))
NOTED = signed(2, *noted(OLD, NEW))


def approve(kiosk: Kiosk) -> None:
    with contextlib.suppress(NothingHeldError):
        kiosk.approve(NEW.version[:12])


def refuse(kiosk: Kiosk) -> None:
    with contextlib.suppress(NothingHeldError):
        kiosk.refuse(NEW.version[:12])


@dataclass(frozen=True)
class Act:
    """An action, and the required result however often it was interrupted: the pack served, the
    pack on hold, and what is hidden. ``held``: NEW is on hold before."""

    does: Callable[[Kiosk], object]
    served: Pack
    waits: Pack | None
    hidden: frozenset[str] = frozenset()
    held: bool = True

    def start(self, folder: Path) -> Kiosk:
        """Return the machine before the action, with every candidate built next to it: only steps
        on its data directory count."""
        kiosk = Kiosk(folder).start()
        if self.held:
            kiosk.accept(NEW)
        for pack in (OLD, NEW, NEWER, GONE):
            if not (folder / pack.version[:16]).exists():
                built(pack, folder / pack.version[:16])
        return kiosk


ACTS = {
    "hold": Act(lambda kiosk: kiosk.accept(NEW), OLD, NEW, held=False),
    "replace": Act(lambda kiosk: kiosk.accept(NEWER), OLD, NEWER),
    "withdraw": Act(
        lambda kiosk: kiosk.accept(GONE), OLD, GONE, hidden=frozenset({"line"}), held=False
    ),
    "approve": Act(approve, NEW, None),
    "refuse": Act(refuse, OLD, None),
    "accept": Act(lambda kiosk: kiosk.accept(NEW, NOTED), NEW, None),
}


def check_killed(kiosk: Kiosk, act: Act, step: int) -> None:
    """Check that a power cut left either the state before or the state after."""
    assert kiosk.served() in (OLD, act.served), step
    found = kiosk.waiting()
    assert found is None or held_pack.whole(kiosk.releases, found), step
    lost = act.held and found is None and kiosk.served() == OLD
    assert not lost or act.does is refuse, (step, "nothing waits and nothing was decided")
    hidden = kiosk.hidden()
    assert hidden in (set(), act.hidden), step
    assert found is None or found.version != GONE.version or hidden == act.hidden, (
        step,
        "held before hidden",
    )


def check_completed(kiosk: Kiosk, act: Act, step: int) -> None:
    """Check that the next run did everything and left nothing over."""
    found, releases = kiosk.waiting(), kiosk.releases
    assert kiosk.served() == act.served, step
    assert (found.version if found else None) == (act.waits.version if act.waits else None), step
    assert kiosk.hidden() == act.hidden, step
    with releases.lock():
        releases.sweep()
        held_pack.sweep(releases, releases.state())
    assert not list(releases.root.glob("**/.tmp-*")), step
    kept = [path.name for path in (releases.root / "held").glob("*")]
    assert kept == ([act.waits.version] if act.waits else []), (step, kept)


def main(name: str, folder: Path, named: str) -> None:
    act = ACTS[name]
    start = act.start(folder / "start")
    for step in steps(named):
        kiosk = Kiosk(folder / "turn")
        shutil.copytree(start.folder, kiosk.folder)
        killed = killed_at(step, lambda kiosk=kiosk: act.does(kiosk))  # type: ignore[misc]
        check_killed(kiosk, act, step)
        act.does(kiosk)
        check_completed(kiosk, act, step)
        shutil.rmtree(kiosk.folder)
        if not killed:
            break
    print(step)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
