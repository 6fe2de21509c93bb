"""Detects scripts, and splits words in those that normalise.py would break."""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter

from sms.understanding.normalise import MAX_CHARS

# [first, end) code points. Kana, so that Japanese is not taken for Chinese.
_RANGES = {
    "Latin": ((0x41, 0x5B), (0x61, 0x7B), (0xC0, 0x250), (0x1E00, 0x1F00)),
    "Cyrillic": ((0x400, 0x530),),
    "Arabic": ((0x600, 0x700), (0x750, 0x780)),
    "Gurmukhi": ((0xA00, 0xA80),),
    "Hangul": ((0x1100, 0x1200), (0xAC00, 0xD7B0)),
    "Kana": ((0x3040, 0x3100),),
    "Han": ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x32000)),
}
_STARTS = sorted(
    edge
    for script, ranges in _RANGES.items()
    for start, end in ranges
    for edge in ((start, script), (end, ""))
)
_POINTS = [point for point, _script in _STARTS]
_WEIGHT = {"Han": 4, "Kana": 4}  # a character is a word or half of one
_UNSPACED = frozenset({"Han", "Hangul"})  # spaces may stand anywhere
_ARABIC = str.maketrans("أإآٱىئةؤکیہھ", "اااايي" + "هوكيهه", "ـ")
_GURMUKHI_DOT = "\u0a3c"  # often left out
_VIETNAMESE = re.compile("[ơưăđ\u1ea0-\u1ef9]")
_RUN = re.compile(r"([^\W\d_])\1{2,}")
_LEAST_JOINED = 3  # letters: in a shorter word the first is its own
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})


def script_of(char: str) -> str:
    """The script of a letter ("Latin", "Han" …); "" for any other character."""
    at = bisect_right(_POINTS, ord(char)) - 1
    return _STARTS[at][1] if at >= 0 and char.isalpha() else ""


def main_script(folded: str) -> str:
    """The script of most of a folded message; "" without known letters."""
    if folded.isascii():
        return "Latin" if any(char.isalpha() for char in folded) else ""
    counted: Counter[str] = Counter()
    for char in folded:
        script = script_of(char)
        if script:
            counted[script] += _WEIGHT.get(script, 1)
    return max(counted, key=lambda script: counted[script], default="")


def only_script(text: str) -> str:
    """The one script of all letters of a raw message; "" if several or unknown."""
    found = {script_of(char) for char in text[:MAX_CHARS] if char.isalpha()}
    return found.pop() if len(found) == 1 else ""


def unspaced(text: str) -> bool:
    """Whether words of the text's script are matched without regard to spaces."""
    return any(script_of(char) in _UNSPACED for char in text)


def has_vietnamese_letters(text: str) -> bool:
    """Whether two letters are ones that, in California, only Vietnamese has."""
    return (
        not text.isascii()
        and len(_VIETNAMESE.findall(unicodedata.normalize("NFC", text[:MAX_CHARS]).lower())) > 1
    )


def kept(text: str) -> str:
    """Compatible forms unified, case folded, cut; marks that tell words apart kept."""
    wide = unicodedata.normalize("NFKC", text[:MAX_CHARS])[:MAX_CHARS].casefold().translate(_ARABIC)
    seen = (char for char in wide if char.isspace() or unicodedata.category(char) not in _UNSEEN)
    return "".join(
        char for char in seen if char != _GURMUKHI_DOT and not _is_vowel_sign(char)
    ).replace("ё", "е")


def tokens(text: str) -> tuple[str, ...]:
    """The words of a ``kept`` text, with their vowel signs, without apostrophes."""
    parts = "".join(char if _in_word(char) else "" if char in "'’ʼ`" else " " for char in text)
    return tuple(parts.split())


def squeezed(text: str) -> str:
    """A ``kept`` text without anything between its letters."""
    return "".join(char for char in text if _in_word(char))


def readings(token: str) -> tuple[str, ...]:
    """As written, held-down letters once, unmarked ("chết": "chet"), Arabic without "and", "so"."""
    short = _RUN.sub(r"\1", token)
    if token.isascii():
        return (token,) if short == token else (token, short)
    joined = (short[1:],) if short[0] in "وف" and len(short) > _LEAST_JOINED else ()
    return tuple(dict.fromkeys((token, short, *joined, _bare(short))))


def _bare(token: str) -> str:
    parts = unicodedata.normalize("NFD", token.replace("đ", "d"))
    return "".join(char for char in parts if not 0x300 <= ord(char) < 0x370)


def _in_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN"


def _is_vowel_sign(char: str) -> bool:
    """Arabic vowel signs, which messages leave out."""
    return "\u064b" <= char <= "\u065f" or char == "\u0670"
