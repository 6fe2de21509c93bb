"""The screen's addresses. They hold no topic word, as crash dumps and print queues show them."""

from dataclasses import dataclass

from content.model.pack import Topic

LEAVE = "/leave"
REPORT, LINES = "now", "lines"  # parts of the adults' page
_SHARED = {"ready": REPORT, "lines": LINES}  # sections of the pack that stand on such a part


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of one language's pages."""

    language: str

    def home(self) -> str:
        return f"/{self.language}/"

    def now(self) -> str:
        return f"/{self.language}/now"

    def tell(self) -> str:
        """What happens when a student tells an adult of the school."""
        return f"/{self.language}/tell"

    def phone(self) -> str:
        """Where a student may ask for a phone."""
        return f"/{self.language}/phone"

    def hearing(self) -> str:
        """How to reach someone without hearing."""
        return f"/{self.language}/hearing"

    def partners(self) -> str:
        return f"/{self.language}/partners"

    def adults(self) -> str:
        return f"/{self.language}/adults"

    def staff(self, part: str) -> str:
        """One part of what adults read: REPORT, LINES, "laws", "partners" or "counties"."""
        return f"{self.adults()}/{part}"

    def section(self, section: str, number: int) -> str:
        """The page of the pack's ``number``-th section for adults, in order."""
        return self.staff(_SHARED.get(section, str(number)))

    def search(self) -> str:
        return f"/{self.language}/search"

    def languages(self) -> str:
        return f"/{self.language}/languages"

    def listing(self, code: str) -> str:
        """A group of the home screen or a topic."""
        return f"/{self.language}/t/{code}"

    def topic(self, topic: Topic) -> str:
        """The topic by this language's code (any language's code works)."""
        return self.listing(topic.codes.get(self.language) or next(iter(topic.codes.values())))

    def unable(self, danger: str) -> str:
        """The page for someone who cannot call 911. ``danger``: the address of that topic."""
        return f"{danger}/2"

    def card(self, code: str) -> str:
        """A resource, a partner or the county line."""
        return f"/{self.language}/r/{code}"

    def slip(self, code: str) -> str:
        """The small sheet to print."""
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
