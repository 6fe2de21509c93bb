"""Compares a resource in two packs: its listing, who runs it, and who can reach it when.

A line that either pack calls a crisis line counts as one: otherwise, a pack could first make it an
ordinary line and change it later. number_changes.py compares numbers.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from content.model.pack import TIMEZONE, Area, Channel, Pack, Resource
from content.review import number_changes

Row = tuple[str, str, str, str, str]  # row of the table, resource, place in it, before, after

# Sites where anyone can make a page: there, the address after the host says whose page it is.
SHARED_HOSTS = {
    *("bit.ly", "discord.com", "discord.gg", "docs.google.com", "drive.google.com"),
    *("eventbrite.com", "facebook.com", "fb.me", "forms.gle", "github.com", "gofundme.com"),
    *("goo.gl", "instagram.com", "linktr.ee", "medium.com", "ow.ly", "reddit.com"),
    *("sites.google.com", "t.co", "t.me", "tiktok.com", "tinyurl.com", "twitter.com"),
    *("wa.me", "x.com", "youtu.be", "youtube.com"),
}
_MINUTES = 24 * 60
_WARNINGS = frozenset({"may-act", "police", "emergency"})
_HANDLED = frozenset(
    {"id", "code", "organization", "answers", "urgency", "passes_on"}
    | {"channels", "area", "status", "audience", "pinned", "sources"}
)
# Who checked an entry or approved its words, and when: this does not affect where students go.
_KEPT = frozenset({"checked_on", "checked_by", "first_checked_on", "first_checked_by", "consent"})


def is_crisis(resource: Resource) -> bool:
    """Whether students in danger are sent to this resource."""
    return resource.pinned or resource.urgency == "crisis"


def different(old: Pack, new: Pack) -> Iterator[Row]:
    """Yield all differences between resources except in numbers, words to send and hosts."""
    before, after = ({resource.id: resource for resource in pack.resources} for pack in (old, new))
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        yield from _presence(name, one, other)
        if one is not None and other is not None:
            yield from _entry(one, other)
            yield from _channels(one, other)
            yield from _name(name, old, new, crisis=is_crisis(one) or is_crisis(other))


def _presence(name: str, old: Resource | None, new: Resource | None) -> Iterator[Row]:
    crisis = any(is_crisis(resource) for resource in (old, new) if resource is not None)
    suffix = "-crisis" if crisis else ""
    was, now = _shown(old), _shown(new)
    if was == now:
        return
    if new is not None and new.status == "withdrawn":
        pinned = any(resource.pinned for resource in (old, new) if resource is not None)
        yield ("withdrawn-pinned" if pinned else f"withdrawn{suffix}", name, "status", was, now)
    elif not now or (was and "student" not in now):
        yield f"gone{suffix}", name, "status", was, now
    elif not was or "student" not in was:
        yield f"new{suffix}", name, "status", was, now
    else:
        yield "detail", name, "audience", was, now


def _shown(resource: Resource | None) -> str:
    """Return the people to whom a resource is shown; "" for nobody."""
    return (
        ", ".join(sorted(resource.audience))
        if resource is not None and resource.status == "live"
        else ""
    )


def _entry(old: Resource, new: Resource) -> Iterator[Row]:
    crisis = is_crisis(old) or is_crisis(new)
    name = old.id
    if old.organization != new.organization:
        row = "organization-crisis" if crisis else "organization"
        yield row, name, "organization", old.organization, new.organization
    if old.pinned != new.pinned:
        yield "rank", name, "pinned", str(old.pinned).lower(), str(new.pinned).lower()
    if old.urgency != new.urgency:
        rank = "crisis" in (old.urgency, new.urgency)
        yield "rank" if rank else "detail", name, "urgency", old.urgency, new.urgency
    if old.answers != new.answers:
        yield "purpose", name, "answers", old.answers, new.answers
    if old.passes_on != new.passes_on:
        warned = new.passes_on in _WARNINGS and old.passes_on not in _WARNINGS
        yield "warning" if warned else "purpose", name, "passes_on", old.passes_on, new.passes_on
    if old.area != new.area:
        shrunk = "area-shrunk" if _shrunk(old.area, new.area) else "detail"
        yield shrunk, name, "area", _area(old.area), _area(new.area)
    if old.sources != new.sources:
        yield "wording", name, "sources", "", ""
    before, after = msgspec.to_builtins(old), msgspec.to_builtins(new)
    for key in sorted(before.keys() - _HANDLED):
        if before[key] != after[key]:
            row = "wording" if key in _KEPT else "detail"
            yield row, name, key, str(before[key]), str(after[key])


def _name(name: str, old: Pack, new: Pack, *, crisis: bool) -> Iterator[Row]:
    """Yield a changed name on the card: to readers, another name means another line."""
    key = f"resource:{name}:name"
    before, after = old.texts[old.default].get(key, ""), new.texts[new.default].get(key, "")
    if before != after:
        yield "organization-crisis" if crisis else "detail", name, "name", before, after


def _channels(old: Resource, new: Resource) -> Iterator[Row]:
    before, after = (
        dict(number_changes.places(old.channels)),
        dict(number_changes.places(new.channels)),
    )
    crisis = is_crisis(old) or is_crisis(new)
    for place in sorted(before.keys() & after.keys()):
        one, other = before[place], after[place]
        yield from _hours(old.id, place, one, other, crisis=crisis)
        if (
            one.url != other.url
            and one.url
            and other.url
            and number_changes.host(one.url) == number_changes.host(other.url)
        ):
            owner = number_changes.host(other.url).removeprefix("www.").removeprefix("m.")
            shared = owner in SHARED_HOSTS or urlsplit(one.url)[:2] != urlsplit(other.url)[:2]
            yield "site" if shared else "page", old.id, f"{place}.url", one.url, other.url
        if set(one.languages) - set(other.languages) or (
            one.interpreters and not other.interpreters
        ):
            yield "less", old.id, f"{place}.languages", _spoken(one), _spoken(other)
        elif _spoken(one) != _spoken(other):
            yield "detail", old.id, f"{place}.languages", _spoken(one), _spoken(other)
        if one.press != other.press:
            yield "detail", old.id, f"{place}.press", _keys(one), _keys(other)


def _hours(name: str, place: str, old: Channel, new: Channel, *, crisis: bool) -> Iterator[Row]:
    if (old.hours, old.open, old.timezone) == (new.hours, new.open, new.timezone):
        return
    change = (name, f"{place}.hours", _when(old), _when(new))
    if new.hours == "unknown" or _within(new, old):
        yield "less", *change
    else:
        yield "hours-widened-crisis" if crisis else "hours-widened", *change


def _within(new: Channel, old: Channel) -> bool:
    """Whether the new hours promise no more than the old ones."""
    if old.hours == "unknown" or new.hours == "24/7":
        return old.hours == new.hours
    return old.hours == "24/7" or (old.timezone == new.timezone and _minutes(new) <= _minutes(old))


def _minutes(channel: Channel) -> set[tuple[str, int]]:
    return {
        (day, minute)
        for opening in channel.open
        for day in opening.days
        for minute in range(_minute(opening.opens_at), _minute(opening.closes_at))
    }


def _minute(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return min(int(hour) * 60 + int(minute), _MINUTES)


def _shrunk(old: Area, new: Area) -> bool:
    if new.us:
        return False
    if old.us or set(old.states) - set(new.states):
        return True
    return bool(set(old.counties) - set(new.counties)) and not set(new.states) - set(old.states)


def _area(area: Area) -> str:
    return (
        "the whole country" if area.us else ", ".join((*area.states, *area.counties)) or "nowhere"
    )


def _when(channel: Channel) -> str:
    if channel.hours != "listed":
        return "hours not known" if channel.hours == "unknown" else "24/7"
    spans = (f"{' '.join(one.days)} {one.opens_at} to {one.closes_at}" for one in channel.open)
    return "; ".join(spans) + ("" if channel.timezone == TIMEZONE else f" ({channel.timezone})")


def _spoken(channel: Channel) -> str:
    return ", ".join(sorted(channel.languages)) + (
        " and interpreters" if channel.interpreters else ""
    )


def _keys(channel: Channel) -> str:
    return ", ".join(f"{language}: {key}" for language, key in sorted(channel.press.items()))
