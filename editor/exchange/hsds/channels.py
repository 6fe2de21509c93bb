"""The channels of a feed's service (numbers, hours, languages, page), and questions about them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from content.model.pack import Channel, Opening
from content.rules.channels import address_problem
from editor.exchange.hsds import phones as hsds_phones
from editor.exchange.hsds import schedules as hsds_schedules
from editor.exchange.hsds.drafts import need, values_of
from editor.exchange.hsds.schema import Phone, Schedule, Service
from messages.message import Finding, message

# Names and ISO 639 codes that mean only one of our tags; a person decides on Chinese and Tagalog.
_LANGUAGES = {
    **dict.fromkeys(("en", "eng", "english"), "en"),
    **dict.fromkeys(("es", "spa", "spanish"), "es"),
    **dict.fromkeys(("vi", "vie", "vietnamese"), "vi"),
    **dict.fromkeys(("ko", "kor", "korean"), "ko"),
    **dict.fromkeys(("ar", "ara", "arabic"), "ar"),
    **dict.fromkeys(("ru", "rus", "russian"), "ru"),
    **dict.fromkeys(("fil", "filipino"), "fil"),
}


def channels(found: Service, at: str, today: date, needs: list[Finding]) -> Iterator[Channel]:
    """Yield each number that may be drafted, then the page; report the rest as needs and notes."""
    places = [one for one in found.service_at_locations if one]
    locations = [one.location for one in places if one.location]
    zips = {
        row.postal_code[:5] for one in locations for row in one.addresses if row and row.postal_code
    }
    groups: list[tuple[str, Sequence[Phone | None]]] = [("phones", found.phones)]
    groups += [("service_at_locations/phones", one.phones) for one in places]
    groups += [("locations/phones", one.phones) for one in locations]
    spans = _hours(found, at, today, needs)
    taken: list[Channel] = []
    for path, phones in groups:
        taken += _numbers(phones, path, at, zips, needs, have=taken)
    own = found.organization.phones if found.organization else ()
    if not any(row for _, phones in (*groups, ("", own)) for row in phones):
        needs.append(need(at, "phones", "", message("feed.no-number")))
    if taken:
        needs += [
            need(
                row.at or at,
                "organization/phones",
                row.number,
                message("feed.own-number-unused"),
                note=True,
            )
            for row in own
            if row
        ]
    elif taken := _numbers(own, "organization/phones", at, zips, needs, have=()):
        needs.append(
            need(at, "organization/phones", taken[0].number, message("feed.organization-number"))
        )
    voices = [channel.number for channel in taken if channel.kind == "voice"]
    if len(voices) > 1:
        needs.append(need(at, "phones", ", ".join(voices), message("feed.several-voices")))
    yield from (
        replace(one, hours="listed", open=spans) if spans and one.kind == "voice" else one
        for one in taken
    )
    yield from _page(found, at, needs)


def _numbers(
    phones: Sequence[Phone | None],
    path: str,
    at: str,
    zips: set[str],
    needs: list[Finding],
    *,
    have: Sequence[Channel],
) -> list[Channel]:
    taken: list[Channel] = []
    for index, phone in enumerate(phones):
        if phone is None:
            continue
        place, key = (phone.at or at), f"{path}/{index}"
        read, asked = hsds_phones.read(phone, place, key, zips=zips)
        if read and any(
            (read.kind, read.number) == (one.kind, one.number) for one in (*have, *taken)
        ):
            continue
        # Full records list a number once for each location.
        known = [_asked(one) for one in needs] if read is None else []
        if asked and _asked(asked) not in known:
            needs.append(asked)
        if read is None:
            continue
        if phone.description:
            needs.append(
                need(place, f"{key}/description", phone.description, message("feed.describe"))
            )
        taken.append(replace(read, languages=_tags(phone, place, f"{key}/languages", needs)))
    return taken


def _asked(one: Finding) -> tuple[str, str]:
    return values_of(one)["found"], values_of(one)["ask"]


def _tags(of: Phone, at: str, field: str, needs: list[Finding]) -> tuple[str, ...]:
    tags: dict[str, None] = {}
    for language in of.languages:
        if language is None:
            continue
        tag = _LANGUAGES.get(language.code.casefold()) or _LANGUAGES.get(language.name.casefold())
        if tag:
            tags[tag] = None
        else:
            found = f"{language.name} {language.code}".strip()
            needs.append(need(language.at or at, field, found, message("feed.language-tag")))
    return tuple(tags)


def _hours(found: Service, at: str, today: date, needs: list[Finding]) -> tuple[Opening, ...]:
    """Return weekly hours for voice numbers if all schedules are simple. Always add a question."""
    lists = [found.schedules, *(one.schedules for one in found.service_at_locations if one)]
    lists += [one.location.schedules for one in found.service_at_locations if one and one.location]
    schedules: list[Schedule] = next(
        ([row for row in rows if row] for rows in lists if any(rows)), []
    )
    spans, doubts = hsds_schedules.week(schedules, today=today)
    for schedule, ask in doubts:
        words = schedule.description or f"{schedule.byday} {schedule.opens_at}-{schedule.closes_at}"
        needs.append(need(schedule.at or at, "schedules", words, ask))
    if spans:
        said = "; ".join(
            f"{' '.join(span.days)} {span.opens_at}-{span.closes_at}" for span in spans
        )
        needs.append(need(at, "schedules", said, message("feed.hours")))
    return spans


def _page(found: Service, at: str, needs: list[Finding]) -> Iterator[Channel]:
    url = found.url or (found.organization.website if found.organization else "")
    fault = address_problem(url) if url else ""
    if fault:
        needs.append(need(at, "url", url, message("feed.page-address", why=fault)))
    elif url:
        yield Channel(kind="web", url=url)
