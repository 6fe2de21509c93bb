"""Commands that the server runs in a process of their own: bounded in time and memory.

What needs TUF, the renderer or minutes never stays in the server's memory, and a hang can be
killed. A child speaks JSON on standard output (``--report``) and logs on standard error. Each has a
session of its own: Ctrl-C is for the server, which ends them without their stacks.
"""

import asyncio
import logging
import resource
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TypeVar

import msgspec

from settings.places import ROOT

log = logging.getLogger("porchlight")
T = TypeVar("T")
# A hundred thousand services of a directory take minutes on a small machine.
VERIFY_SECONDS = {"packs": 60, "directory": 300}
# Of address space, so that what a publisher sends cannot take the server's; 400 MB are needed.
MEMORY_BYTES = dict.fromkeys(("refresh", "verify", "nightly", "poster"), 1024**3)
CPU_SECONDS = {"nightly": 900}  # twenty on a desktop machine
# Each of them but `say` may have to make every page in ten languages, to see that it can.
DEADLINES_SECONDS = {"refresh": 300, "approve": 300, "refuse": 300, "rollback": 300} | {
    "say": 1200,
    "nightly": 3600,  # it gives way to everything else
    "poster": 120,
    "counts": 60,
}


_verifying: set["subprocess.Popen[bytes]"] = set()
CUT_OFF = "It ended before it could say what happened; the log says more."


class Report(msgspec.Struct, frozen=True):
    """How a command ended: its exit code (0: done) and what it printed, a line each."""

    code: int
    lines: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Its sentences, a line each."""
        return "\n".join(self.lines)


class Verdict(msgspec.Struct, frozen=True):
    """What `verify --json packs` answers: ids → the hash of the manifest; ids → why not."""

    right: dict[str, str]
    refused: dict[str, str]


async def run(verb: str, *arguments: str) -> None:
    """Run a command and log its sentences if it failed. TimeoutError when killed."""
    done = await report(verb, *arguments)
    if done.code:
        log.warning("%s: %s", verb, done.text)


async def report(verb: str, *arguments: str) -> Report:
    """Run a command; how it ended. TimeoutError when killed at its deadline, OSError."""
    process = await asyncio.create_subprocess_exec(
        *_command("--report", verb, *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    _bound(process.pid, verb)
    try:
        async with asyncio.timeout(DEADLINES_SECONDS[verb]):
            output, _ = await process.communicate()
    except (TimeoutError, asyncio.CancelledError):
        process.kill()
        await process.wait()
        raise
    try:
        return msgspec.json.decode(output, type=Report)
    except msgspec.MsgspecError:  # killed from outside, or out of memory
        code = process.returncode or 1
        how = f"signal {-code}" if code < 0 else f"code {code}"
        log.error("%s ended before it could say what happened (%s)", verb, how)  # noqa: TRY400
        return Report(code, (CUT_OFF,))


def verify_packs() -> Verdict | None:
    """Verify the releases on the disk; None if that came to no end: then nothing was verified."""
    return _verified("packs", Verdict)


def make_first_release() -> Verdict | None:
    """Make a release of the shipped pack and verify it; None if that came to no end."""
    return _verified("packs", Verdict, "--first")


def verify_directory() -> bool | None:
    """Whether the large directory on the disk may be searched; it goes if it must not be.

    None if that came to no end.
    """
    return _verified("directory", bool)


def end_verifying() -> None:
    """Kill what still verifies, because the server ends and nobody needs the answer."""
    while _verifying:
        _verifying.pop().kill()


def _verified(what: str, shape: type[T], *more: str) -> T | None:
    command, ours = _command("verify", "--json", what, *more), False
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
            _bound(process.pid, "verify")
            _verifying.add(process)
            try:
                output, _ = process.communicate(timeout=VERIFY_SECONDS[what])
            finally:
                ours = process not in _verifying  # the server ends: no news for anybody
                _verifying.discard(process)
                process.kill()
        return msgspec.json.decode(output.splitlines()[-1], type=shape)
    except (OSError, subprocess.TimeoutExpired, IndexError, msgspec.MsgspecError) as error:
        if not ours:
            log.error(  # noqa: TRY400  the kind says all: a stack of ours tells nothing
                "the %s on the disk could not be verified (%s)", what, type(error).__name__
            )
        return None


def _command(*arguments: str) -> Sequence[str]:
    return [sys.executable, str(ROOT / "server.py"), *arguments]


def _bound(pid: int, verb: str) -> None:
    """Limit the memory and the work of the process that runs the verb."""
    bounds = {resource.RLIMIT_AS: MEMORY_BYTES, resource.RLIMIT_CPU: CPU_SECONDS}
    for bound, of in bounds.items():
        if verb in of:
            with suppress(OSError):  # it ended already
                resource.prlimit(pid, bound, (of[verb], of[verb]))
