"""A thing is made of a pack once, and goes with the pack."""

import gc
import weakref
from collections.abc import Collection
from dataclasses import replace

from content.model.once_per_pack import OncePerPack
from content.model.pack import Pack
from tests.shipped import pack


class Made:
    def __init__(self, name: str, home: Collection[str]) -> None:
        self.of = name, home


def made(pack: Pack, *, home: Collection[str] = ()) -> Made:
    return Made(pack.name, home)


def test_the_same_pack_and_arguments_have_it_made_once() -> None:
    once, one = OncePerPack(made), replace(pack())
    assert once(one, home=("Yolo",)) is once(one, home=("Yolo",))
    assert once(one, home=("Kern",)).of == (one.name, ("Kern",))
    assert once(one) is not once(one, home=("Kern",))


def test_another_pack_has_another_and_the_first_goes_with_its_pack() -> None:
    once, one = OncePerPack(made), replace(pack())
    first = weakref.ref(once(one))
    other = once(replace(one, name="Other"))
    assert other.of == ("Other", ())
    assert first() is once(one)
    del one
    gc.collect()
    assert first() is None
