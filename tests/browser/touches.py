"""A finger on the screen: touches that Playwright's ``tap`` lacks, through the browser's own
input."""

import time

from playwright.sync_api import CDPSession
from playwright.sync_api import TimeoutError as PlaywrightTimeout

Point = tuple[float, float]
PATIENCE = 5_000  # milliseconds; without a limit, we would wait for a lost answer forever


class LostTouchError(Exception):
    """The browser never reported a touch's result because its page was just being replaced. Open a
    new session."""


def tap(screen: CDPSession, at: Point) -> None:
    _send(screen, "touchStart", at)
    _send(screen, "touchEnd")


def long_press(screen: CDPSession, at: Point, *, seconds: float = 0.7) -> None:
    """Hold longer than the half second after which Chromium takes a touch as opening a menu."""
    _send(screen, "touchStart", at)
    time.sleep(seconds)
    _send(screen, "touchEnd")


def swipe(screen: CDPSession, start: Point, end: Point, *, steps: int = 4) -> None:
    _send(screen, "touchStart", start)
    for step in range(1, steps + 1):
        _send(screen, "touchMove", _between(start, end, step / steps))
    _send(screen, "touchEnd")


def pinch(screen: CDPSession, centre: Point, *, start: float, end: float, steps: int = 4) -> None:
    """Move two fingers from ``start`` pixels to ``end`` pixels away from the center."""
    x, y = centre
    for step in range(steps + 1):
        apart = start + (end - start) * step / steps
        _send(screen, "touchMove" if step else "touchStart", (x - apart, y), (x + apart, y))
    _send(screen, "touchEnd")


def _between(start: Point, end: Point, part: float) -> Point:
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _send(screen: CDPSession, kind: str, *points: Point) -> None:
    fingers = [
        {"x": max(x, 0), "y": max(y, 0), "id": number} for number, (x, y) in enumerate(points)
    ]
    try:
        screen.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers}, timeout=PATIENCE
        )
    except PlaywrightTimeout as lost:
        raise LostTouchError from lost
