"""The screen's addresses. They never name topics: crash dumps and print queues show addresses."""

import re
from dataclasses import dataclass
from functools import lru_cache

from content.model.pack import Topic

LEAVE = "/leave"
REPORT, LINES = "now", "lines"  # parts of the pages for adults
_SHARED = {"ready": REPORT, "lines": LINES}  # the pack's sections that appear on these parts


@dataclass(frozen=True, slots=True)
class Links:
    language: str

    def home(self) -> str:
        return f"/{self.language}/"

    def page(self, name: str) -> str:
        """Return the address of a page without a code: now, tell, phone, adults, search, …"""
        return f"/{self.language}/{name}"

    def staff(self, part: str) -> str:
        """Return the address of a part for adults: REPORT, LINES, laws, partners or counties."""
        return f"/{self.language}/adults/{part}"

    def section(self, section: str, number: int) -> str:
        """Return the address of the pack's ``number``-th section for adults."""
        return self.staff(_SHARED.get(section, str(number)))

    def listing(self, code: str) -> str:
        """Return the address of a topic or of a group on the home screen."""
        return f"/{self.language}/t/{code}"

    def topic(self, topic: Topic) -> str:
        """Return the topic's address, with its code in this language (any code works)."""
        return self.listing(topic.codes.get(self.language) or next(iter(topic.codes.values())))

    def unable(self, danger: str) -> str:
        """Return the address for people who cannot call 911. ``danger``: that topic's address."""
        return f"{danger}/2"

    def card(self, code: str) -> str:
        return f"/{self.language}/r/{code}"

    def slip(self, code: str) -> str:
        """Return the address of the small slip to print."""
        return f"/{self.language}/r/{code}/print"

    def sheet(self, code: str) -> str:
        """Return the address of the letter-size page to print."""
        return f"/{self.language}/r/{code}/sheet"

    def numbers(self) -> str:
        """Return the address of the letter-size page with every number on "Talk to someone now"."""
        return f"/{self.language}/now/sheet"

    def elsewhere(self, language: str, path: str) -> str:
        """Return a page's address in another language. ``path``: its own address or LEAVE."""
        if path == LEAVE:
            return f"/{language}/"
        return f"/{language}" + path.removeprefix(f"/{self.language}")

    def toggle(self, path: str, mode: str) -> str:
        """Return a page's address with one mode on, or home's for LEAVE. ``path``: its address."""
        path = self.home() if path == LEAVE else path
        return f"/{self.language}/{mode}" + path.removeprefix(f"/{self.language}")


def below(html: str, base: str) -> str:
    """Prefix a finished page's addresses with ``base`` ("/lincoln"). Doing this twice is harmless.

    Clips keep their names, because scripts and the worker use them. sw.js does the same.
    """
    return _rooted(base).sub(f'="{base}/', html) if base else html


@lru_cache(maxsize=1000)
def _rooted(base: str) -> re.Pattern[str]:
    return re.compile(rf'(?<!clips)="/(?!/|{re.escape(base[1:])}/)')
