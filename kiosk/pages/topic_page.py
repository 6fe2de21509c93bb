"""The view of a topic's page: warm words, a hotline, three steps, related topics and the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape

from content.model import phone_numbers
from content.model.pack import Pack, Topic
from kiosk.edition.links import Links
from kiosk.pages.cards import Card
from kiosk.pages.contact_channels import phrase
from kiosk.pages.pack_texts import Texts, isolated
from kiosk.pages.ui_strings import Wording

DANGER = "danger"  # the topic that says what to do about 911
TALK = "988"  # a hotline for any worry, offered on every page below the topic's best hotline
EMERGENCY = "911"
# Never "see someone here": someone who works here may be the one doing harm.
OUTSIDE = frozenset({"schoolstaff"})
# We never send a student who is hurt or in danger to a machine.
NO_MACHINE = frozenset({DANGER, "suicide", "assault", "abuse", "schoolstaff", "adults"})
BARE = frozenset({DANGER, "suicide"})
# If 911 may bring what a student fears, its button is less prominent.
QUIET_NINE = frozenset({"suicide", "immigration"})
NAMED = frozenset({"basics", "work"})  # topics whose first keyword reveals nothing on a phone


class TopicLink(NamedTuple):
    href: str
    title: Markup
    lead: Markup
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """The topic's hotlines. ``beside``: two more on the first screen; ``others``: the rest."""

    first: Card
    beside: tuple[Card, ...]
    talk: Card | None
    others: tuple[Card, ...]


def readable(topic: Topic, texts: Texts) -> bool:
    """Return whether this language says what to do; if not, the topic has no page in this language.

    An older pack has no steps, so its pages show what they have.
    """
    steps = (f"step.{number}" for number in range(1, topic.steps + 1))
    names = ("title", *(("warm", *steps) if topic.steps else ()))
    return texts.has(*(f"topic:{topic.id}:{name}" for name in names))


def steps(topic: Topic, texts: Texts, _: Wording) -> tuple[Markup, ...]:
    """Return the steps, or fixed lines for danger and suicide in an unchecked partial language."""
    pack = texts.pack
    if topic.id in BARE and texts.language in pack.partial and texts.language in pack.unchecked:
        return _fixed(topic, pack, _)
    return texts.series(f"topic:{topic.id}:step")


def _fixed(topic: Topic, pack: Pack, _: Wording) -> tuple[Markup, Markup, Markup]:
    """Return three lines from the screen's own wording, which say the same in every language."""
    if topic.id == DANGER:
        written = pack.resource(EMERGENCY).channel("sms")
        spoken = _.named(written.languages) if written else ""
        return (
            escape(_("They ask where you are. Say that first.")),
            escape(_("They answer in: %(languages)s", languages=spoken)),
            escape(_("Tell an adult you trust.")),
        )
    call = _("Call %(number)s from any phone. Or tell an adult you trust.")
    return (
        escape(_("A person asks how they can help.")),
        escape(_("You say as much or as little as you want. You can stop any time.")),
        phrase(call, number=isolated("voice", EMERGENCY)),
    )


def at_once(topic: Topic, texts: Texts) -> bool:
    """Return whether the first step is to call 911. It goes above the hotline, linked to danger."""
    known = {one.id for one in texts.pack.topics}
    if topic.id == DANGER or DANGER not in known or not topic.steps:
        return False
    said = texts.pack.say(texts.language, f"topic:{topic.id}:step.1").text
    return f"{{{EMERGENCY}." in said


def choose(ids: Sequence[str], cards: Mapping[str, Card]) -> Help | None:
    """Arrange a topic's hotlines on its page; None if none of them has a number or an address."""
    lines = {name: cards[name] for name in ids if name in cards}
    able = [name for name, card in lines.items() if card.channels]
    first = next((name for name in able if not lines[name].old), next(iter(able), None))
    if first is None:
        return None
    rest = {name: card for name, card in lines.items() if name != first}
    talk = rest.get(TALK)
    known = [card for name, card in rest.items() if name not in (TALK, EMERGENCY) and not card.old]
    near = next((card for card in known if card.callable), None)
    near = near or next((card for card in known if card.channels), None)  # otherwise, a web page
    beside = tuple(card for card in (near, talk) if card)
    others = tuple(card for card in rest.values() if card not in beside)
    return Help(first=lines[first], beside=beside, talk=talk, others=others)


def link(topic: Topic, texts: Texts, links: Links) -> TopicLink:
    key = f"topic:{topic.id}"
    title, lead = texts.html(f"{key}:title"), texts.html(f"{key}:lead")
    return TopicLink(links.topic(topic), title, lead, topic.id == DANGER)


def neighbors(topic: Topic, texts: Texts, links: Links) -> list[TopicLink]:
    """Return the related topics except danger, since each page has a button for 911."""
    named = {other.id: other for other in texts.pack.topics if other.id not in (topic.id, DANGER)}
    also = [named[name] for name in topic.also if name in named]
    return [link(other, texts, links) for other in also if readable(other, texts)]


def text_line(
    topic: Topic | None, texts: Texts, number: str, _: Wording, *, paper: bool = False
) -> Markup:
    """Say "Or text M31 to (916) 555-0100", and that nobody reads it; empty without a text line or
    if a person must answer. ``paper``: omits the keyword, because others may find the paper."""
    if not number or (topic and topic.id in NO_MACHINE):
        return Markup()
    shown = isolated("sms", phone_numbers.display(number))
    if topic is None:
        return _read_by_nobody(phrase(_("Or text %(number)s"), number=shown), _)
    # The text line has no words or codes in a partial language.
    language = _.language if _.language in topic.codes else texts.pack.default
    word = "" if paper else _keyword(topic, texts, language)
    word = word or topic.text_code(language)
    asked = phrase(_("Or text %(word)s to %(number)s"), word=isolated("word", word), number=shown)
    return _read_by_nobody(asked, _)


def _read_by_nobody(asked: Markup, _: Wording) -> Markup:
    return Markup("{} · {}").format(asked, _("A machine answers; nobody reads it."))


def topic_of(line: str, pack: Pack) -> Topic | None:
    """Return a hotline's topic: one that lists it first, or else the first that lists it.

    Return None if one of these topics must never lead to a machine.
    """
    first = [topic for topic in pack.topics if topic.resources[:1] == (line,)]
    known = first or [topic for topic in pack.topics if line in topic.resources]
    return None if any(topic.id in NO_MACHINE for topic in known) else next(iter(known), None)


def _keyword(topic: Topic, texts: Texts, language: str) -> str:
    """Return the topic's first word for the text line in capitals; "" if a code is better."""
    own = (keyword.words for keyword in texts.pack.keywords if keyword.topic == topic.id)
    words = next(own, {}).get(language) if topic.id in NAMED else None
    return words.alone[0].upper() if words and words.alone else ""
