"""Rules for a single text: no digits, addresses, markup or invisible characters."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from content.model import placeholders
from content.model.pack import Pack
from content.rules.locations import Where
from messages.message import Finding, Message, message

_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_]+)?")
_DIGITS = re.compile(r"[0-9]{2}|[0-9](?:[^\w]{1,3}[0-9]){2}")
_HAN_NUMBER = re.compile("[〇零一二三四五六七八九]{3}")
_DOTS = str.maketrans("。．｡․", "....")  # browsers treat each of these as the dot in an address
_HOST = re.compile(
    r"(?i:https?:|\bwww\.|\b[a-z0-9-]+\.(?:com|org|net|gov|edu|info|us|mil|io|co|ly|me|app)\b)"
    r"|\b[a-z0-9-]{2,}\.[a-z]{2,}\b|\S@\S"
)
_ODD_HOST = re.compile(
    r"(?i:https?:|\bwww\.|[a-z0-9-]\.(?:com|org|net|gov|edu|info|us|mil|io|co|ly|me|app)(?![a-z]))"
)
_HTML = re.compile(r"[<>]|&(?:#\w+|[A-Za-z]+);")
_FORMATTING = re.compile(r"\*\*|__|`|\]\(")
# letters, signs and marks that are invisible
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
_MARKS = re.compile("[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0e\U000e0100-\U000e01ef]")


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    for language, texts in pack.texts.items():
        for key, text in texts.items():
            for said in _faults(key, text):
                yield where.problem(key, said, language=language)


@lru_cache(maxsize=2**14)  # a pack is judged as its author wrote it and again after building
def _faults(key: str, text: str) -> tuple[Message, ...]:
    return tuple(_found(key, text))


def _found(key: str, text: str) -> Iterator[Message]:
    if not text.strip():
        yield message("wording.empty", key=key)
    elif text != text.strip():
        yield message("wording.space", key=key)
    for name in sorted(placeholders.names(text)):
        if not _NAME.fullmatch(name):
            yield message("wording.no-placeholder", name=f"{{{name}}}", example="{988.voice}")
    bare = placeholders.without(text)
    if "{" in bare or "}" in bare:
        yield message("wording.bracket", example="{988.voice}")
    if found := _DIGITS.search(ascii_digits(bare)) or _HAN_NUMBER.search(bare):
        yield message("wording.number", found=found[0], examples="{988.voice} or {fact.x}")
    if found := _HOST.search(bare) or _ODD_HOST.search(
        unicodedata.normalize("NFKC", bare).translate(_DOTS)
    ):
        yield message("wording.address", found=found[0], example="{takeitdown.web}")
    if found := _HTML.search(bare) or _FORMATTING.search(bare):
        yield message("wording.markup", found=found[0])
    for char in dict.fromkeys(bare):
        if unseen(char) and not (char == "\n" and key.startswith("sms:")):
            named = unicodedata.name(char, "control character")
            yield message("wording.unseen", letter=f"{ord(char):04X}", named=named)


def ascii_digits(text: str) -> str:
    """Return the text with digits of any script as 0-9, without the marks of digit emoji."""
    return text if text.isascii() else text.translate(_ASCII_DIGITS)


class _AsciiDigits(dict[int, str]):
    """Maps each character to its replacement; looks up each character in Unicode only once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        shown = "" if char in "\ufe0f\u20e3" else str(unicodedata.digit(char, char))
        return self.setdefault(code, shown)


_ASCII_DIGITS = _AsciiDigits()


@cache
def unseen(char: str) -> bool:
    """Whether the character is invisible: a control, direction, zero-width or blank character."""
    blank = char in _BLANKS or _MARKS.match(char) is not None
    return blank or unicodedata.category(char) in {"Cf", "Cc", "Co", "Cs", "Cn", "Zl", "Zp"}
