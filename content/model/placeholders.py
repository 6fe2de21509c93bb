"""Placeholders in texts, such as ``{988.voice}``, and their values (docs/editor/content.md)."""

from collections.abc import Callable, Mapping

from content.model import phone_numbers
from content.model.pack import Channel, ChannelKind, Pack, Partner, Phrase, Resource
from messages import template

_NUMBERS: dict[str, ChannelKind] = {
    "voice": "voice",
    "sms": "sms",
    "tty": "tty",
    "videophone": "videophone",
}
_ADDRESSES: dict[str, ChannelKind] = {"web": "web", "chat": "chat"}
ZIP_KEYWORD = "{zip}"
_NOTHING: Mapping[str, str] = {}


def names(text: str) -> frozenset[str]:
    return frozenset(template.split(text)[1::2])


def without(text: str) -> str:
    """Return the text with a space in place of every placeholder."""
    return " ".join(template.split(text)[::2])


def fill(
    phrase: Phrase,
    pack: Pack,
    *,
    owner: str = "",
    extra: Mapping[str, str] = _NOTHING,
    wrap: Callable[[str, str], str] = lambda _kind, value: value,
    escape: Callable[[str], str] = str,
) -> str:
    """Return the phrase with placeholders filled in. Raises KeyError for one without a value.

    ``owner``: a text's or entry's key (``resource:988``), or an id. ``extra``: further values.
    ``escape`` is applied to text and values, then ``wrap(kind, value)`` to each value; the kinds
    include voice, sms, word, web and name.
    """
    filler = _Filler(pack, phrase.language, owner, extra)
    parts = []
    for index, part in enumerate(template.split(phrase.text)):
        if index % 2 == 0:
            parts.append(escape(part))
        else:
            kind, value = filler.value(part)
            parts.append(wrap(kind, escape(value)))
    return "".join(parts)


class _Filler:
    def __init__(self, pack: Pack, language: str, owner: str, extra: Mapping[str, str]) -> None:
        self._pack = pack
        self._language = language
        kind, _, rest = owner.partition(":") if ":" in owner else ("", "", owner)
        self._owner_kind, self._owner = kind, rest.partition(":")[0]
        self._extra = extra

    def value(self, name: str) -> tuple[str, str]:
        """Return placeholder ``name``'s kind and value. Raises KeyError(name) if it is missing."""
        if name in self._extra:
            return name, self._extra[name]
        entry, dot, kind = name.rpartition(".")
        if entry == "fact":
            found = self._pack.facts.get(kind)
        elif dot:
            found = self._of(entry, kind, "")
        else:
            found = self._of(self._owner, kind, self._owner_kind)
        if not found:
            raise KeyError(name)
        return kind, found

    def _of(self, entry: str, kind: str, entry_kind: str) -> str | None:
        if kind == "law":
            return next((law.citation for law in self._pack.laws if law.id == entry), None)
        partner = next((p for p in self._pack.partners if p.id == entry), None)
        resource = next((r for r in self._pack.resources if r.id == entry), None)
        if partner is not None and (
            kind == "grades" or entry_kind == "partner" or resource is None
        ):
            return _of_partner(partner, kind)
        return self._of_resource(resource, kind) if resource is not None else None

    def _of_resource(self, resource: Resource, kind: str) -> str | None:
        if kind in _NUMBERS:
            channel = resource.channel(_NUMBERS[kind])
            return phone_numbers.display(channel.number) if channel else None
        if kind in _ADDRESSES:
            return _address(resource.channel(_ADDRESSES[kind]))
        if kind == "word":
            return self._word(resource)
        if kind == "name":
            return self._name(resource)
        ages = {"minimum_age": resource.minimum_age, "maximum_age": resource.maximum_age}
        if kind == "age" and None in ages.values():
            return next((str(age) for age in ages.values() if age is not None), None)
        return str(ages[kind]) if ages.get(kind) is not None else None

    def _word(self, resource: Resource) -> str | None:
        for channel in resource.channels:
            word = channel.keyword.get(self._language, "") if channel.kind == "sms" else ""
            if word and word != ZIP_KEYWORD:
                return word
        return None

    def _name(self, resource: Resource) -> str | None:
        phrase = self._pack.say(self._language, f"resource:{resource.id}:name")
        if any(name.rpartition(".")[2] == "name" for name in names(phrase.text)):
            return None  # names that contain each other would never end
        return fill(phrase, self._pack, owner=f"resource:{resource.id}")


def _of_partner(partner: Partner, kind: str) -> str | None:
    if kind == "name":
        return partner.organization
    if kind == "grades":
        return partner.grades or None
    if kind == "web":
        return bare(partner.web) or None
    return None


def _address(channel: Channel | None) -> str | None:
    if channel is None:
        return None
    return bare(channel.url) or None


def bare(url: str) -> str:
    """Return an address as people write it: without ``https://`` and without a final slash."""
    return url.removeprefix("https://").rstrip("/")
