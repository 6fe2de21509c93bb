"""View of a topic's page: warm words, one hotline, three steps, neighbours; all else under it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from content.model import phone_numbers
from content.model.county_hotline import COUNTY
from content.model.pack import Topic
from kiosk.edition.links import Links
from kiosk.pages.cards import Card
from kiosk.pages.contact_channels import phrase
from kiosk.pages.pack_texts import Texts, isolated
from kiosk.pages.ui_strings import Wording

DANGER = "danger"
TALK = "988"  # answers any worry: offered on every page, under the line that knows this one best
EMERGENCY = "911"
# Never "see someone here": the one who works here may be the one who does harm.
OUTSIDE = frozenset({"schoolstaff"})
# Who is hurt or in danger is never sent to a machine.
NO_MACHINE = frozenset({DANGER, "suicide", "assault", "abuse", "schoolstaff", "adults"})
WORDS = {"basics": ("FOOD", "COMIDA"), "work": ("WORK", "TRABAJO")}  # say nothing on a phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A topic that this one may also be."""

    href: str
    title: Markup
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """The topic's hotlines. ``beside``: two more for the first screen; ``others``: the rest."""

    first: Card
    beside: tuple[Card, ...]
    talk: Card | None
    others: tuple[Card, ...]


def readable(topic: Topic, texts: Texts) -> bool:
    """Whether what to do is said in this language: else the topic has no page in it."""
    keys = (f"topic:{topic.id}:{name}" for name in ("title", "warm", *_steps(topic)))
    return texts.has(*keys)


def steps(topic: Topic, texts: Texts) -> tuple[Markup, ...]:
    """What to do; nothing but numbers where no reader has signed words that may cost a life."""
    pack = texts.pack
    bare = topic.id in (DANGER, "suicide") and texts.language in pack.partial
    if bare and texts.language in pack.unchecked:
        return ()
    return texts.series(f"topic:{topic.id}:step")


def _steps(topic: Topic) -> list[str]:
    return [f"step.{number}" for number in range(1, topic.steps + 1)]


def prose(topic: Topic, texts: Texts) -> tuple[Markup, ...]:
    """The paragraphs behind "Read more", in a language that has them."""
    key = f"topic:{topic.id}:p"
    return texts.series(key) if texts.has(f"{key}.1") else ()


def choose(topic: Topic, cards: Mapping[str, Card]) -> Help | None:
    """Which hotline stands where; None where no line has a number or an address."""
    named = [(name, cards[name]) for name in topic.resources if name in cards]
    lines = [(name, card) for name, card in named if card.channels or name != COUNTY]
    current = [(n, card) for n, card in lines if card.channels and not card.old] or [
        (n, card) for n, card in lines if card.channels
    ]
    if not current:
        return None
    first, card = current[0]
    rest = [(name, card) for name, card in lines if name != first]
    talk = next((card for name, card in rest if name == TALK), None)
    near = next(
        (c for name, c in rest if name not in (TALK, EMERGENCY) and not c.old and c.callable), None
    )
    beside = tuple(found for found in (near, talk) if found)
    others = tuple(card for _, card in rest if card not in beside)
    return Help(first=card, beside=beside, talk=talk, others=others)


def neighbours(topic: Topic, texts: Texts, links: Links) -> tuple[Neighbour, ...]:
    """The topic's neighbours, and danger as the last."""
    known: Iterable[Topic] = texts.pack.topics
    named = {other.id: other for other in known}
    wanted: Sequence[str] = (*topic.also, *((DANGER,) if topic.id != DANGER else ()))
    return tuple(
        Neighbour(
            href=links.topic(named[name]),
            title=texts.html(f"topic:{name}:title"),
            urgent=name == DANGER,
        )
        for name in wanted
        if name in named and readable(named[name], texts)
    )


def text_line(topic: Topic | None, number: str, _: Wording) -> Markup:
    """ "Or text M31 to (916) 555-0100"; empty without a line, and where people must answer."""
    if not number or (topic and topic.id in NO_MACHINE):
        return Markup()
    english = _.language != "es"
    shown = isolated("sms", phone_numbers.display(number))
    if topic is None:
        return phrase(_("Or text %(number)s"), number=shown)
    words = WORDS.get(topic.id)
    word = words[0 if english else 1] if words else topic.text_code("en" if english else "es")
    return phrase(_("Or text %(word)s to %(number)s"), word=isolated("word", word), number=shown)
