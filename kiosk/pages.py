"""Every page of a pack, as HTML: a pure function of pack, settings and day.

Owns which pages there are and what each one holds. Refuses to serve, to read a clock, and to give a page an address
or a title that tells what it is about. Pages whose path has no leading slash are parts for the door (app.py): the
"not found" page and the shells of search results.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from content import language as tongues
from content.model import Group, Pack, Resource, Topic
from kiosk import adults, county, search
from kiosk.assets import Assets
from kiosk.cards import Card, Deck
from kiosk.links import COUNTY_LINE_CODE, LEAVE, Links
from kiosk.texts import Texts
from kiosk.typeset import environment
from kiosk.ways import Way, phrase
from kiosk.wording import Wording
from settings import Kiosk

TITLE = "Student Info Desk"  # the same for every page: print queues and crash dumps show titles
FIRST = frozenset({"988", "ctl"})  # the two made for any worry come before lines for one kind of harm
COUNTY = "county"  # the id by which a topic asks for the school's county line


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``path`` is its address, or the name of a part, which no address can be."""

    path: str
    body: str
    kind: str


@dataclass(frozen=True, slots=True)
class Option:
    """One way to talk to someone now, and the card that tells more about it."""

    card: Card
    way: Way
    hint: str


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language as the switch shows it."""

    tag: str
    name: str
    direction: str
    href: str
    current: bool


def languages(pack: Pack, kiosk: Kiosk) -> tuple[str, ...]:
    """The languages of this screen: those of the settings that the pack has, else the pack's own first one."""
    return tuple(tag for tag in kiosk.languages if tag in pack.languages) or (pack.default,)


def pages(pack: Pack, kiosk: Kiosk, *, today: date, assets: Assets | None = None) -> Iterator[Page]:
    """All pages of the pack in all languages of the screen. Raises whatever a template or a text raises."""
    assets = assets or Assets()
    tags = languages(pack, kiosk)
    for number, tag in enumerate(tags):
        tongue = _Language(pack, kiosk, tag, tags=tags, today=today, assets=assets)
        yield from tongue.pages()
        if number == 0:
            yield Page("/", tongue.home(), "home")
            yield Page(LEAVE, tongue.leave(), "leave")


