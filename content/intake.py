"""The only way in: a candidate pack is judged, rendered and made active, or refused whole.

Owns the order of judgement: read, the pack's own rules, the checks handed in, the rendering of every page; then one
activation. Refuses to know what those checks are: they come as arguments, because content may not import kiosk or sms.
Whatever goes wrong, what was served before is still served, and the Outcome says why in a sentence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from content import build, rules
from content.model import Pack, Problem
from content.release import EDITION
from content.releases import Releases
from content.where import Where

Check = Callable[[Pack], list[Problem]]
Prepare = Callable[[Pack, Path], None]
_SET_ASIDE = (
    "This pack was rolled back by hand and is taken again only when it changes; the one before stays. "
    "To go forward to it all the same, run `rollback` once more."
)


class PrepareError(Exception):
    """The Edition of a pack could not be made; the message is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a candidate. ``reason`` is set for a refusal that no file and line explains, and
    for a pack that was set aside.

    ``problems`` are the errors of a refused pack, the warnings of an accepted one.
    """

    state: Literal["active", "unchanged", "refused"]
    release_id: str = ""
    problems: tuple[Problem, ...] = ()
    reason: str = ""

    def sentence(self) -> str:
        """What happened, for a person in a school office."""
        if self.state == "active":
            return f"The new pack passed every check and is shown now (release {self.release_id})."
        if self.state == "unchanged":
            return self.reason or "The pack is the one that is shown already; nothing changed."
        if not self.problems:
            return f"The new pack was refused; the old one stays. {self.reason}"
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        return f"The new pack was refused: {count}; the old one stays. First: {self.problems[0]}"

    def reasons(self) -> tuple[Problem | str, ...]:
        """Everything to be mended before the pack is accepted; () unless it was refused."""
        if self.state != "refused":
            return ()
        return self.problems or (self.reason,)


def accept(
    candidate: Path,
    *,
    releases: Releases,
    checks: Sequence[Check],
    prepare: Prepare,
    edition_key: str,
    now: datetime,
) -> Outcome:
    """Judge the pack in ``candidate`` (source or built) and serve it, if it is right in everything.

    ``edition_key`` names what the rendering depends on besides the pack: another key makes another release of the
    same pack. BusyError if another refresh is running; every other failure is a refusal.
    """
    try:
        with releases.lock():
            pack, warnings = _read(candidate)
            release_id = name(pack.version, edition_key)
            served = releases.active()
            if served is not None and served.state == "active" and served.id == release_id:
                return Outcome(state="unchanged", release_id=release_id, problems=warnings)
            if pack.version == releases.set_aside():
                return Outcome(state="unchanged", release_id=served.id if served else "", reason=_SET_ASIDE)
            warnings += _run(checks, pack)
            _activate(pack, release_id, releases=releases, prepare=prepare, edition_key=edition_key, now=now)
            return Outcome(state="active", release_id=release_id, problems=warnings)
    except _RefusedError as refused:
        return Outcome(state="refused", problems=refused.problems, reason=refused.reason)
    except OSError as error:
        return disk_refusal(error)


def name(pack_version: str, edition_key: str) -> str:
    """The id of the release of this pack with this Edition."""
    return f"{pack_version[:12]}-{edition_key[:8]}"


def disk_refusal(error: OSError) -> Outcome:
    """The refusal of a pack that may be right but cannot be written."""
    cause = error.strerror or str(error)
    reason = f"The data directory could not be written ({cause}): make room, or let Porchlight write there."
    return Outcome(state="refused", reason=reason)


class _RefusedError(Exception):
    def __init__(self, reason: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.problems = tuple(problems)


def _read(candidate: Path) -> tuple[Pack, tuple[Problem, ...]]:
    """The pack as it will be served, and its warnings."""
    try:
        pack, problems = _read_built(candidate) if build.is_built(candidate) else _read_source(candidate)
    except build.BuiltPackError as error:
        raise _RefusedError(str(error)) from error
    except Exception as error:
        # A pack is data from outside: whatever it does to a parser is a refusal of the pack, not our end.
        raise _RefusedError(f"The pack in {candidate} could not be read ({_cause(error)}).") from error
    warnings = _warnings(problems)
    if pack is None:
        raise _RefusedError(f"There is no pack in {candidate}.")
    return build.load(build.build(pack)), warnings


def _read_built(folder: Path) -> tuple[Pack | None, list[Problem]]:
    pack = build.read_built(folder)
    return pack, rules.problems(pack, where=Where())


def _read_source(folder: Path) -> tuple[Pack | None, list[Problem]]:
    from content.source import read  # noqa: PLC0415  pydantic and babel: only for authoring files

    return read(folder)


def _run(checks: Sequence[Check], pack: Pack) -> tuple[Problem, ...]:
    """The warnings of the checks handed in."""
    try:
        problems = [problem for check in checks for problem in check(pack)]
    except Exception as error:
        raise _RefusedError(f"A check broke on this pack ({_cause(error)}).") from error
    return _warnings(problems)


def _warnings(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise _RefusedError("The pack has errors.", errors)
    return tuple(problems)


def _activate(
    pack: Pack, release_id: str, *, releases: Releases, prepare: Prepare, edition_key: str, now: datetime
) -> None:
    """Write and render the pack beside what is served, then make it active. Leaves no temporary folder behind."""
    staged = releases.stage()
    try:
        build.write_built(build.build(pack), staged)
        _render(pack, staged / EDITION, prepare)
        releases.activate(staged, release_id, edition_key=edition_key, now=now)
    finally:
        releases.discard(staged)


def _render(pack: Pack, edition: Path, prepare: Prepare) -> None:
    try:
        prepare(pack, edition)
    except PrepareError as error:
        raise _RefusedError(str(error)) from error
    except OSError:
        raise
    except Exception as error:
        # A template that breaks on this pack must cost the pack, not the screen.
        raise _RefusedError(f"The pages of this pack could not be made ({_cause(error)}).") from error
    if not edition.is_file() or not edition.stat().st_size:
        raise _RefusedError("The pages of this pack could not be made: rendering wrote nothing.")


def _cause(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
