"""Codes of a message and of messages inside it: tests compare these, never words."""

from collections.abc import Iterator

from messages.message import Message, Value


def parts(said: Value, *wanted: str) -> list[Message]:
    """Return the messages in it, itself first; only with the wanted codes, if any are given."""
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
