"""Puts a hotline's facts into words: hours, cost, ages, languages, privacy, confidence.

Raises KeyError for a value that has no sentence here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from content.model import freshness
from content.model.attestation import Listed
from content.model.freshness import Entry
from content.model.pack import Channel, Pack, Reader, Resource
from kiosk.pages.ui_strings import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStatus:
    """When a hotline answers. ``text`` is correct without scripts; ``data`` and ``also`` agree."""

    kind: str
    text: str
    data: str = ""
    also: str = ""
    zone: str = ""


def hours(channel: Channel, _: Wording) -> OpenStatus:
    if channel.hours == "24/7":
        return OpenStatus(kind="always", text=_("Open day and night"))
    if channel.hours == "unknown" or not channel.open:
        return OpenStatus(kind="unknown", text=_("Hours not known"))
    text = "; ".join(_.opening(opening) for opening in channel.open)
    return OpenStatus(
        kind="listed",
        text=text[:1].upper() + text[1:],
        data=json.dumps(_table(channel)),
        zone=channel.timezone,
    )


def status(channels: Sequence[Channel], _: Wording) -> OpenStatus:
    """Return a card's status: from the first channel that reaches a person, or else the first."""
    first = next((c for c in channels if c.kind in {"voice", "sms", "chat"}), channels[0])
    found = hours(first, _)
    if first.kind == "web":
        return replace(found, text="")  # a web page has no opening hours
    others = [c for c in channels if c.open and c is not first and c.timezone == first.timezone]
    tables = [_table(c) for c in others]
    return replace(found, also=json.dumps(tables)) if found.data and tables else found


def _table(channel: Channel) -> list[list[list[str] | str]]:
    return [[list(o.days), o.opens_at, o.closes_at] for o in channel.open]


def chips(resource: Resource, _: Wording) -> tuple[tuple[str, str], ...]:
    words = cost(resource.cost, _)
    if resource.answers == "emergency":
        words = _("Do not wait because of cost")
    price = ("circle-check" if resource.cost == "free" else "wallet", words)
    known = (price, ("languages", spoken(resource, _)), ("user-round", ages(resource, _)))
    return tuple((name, words) for name, words in known if words)


def cost(value: str, _: Wording) -> str:
    """Say what a call or text costs; "" if the cost is not stated."""
    return {
        "free": _("Free"),
        "standard-rates": _("Costs what your phone plan charges"),
        "not-stated": "",
    }[value]


def spoken(resource: Resource, _: Wording) -> str:
    """Name the languages that a hotline states; "" if it states none."""
    tags = tuple(dict.fromkeys(tag for channel in resource.channels for tag in channel.languages))
    interpreters = any(channel.interpreters for channel in resource.channels)
    if not tags:
        return _("Interpreters can help") if interpreters else ""
    names = _.named(tags)
    return _("%(languages)s + interpreters", languages=names) if interpreters else names


def ages(resource: Resource, _: Wording) -> str:
    """Say which ages a hotline is for; "" if it is for everyone."""
    low, high = resource.minimum_age, resource.maximum_age
    if low is not None and high is not None:
        return _("Ages %(low)s to %(high)s", low=low, high=high)
    if low is not None:
        return _("Age %(low)s and up", low=low)
    return _("Up to age %(high)s", high=high) if high is not None else ""


def passes_on(value: str, _: Wording, *, said: bool) -> str:
    """Say what a hotline may pass on. ``said``: its text says so; omit "we did not find"."""
    ask = _("Say: “What do you have to report?”")
    may_act = _("They may have to tell someone if you are in danger or being hurt.")
    unknown = _("We did not find what they may pass on. You can ask first.")
    if value == "not-stated" and said:
        return ask  # the preceding text ends with "You can ask first"
    return {
        "may-act": f"{may_act} {ask}",
        "not-stated": f"{unknown} {ask}",
        "police": _("What you tell them goes to the police or other law enforcement."),
        "emergency": _("They send help to where you are. Police, fire or medical crews may come."),
        "information": _("They give information. You can ask before you say who you are."),
    }[value]


def unread(pack: Pack, key: str, _: Wording) -> tuple[str, ...]:
    """Say which professionals have not reviewed the texts of a topic or hotline."""
    said: dict[Reader, str] = {
        "clinician": _("No doctor or nurse has read this part yet."),
        "counsel": _("No lawyer has read this part about the law yet."),
    }
    readers = {one for name, one in pack.unread_by.items() if name.startswith(f"{key}:")}
    return tuple(words for reader, words in said.items() if reader in readers)


def confidence(value: str, _: Wording, *, seen: bool = False) -> str:
    """Say what an entry is based on. ``seen``: a person compared it with the hotline's page."""
    rests = {
        "high": _("Read on an official page or in several lists."),
        "medium": _("Read in one fair or older list."),
        "low": _("The lists we read are old or do not agree."),
    }[value]
    return rests if seen else " ".join((rests, _("No person has checked it yet.")))


def source(kind: str, _: Wording) -> str:
    """Name a kind of source in the reader's language, if it is translated."""
    for sign, words in (
        ("third party", _("lists made by others")),
        ("statute", _("the text of a law")),
        ("legislature", _("the text of a law")),
        ("official", _("an official page")),
        ("press release", _("a press release")),
        ("news", _("a news report")),
        ("list", _("lists made by others")),
        ("director", _("lists made by others")),
    ):
        if sign in kind.casefold():
            return words
    return _("another page")


def checked(entry: Entry, _: Wording, *, today: date) -> str:
    """Say if and when a person checked the entry against its source; only the month if overdue."""
    if entry.checked_on is None:
        return _("Not yet checked by a person")
    if freshness.ages(entry) and freshness.of(entry, today).late:
        return _("Last checked in %(month)s", month=_.month(entry.checked_on))
    return _("Checked by a person on %(date)s", date=_.date(entry.checked_on))


def consent(entry: Listed, _: Wording) -> str:
    """Say why an entry is listed. Undated approval does not count (content.rules.attestation)."""
    approved = entry.consent.approved_on if entry.consent.basis == "approved" else None
    if approved is None:
        return _("Listed from public facts.")
    return _("They approved these words: %(month)s.", month=_.month(approved))
