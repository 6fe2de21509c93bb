"""Draws the terminal phone with rich: bubbles and what each message costs.

The sender stands in words, for screen readers and logs.
"""

from rich import box
from rich.align import Align
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from content.model import sms_segments
from content.model.language import direction
from sms.replies import Reply

WIDEST = 46  # columns of a bubble, about what a phone shows
MARGIN = 4  # columns that a bubble leaves free on its far side
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def cost(text: str) -> str:
    """Segments and encoding of a text, and the characters that make it dearer."""
    measured = sms_segments.measure(text)
    return _worded(measured.count, measured.encoding) + _because(text)


def cost_of(reply: Reply) -> str:
    """What a reply costs; "nothing" for silence."""
    if not reply.segments:
        return "nothing sent"
    return _worded(reply.segments, reply.encoding) + _because(reply.text)


def _worded(count: int, encoding: str) -> str:
    number = _COUNTS[count] if count < len(_COUNTS) else str(count)
    return f"{number} segment{'' if count == 1 else 's'}, {encoding}"


def _because(text: str) -> str:
    dear = "".join(char for char in sms_segments.outside(text) if char.isprintable())
    if not dear:
        return ""
    return f" because of {' '.join(dear[:5])}{' …' if len(dear) > 5 else ''}"


def printable(text: str) -> str:
    """Replaces escapes, controls and broken characters with a mark."""
    mark = "\N{REPLACEMENT CHARACTER}"
    return "".join(char if char.isprintable() or char == "\n" else mark for char in text)


class Screen:
    """A console with bubbles. ``plain`` may change at any time."""

    def __init__(self, console: Console, *, plain: bool = False) -> None:
        """``console`` sets width and colour; rich follows NO_COLOR."""
        self._console = console
        self.plain = plain or console.is_dumb_terminal

    def sent(self, text: str) -> None:
        """A message from the phone, on the right."""
        shown = printable(text) or "(an empty message)"
        if self.plain:
            self.note(f"Sent, {cost(text)}.")
        else:
            self._bubble("You", shown, cost(text), right=True, colour="cyan")

    def received(self, who: str, text: str, below: str, *, language: str = "en") -> None:
        """A message to the phone, on the left, with sender and cost."""
        if self.plain:
            self.say(f"{who}: {printable(text)}")
            self.note(f"{who}, {below}.")
        else:
            right_to_left = direction(language) == "rtl"
            colour = "yellow" if who == "Carrier" else "green"
            self._bubble(
                who, printable(text), below, right=False, colour=colour, inner_right=right_to_left
            )

    def note(self, text: str) -> None:
        """A line that a real phone would not show."""
        line = Text(printable(text))
        self._console.print(line if self.plain else Padding(line, (0, 0, 0, 2)))

    def say(self, text: str) -> None:
        """The answer to a command."""
        self._console.print(Text(text))

    def _bubble(
        self,
        who: str,
        text: str,
        below: str,
        *,
        right: bool,
        colour: str,
        inner_right: bool = False,
    ) -> None:
        room = max(self._console.width - MARGIN, 16)
        longest = max(cell_len(line) for line in [*text.split("\n"), f"{who}  "])
        width = min(longest + 4, WIDEST, room)
        words = Text(text, justify="right" if inner_right else "left", overflow="fold")
        panel = Panel(
            words,
            title=Text(who),
            title_align="left",
            width=width,
            box=box.ROUNDED,
            border_style=colour,
            safe_box=True,
        )
        self._console.print(Align.right(panel) if right else panel)
        foot = Text(below, justify="right" if right else "left")
        self._console.print(Padding(foot, (0, 1)))


def of_terminal() -> Screen:
    """The screen on this process's terminal."""
    return Screen(Console(highlight=False, markup=False, emoji=False))
