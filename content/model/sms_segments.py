"""The number of segments and the encoding of a text message (3GPP TS 23.038).

No escape or surrogate pair spans two segments, so dividing the length may give too few.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

MOST_SEGMENTS = 2  # maximum in any reply: a longer reply costs more and may arrive out of order
# maximum in partly translated languages: 3 segments of 67 letters say as much as 2 in Spanish
MOST_IN_PART = 3
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")  # sent as an escape and a character: two septets
_GSM = _BASIC | _EXTENSION
_TYPOGRAPHIC = str.maketrans({
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "`": "'",
    "´": "'", "–": "-", "—": "-", "‑": "-", "•": "-", "…": "...", "\u00a0": " ", "\u202f": " ",
    "\t": " ",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Segments:
    """``count`` parts are sent and billed. An empty text is still one message."""

    count: int
    encoding: Literal["GSM-7", "UCS-2"]


def measure(text: str) -> Segments:
    """Return the segments of the unchanged ``text``: a decomposed é or a tab makes it all UCS-2."""
    if _GSM.issuperset(text):
        even = _EXTENSION.isdisjoint(text)
        return Segments(_count(text, None if even else _septets, single=160, part=153), "GSM-7")
    even = max(text) <= "\uffff"
    return Segments(_count(text, None if even else _units, single=70, part=67), "UCS-2")


def fold(text: str) -> str:
    """Return the text in GSM-7 as far as possible: á → a, “ → "; é ñ ü ¿ ¡ are unchanged."""
    composed = unicodedata.normalize("NFC", text).translate(_TYPOGRAPHIC)
    return "".join(char if char in _GSM else _base(char) for char in composed)


def outside(text: str) -> str:
    """Return the characters that force UCS-2, each once, in order of first use."""
    return "".join(dict.fromkeys(char for char in text if char not in _GSM))


def _base(char: str) -> str:
    letter = unicodedata.normalize("NFD", char)[0]
    return letter if letter in _GSM else char


def _septets(char: str) -> int:
    return 2 if char in _EXTENSION else 1


def _units(char: str) -> int:
    return 2 if ord(char) > 0xFFFF else 1


def _count(text: str, cost: Callable[[str], int] | None, *, single: int, part: int) -> int:
    """Count the segments. ``cost``: returns a character's cost; None if each costs one."""
    if cost is None:
        return 1 if len(text) <= single else -(-len(text) // part)
    costs = [cost(char) for char in text]
    if sum(costs) <= single:
        return 1
    count, used = 1, 0
    for units in costs:
        if used + units > part:
            count, used = count + 1, 0
        used += units
    return count
