"""A publisher's free text as one plain line, and what in it a card may not hold."""

import re
import unicodedata
from html.parser import HTMLParser

_LINK = re.compile(r"!?\[([^\]\n]{0,500})\]\([^)\s]{0,2000}[^)]{0,200}\)")
_MARKS = re.compile(
    r"(?m)^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+|\d{1,3}[.)]\s+)|\*\*|__|`+|(?m:^[-=*_]{3,}\s*$)"
)
_EMPHASIS = re.compile(r"(?<!\w)[*_](?=\S)([^*_\n]{1,300})(?<=\S)[*_](?!\w)")
_ADDRESS = re.compile(r"(?i)https?://|www\.|[\w.]@[\w-]+\.|\b[a-z0-9-]+\.(?:org|com|net|gov|edu)\b")
_TAG_LIKE = re.compile(r"<[/!?a-zA-Z]")
LONG = 300  # characters: more than the two sentences of a blurb


def plain(text: str) -> str:
    """The text without tags, marks and control characters, its white space as single spaces."""
    if _TAG_LIKE.search(text) or "&" in text:
        reader = _Words()
        reader.feed(text)
        reader.close()
        text = "".join(reader.found)
    text = _LINK.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\1", _MARKS.sub("", text))
    text = "".join(
        char if unicodedata.category(char)[0] != "C" or char in "\n\t" else " " for char in text
    )
    return " ".join(unicodedata.normalize("NFC", text).split()).replace("{", "(").replace("}", ")")


def faults(text: str) -> list[str]:
    """What a card's text may not hold, in words for the needs-list; the text is a ``plain`` one."""
    said = []
    if re.search(r"\d[\s.-]?\d", text):
        said.append("a number")
    if _ADDRESS.search(text):
        said.append("an address")
    if len(text) > LONG:
        said.append(f"{len(text)} characters")
    return said


class _Words(HTMLParser):
    """What a reader would see of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden = 0

    # the parser's own signature
    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self._hidden += tag in ("script", "style")
        self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in ("script", "style")))
        self.found.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)
