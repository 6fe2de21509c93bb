"""Reads a candidate pack, then judges it by the rules and by the checks passed in.

Any failure raises RefusedError with a sentence.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from content.model import built_pack, pack_folder
from content.model.pack import Pack
from content.releases.outcome import Outcome, PrepareError, disk_refusal
from content.releases.record import METADATA
from content.review.provenance import Provenance
from content.rules import check_pack
from content.rules.locations import Where
from messages.message import Finding, Message, message, of_error, verbatim

Check = Callable[[Pack], list[Finding]]
Prepare = Callable[[Pack], None]


class RefusedError(Exception):
    """The candidate is refused: ``reason`` says why; ``problems`` name file and line."""

    def __init__(self, reason: Message, problems: Sequence[Finding] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pack (source or built) that may be served next, and who vouches for it.

    ``source``: the address to name in a refusal, if it differs from the folder.
    """

    folder: Path
    provenance: Provenance
    source: str = ""

    @property
    def address(self) -> str:
        return self.source or str(self.folder)


def refusal(error: RefusedError | OSError) -> Outcome:
    if isinstance(error, OSError):
        return disk_refusal(error)
    return Outcome(state="refused", problems=error.problems, reason=error.reason)


def read(candidate: Path) -> tuple[Pack, tuple[Finding, ...]]:
    """Return the pack in the form to be served, and its warnings. Raises RefusedError."""
    try:
        pack, problems = (
            _read_built(candidate)
            if built_pack.is_built(candidate)
            else pack_folder.read(candidate)
        )
    except built_pack.BuiltPackError as error:
        raise RefusedError(of_error(error)) from error
    except Exception as error:
        # This is outside data: any parser failure refuses the pack and must not stop us.
        raise RefusedError(
            message("candidate.unreadable", folder=candidate, cause=_cause(error))
        ) from error
    warnings = _warnings(problems)
    if pack is None:
        raise RefusedError(message("candidate.no-pack", folder=candidate))
    return built_pack.load(built_pack.build(pack)), warnings


def _read_built(folder: Path) -> tuple[Pack | None, list[Finding]]:
    pack = built_pack.read_built(folder)
    return pack, check_pack.problems(pack, where=Where())


def checked(checks: Sequence[Check], pack: Pack) -> tuple[Finding, ...]:
    """Return the warnings from the checks passed in. Raises RefusedError."""
    try:
        problems = [problem for check in checks for problem in check(pack)]
    except Exception as error:
        raise RefusedError(message("candidate.check-broke", cause=_cause(error))) from error
    return _warnings(problems)


def _warnings(problems: Sequence[Finding]) -> tuple[Finding, ...]:
    errors = [problem for problem in problems if problem.kind == "wrong"]
    if errors:
        raise RefusedError(message("candidate.errors"), errors)
    return tuple(problems)


def fill(staged: Path, pack: Pack, visible: Pack, prepare: Prepare, provenance: Provenance) -> None:
    """Write the pack and the files that vouch for it to a new folder. Raises RefusedError, OSError.

    First checks that the pages of ``visible`` (the pack without the hotlines hidden on this
    machine) can be made.
    """
    try:
        prepare(visible)
    except PrepareError as error:
        raise RefusedError(of_error(error)) from error
    except OSError:
        raise
    except Exception as error:
        # If a template fails on this pack, refuse the pack and keep the screen.
        raise RefusedError(message("candidate.unmade", cause=_cause(error))) from error
    built_pack.write_built(built_pack.build(pack), staged)
    if provenance.metadata is not None:
        shutil.copytree(provenance.metadata, staged / METADATA)


def _cause(error: Exception) -> Message:
    return verbatim(f"{type(error).__name__}: {error}")
