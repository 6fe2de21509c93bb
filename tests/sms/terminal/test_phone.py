"""The phone in the terminal, drawn on a console that records, over the real line."""

import asyncio
import io
from collections.abc import Callable, Iterator

import pytest
from rich.console import Console

from sms.decide import Decision
from sms.line import Inbound, TextLine
from sms.replies import Reply, ready
from sms.terminal.phone import SimulatedPhone, run
from sms.terminal.screen import Screen, cost, cost_of
from sms.twilio.carrier_rules import Word
from store.group_commit import Store
from tests import databases

PASTED: dict[str, dict[Word, Reply]] = {
    language: {
        "stop": ready(f"({language}) off", budget=1),
        "start": ready("on", budget=1),
        "help": ready("988", budget=1),
    }
    for language in ("en", "es")
}
Play = Callable[..., str]


@pytest.fixture
def play(tmp_path: object, new_line: Callable[..., TextLine]) -> Iterator[Play]:
    """Types lines on a phone of that many columns; what stood on the screen."""
    store = Store(databases.fresh("sqlite", tmp_path))  # type: ignore[arg-type]
    store.open()
    with asyncio.Runner() as runner:
        lines = {keeps: new_line(store, carrier_keeps_list=keeps) for keeps in (False, True)}

        def answer(message: Inbound, *, carrier_keeps_list: bool) -> Decision:
            return runner.run(lines[carrier_keeps_list].answer(message))

        def typed(
            *entries: str,
            columns: int = 80,
            plain: bool = False,
            end: type[BaseException] = EOFError,
        ) -> str:
            out = io.StringIO()
            console = Console(file=out, width=columns, highlight=False, markup=False, emoji=False)
            phone = SimulatedPhone(
                answer, Screen(console, plain=plain), pasted=PASTED, name="Porchlight"
            )
            left = list(entries)

            def ask(_prompt: str) -> str:
                if not left:
                    raise end
                return left.pop(0)

            assert run(phone, ask=ask) == 0
            return out.getvalue()

        yield typed
        runner.run(asyncio.to_thread(store.close))


@pytest.mark.parametrize("columns", [80, 40, 24])
def test_a_message_and_its_answer_are_bubbles_with_their_cost_that_fit_the_screen(
    play: Play, columns: int
) -> None:
    shown = play("im not safe", columns=columns)

    assert max(len(row) for row in shown.splitlines()) <= columns
    rows = shown.splitlines()
    sent = next(row for row in rows if "im not safe" in row)
    got = next(row for row in rows if "Danger: 911" in row)
    assert sent.rstrip().endswith("│")
    assert got.startswith("│")
    assert len(sent.rstrip()) == columns
    assert "─ You ─" in shown
    assert "─ Porchlight ─" in shown
    assert shown.count("one segment, GSM-7") == 2
    assert "topic danger; by a phrase; English" in " ".join(shown.split())


def test_without_frames_the_same_stands_in_words_and_nothing_is_said_twice(play: Play) -> None:
    shown = play("im not safe", "STOP", plain=True)

    assert not set(shown) & set("╭╮╰╯│─")
    assert "Sent, one segment, GSM-7.\nPorchlight: Danger: 911. More: text M31.\n" in shown
    assert "im not safe" not in shown
    assert "Carrier: You have been unsubscribed" in shown


def test_stop_blocks_the_phone_until_start_and_what_is_lost_is_shown(play: Play) -> None:
    shown = play("STOP", "FOOD", "START", "FOOD", plain=True)

    assert "sent STOP: text START to open it" in shown
    lost, after = shown.split("The carrier opens this phone.")
    assert "Not delivered (error 21610)" in lost
    assert "It would have been: Basics: 211" in lost
    assert "Porchlight: Basics: 211" not in lost
    assert "Porchlight: You can text again." in after
    assert "Porchlight: Basics: 211" in after


def test_a_new_phone_sent_no_stop(play: Play) -> None:
    shown = play("STOP", "/new", "FOOD", plain=True)

    assert "Phone 2 (open, no STOP sent)" in shown
    assert "Porchlight: Basics: 211" in shown


def test_help_has_two_answers_by_default_and_the_pasted_one_with_advanced_opt_out(
    play: Play,
) -> None:
    assert "Porchlight: Porchlight: 911" in play("HELP", plain=True)
    advanced = play("/mode advanced", "HELP", plain=True)
    assert "Carrier: 988\nCarrier, pasted in the console, one segment, GSM-7." in advanced
    assert "Porchlight sends nothing" in advanced


def test_the_pasted_texts_follow_the_language(play: Play) -> None:
    assert "Carrier: (es) off" in play("/mode advanced", "/lang es", "STOP", plain=True)
    assert "The line speaks en, es" in play("/lang xx", plain=True)


def test_without_a_carrier_the_line_keeps_stop(play: Play) -> None:
    shown = play("/mode none", "STOP", "FOOD", "START", plain=True)

    assert shown.count("Porchlight sends nothing (asked for quiet)") == 2
    assert "Carrier:" not in shown
    assert "Porchlight: You can text again." in shown


def test_accents_are_named_where_they_make_a_text_dearer(play: Play) -> None:
    assert "one segment, UCS-2 because of á í" in play("está aquí", plain=True)
    assert cost("é ñ") == "one segment, GSM-7"
    assert cost("中" * 71) == "two segments, UCS-2 because of 中"
    assert cost_of(ready("a" * 161, budget=2)) == "two segments, GSM-7"
    assert cost("áíóúâîô").endswith("…")


@pytest.mark.parametrize("command", ["/help", "/", "/?"])
def test_help_lists_every_kind_of_number(play: Play, command: str) -> None:
    shown = play(command, columns=40)

    for word in (
        "/new",
        "/mode",
        "/lang",
        "/plain",
        "/quit",
        "default",
        "advanced",
        "toll-free",
        "none",
    ):
        assert word in shown


def test_a_wrong_command_says_what_there_is_and_is_not_sent(play: Play) -> None:
    shown = play("/nwe", "/mode aoo", plain=True)

    assert "/help lists them" in shown
    assert "choose one of: default, advanced, toll-free, none" in " ".join(shown.split())
    assert "Sent" not in shown


def test_two_strokes_send_one(play: Play) -> None:
    assert "/new" in play("//new").split("You")[1]


@pytest.mark.parametrize(
    "text", ["\x1b[2Jx", "a\udcf0", "[bold]x[/bold]", ":smile:", "\u200b", "x" * 2000, ""]
)
def test_what_is_typed_is_shown_and_never_obeyed(play: Play, text: str) -> None:
    shown = play(text, columns=40)

    assert "\x1b" not in shown
    assert "Porchlight" in shown
    if text.startswith(("[", ":")):
        assert text in shown


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_both_ways_out_end_it_with_a_word(play: Play, end: type[BaseException]) -> None:
    assert play(end=end).endswith("\nThe phone is put away.\n")


@pytest.mark.parametrize("word", ["/quit", "/exit", "/q"])
def test_quit_ends_it_before_what_follows(play: Play, word: str) -> None:
    assert "You" not in play(word, "FOOD")
