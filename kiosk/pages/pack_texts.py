"""Turns the pack's texts into safe HTML: escaped once; numbers, keywords, addresses in <bdi>."""

from collections.abc import Iterator

from markupsafe import Markup, escape

from content.model import placeholders
from content.model.pack import Pack, Phrase

_CLASSES = {"word": "word", "web": "address", "chat": "address"}
_NUMBERS = frozenset({"voice", "sms", "tty", "videophone"})


def isolated(kind: str, value: str) -> Markup:
    """Put ``value`` in <bdi> if it is a number, keyword or address."""
    if kind in _NUMBERS or value.replace("-", "").replace("+", "").isdigit():
        return Markup('<bdi class="number">{}</bdi>').format(value)
    if kind in _CLASSES:
        # A long address may break only after a slash; people would mistype it otherwise.
        shown = escape(value).replace("/", Markup("/<wbr>"))
        return Markup('<bdi class="{}">{}</bdi>').format(_CLASSES[kind], shown)
    return escape(value)


class Texts:
    """A pack's texts in one language. A fallback text has its own ``lang``."""

    def __init__(self, pack: Pack, language: str) -> None:
        self.pack = pack
        self.language = language

    def html(self, key: str, *, owner: str = "") -> Markup:
        """Return the text under ``key``. Raises KeyError if no language has it."""
        return self._filled(self.pack.say(self.language, key), owner=owner)

    def maybe(self, key: str, *, owner: str = "") -> Markup:
        """Return the text under ``key``, or an empty one."""
        known = key in self.pack.texts[self.pack.default]
        return self.html(key, owner=owner) if known else Markup()

    def of(self, entry: str, name: str) -> Markup:
        """Return an entry's text with its own numbers. Raises KeyError if no language has it."""
        return self.html(f"{entry}:{name}", owner=entry)

    def own(self, entry: str, name: str) -> Markup:
        """Return an entry's text, or an empty one if this language does not have it."""
        key = f"{entry}:{name}"
        return self.maybe(key, owner=entry) if self.has(key) else Markup()

    def series(self, key: str, *, owner: str = "") -> tuple[Markup, ...]:
        """Return the texts ``key.1``, ``key.2`` …"""
        phrases = self.pack.series(self.language, key)
        return tuple(self._filled(phrase, owner=owner) for phrase in phrases)

    def has(self, *keys: str) -> bool:
        """Return whether this language has all of these texts.

        A partial language lacks many texts: we do not show English prose under its titles.
        """
        if self.language not in self.pack.partial:
            return True
        return all(key in self.pack.texts.get(self.language, {}) for key in keys)

    def plain(self, key: str, *, owner: str = "") -> str:
        """Return the unescaped text, for the search index."""
        return placeholders.fill(self.pack.say(self.language, key), self.pack, owner=owner)

    def all(self, key: str) -> Iterator[str]:
        """Yield the text under ``key`` in every language, for search; placeholders stay."""
        for texts in self.pack.texts.values():
            if key in texts:
                yield texts[key]

    def _filled(self, phrase: Phrase, *, owner: str) -> Markup:
        text = placeholders.fill(
            phrase,
            self.pack,
            owner=owner,
            wrap=lambda kind, value: isolated(kind, Markup(value)),  # noqa: S704  already escaped
            escape=lambda text: str(escape(text)),
        )
        safe = Markup(text)  # noqa: S704 - text and values were both escaped above
        if phrase.language != self.language:
            return Markup('<span lang="{}" dir="ltr">{}</span>').format(phrase.language, safe)
        return safe