class _Language:
    """The pages of one language."""

    def __init__(
        self, pack: Pack, kiosk: Kiosk, tag: str, *, tags: tuple[str, ...], today: date, assets: Assets
    ) -> None:
        self._pack, self._kiosk, self._tag, self._tags = pack, kiosk, tag, tags
        self._wording, self._links, self._texts = Wording(tag), Links(tag), Texts(pack, tag)
        self._environment = environment(self._wording, assets)
        deck = Deck(pack, self._wording, today=today)
        live = [r for r in pack.resources if r.status == "live"]
        self._cards = {r.id: deck.card(r) for r in live if "student" in r.audience}
        self._staff = tuple(deck.card(r) for r in live if "student" not in r.audience)
        self._cards[COUNTY] = county.line(pack, kiosk, self._wording)

    def pages(self) -> Iterator[Page]:
        """Every page but the two that only the first language has."""
        links = self._links
        yield Page(links.home(), self.home(), "home")
        yield Page(links.now(), self._now(), "now")
        yield Page(links.languages(), self._render("languages", links.languages(), back=links.home()), "languages")
        yield Page(links.partners(), self._partners(), "partners")
        yield Page(links.adults(), self._adults(), "adults")
        for group in self._pack.groups:
            yield Page(links.listing(group.code), self._group(group), "group")
        for topic in self._pack.topics:
            body = self._topic(topic)
            for code in dict.fromkeys(topic.codes.values()):
                yield Page(links.listing(code), body, "topic")
        yield from self._card_pages()
        yield from self._search_pages()
        yield Page(f"missing/{self._tag}", self._render("missing", links.home(), lines=self._pinned()), "part")

    def home(self) -> str:
        tiles = [
            {
                "icon": group.icon,
                "tint": group.tint,
                "href": self._group_href(group),
                "title": self._texts.html(f"group:{group.id}:title"),
                "sub": self._texts.html(f"group:{group.id}:sub"),
            }
            for group in self._pack.groups
        ]
        return self._render("home", self._links.home(), tiles=tiles, lines=self._pinned())

    def leave(self) -> str:
        starts = [Wording(tag) for tag in self._tags]
        # One page for whoever comes next: two languages share it, more than two would not fit.
        voices = sorted(starts, key=lambda w: w.language != self._tag)[: 2 if len(starts) == 2 else 1]
        return self._render("leave", LEAVE, starts=starts, voices=voices)

    def _now(self) -> str:
        pinned = [r for r in self._pack.resources if r.pinned and r.id in self._cards]
        talk = sorted((r for r in pinned if r.answers == "counselling"), key=lambda r: r.id not in FIRST)
        call = next((r for r in talk if r.channel("voice")), None)
        text = self._own(talk) or next((r for r in talk if r.channel("sms") and r is not call), call)
        emergency = next((r for r in pinned if r.answers == "emergency"), None)
        shown = (call, text, emergency)
        return self._render(
            "now",
            self._links.now(),
            back=self._links.home(),
            call=self._way(call, "voice"),
            text=self._way(text, "sms"),
            emergency=(help_now := self._way(emergency, "voice")),
            danger=self._danger(help_now),
            lines=[self._cards[r.id] for r in pinned if r not in shown],
        )

    def _own(self, talk: list[Resource]) -> Resource | None:
        """Another language's first line to text: one that answers in it and asks for no word of the default one."""
        if self._tag == self._pack.default:
            return None
        for resource in talk:
            channel = resource.channel("sms")
            if channel and self._tag in channel.languages:
                word = channel.keyword.get(self._tag, "")
                if not word or word != channel.keyword.get(self._pack.default, ""):
                    return resource
        return None

    def _way(self, resource: Resource | None, kind: str) -> Option | None:
        card = self._cards[resource.id] if resource else None
        way = next((way for way in card.ways if way.kind == kind), None) if card else None
        if card is None or way is None:
            return None
        _ = self._wording
        hints = {"voice": way.status.text, "sms": _("Quiet. No one can hear you.")}
        return Option(card, way, hints[kind])

    def _danger(self, emergency: Option | None) -> Markup:
        _ = self._wording
        if emergency is None:
            return escape(_("Tell an adult you trust."))
        pattern = _("Call %(number)s from any phone. Or tell an adult you trust.")
        return phrase(pattern, number=emergency.way.big)

    def _group(self, group: Group) -> str:
        if self._group_href(group) == LEAVE:
            return self.leave()
        rows = [
            {
                "href": self._links.topic(topic),
                "icon": topic.icon,
                "title": self._texts.html(f"topic:{topic.id}:title"),
                "lead": self._texts.html(f"topic:{topic.id}:lead"),
            }
            for topic in map(self._pack.topic, group.topics)
        ]
        return self._render(
            "group",
            self._links.listing(group.code),
            back=self._links.home(),
            group=group,
            title=self._texts.html(f"group:{group.id}:title"),
            lead=self._texts.maybe(f"group:{group.id}:lead"),
            rows=rows,
            lines=self._lines(group.resources),
        )

    def _group_href(self, group: Group) -> str:
        # A group that leads to nothing of the pack is the school's own tile.
        return self._links.listing(group.code) if group.topics or group.resources else LEAVE

    def _topic(self, topic: Topic) -> str:
        key = f"topic:{topic.id}"
        group = next((g for g in self._pack.groups if topic.id in g.topics), None)
        onward = {"partners": self._links.partners(), "adults": self._links.adults()}
        return self._render(
            "topic",
            self._links.topic(topic),
            back=self._links.listing(group.code) if group else self._links.home(),
            icon_name=topic.icon,
            tint=group.tint if group else "teal",
            title=self._texts.html(f"{key}:title"),
            lead=self._texts.html(f"{key}:lead"),
            paragraphs=self._texts.series(f"{key}:p"),
            onward=onward.get(topic.id, ""),
            lines=self._lines(topic.resources),
        )

    def _card_pages(self) -> Iterator[Page]:
        home = self._links.home()
        for card in self._cards.values():
            yield Page(card.href, self._render("card", card.href, back=home, card=card), "card")
            if card.slip:
                body = self._render("slip", card.slip, back=card.href, card=card)
                yield Page(card.slip, body, "slip")
        for partner, view in zip(self._pack.partners, adults.partners(self._texts, self._wording), strict=True):
            body = self._render(
                "partner",
                view.href,
                back=self._links.partners(),
                partner=view,
                lines=self._lines((partner.resource,)),
            )
            yield Page(view.href, body, "partner")

    def _partners(self) -> str:
        views = adults.partners(self._texts, self._wording)
        return self._render("partners", self._links.partners(), back=self._links.home(), partners=views)

    def _adults(self) -> str:
        return self._render(
            "adults",
            self._links.adults(),
            back=self._links.home(),
            sections=adults.sections(self._texts),
            laws=adults.laws(self._texts, self._wording),
            partners=adults.partners(self._texts, self._wording),
            lines=self._staff,
            county=self._cards[COUNTY],
            counties=county.rows(self._pack, self._wording),
        )

    def _search_pages(self) -> Iterator[Page]:
        path, back = self._links.search(), self._links.home()
        row = self._environment.get_template("row.html").render(mark=search.Mark)
        yield Page(f"row/{self._tag}", row, "part")
        for name, state, kind in (
            (path, "form", "search"),
            (f"found/{self._tag}", "found", "part"),
            (f"none/{self._tag}", "none", "part"),
        ):
            body = self._render("search", path, back=back, state=state, mark=search.Mark, lines=self._pinned())
            yield Page(name, body, kind)

    def _lines(self, ids: tuple[str, ...]) -> list[Card]:
        return [self._cards[name] for name in ids if name in self._cards]

    def _pinned(self) -> list[Card]:
        return [card for card in self._cards.values() if card.pinned]

    def _render(self, template: str, path: str, *, back: str = "", **view: object) -> str:
        _ = self._wording
        return self._environment.get_template(f"{template}.html").render(
            **view,
            kind=template,
            brand=TITLE,
            back=back,
            path=path,
            lang=self._tag,
            direction=tongues.direction(self._tag),
            tongues=[
                Tongue(
                    tag,
                    tongues.own_name(tag),
                    tongues.direction(tag),
                    self._links.elsewhere(tag, path),
                    tag == self._tag,
                )
                for tag in self._tags
            ],
            countdown=phrase(
                _("This screen will clear in %(seconds)s seconds."),
                seconds=Markup('<b id="idle-count">{}</b>').format(self._kiosk.warn_seconds),
            ),
            unchecked=self._tag in self._pack.unchecked,
            links=self._links,
            leave=LEAVE,
            kiosk=self._kiosk,
            county_code=COUNTY_LINE_CODE,
        )
