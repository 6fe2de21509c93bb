"""Rules about placeholders: each must be filled, and match between English and translation."""

from collections.abc import Iterator, Mapping
from itertools import chain

from content.model import placeholders
from content.model.pack import Pack, Phrase
from content.rules.locations import Where
from messages.message import Finding, Message, message

# The longest values that the text line may fill in when it answers. When it starts, it refuses
# operators' names and contacts that are longer (sms.decide.problems).
PROGRAM_LONGEST = "W" * 20
CONTACT_LONGEST = "w" * 40
NUMBER_LONGEST = "1-800-555-0100"


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    """Yield placeholders that nothing fills, and translations whose placeholders differ."""
    for language in pack.languages:
        if language != pack.default:
            yield from _translated(pack, language, where)
        yield from _filled(pack, language, where)


def longest(key: str, pack: Pack, language: str) -> Mapping[str, str]:
    """Return the line's own placeholders in a reply, at their longest; empty for any other text."""
    kind, _, rest = key.partition(":")
    entry, _, name = rest.partition(":")
    if kind == "partner":
        return {"program": PROGRAM_LONGEST, "contact": CONTACT_LONGEST} if name == "sms" else {}
    if kind != "sms":
        return {}
    values = {"program": PROGRAM_LONGEST, "contact": CONTACT_LONGEST}
    if entry == "answer":
        return values
    if entry != "line":
        codes = next((topic.text_codes for topic in pack.topics if topic.id == entry), {})
        values["code"] = codes.get(language, "") or "M00"
        values |= {f"code.{other}": code for other, code in codes.items()}
    elif name == "place":
        values["county"] = max((county.name for county in pack.counties), key=len, default="County")
        values["county_number"] = NUMBER_LONGEST
    elif name == "hotline":
        values["hotline"] = NUMBER_LONGEST  # the text after this is omitted if it does not fit
    elif name == "other":
        values["code"] = "M00"
    elif name.startswith("voice_handoff"):  # in packs built before 2026-12; no longer used
        values["handoff"] = ""
    elif name == "also":
        values |= {"number": "", "code": "M00", "need": ""}  # number: in packs built before 2026-12
    elif name in {"perhaps", "perhaps_two"}:
        values |= {"code": "M00", "need": "", "clause": ""}
    return values


def _translated(pack: Pack, language: str, where: Where) -> Iterator[Finding]:
    english, texts = pack.texts[pack.default], pack.texts.get(language, {})
    for key, text in english.items():
        if key in texts and placeholders.names(text) != placeholders.names(texts[key]):
            wanted, found = placeholders.names(text), placeholders.names(texts[key])
            lost = " ".join(f"{{{name}}}" for name in sorted(wanted - found))
            more = " ".join(f"{{{name}}}" for name in sorted(found - wanted))
            parts = [
                f"lacks {lost}" if lost else "",
                f"has {more} that the English does not have" if more else "",
            ]
            said = f'the translation of "{key}" {" and ".join(part for part in parts if part)}'
            yield where.problem(
                key, f"{said}; use the same placeholders as the English", language=language
            )


def _filled(pack: Pack, language: str, where: Where) -> Iterator[Finding]:
    printed = [(f"resource:{r.id}/organization", r.organization) for r in pack.resources]
    printed += [(f"partner:{p.id}/organization", p.organization) for p in pack.partners]
    for key, text in chain(
        pack.texts.get(language, {}).items(), printed if language == pack.default else ()
    ):
        holes = [
            name
            for name in sorted(placeholders.names(text))
            if not _has_value(name, key, pack, language)
        ]
        for name in holes:
            if not _unread(name, key, where):
                yield where.problem(key, _hole(name, language), language=language)


def _has_value(name: str, key: str, pack: Pack, language: str) -> bool:
    try:
        extra = longest(key, pack, language)
        placeholders.fill(Phrase(f"{{{name}}}", language), pack, owner=key, extra=extra)
    except KeyError:
        return False
    return True


def _unread(name: str, key: str, where: Where) -> bool:
    """Whether the placeholder is from an unreadable entry, which is already reported."""
    entry = name.rpartition(".")[0]
    owners = (
        {f"resource:{entry}", f"partner:{entry}", f"law:{entry}"}
        if entry
        else {key.rpartition(":")[0]}
    )
    return bool(owners & where.unread)


def _hole(name: str, language: str) -> Message:
    if name.rpartition(".")[2] == "word":
        return message("placeholder.no-keyword", name=f"{{{name}}}", language=language)
    return message("placeholder.no-value", name=f"{{{name}}}")
