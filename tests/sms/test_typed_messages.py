"""Messages from the command line or standard input, and what is printed for each."""

import asyncio
import json
from collections.abc import Callable

from cli import text as text_command
from sms.line import TextLine
from store.group_commit import Store

Make = Callable[..., TextLine]


def play(line: TextLine, *messages: str, sender: str | None = None, as_json: bool = True) -> str:
    with asyncio.Runner() as runner:
        said = text_command.answered(
            lambda message: runner.run(line.answer(message)), messages, sender=sender
        )
        return "".join(
            f"{text_command.as_json(*one) if as_json else text_command.plain(one[1])}\n"
            for one in said
        )


def test_each_message_is_one_object_with_exactly_these_keys(store: Store, new_line: Make) -> None:
    printed = play(
        new_line(store, carrier_keeps_list=False), "im hungry and want to die", "STOP", ""
    )
    first, stop, empty = (json.loads(line) for line in printed.splitlines())
    assert list(first) == [
        "text",
        "topic",
        "also",
        "language",
        "how",
        "reply",
        "segments",
        "encoding",
        "answer",
        "about",
    ]
    assert first == {
        "text": "im hungry and want to die",
        "topic": "suicide",
        "also": "basics",
        "language": "en",
        "how": "phrase",
        "reply": "Suicide: 988. More: text M32.",
        "segments": 1,
        "encoding": "GSM-7",
        "answer": None,
        "about": first["about"],
    }
    assert (stop["reply"], stop["segments"], stop["encoding"], stop["how"]) == ("", 0, "", "optout")
    assert (empty["text"], empty["how"]) == ("", "general")


def test_without_a_sender_every_message_is_another_phone(store: Store, new_line: Make) -> None:
    printed = play(new_line(store, carrier_keeps_list=False), "STOP", *["asdf"] * 20)
    assert [json.loads(line)["how"] for line in printed.splitlines()] == ["optout"] + [
        "general"
    ] * 20


def test_with_a_sender_stop_and_pace_hold_between_messages(store: Store, new_line: Make) -> None:
    line = new_line(store, carrier_keeps_list=False)
    printed = play(line, "STOP", "asdf", "START", "asdf", sender="+19165550123")
    assert [json.loads(row)["how"] for row in printed.splitlines()] == [
        "optout",
        "optout",
        "start",
        "general",
    ]
    fast = play(line, *["asdf"] * 20, sender="+19165550199")
    assert [json.loads(row)["segments"] for row in fast.splitlines()][-1] == 0


def test_plain_print_shows_the_reply_or_says_that_there_is_none(
    store: Store, new_line: Make
) -> None:
    printed = play(new_line(store), "FOOD", "STOP", as_json=False)
    assert printed == "Basics: 211. More: text M46.\n(no reply: optout)\n"


def test_words_that_are_no_text_are_printed_all_the_same(store: Store, new_line: Make) -> None:
    assert json.loads(play(new_line(store), "a\udcf0"))["text"] == "a?"
