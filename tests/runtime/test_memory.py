"""What is held: nothing of a pack that is no longer shown."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from runtime import memory


class Circle:
    """Two of a pack's values that refer to each other, so that only a collection finds them."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_was_settled_with_one_pack_goes_when_the_next_is_shown() -> None:
    pack = Circle()
    seen = weakref.ref(pack)
    memory.settle()
    assert seen() is pack
    del pack
    memory.settle()
    assert seen() is None
