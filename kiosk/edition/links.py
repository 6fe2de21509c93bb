"""The screen's addresses. They name no topic, because crash dumps and print queues show them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from content.model.pack import Topic

LEAVE = "/leave"
REPORT, LINES = "now", "lines"  # parts of the page for adults
_SHARED = {"ready": REPORT, "lines": LINES}  # sections of the pack on such a part


@dataclass(frozen=True, slots=True)
class Links:
    language: str

    def home(self) -> str:
        return f"/{self.language}/"

    def page(self, name: str) -> str:
        """A page without a code: now, tell, phone, hearing, partners, adults, search, languages."""
        return f"/{self.language}/{name}"

    def staff(self, part: str) -> str:
        """One part of the pages for adults: REPORT, LINES, "laws", "partners" or "counties"."""
        return f"/{self.language}/adults/{part}"

    def section(self, section: str, number: int) -> str:
        """The page for the pack's ``number``-th section for adults, in order."""
        return self.staff(_SHARED.get(section, str(number)))

    def listing(self, code: str) -> str:
        """A group of the home screen or a topic."""
        return f"/{self.language}/t/{code}"

    def topic(self, topic: Topic) -> str:
        """The topic, by its code in this language (any language's code works)."""
        return self.listing(topic.codes.get(self.language) or next(iter(topic.codes.values())))

    def unable(self, danger: str) -> str:
        """The page for someone who cannot call 911. ``danger``: the address of that topic."""
        return f"{danger}/2"

    def card(self, code: str) -> str:
        return f"/{self.language}/r/{code}"

    def slip(self, code: str) -> str:
        """The small slip to print."""
        return f"/{self.language}/r/{code}/print"

    def sheet(self, code: str) -> str:
        """The letter page to print."""
        return f"/{self.language}/r/{code}/sheet"

    def numbers(self) -> str:
        """The letter page with every number of "Talk to someone now"."""
        return f"/{self.language}/now/sheet"

    def elsewhere(self, language: str, path: str) -> str:
        """The same page in another language. ``path``: an address of this one, or LEAVE."""
        if path == LEAVE:
            return f"/{language}/"
        return f"/{language}" + path.removeprefix(f"/{self.language}")

    def toggle(self, path: str, mode: str) -> str:
        """The same page with one mode on, home for LEAVE. ``path``: an address of this one."""
        path = self.home() if path == LEAVE else path
        return f"/{self.language}/{mode}" + path.removeprefix(f"/{self.language}")


def below(html: str, base: str) -> str:
    """Move a finished page's addresses below ``base`` ("/lincoln"). Doing it twice is harmless.

    Clips keep their names: scripts and the worker use them. sw.js does the same.
    """
    return _rooted(base).sub(f'="{base}/', html) if base else html


@lru_cache(maxsize=1000)
def _rooted(base: str) -> re.Pattern[str]:
    return re.compile(rf'(?<!clips)="/(?!/|{re.escape(base[1:])}/)')
