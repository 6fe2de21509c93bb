"""The view of "Talk to someone now": hotlines to call and text, and the emergency number.

It does not list hotlines that take reports.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import escape

from content.model.pack import Pack, Resource
from kiosk.pages.cards import Card
from kiosk.pages.contact_channels import ChannelView, phrase
from kiosk.pages.pack_texts import isolated
from kiosk.pages.ui_strings import Wording

FIRST = frozenset({"988", "ctl"})  # for any worry, so listed before hotlines for one kind of harm


@dataclass(frozen=True, slots=True)
class Option:
    """One channel, and the card with more information about it."""

    card: Card
    channel: ChannelView
    hint: str


def choose(pack: Pack, cards: Mapping[str, Card], _: Wording) -> dict[str, object]:
    """Choose what one language's page shows. ``lines``: the pinned hotlines' cards.

    ``written``: the chosen hotlines that accept texts, for students who cannot hear; ``signed``: a
    crisis line's videophone and the hotlines that use sign language; ``relay``: the number for
    calling a voice line without hearing it; ``asl``: the site with a button for sign language.
    Each one is empty if the pack has no such line.
    """
    pinned = [r for r in pack.resources if r.pinned and r.id in cards]
    talk = sorted(
        (r for r in pinned if r.answers == "counselling"), key=lambda r: r.id not in FIRST
    )
    call = next((r for r in talk if r.channel("voice")), None)
    text = _own(talk, pack, _.language)
    text = text or next((r for r in talk if r.channel("sms") and r is not call), call)
    emergency = next((r for r in pinned if r.answers == "emergency"), None)
    help_now = _option(emergency, "voice", cards, _)
    call_first = _("Call %(number)s from any phone. Or tell an adult you trust.")
    writable = (emergency, text, None if call is text else call)
    return {
        "call": _option(call, "voice", cards, _),
        "text": _option(text, "sms", cards, _),
        "emergency": help_now,
        "danger": phrase(call_first, number=help_now.channel.big)
        if help_now
        else escape(_("Tell an adult you trust.")),
        "lines": tuple(cards[r.id] for r in pinned if r is not emergency),
        "written": tuple(option for r in writable if (option := _option(r, "sms", cards, _))),
        "signed": tuple(_signed(cards.values())),
        "relay": isolated("fact", pack.facts.get("relay", "")),
        "asl": isolated("web", pack.facts.get("asl", "")),
    }


def _own(talk: list[Resource], pack: Pack, language: str) -> Resource | None:
    """Return the first hotline that answers texts in this language without English keywords."""
    if language == pack.default:
        return None
    for resource in talk:
        channel = resource.channel("sms")
        if channel and language in channel.languages:
            word = channel.keyword.get(language, "")
            if not word or word != channel.keyword.get(pack.default, ""):
                return resource
    return None


def _option(
    resource: Resource | None, kind: str, cards: Mapping[str, Card], _: Wording
) -> Option | None:
    card = cards[resource.id] if resource else None
    channel = next((c for c in card.channels if c.kind == kind), None) if card else None
    if card is None or channel is None:
        return None
    hints = {
        "voice": "" if channel.status.kind == "unknown" else channel.status.text,
        "sms": _("Quiet. No one can hear you."),
    }
    return Option(card, channel, hints[kind])


def _signed(cards: Iterable[Card]) -> Iterator[Option]:
    for card in cards:
        # A hotline whose number is under review has no channels.
        channel = next((c for c in card.channels if c.kind == "videophone"), None)
        if channel and (card.pinned or channel is card.channels[0]):
            yield Option(card, channel, card.who)
