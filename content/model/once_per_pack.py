"""Makes a value once per pack for all schools that show it; keeps the value as long as the pack."""

import threading
import weakref
from collections.abc import Callable
from typing import Concatenate, Generic, ParamSpec, TypeVar

from content.model.pack import Pack

P = ParamSpec("P")
T = TypeVar("T")


class OncePerPack(Generic[P, T]):
    """Calls ``make`` once for each combination of a pack and further arguments.

    Compares packs by identity, since each takes megabytes. The result must not refer to its pack.
    """

    def __init__(self, make: Callable[Concatenate[Pack, P], T]) -> None:
        self._make, self._one_maker = make, threading.Lock()
        self._made: dict[int, dict[object, T]] = {}

    def __call__(self, pack: Pack, *args: P.args, **kwargs: P.kwargs) -> T:
        given = (args, tuple(sorted(kwargs.items())))
        with self._one_maker:
            if id(pack) not in self._made:
                self._made[id(pack)] = {}
                weakref.finalize(pack, self._made.pop, id(pack), None).atexit = False
            made = self._made[id(pack)]
            if given not in made:
                made[given] = self._make(pack, *args, **kwargs)
            return made[given]
