"""The limits of a start (issues 11, 26), and a row of the table that says which it misses."""

from typing import NamedTuple


class Start(NamedTuple):
    """Seconds until the first answer and until the whole pack is shown, processor seconds until the
    first answer, and MB of memory afterwards: at rest, and when every page was made or texts were
    answered."""

    seconds: float
    whole: float
    processor: float
    rest: float
    full: float


NAMES = ("first answer", "whole pack", "processor", "at rest", "in use")
LIMITS = {
    "the kiosk alone": Start(1.0, 1.0, 0.9, 75, 75),
    "the kiosk and the line": Start(1.0, 1.0, 0.9, 90, 90),
    "both, on an empty folder": Start(1.0, 2.5, 0.9, 90, 90),
    "the line alone": Start(1.0, 1.0, 0.9, 90, 90),
}
TEXT = 1.0  # seconds of a text in the terminal
HEAD = f"{'start':26}" + "".join(f"{name:>14}" for name in NAMES)


def row(name: str, one: Start, base: Start) -> str:
    """The figures, how often the base's processor time that is, the limits, and what misses."""
    seconds = "".join(f"{one[at]:12.2f} s" for at in range(3))
    figures = f"{seconds}{one.rest:11.0f} MB{one.full:11.0f} MB"
    said = f"{name:26}{figures}  {one.processor / base.processor:.1f} x"
    limit = LIMITS.get(name)
    if limit is None:
        return said
    times = f"{limit.seconds} s, {limit.whole} s, {limit.processor} s"
    bounds = f"<= {times}, {limit.rest} MB, {limit.full} MB"
    return f"{said}  ({bounds}){missed(one, limit)}"


def missed(one: Start, limit: Start) -> str:
    """Which figures are over their limit, "" if none is."""
    over = [name for name, is_, most in zip(NAMES, one, limit, strict=True) if is_ > most]
    return f"  MISSED: {', '.join(over)}" if over else ""


def text_row(seconds: float) -> str:
    """How long a text in the terminal took."""
    over = "  MISSED" if seconds > TEXT else ""
    return f"a text in the terminal: {seconds:.2f} s (<= {TEXT}){over}"
