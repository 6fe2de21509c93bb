"""What a page has for its reader: words, links, headings, attributes. Enough to check a few facts
about a page."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(
    {"meta", "link", "input", "br", "path", "circle", "rect", "wbr", "line", "polyline", "polygon"}
)


@dataclass
class Outline(HTMLParser):
    """One page's facts. ``main``: the text inside <main>; ``words``: all text except the title."""

    language: str = ""
    title: str = ""
    heading: str = ""
    links: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    words: str = ""
    main: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, str]] = []

    @classmethod
    def of(cls, html: str) -> "Outline":
        """Return a page's outline."""
        made = cls()
        made.feed(html)
        made.close()
        assert not made._open, f"left open: {made._open}"
        return made

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.attributes += given.items()
        self.classes += given.get("class", "").split()
        if tag == "html":
            self.language = given["lang"]
        if tag == "a" and "href" in given:  # a link without one is a pattern that a script fills
            self.links.append(given["href"])
        if tag not in _VOID:
            self._open.append((tag, given.get("class", "")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        opened, _classes = self._open.pop()
        assert opened == tag, f"<{opened}> closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        inside = [tag for tag, _classes in self._open]
        if "title" in inside:
            self.title += data
        if {"title", "template"} & set(inside):  # a template shows nothing until a script uses it
            return
        self.words += data
        if "main" in inside:
            self.main += data
        if "h1" in inside:
            self.heading += data
        if ("bdi", "number") in self._open:
            self.numbers.append(data)
