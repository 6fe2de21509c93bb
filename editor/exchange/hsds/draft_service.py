"""Turns a record of an HSDS feed into a draft resource and questions for a person."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

from content.model.attestation import Source
from editor.exchange.hsds import channels as hsds_channels
from editor.exchange.hsds.drafts import Draft, need
from editor.exchange.hsds.schema import AT, Service, service
from messages.message import Finding, message

_GONE = ("inactive", "defunct", "temporarily closed")
_LINK = re.compile(r"!?\[([^\]\n]{0,500})\]\([^)\s]{0,2000}[^)]{0,200}\)")
_MARKS = re.compile(
    r"(?m)^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+|\d{1,3}[.)]\s+)|\*\*|__|`+|(?m:^[-=*_]{3,}\s*$)"
)
_EMPHASIS = re.compile(r"(?<!\w)[*_](?=\S)([^*_\n]{1,300})(?<=\S)[*_](?!\w)")
_ADDRESS = re.compile(r"(?i)https?://|www\.|[\w.]@[\w-]+\.|\b[a-z0-9-]+\.(?:org|com|net|gov|edu)\b")
_TAG_LIKE = re.compile(r"<[/!?a-zA-Z]")
LONG = 300  # characters; a longer text has more than a blurb's two sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The source of records, and the date on which it was read. ``url`` is "" for a file."""

    name: str
    today: date
    url: str = ""


def draft(record: Mapping[str, Any], feed: Feed) -> Draft | Finding:
    """Return a service's record as a draft, or a note on why it cannot be drafted."""
    at = str(record.get(AT, "a record"))
    found, misfits = service(record)
    if found is None:
        return need(at, "record", "", message("feed.not-a-service", count=len(misfits)))
    if not found.name:
        return need(at, "name", found.id, message("feed.no-name"))
    if found.status.casefold() in _GONE:
        return need(at, "status", found.status, message("feed.gone", name=found.name), note=True)
    needs = [need(at, name, value, message("feed.misfit")) for name, value in misfits.items()]
    channels = tuple(hsds_channels.channels(found, at, feed.today, needs))
    ages = {name: _age(found, name, at, needs) for name in ("minimum_age", "maximum_age")}
    texts = _texts(found, at, needs)
    needs += _always(found, at)
    day = next(
        (day[:10] for day in (found.last_modified, found.assured_date) if _is_day(day[:10])), ""
    )
    return Draft(
        id=_id(found),
        at=at,
        origin=found.id,
        organization=plain(found.organization.name) if found.organization else "",
        channels=channels,
        texts=texts,
        source=Source(kind=f"HSDS feed ({plain(feed.name)})", url=feed.url, date=day),
        needs=tuple(needs),
        minimum_age=ages["minimum_age"],
        maximum_age=ages["maximum_age"],
    )


def drafts(records: Iterable[Mapping[str, Any]], feed: Feed) -> tuple[list[Draft], list[Finding]]:
    """Return all drafts (each id only once), and the findings that do not belong to any draft."""
    found: dict[str, Draft] = {}
    others: list[Finding] = []
    for record in records:
        one = draft(record, feed)
        if isinstance(one, Finding):
            others.append(one)
        elif one.id in found:
            others.append(
                need(one.at, "id", one.origin, message("feed.twice", at=found[one.id].at))
            )
        else:
            found[one.id] = one
    return list(found.values()), others


def _age(found: Service, name: str, at: str, needs: list[Finding]) -> int | None:
    written = getattr(found, name)
    if re.fullmatch(r"\d{1,3}", written) and int(written) <= 120:
        return int(written)
    if written:
        needs.append(need(at, name, written, message("feed.age")))
    return None


def _texts(found: Service, at: str, needs: list[Finding]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, field in (
        ("name", "name"),
        ("blurb", "description"),
        ("for", "eligibility_description"),
    ):
        written = getattr(found, field)
        text = plain(written)
        if not text:
            needs.append(need(at, field, "", message("feed.empty-text", name=name)))
            continue
        texts[name] = text
        if held := faults(text):
            parts = " and ".join(held)
            ask = message("feed.text-contains", parts=parts, example="{voice}")
            needs.append(need(at, field, text, ask))
        elif " ".join(written.split()) != text:
            needs.append(need(at, field, written, message("feed.formatting")))
    return texts


def _always(found: Service, at: str) -> Iterator[Finding]:
    """Yield every draft's questions about facts that feeds lack or give only as free text."""
    areas = [row for row in found.service_areas if row]
    areas += [row for one in found.service_at_locations if one for row in one.service_areas if row]
    area = "; ".join(row.name or row.description for row in areas if row.name or row.description)
    silent = [
        "feed-lacks.urgency",
        "feed-lacks.confidentiality",
        "feed-lacks.topics",
        "feed-lacks.blanks",
    ]
    silent += [] if found.organization and found.organization.name else ["feed-lacks.organization"]
    silent += [] if found.status else ["feed-lacks.status"]
    free_text = {
        "feed-says.languages": ", ".join(row.name or row.code for row in found.languages if row),
        "feed-says.interpretation-services": found.interpretation_services,
        "feed-says.fees": found.fees_description or found.fees,
        "feed-says.alert": found.alert,
    }
    yield need(at, "service_areas", area, message("feed.area"))
    yield from (need(at, _field(code), "", message(code)) for code in silent)
    yield from (
        need(at, _field(code), text, message(code)) for code, text in free_text.items() if text
    )
    for field in ("cost_options", "required_documents"):
        if any(rows := getattr(found, field)):
            yield need(at, field, f"{len(rows)} rows", message("feed.rows"))


def _field(code: str) -> str:
    return code.partition(".")[2].replace("-", "_")


def _id(found: Service) -> str:
    """Return an id that is stable across imports: the name plus a hash of the publisher's id."""
    folded = unicodedata.normalize("NFKD", found.name).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:40].strip("-")
    mark = sha256(
        (found.id or f"{found.name}\0{found.description}").encode("utf-8", "replace")
    ).hexdigest()[:8]
    return f"{words or 'service'}-{mark}"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def plain(text: str) -> str:
    """Return the text without tags, marks and control characters, with single spaces."""
    if _TAG_LIKE.search(text) or "&" in text:
        reader = _Words()
        reader.feed(text)
        reader.close()
        text = "".join(reader.found)
    text = _LINK.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\1", _MARKS.sub("", text))
    text = "".join(
        char if unicodedata.category(char)[0] != "C" or char in "\n\t" else " " for char in text
    )
    return " ".join(unicodedata.normalize("NFC", text).split()).replace("{", "(").replace("}", ")")


def faults(text: str) -> list[str]:
    """Describe faults that no card may have, for the needs list. ``text`` comes from ``plain``."""
    said = []
    if re.search(r"\d[\s.-]?\d", text):
        said.append("a number")
    if _ADDRESS.search(text):
        said.append("an address")
    if len(text) > LONG:
        said.append(f"{len(text)} characters")
    return said


class _Words(HTMLParser):
    """Collects the words that a reader of the page would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden = 0

    # the parser's own signature
    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self._hidden += tag in ("script", "style")
        self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in ("script", "style")))
        self.found.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)
