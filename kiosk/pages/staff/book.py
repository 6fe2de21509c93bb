"""Makes one language's staff pages: "Make a report now", the index, and each part on one sheet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup, escape

from content.model.pack import Law
from kiosk.edition.links import LINES, REPORT, Links
from kiosk.pages import topic_page
from kiosk.pages.cards import Card
from kiosk.pages.frame import Frame
from kiosk.pages.pack_texts import Texts

TOPIC = "adults"  # the topic whose steps staff follow
READY = "ready"  # the section next to the steps, which says what to have ready
LAWS_AT = "https://leginfo.legislature.ca.gov"  # the state's own site with the text of all laws
_NOTHING: dict[str, object] = dict.fromkeys(("section", "lines", "laws", "partners", "counties"))
Made = tuple[str, str, Callable[[], str]]


class Section(NamedTuple):
    """A section of advice. ``blocks``: paragraphs ("p") and lists ("li") with their items."""

    href: str
    title: Markup
    blocks: list[tuple[str, list[Markup]]]


def sections(texts: Texts, links: Links) -> dict[str, Section]:
    made = {}
    for number, section in enumerate(sorted(texts.pack.staff, key=lambda s: s.order), start=1):
        key = f"staff:{section.id}"
        series = zip(section.blocks, texts.series(f"{key}:b"), strict=True)
        blocks: list[tuple[str, list[Markup]]] = []
        for kind, run in groupby(series, key=lambda block: block[0]):
            said = [text for _kind, text in run]
            blocks += [(kind, said)] if kind == "li" else [(kind, [text]) for text in said]
        href = links.section(section.id, number)
        made[section.id] = Section(href, texts.html(f"{key}:title"), blocks)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPart:
    """One row of the index. ``view``: its page's values; ``english``: it exists only in English."""

    href: str
    title: Markup
    view: dict[str, object]
    english: bool = False
    urgent: bool = False


class StaffBook:
    """Makes the pages. ``lines``: cards for staff only; ``county``: the county hotline's card."""

    def __init__(self, frame: Frame, *, lines: Sequence[Card], county: Card) -> None:
        self._frame, self._render, self._links = frame, frame.render, frame.links
        self._texts, self._lines, self._county = frame.texts, lines, county

    def pages(self) -> Iterator[Made]:
        """Yield (path, kind, body maker) for each page."""
        yield self._links.page("adults"), "adults", self._index
        yield self._links.staff(REPORT), "report", self._report
        for part in self._parts:
            yield part.href, "staff", partial(self._part, part)

    def _index(self) -> str:
        return self._render(
            "adults",
            self._links.page("adults"),
            back=self._links.home(),
            report=self._links.staff(REPORT),
            county=self._county,
            parts=self._parts,
        )

    def _report(self) -> str:
        return self._render(
            "report",
            self._links.staff(REPORT),
            back=self._links.page("adults"),
            county=self._county,
            warm=self._texts.maybe(f"topic:{TOPIC}:warm"),
            steps=self._texts.series(f"topic:{TOPIC}:step"),
            ready=self._sections.get(READY),
            rules=self._sections.get("report"),
            counties=self._links.staff("counties") if self._frame.pack.counties else "",
        )

    def _part(self, part: StaffPart) -> str:
        shown = _NOTHING | part.view
        back, english = self._links.page("adults"), part.english
        return self._render(
            "staff", part.href, back=back, title=part.title, english=english, **shown
        )

    @cached_property
    def _sections(self) -> dict[str, Section]:
        return sections(self._texts, self._links)

    @cached_property
    def _parts(self) -> tuple[StaffPart, ...]:
        advised = [
            StaffPart(
                href=section.href,
                title=section.title,
                view={"section": section},
                english=not self._texts.has(f"staff:{name}:b.1"),
                urgent=name == topic_page.DANGER,
            )
            for name, section in self._sections.items()
            if name not in (READY, LINES)
        ]
        return (*advised, *self._references())

    def _references(self) -> Iterator[StaffPart]:
        """Yield the reference parts that the pack has: hotlines, laws, partners, counties."""
        pack, _ = self._frame.pack, self._frame.wording
        section = self._sections.get(LINES)
        if section or self._lines:
            title = section.title if section else escape(_("Lines for staff"))
            view: dict[str, object] = {"section": section, "lines": self._lines}
            english = not self._texts.has(f"staff:{LINES}:b.1")
            yield StaffPart(href=self._links.staff(LINES), title=title, view=view, english=english)
        here = self._frame.kiosk.counties
        counties = sorted(pack.counties, key=lambda county: county.name not in here)
        laws = [f"law:{law.id}:text" for law in pack.laws]
        programs = [f"partner:{partner.id}:does" for partner in pack.partners]
        with_page = [(law, _official(law)) for law in pack.laws]
        for name, words, made, said in (
            ("laws", _("The law, in plain words"), with_page, laws),
            (
                "partners",
                _("Programs and partners: which are active"),
                pack.live_partners,
                programs,
            ),
            ("counties", _("County child protection lines"), counties, ()),
        ):
            if made:
                view = {name: made}
                href, english = self._links.staff(name), not self._texts.has(*said)
                yield StaffPart(href=href, title=escape(words), view=view, english=english)


def _official(law: Law) -> str:
    """Return the address of an official page about a law, preferably the statute itself."""
    own = [source for source in law.sources if source.kind.startswith("official") and source.url]
    own.sort(key=lambda source: "statute" not in source.kind)
    return own[0].url if own else LAWS_AT
