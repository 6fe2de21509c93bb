"""A signed refresh, killed with SIGKILL at every single call that changes the disk, or at some.

Usage: python -m tests.content.crash STEPS DATA SITE ROOT; prints how many calls there were. Copies
DATA for every step. Afterward, only the pack shown before or the newest from SITE may be shown,
whole and verified; and the next run must complete.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any

from content.releases import boot_check
from tests.content.machine import Machine

CHANGES = {
    "fcntl.flock",
    "os.chmod",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.truncate",
    "shutil.copyfile",
    "shutil.copytree",
    "shutil.rmtree",
    "tempfile.mkstemp",
}
WRITES = os.O_WRONLY | os.O_RDWR


def steps(named: str) -> Iterable[int]:
    """Yield the steps to be killed at, one after another until a run finishes; or only those given
    ("3,17"), and then a run that is not killed."""
    return [*map(int, named.split(",")), sys.maxsize] if named else count()


def killed_at(step: int, act: Callable[[], object]) -> bool:
    """Whether the act, in a child process, reached that disk change and was killed there."""
    child = os.fork()
    if child == 0:
        left = step

        def change() -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def changes(event: str, arguments: tuple[object, ...]) -> None:
            flags = arguments[2] if event == "open" else 0
            if event in CHANGES or (isinstance(flags, int) and flags & WRITES):
                change()

        sync = os.fsync

        def counted(descriptor: Any) -> None:
            change()
            sync(descriptor)

        vars(os)["fsync"] = counted
        sys.addaudithook(changes)
        act()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def check(machine: Machine, allowed: set[str], step: int) -> None:
    """Check that the shown pack is whole, one of these, and may be served."""
    assert machine.shown in allowed, (step, machine.shown)
    judge = boot_check.Judge(root=machine.root, sourced=True, unsigned=False, ships=lambda _: None)
    assert boot_check.judged(machine.releases, judge, machine.releases.state()).refused == {}, step


def main(named: str, data: Path, site: Path, root: Path) -> None:
    before = Machine(data=data, root=root.read_bytes(), source=site)
    for step in steps(named):
        copy = Path(shutil.copytree(data, data.with_name("copy"), symlinks=True))
        machine = Machine(data=copy, root=before.root, source=site)
        killed = killed_at(step, machine.refresh)
        check(machine, {before.shown, "pack-2"} if killed else {"pack-2"}, step)
        if not killed:
            break
        machine.refresh()
        check(machine, {"pack-2"}, step)
        assert machine.is_clean(), step
        shutil.rmtree(copy)
    print(step)


if __name__ == "__main__":
    main(sys.argv[1], *(Path(argument) for argument in sys.argv[2:]))
