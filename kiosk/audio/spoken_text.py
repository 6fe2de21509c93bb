"""Turns a finished page into utterances, each with a language and a clip name."""

import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

_VOID = frozenset(
    {"br", "hr", "img", "input", "link", "meta", "source", "wbr", "path", "circle", "rect", "line"}
)
_SILENT = frozenset(
    {"svg", "script", "style", "button", "dialog", "figure", "template", "audio", "title"}
)
_MUTE = frozenset({"svg", "script", "style", "figure", "audio", "title"})
_CONTROLS = frozenset({"a", "button", "summary", "h1", "h2"})
_AROUND_MAIN = frozenset({"act", "listen"})  # classes of elements whose plain text is also spoken
_WORDS = "speech"  # id of speech mode's extra text
_INSIDE_A_SENTENCE = frozenset({"bdi", "wbr", "em", "strong", "i", "abbr"})
OFFER = "<!--listen-->"  # marks where the Listen button goes
_OFFERED = re.compile(rf"{OFFER}(.*?)<!--/listen-->\n?", re.DOTALL)
_DRAWN = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_UNFILLED = 'data-clips=""'
_ADDRESS = re.compile(r"/audio/([0-9a-f]{24})\.opus")
_SHORTEST_NUMBER = 3  # "18" is read as a word, "988" as three digits
_EDGES = " \t\n,;:·|"


class Utterance(NamedTuple):
    language: str
    text: str

    @property
    def key(self) -> str:
        """Return the clip's name: 96 bits of SHA-256, which is short enough to type."""
        return hashlib.sha256(f"{self.language}\0{self.text}".encode()).hexdigest()[:24]


def address(key: str) -> str:
    return f"/audio/{key}.opus"


def key_of(path: str) -> str:
    """Return the clip's name from its path; "" for any other path."""
    found = _ADDRESS.fullmatch(path)
    return found[1] if found else ""


def spoken(html: str) -> tuple[Utterance, ...]:
    reader = _Reader()
    reader.feed(_DRAWN.sub("", html))  # drawings make up most of a page and are never read aloud
    reader.close()
    return tuple(reader.said)


def controls(html: str) -> tuple[Utterance, ...]:
    """Return speech mode's extra texts: the names of links and buttons, headings, its own words."""
    reader = _Reader(controls=True)
    reader.feed(_DRAWN.sub("", html))
    reader.close()
    return tuple(reader.said)


def silent(html: str) -> str:
    return _OFFERED.sub("", html)


def offered(html: str) -> str:
    """Return the page with its Listen button, which lists the page's clips, even missing ones."""
    if OFFER not in html:
        return html
    said = spoken(html)
    if not said:
        return silent(html)
    clips = " ".join(address(piece.key) for piece in said)
    return _OFFERED.sub(r"\1", html).replace(_UNFILLED, f'data-clips="{clips}"', 1)


@dataclass
class _Element:
    tag: str
    language: str
    silent: bool
    spoken: bool  # whether the element is inside text that is read aloud
    number: bool
    inside: bool  # whether it is inside a sentence, so it needs no pauses around it


@dataclass
class _Reader(HTMLParser):
    controls: bool = False
    said: list[Utterance] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open = [_Element("", "", silent=False, spoken=False, number=False, inside=False)]
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            if tag == "br":
                self._words += " "
            return
        given, around = dict(attrs), self._open[-1]
        classes = (given.get("class") or "").split()
        language = given.get("lang") or around.language
        inside = (tag in _INSIDE_A_SENTENCE or "fill" in classes) and language == around.language
        if not inside:
            self._end()
        hushed = given.get("aria-hidden") == "true"
        if self.controls:  # read controls aloud even if they are currently hidden
            hushed |= tag in _MUTE
            begins = tag in _CONTROLS or not _AROUND_MAIN.isdisjoint(classes)
            begins |= given.get("id") == _WORDS
        else:
            hushed |= tag in _SILENT or "hidden" in given or "data-silent" in given
            begins = tag == "main"
        self._open.append(
            _Element(
                tag,
                language,
                silent=around.silent or hushed,
                spoken=around.spoken or begins,
                number=tag == "bdi" and "number" in classes,
                inside=inside,
            )
        )

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Do nothing: the element is void or part of a drawing."""

    def handle_endtag(self, tag: str) -> None:
        if not any(element.tag == tag for element in self._open):
            return
        while True:
            if not self._open[-1].inside:
                self._end()
            if self._open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        here = self._open[-1]
        if here.spoken and not here.silent:
            self._words += digits(data) if here.number else data

    def _end(self) -> None:
        text = " ".join(self._words.split()).strip(_EDGES)
        self._words = ""
        if any(letter.isalnum() for letter in text):
            self.said.append(Utterance(self._open[-1].language, text))


def digits(number: str) -> str:
    """Return a phone number as it is spoken: "1-888-373-7888" → "1, 8 8 8, 3 7 3, 7 8 8 8"."""
    if sum(letter.isdigit() for letter in number) < _SHORTEST_NUMBER:
        return number
    return ", ".join(" ".join(group) for group in re.split(r"[-\s().]+", number) if group)
