"""Lists entries to compare with their sources, most urgent first, with who does it and how."""

from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass
from datetime import date

from content.model import freshness, phone_numbers, placeholders
from content.model.freshness import Entry, State
from content.model.pack import Channel, County, Pack, Partner, Reader, Resource
from messages.message import Message, in_order, known, message

NEVER_CALL, MAY_CALL = message("fact.never-call"), message("fact.may-call")
_COUNTYS_OWN = "official county page"  # kind prefix for a county's own page


Fact = Message | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An entry to check. ``key``: for `checked`; ``due``: first overdue day, None without a date.

    ``state``: "due" until people have compared it once, since nobody is late with a first
    comparison. ``who``: a role; ``first``: who has already compared it, or ""; ``open``: sources to
    read; ``compare``: values, described in words; ``call``: whether it may be dialed.
    """

    key: str
    name: str
    state: State
    due: date | None
    as_of: date | None
    who: str
    first: str
    open: tuple[Fact, ...]
    compare: tuple[tuple[Fact, ...], ...]
    call: Message


def tasks(
    pack: Pack, *, today: date, due_by: date | None = None, counties: Collection[str] = ()
) -> tuple[Task, ...]:
    """Return entries due by that day, even pinned: crisis hotlines, undated, then longest overdue.

    ``counties``: names; entries only for other counties come last. () if all counties count.
    """
    day = max(today, due_by or today)
    codes = {county.fips for county in pack.counties if county.name in counties}
    found = [
        (
            bool(codes) and _elsewhere(entry, codes),
            not freshness.crisis(entry),
            fresh.overdue_on or date.min,
            key,
            _task(key, entry, fresh, pack),
        )
        for key, entry in freshness.entries(pack).items()
        if (fresh := freshness.of(entry, day)).state != "fresh"
        and not (isinstance(entry, County) and not entry.numbers)
    ]
    return tuple(task for *_order, task in sorted(found, key=lambda row: row[:4]))


@dataclass(frozen=True, slots=True)
class UnreadText:
    """A text that a clinician or counsel has yet to read. ``key``: for `checked`."""

    key: str
    reader: Reader
    text: str


def unread(pack: Pack) -> tuple[UnreadText, ...]:
    """Return the marked texts in English, with numbers filled in, the clinician's first."""
    marks = sorted(pack.unread_by.items(), key=lambda mark: (mark[1], mark[0]))
    return tuple(UnreadText(key, reader, _said(pack, key)) for key, reader in marks)


def _said(pack: Pack, key: str) -> str:
    phrase = pack.say(pack.default, key)
    try:
        return placeholders.fill(phrase, pack, owner=key, extra={"code": "..."})
    except KeyError:  # this is an error in the text, which `check` reports
        return phrase.text


def _elsewhere(entry: Entry, codes: Set[str]) -> bool:
    if isinstance(entry, County):
        return entry.fips not in codes
    return not isinstance(entry, Partner) and entry.area.is_elsewhere(codes)


def _task(key: str, entry: Entry, fresh: freshness.Freshness, pack: Pack) -> Task:
    first = entry.first_checked_by
    never = freshness.crisis(entry) or (isinstance(entry, Resource) and entry.never_test_call)
    return Task(
        key=key,
        name=entry.name if isinstance(entry, County) else entry.organization,
        state=fresh.state if entry.checked_on else "due",
        due=fresh.overdue_on,
        as_of=fresh.as_of,
        who=(
            f"second check, in another role than {first}"
            if first
            else f"first check: {pack.corrections.role}"
        ),
        first=first,
        open=tuple(_pages(entry)) or _own_pages(entry),
        compare=tuple(_compare(entry)),
        call=NEVER_CALL if never else MAY_CALL,
    )


def _pages(entry: Entry) -> Iterator[Fact]:
    """Yield an entry's source pages, a county's own first, since a neighbor's may be older."""
    sources = [source for source in entry.sources if source.url]
    others = []
    if isinstance(entry, County):
        others = [one for one in sources if not one.kind.startswith(_COUNTYS_OWN)]
    if others and others == sources:
        yield from _own_pages(entry)
    yield from (source.url for source in sources if source not in others)
    yield from (message("fact.others-page", page=source.url) for source in others)


def _own_pages(entry: Entry) -> tuple[Fact, ...]:
    """Return the page to open if no source has an address: the line's own site, or a search."""
    if isinstance(entry, Resource):
        pages = tuple(channel.url for channel in entry.channels if channel.url)
    else:
        pages = (entry.web,) if isinstance(entry, Partner) and entry.web else ()
    return pages or (message("fact.own-page"),)


def _compare(entry: Entry) -> Iterator[tuple[Fact, ...]]:
    if isinstance(entry, County):
        for number in entry.numbers:
            shown = phone_numbers.display(number.number)
            yield (message("fact.number", number=shown, when=_value(number.when)),)
        if entry.always_open:
            yield (message("fact.always-open"),)
    elif isinstance(entry, Partner):
        yield (message("fact.standing", standing=_value(entry.standing)),)
        if entry.staff_number:
            shown = phone_numbers.display(entry.staff_number)
            yield (message("fact.staff-number", number=shown),)
        if entry.web:
            yield (message("fact.page", page=entry.web),)
    else:
        for channel in entry.channels:
            yield tuple(_channel(channel))
        yield (message("fact.passes-on", passes_on=_value(entry.passes_on)),)
        yield (message("fact.cost", cost=_value(entry.cost)),)
        if entry.maximum_age is not None:
            least = entry.minimum_age or 0
            yield (message("fact.ages", least=least, most=entry.maximum_age),)
        elif entry.minimum_age is not None:
            yield (message("fact.ages-over", least=entry.minimum_age),)


def _channel(channel: Channel) -> Iterator[Fact]:
    yield _value(channel.kind)
    yield channel.url or phone_numbers.display(channel.number)
    for language, word in channel.keyword.items():
        yield f"({language}: {word})"
    yield message("fact.hours", hours=_value(channel.hours))
    for opening in channel.open:
        yield from (
            in_order(*map(_value, opening.days), between="text.slash"),
            f"{opening.opens_at}-{opening.closes_at}",
        )
    if channel.languages:
        yield message("fact.languages", languages="/".join(channel.languages))


def _value(word: str) -> Fact:
    return known(f"fact.{word}", otherwise=word)
