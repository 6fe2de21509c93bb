"""Commands that the server runs as child processes, with limits and outside its own memory."""

import logging
import sys
from types import NoneType
from typing import Any, TypeVar

import msgspec

from messages.message import Message, message
from messages.report import Report
from settings.places import ROOT
from system.bounded import Pool
from system.child import Bounds, Child, CutOffError

log = logging.getLogger("porchlight")
T = TypeVar("T")
# A publisher's data must not exhaust the server's memory; a child process needs 400 MB.
_MEMORY = 1024**3
# As a check, each command except `say` may have to make every page in ten languages.
BOUNDS = {
    "refresh": Bounds(300, _MEMORY),
    "approve": Bounds(300),
    "refuse": Bounds(300),
    "rollback": Bounds(300),
    "say": Bounds(1200),
    "nightly": Bounds(3600, _MEMORY, 900),  # lowest priority; takes 20 s on a desktop
    "poster": Bounds(120, _MEMORY),
    "counts": Bounds(60),
    "packs": Bounds(60, _MEMORY),
    # On a small machine, a hundred thousand services take minutes.
    "directory": Bounds(300, _MEMORY),
}
CUT_OFF = message("command.cut-off")
_verifying: set[Child[Any]] = set()


class Verdict(msgspec.Struct, frozen=True):
    """The result of `verify --only packs`: id → manifest's hash, and id → reason for refusal."""

    right: dict[str, str]
    refused: dict[str, Message]


async def run(verb: str, *arguments: str) -> None:
    """Run a command; log its messages if it failed. Raises TimeoutError if it was killed."""
    done = await report(verb, *arguments, gives=NoneType)
    if done.code:
        log.warning("%s: %s", verb, done.text)


async def report(verb: str, *arguments: str, gives: type[T]) -> Report[T]:
    """Run a command; return its report. Raises OSError, or TimeoutError if it took too long."""
    child = Child[Report[T]](_command(verb, *arguments), _report(gives), BOUNDS[verb])
    pool = Pool(verb, 1)
    try:
        return await pool.run(child.report)
    except CutOffError as error:
        log.error("%s ended before it could say what happened (%s)", verb, error)  # noqa: TRY400
        return Report(error.code, (CUT_OFF,))
    finally:
        child.kill()
        pool.shutdown()


def verify_packs() -> Verdict | None:
    """Verify the releases on disk; return None if that did not finish: nothing is verified then."""
    return _verified("packs", Verdict)


def make_first_release() -> Verdict | None:
    """Make a release of the shipped pack and verify it; return None if that did not finish."""
    return _verified("packs", Verdict, "--first")


def verify_directory() -> bool | None:
    """Return whether the large directory may be searched; remove it if not. None if unfinished."""
    return _verified("directory", bool)


def end_verifying() -> None:
    """Kill running verifications: the server is stopping, so nobody needs their results."""
    while _verifying:
        _verifying.pop().kill()


def _verified(what: str, gives: type[T], *more: str) -> T | None:
    child: Child[Report[T]] | None = None
    try:
        child = Child(_command("verify", "--only", what, *more), _report(gives), BOUNDS[what])
        _verifying.add(child)
        done = child.report()
    except (OSError, CutOffError) as error:
        if child is None or child in _verifying:  # if not, the server is stopping
            log.error(  # noqa: TRY400  our own stack would say no more
                "the %s on the disk could not be verified (%s)", what, type(error).__name__
            )
        return None
    finally:
        _verifying.discard(child)
    if done.said:
        print(done.text, file=sys.stderr)
    return done.result


def _report(gives: type[T]) -> type[Report[T]]:
    return Report[gives]  # type: ignore[valid-type]


def _command(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "server.py"), "--report", *arguments]
