"""When clips are made: while the machine is at rest, and never in a burst."""

import os
import time
from collections.abc import Callable

BUSY = 0.75  # of the processors; our own work with its pauses is half of one
LOOK_SECONDS = 15.0  # the load is an average over a minute


def is_at_rest(load: float, processors: int) -> bool:
    """Whether a machine has nothing else to do. ``load``: of the last minute, ours with it."""
    return load < processors * BUSY


class Pace:
    """Lets a long work go on only at rest, and then half of the time."""

    def __init__(
        self,
        load: Callable[[], float] = lambda: os.getloadavg()[0],
        *,
        processors: int = os.cpu_count() or 1,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._load, self._processors, self._sleep = load, processors, sleep

    def begin(self) -> None:
        while not is_at_rest(self._load(), self._processors):
            self._sleep(LOOK_SECONDS)

    def after(self, seconds: float) -> None:
        """Wait as long as a step took, and until the machine is at rest."""
        self._sleep(seconds)
        self.begin()
