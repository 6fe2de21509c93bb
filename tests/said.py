"""The codes of a message and of the messages in it: tests compare these, never words."""

from collections.abc import Iterator

from messages.message import Message, Value


def parts(said: Value, *wanted: str) -> list[Message]:
    """The messages of it, itself first; of these codes if any is given."""
    return [one for one in _every(said) if not wanted or one.code in wanted]


def codes(said: Value) -> set[str]:
    return {one.code for one in _every(said)}


def _every(said: Value) -> Iterator[Message]:
    if isinstance(said, Message):
        yield said
        for value in said.args.values():
            yield from _every(value)
    elif isinstance(said, tuple):
        for value in said:
            yield from _every(value)
