"""``held``, ``approve`` and ``refuse``: decide on the pack on hold."""

from collections.abc import Iterator
from datetime import datetime

from cli.command import Context, Verbs, failed, say
from cli.releases import MOST_PRINTED
from content.releases import approval
from content.releases.approval import NothingHeldError
from content.releases.candidate import RefusedError
from content.releases.generations import BusyError, Releases
from content.releases.record import SHOWN_ID
from content.releases.state import Held
from content.review.hold_policy import Difference
from messages.message import cause, message
from runtime import installation

_SHORT = 60  # number of characters shown of a long text
_BEFORE_YES = (
    "Before you approve a number, compare it with the line's own page. If it is an office, you may"
    " also call once and ask who is answering. Never call a crisis line, 911 or 988 to test it."
)


def add(verbs: Verbs) -> None:
    show = verbs.add_parser("held")
    show.add_argument("--all", action="store_true", help="also print changes that need no approval")
    show.set_defaults(run=print_held)
    yes = verbs.add_parser("approve")
    yes.add_argument("id", metavar="ID", help="the pack's ID, as printed by `held`")
    yes.set_defaults(run=approve)
    no = verbs.add_parser("refuse")
    no.add_argument("id", metavar="ID", help="the pack's ID, as printed by `held`")
    no.set_defaults(run=refuse)


def print_held(context: Context) -> int:
    found = Releases(context.settings.server.data_dir).state().held
    if found is None:
        return say(message("review.none-waits"))
    print("\n".join(_report(found, context.now, everything=context.given.all)))
    return 0


def _report(found: Held, now: datetime, *, everything: bool) -> Iterator[str]:
    late = " That is too long. Decide today." if found.late(now) else ""
    yield (
        f"Pack {found.id} has been waiting since {found.since:%Y-%m-%d %H:%M} UTC"
        f" ({found.days(now)} days).{late}"
    )
    yield (
        f"{_signed(found)} It was compared with the pack shown now"
        f" ({found.against[:SHOWN_ID] or 'none'})."
    )
    waiting = found.review.waiting
    yield f"\n{len(waiting)} need approval:" if len(waiting) > 1 else "\n1 needs approval:"
    for number, one in enumerate(waiting, 1):
        yield from _side_by_side(number, one)
    others = [one for one in found.review.differences if one.verdict == "auto"]
    if others and everything:
        yield f"\n{len(others)} others need no approval:"
        for number, one in enumerate(others, len(waiting) + 1):
            yield from _side_by_side(number, one)
    elif others:
        yield f"\n{len(others)} others need no approval (`held --all` prints them)."
    if any(one.number for one in waiting):
        yield f"\n{_BEFORE_YES}"
    yield f"\nRun `approve {found.id}` or `refuse {found.id}`. Until then, the old pack is shown."


def _signed(found: Held) -> str:
    if found.origin != "signed":
        return "Nobody signed it. It comes from a folder that the settings allow."
    keys = f" (keys {', '.join(key[:8] for key in found.keys)})" if found.keys else ""
    return f"Signed by {found.signatures} {'person' if found.signatures == 1 else 'people'}{keys}."


def _side_by_side(number: int, one: Difference) -> Iterator[str]:
    yield f"\n{number:>3}. {one.name}: {one.what}"
    yield f"     old  {_line(one.old)}   →   new  {_line(one.new)}"
    yield f"     {one.reason}"
    if one.note:
        yield f"     The signers say: {one.note}"


def _line(text: str) -> str:
    if not text:
        return "(nothing)"
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def approve(context: Context) -> int:
    """Serve the pack on hold; return 1 if it cannot be served."""
    from runtime import disk_check

    try:
        outcome = approval.approve(
            context.given.id,
            installation.machine(context.settings, context.now),
            doubt=disk_check.judge(context.settings).doubt,
        )
    except (NothingHeldError, BusyError) as error:
        return failed(error)
    if outcome.state == "active":
        return say(outcome.said, message("review.shown-soon"))
    return failed(outcome.said, *outcome.problems[1:MOST_PRINTED])


def refuse(context: Context) -> int:
    """Refuse the pack on hold; return 1 if that fails."""
    try:
        found = approval.refuse(
            context.given.id, installation.machine(context.settings, context.now)
        )
    except (NothingHeldError, BusyError, RefusedError) as error:
        return failed(error)
    except OSError as error:
        return failed(message("review.refusal-unwritten", cause=cause(error)))
    return say(message("review.put-aside", id=found.id))
