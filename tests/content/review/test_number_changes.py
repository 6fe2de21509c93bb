"""What counts as a changed number."""

from dataclasses import replace

import msgspec
import pytest

from content.model.pack import Channel, Pack
from content.review.number_changes import Change, Note, between, decode, encode, reason
from tests.content.candidates import ONE

LINE = ONE.resource("ctl")


def with_channel(**changed: object) -> Pack:
    """The pinned set, where the first channel of the Crisis Text Line differs."""
    channels = (replace(LINE.channels[0], **changed), *LINE.channels[1:])  # type: ignore[arg-type]
    return replace(
        ONE,
        resources=tuple(
            replace(LINE, channels=channels) if r is LINE else r for r in ONE.resources
        ),
    )


@pytest.mark.parametrize(
    ("changed", "key", "old", "new"),
    [
        ({"number": "741742"}, "sms.1", "741741", "741742"),
        ({"keyword": {**LINE.channels[0].keyword, "en": "HI"}}, "sms.1.keyword.en", "HOME", "HI"),
    ],
)
def test_a_number_and_a_word_are_changes(
    changed: dict[str, object], key: str, old: str, new: str
) -> None:
    assert between(ONE, with_channel(**changed)) == (
        Change(resource="ctl", key=key, old=old, new=new),
    )


def test_a_channel_that_came_or_went_is_a_change() -> None:
    more = Channel(kind="web", url="https://example.org/help")
    added = replace(
        ONE,
        resources=tuple(
            replace(r, channels=(*r.channels, more)) for r in ONE.resources if r is LINE
        ),
    )
    (change,) = between(ONE, added)

    assert (change.old, change.new) == ("", "example.org")
    (back,) = between(added, ONE)
    assert (back.old, back.new) == ("example.org", "")


def test_words_around_a_number_are_no_change() -> None:
    assert between(ONE, replace(ONE, texts={"en": {}, "es": {}})) == ()


def test_a_note_explains_only_its_own_change() -> None:
    changes = between(ONE, with_channel(number="741742"))
    note = Note(change=changes[0], reason="The line moved, see its own page.")
    other = msgspec.structs.replace(changes[0], new="741743")

    assert all(reason(change, decode(encode([note]))) for change in changes)
    assert reason(other, [note]) == ""
    for place in ({"key": "sms.2"}, {"resource": "988"}):
        assert reason(msgspec.structs.replace(changes[0], **place), [note]) == "", place
    blank = Note(change=changes[0], reason=" ")
    assert [reason(change, [blank]) for change in changes] == [""] * len(changes)
