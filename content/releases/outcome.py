"""The outcome for a candidate pack, as a value and as a message."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from messages.message import Finding, Message, cause, in_order, message, verbatim

T = TypeVar("T")
SET_ASIDE, TURNED_DOWN = message("outcome.set-aside"), message("outcome.turned-down")
BY_HAND = frozenset({SET_ASIDE, TURNED_DOWN})


class PrepareError(Exception):
    """A page of a pack could not be made; the message is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome for a candidate. ``problems``: errors if the pack is refused, otherwise warnings.

    ``reason`` explains a refusal without problems, or a pack set aside or on hold. ``held`` is the
    id to approve or refuse; ``hidden`` lists the hotlines that were hidden at once.
    """

    state: Literal["active", "unchanged", "held", "refused"]
    release_id: str = ""
    problems: tuple[Finding, ...] = ()
    reason: Message | None = None
    held: str = ""
    hidden: tuple[str, ...] = ()

    @property
    def said(self) -> Message:
        """Describe the outcome for a person in a school office."""
        if self.state == "active":
            return message("outcome.active", release=self.release_id)
        if self.state == "unchanged":
            return self.reason or message("outcome.unchanged")
        if self.state == "held":
            return self._held()
        if not self.problems:
            return message("outcome.refused", why=self.reason or "")
        return message(
            "outcome.has-problems", count=len(self.problems), first=verbatim(str(self.problems[0]))
        )

    def reasons(self) -> tuple[Message, ...]:
        """Return everything to fix before the pack is accepted; () unless it was refused."""
        if self.state != "refused":
            return ()
        return tuple(verbatim(str(one)) for one in self.problems) or (self.reason or verbatim(""),)

    def _held(self) -> Message:
        reason = self.reason or verbatim("")
        if self.hidden:
            reason = in_order(reason, message("outcome.hidden", ids=self.hidden))
        return message("outcome.held", why=reason, id=self.held)


def first_taken(
    candidates: Iterable[T], attempt: Callable[[T], Outcome]
) -> tuple[Outcome, Outcome | None]:
    """Return the outcome of the first candidate that is not refused, or else the last outcome.

    Also returns an earlier candidate's refusal, if any. A county's or district's key must not be
    able to block the state's pack and its recalls.
    """
    outcomes = []
    for candidate in candidates:
        outcomes.append(attempt(candidate))
        if outcomes[-1].state != "refused":
            break
    passed = len(outcomes) > 1 and outcomes[-1].state != "refused"
    return outcomes[-1], outcomes[0] if passed else None


def disk_refusal(error: OSError) -> Outcome:
    """Return a refusal for a pack that may be correct but cannot be written."""
    return Outcome(state="refused", reason=message("failure.disk", detail=cause(error)))
