"""What became of a candidate pack, as a value and as a sentence."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from content.model.pack import Problem

T = TypeVar("T")
SET_ASIDE = (
    "This pack was rolled back by hand and is taken again only when it changes; the one before"
    " stays. To go forward to it all the same, run `rollback` once more."
)
TURNED_DOWN = (
    "This pack was refused by hand and is looked at again only when it changes; the one before"
    " stays."
)


class PrepareError(Exception):
    """A page of a pack could not be made; the message is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a candidate. ``problems``: errors if refused, else warnings.

    ``reason`` explains a refusal without problems, a pack set aside or on hold. ``held`` is the
    id to approve or refuse, ``hidden`` the hotlines that were hidden at once.
    """

    state: Literal["active", "unchanged", "held", "refused"]
    release_id: str = ""
    problems: tuple[Problem, ...] = ()
    reason: str = ""
    held: str = ""
    hidden: tuple[str, ...] = ()

    def sentence(self) -> str:
        """What happened, for a person in a school office."""
        if self.state == "active":
            return f"The new pack passed every check and is shown now (release {self.release_id})."
        if self.state == "unchanged":
            return self.reason or "The pack is the one that is shown already; nothing changed."
        if self.state == "held":
            return self._held()
        if not self.problems:
            return f"The new pack was refused; the old one stays. {self.reason}"
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        return f"The new pack was refused: {count}; the old one stays. First: {self.problems[0]}"

    def reasons(self) -> tuple[Problem | str, ...]:
        """Everything to be mended before the pack is accepted; () unless it was refused."""
        if self.state != "refused":
            return ()
        return self.problems or (self.reason,)

    def _held(self) -> str:
        at_once = (
            f" Hidden at once, because it was withdrawn: {', '.join(self.hidden)}."
            if self.hidden
            else ""
        )
        return (
            f"The new pack waits for a person; the old one stays. {self.reason}{at_once} "
            f"Look at it with `held`; then `approve {self.held}` or `refuse {self.held}`."
        )


def first_taken(
    candidates: Iterable[T], attempt: Callable[[T], Outcome]
) -> tuple[Outcome, Outcome | None]:
    """The outcome of the first candidate that is not refused, else of the last; and the refusal of
    one before it.

    One key of a county or district must not keep the state's pack, and its recalls, away.
    """
    outcomes = []
    for candidate in candidates:
        outcomes.append(attempt(candidate))
        if outcomes[-1].state != "refused":
            break
    passed = len(outcomes) > 1 and outcomes[-1].state != "refused"
    return outcomes[-1], outcomes[0] if passed else None


def disk_refusal(error: OSError) -> Outcome:
    """The refusal of a pack that may be right but cannot be written."""
    cause = error.strerror or str(error)
    reason = (
        f"The data directory could not be written ({cause}): make room, or let Porchlight write"
        " there."
    )
    return Outcome(state="refused", reason=reason)
