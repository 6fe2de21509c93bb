"""Lists every HTML page of a pack; each one is rendered when its body is first requested.

A path without a leading slash is the name of a part for kiosk.app, such as the search results.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any

from markupsafe import Markup

from content.model.county_hotline import COUNTY
from content.model.pack import TIMEZONE, Group, Pack, Partner, Resource, Topic
from kiosk.edition.assets import Assets
from kiosk.edition.links import LEAVE, Links
from kiosk.edition.markers import mark
from kiosk.pages import cards, county_line, handout, home, talk_now, topic_page
from kiosk.pages.cards import Card
from kiosk.pages.contact_channels import phrase
from kiosk.pages.frame import Frame
from kiosk.pages.school_file import School, say
from kiosk.pages.staff.book import StaffBook
from kiosk.pages.topic_page import TopicLink
from kiosk.pages.ui_strings import Wording, keys
from settings.schema import Kiosk


@dataclass(frozen=True)
class Page:
    """One page. ``path``: its address, or a part's name; ``make``: renders it, or raises errors."""

    path: str
    kind: str
    make: Callable[[], str] = field(repr=False, compare=False)

    @cached_property
    def body(self) -> str:
        return self.make()


def languages(pack: Pack, kiosk: Kiosk) -> tuple[str, ...]:
    """Return the configured languages that the pack has (default: the pack's first)."""
    return tuple(tag for tag in kiosk.languages if tag in pack.languages) or (pack.default,)


def pages(
    pack: Pack,
    kiosk: Kiosk,
    *,
    today: date,
    tags: Iterable[str] = (),
    assets: Assets | None = None,
    school: School | None = None,
    services: bool = False,
) -> Iterator[Page]:
    """Yield the pages in these languages (default: all). ``services``: there is a directory.

    Errors about texts may be raised here, and when a page's body is made.
    """
    assets, facts = assets or Assets(), (school or School()).on(today)
    every = languages(pack, kiosk)
    for tag in tags or every:
        frame = Frame(pack, kiosk, Wording(tag), tags=every, assets=assets, today=today)
        tongue = _Language(frame, facts)
        yield from tongue.pages()
        yield from tongue.search_pages(services=services)
        if tag == every[0]:
            yield Page("/", "home", tongue.home)
            yield Page(LEAVE, "leave", tongue.leave)


def of_school(pack: Pack, tag: str) -> tuple[str, ...]:
    """Return the addresses of a language's pages that have the school's own facts. All other
    exported pages have markers for its name and the part ``here``, so all schools share them."""
    links = Links(tag)
    info = (group.code for group in pack.groups if home.href(group, links) == LEAVE)
    return (LEAVE, *map(links.page, ("now", "tell", "phone")), *map(links.listing, info))


