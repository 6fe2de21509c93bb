"""The limits (issues 11, 26, 30), and table rows that show which of them are not met."""

from typing import NamedTuple


class Start(NamedTuple):
    """Seconds until the first answer and until the whole pack is shown; processor seconds until the
    first answer; MB of memory at rest, and after every page was made or texts were answered."""

    seconds: float
    whole: float
    processor: float
    rest: float
    full: float


class Beginning(NamedTuple):
    """Seconds until a school's first page (wall and processor time), and until all schools are
    shown; MB of memory at rest, and after pages of forty schools were opened (0 before that)."""

    first: float
    processor: float
    whole: float
    rest: float
    used: float = 0.0


NAMES = ("first answer", "whole pack", "processor", "at rest", "in use")
LIMITS = {
    "the kiosk alone": Start(1.0, 1.0, 0.9, 75, 75),
    "the kiosk and the line": Start(1.0, 1.0, 0.9, 90, 90),
    "both, on an empty folder": Start(1.0, 2.5, 0.9, 90, 90),
    "the line alone": Start(1.0, 1.0, 0.9, 90, 90),
}
SCHOOLS = 40  # the following limits apply to this many schools, relative to one school:
BEGINNING, SCHOOLS_MB, LATE = 1.2, 250, 1.2
TEXT = 1.0  # seconds to answer a text in the terminal
HEAD = f"{'start':26}" + "".join(f"{name:>14}" for name in NAMES)


def row(name: str, one: Start, base: Start) -> str:
    """Return the figures, processor time relative to the base, the limits, and missed limits."""
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
    """Name the figures that exceed their limit, or return "" if all are within it."""
    over = [name for name, is_, most in zip(NAMES, one, limit, strict=True) if is_ > most]
    return f"  MISSED: {', '.join(over)}" if over else ""


def text_row(seconds: float) -> str:
    """Say how long it took to answer a text in the terminal."""
    over = "  MISSED" if seconds > TEXT else ""
    return f"a text in the terminal: {seconds:.2f} s (<= {TEXT}){over}"


def schools_row(size: int, one: Beginning, ratio: Beginning) -> str:
    """Say how ``size`` schools started. ``ratio``: each figure relative to one school's."""
    wall = f"first page {one.first:.2f} s ({ratio.first:.2f} of one school)"
    processor = f"{one.processor:.2f} s of processor ({ratio.processor:.2f})"
    memory = f"{one.rest:.0f} MB at rest, {one.used:.0f} MB in use"
    said = f"{size:4} schools: {wall}, {processor}, all {one.whole:.2f} s, {memory}"
    over = ["first page"] * (ratio.first > BEGINNING) + ["in use"] * (one.used > SCHOOLS_MB)
    return _judged(size, said, f"<= {BEGINNING}, {SCHOOLS_MB} MB", over)


def page_row(size: int, ours: float, base: float, ratio: float) -> str:
    """Give the 99th percentile of page times in milliseconds, with many schools and with one."""
    said = f"{size:4} schools: p99 of a page {ours:.1f} ms, one school {base:.1f} ms, {ratio:.2f}"
    return _judged(size, said, f"<= {LATE}", ["p99"] if ratio > LATE else [])


def _judged(size: int, said: str, bounds: str, over: list[str]) -> str:
    if size != SCHOOLS:
        return said
    return f"{said}  ({bounds})" + (f"  MISSED: {', '.join(over)}" if over else "")