class _Language:
    def __init__(self, frame: Frame, school: School) -> None:
        self._here: dict[str, Any] = {"school": school, "say": say}
        self._frame, self._school, self._render = frame, school, frame.render
        self._pack, self._links, self._wording = frame.pack, frame.links, frame.wording
        self._texts, today = frame.texts, frame.today
        card = partial(cards.card, texts=self._texts, wording=self._wording, today=today)
        live = [r for r in self._pack.resources if r.status in {"live", "reviewing"}]
        self._cards = {r.id: card(r) for r in live if "student" in r.audience}
        self._cards[COUNTY] = county_line.line(self._pack, frame.kiosk, self._wording, today=today)
        here = {c.fips for c in self._pack.counties if c.name in frame.kiosk.counties}
        elsewhere = {r.id: r for r in live if r.area.is_elsewhere(here) and not r.pinned}
        away = {name for name, resource in elsewhere.items() if resource.area.is_local}
        if not self._cards[COUNTY].channels:  # the hotline has no number; its page says what to do
            away.add(COUNTY)
        self._near = {name: card for name, card in self._cards.items() if name not in away}
        self._elsewhere = frozenset(elsewhere)
        self._staff = StaffBook(
            frame,
            lines=tuple(card(r) for r in live if "student" not in r.audience),
            county=self._cards[COUNTY],
        )

    def pages(self) -> Iterator[Page]:
        """Yield every page except the two that exist only in the first language."""
        links, render = self._links, self._render
        start = links.home()
        yield Page(start, "home", self.home)
        yield Page(links.page("now"), "now", self._now)
        yield Page(links.numbers(), "sheet", self._numbers)
        for path, kind in ((links.page("tell"), "tell"), (links.page("phone"), "phone")):
            if kind == "tell" or self._school.private_phone:
                made = partial(render, kind, path, back=links.page("now"), **self._here)
                yield Page(path, kind, made)
        if "relay" in self._pack.facts:
            yield Page(links.page("hearing"), "hearing", self._hearing)
        path = links.page("languages")
        yield Page(path, "languages", partial(render, "languages", path, back=start))
        path = links.page("partners")
        ordered = for_students(self._pack)
        yield Page(
            path, "partners", partial(render, "partners", path, back=start, partners=ordered)
        )
        for path, kind, make in self._staff.pages():
            yield Page(path, kind, make)
        for group in self._pack.groups:
            yield Page(links.listing(group.code), "group", partial(self._group, group))
        for topic in self._pack.topics:
            if not topic_page.readable(topic, self._texts):
                continue
            for code in dict.fromkeys(topic.codes.values()):
                path = links.listing(code)
                yield Page(path, "topic", partial(self._topic, topic))
                if topic.id == topic_page.DANGER:
                    yield Page(links.unable(path), "unable", partial(self._unable, topic))
        resources = {resource.id: resource for resource in self._pack.resources}
        for name, card in self._cards.items():
            yield from self._card_pages(card, resources.get(name))
        yield from self._partner_pages()
        missing = partial(render, "missing", start, lines=self._pinned())
        yield Page(f"missing/{self._frame.tag}", "part", missing)
        if self._frame.kiosk.plain:
            yield Page(
                f"here/{self._frame.tag}", "part", partial(render, "here", start, **self._here)
            )

    def home(self) -> str:
        return self._render("home", self._links.home(), href=home.href, lines=self._pinned())

    def leave(self, path: str = LEAVE) -> str:
        zone = self._frame.kiosk.zone or TIMEZONE
        return self._render("leave", path, **self._here, zone=zone)

    def _talk(self) -> dict[str, object]:
        return talk_now.choose(self._pack, self._cards, self._wording)

    def _hearing(self) -> str:
        path, back = self._links.page("hearing"), self._links.page("now")
        return self._render("hearing", path, back=back, talk=self._talk())

    def _now(self) -> str:
        back = self._links.home()
        return self._render(
            "now",
            self._links.page("now"),
            back=back,
            talk=self._talk(),
            **self._here,
            text_line=self._text_line(None),
        )

    def _text_line(self, topic: Topic | None, *, paper: bool = False) -> Markup:
        number = self._frame.kiosk.text_line
        return topic_page.text_line(topic, self._texts, number, self._wording, paper=paper)

    def _numbers(self) -> str:
        talking = [r.id for r in self._pack.resources if r.pinned and r.answers == "counselling"]
        near = [name for name in self._nearest_first(tuple(talking)) if name in self._near]
        lines = [(self._near[name], home.tile_of(name, self._texts)) for name in near]
        printed = handout.several(lines, self._wording, machine=self._text_line(None))
        path, back = self._links.numbers(), self._links.page("now")
        return self._render("sheet", path, back=back, handout=printed)

    def _group(self, group: Group) -> str:
        if home.href(group, self._links) == LEAVE:
            return self.leave(self._links.listing(group.code))
        return self._render(
            "group",
            self._links.listing(group.code),
            back=self._links.home(),
            group=group,
            rows=home.rows(group, self._texts, self._links),
            lines=self._lines(group.resources),
        )

    def _topic(self, topic: Topic) -> str:
        key = f"topic:{topic.id}"
        group = next((one for one in self._pack.groups if topic.id in one.topics), None)
        onward = {"partners": self._links.page("partners"), "adults": self._links.page("adults")}
        steps = topic_page.steps(topic, self._texts, self._wording)
        at_once = topic_page.at_once(topic, self._texts)
        return self._render(
            "danger" if topic.id == topic_page.DANGER else "topic",
            self._links.topic(topic),
            back=self._links.listing(group.code) if group else self._links.home(),
            key=key,
            first=self._urgent(steps[0]) if at_once else None,
            steps=steps[1:] if at_once else steps,
            **self._here,
            quiet=topic.id in topic_page.QUIET_NINE,
            onward=onward.get(topic.id, ""),
            outside=topic.id in topic_page.OUTSIDE,
            help=topic_page.choose(self._nearest_first(topic.resources), self._near),
            also=topic_page.neighbors(topic, self._texts, self._links),
            text_line=self._text_line(topic),
            unable=self._links.unable(self._links.topic(topic)),
        )

    def _urgent(self, words: Markup) -> TopicLink:
        danger = topic_page.link(self._pack.topic(topic_page.DANGER), self._texts, self._links)
        return danger._replace(title=words)

    def _unable(self, danger: Topic) -> str:
        path = self._links.topic(danger)
        return self._render(
            "unable",
            self._links.unable(path),
            back=path,
            emergency=self._near[topic_page.EMERGENCY],
            steps=topic_page.steps(danger, self._texts, self._wording),
            lines=self._lines(("988", "nhth")),
        )

    def _card_pages(self, card: Card, resource: Resource | None) -> Iterator[Page]:
        back = self._links.home()
        if resource is not None and resource.status == "reviewing":
            made = partial(
                self._render, "reviewing", card.href, back=back, card=card, lines=self._pinned()
            )
            yield Page(card.href, "card", made)
            return
        topic = topic_page.topic_of(resource.id, self._pack) if resource else None
        machine, on_paper = (
            (self._text_line(topic, paper=paper) if topic else Markup()) for paper in (False, True)
        )
        made = partial(self._render, "card", card.href, back=back, card=card, text_line=machine)
        yield Page(card.href, "card", made)
        if card.slip:
            printed = handout.pages(
                card,
                self._wording,
                resource=resource,
                machine=on_paper,
                talk=self._near.get(topic_page.TALK),
                render=self._render,
            )
            for path, kind, make in printed:
                yield Page(path, kind, make)

    def _partner_pages(self) -> Iterator[Page]:
        for partner in self._pack.live_partners:
            href = self._links.card(partner.code)
            made = partial(
                self._render,
                "partner",
                href,
                back=self._links.page("partners"),
                partner=partner,
                itself=answers_itself(partner, self._pack),
                answers=next(iter(self._lines((partner.resource,))), None),
            )
            yield Page(href, "partner", made)

    def search_pages(self, *, services: bool) -> Iterator[Page]:
        path, tag = self._links.page("search"), self._frame.tag
        shown = {"found": f"found/{tag}", "none": f"none/{tag}"} | (
            {"near": f"near/{tag}", "far": f"far/{tag}"} if services else {}
        )
        for state, name in {"form": path, **shown}.items():
            made = partial(self._search, state, services=services)
            yield Page(name, "search" if name == path else "part", made)

    def _search(self, state: str, *, services: bool) -> str:
        return self._render(
            "search",
            self._links.page("search"),
            back=self._links.home(),
            state=state,
            lines=self._pinned(),
            keys=keys(self._frame.tag),
            topics=home.first_topics(self._texts, self._links),
            services=services,
            **(self._of_services() if state in ("near", "far") else {}),
        )

    def _of_services(self) -> dict[str, object]:
        """Return the sentences for directory results, with markers for values."""
        _, isolated = self._wording, Markup('<bdi dir="ltr">{}</bdi>')
        name = Markup('<bdi lang="en">{}</bdi>').format(mark("directory"))
        number = Markup('<bdi class="number" dir="ltr">{}</bdi>').format(mark("number"))
        origin = _("This list comes from %(name)s, %(date)s. Call first to be sure.")
        return {
            "first": self._lines(("911", "988", "ctl")),
            "origin": phrase(origin, name=name, date=isolated.format(mark("date"))),
            "updated": phrase(_("Last updated: %(date)s"), date=isolated.format(mark("updated"))),
            "text_to": phrase(_("Text %(number)s"), number=number),
        }

    def _lines(self, ids: tuple[str, ...]) -> list[Card]:
        return [self._near[name] for name in self._nearest_first(ids) if name in self._near]

    def _nearest_first(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Keep the pack's order, but put entries from other counties last."""
        return tuple(sorted(ids, key=lambda name: name in self._elsewhere))

    def _pinned(self) -> list[Card]:
        return [card for card in self._cards.values() if card.pinned]


def answers_itself(partner: Partner, pack: Pack) -> bool:
    """Return whether the partner itself runs the hotline that answers for it."""
    return any(
        resource.id == partner.resource and resource.organization == partner.organization
        for resource in pack.resources
    )


def for_students(pack: Pack) -> list[Partner]:
    """Sort partners: those with their own hotline first, then active ones, then by name."""
    return sorted(
        pack.live_partners,
        key=lambda one: (not answers_itself(one, pack), one.standing != "active", one.organization),
    )
