"""Rules about texts as a set: translated, same placeholders, filled, not repeated."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain

from content.model import placeholders
from content.model.pack import Pack, Phrase
from content.rules import required_texts
from content.rules.locations import Where, translated
from messages.message import Finding, Severity

# What the text line knows only when it answers, at its longest. Longer names and contacts of
# operators are refused when the line starts (sms.decide.problems).
PROGRAM_LONGEST = "W" * 20
CONTACT_LONGEST = "w" * 40
NUMBER_LONGEST = "1-800-555-0100"


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    """Texts missing, unfilled, untranslated or repeated."""
    yield from _expected(pack, where)
    for language in pack.languages:
        if language != pack.default:
            yield from _translated(pack, language, where)
        yield from _filled(pack, language, where)
        yield from _repeated(pack, language, where)


def longest(key: str, pack: Pack, language: str) -> Mapping[str, str]:
    """The line's own placeholders in a reply at their longest; empty for any other text."""
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
        values["hotline"] = NUMBER_LONGEST  # the rest is left out where it does not fit
    elif name == "other":
        values["code"] = "M00"
    elif name.startswith("voice_handoff"):  # in packs built before 2026-12; said no more
        values["handoff"] = ""
    elif name == "also":
        values |= {"number": "", "code": "M00", "need": ""}  # number: in packs built before 2026-12
    elif name in {"perhaps", "perhaps_two"}:
        values |= {"code": "M00", "need": "", "clause": ""}
    return values


def _expected(pack: Pack, where: Where) -> Iterator[Finding]:
    """Texts that only some entries must have."""
    english = pack.texts[pack.default]
    for group in pack.groups:
        if (group.topics or group.resources) and f"group:{group.id}:lead" not in english:
            yield where.problem(
                f"group:{group.id}", 'the text "lead" is missing; add lead = "..." to [group.text]'
            )
    for resource in pack.resources:
        student = "student" in resource.audience
        if student and f"resource:{resource.id}:happens.1" not in english:
            message = (
                'the text "happens" is missing; add happens = ["..."]: what happens when a student'
                " calls or texts"
            )
            yield where.problem(f"resource:{resource.id}", message)
    for topic in pack.topics:
        if f"topic:{topic.id}:p.1" not in english:
            yield where.problem(
                f"topic:{topic.id}", "the topic has no paragraph; write two to five under its lead"
            )


def _translated(pack: Pack, language: str, where: Where) -> Iterator[Finding]:
    english, texts = pack.texts[pack.default], pack.texts.get(language, {})
    crisis = required_texts.crisis_ids(pack.resources)
    for key, text in english.items():
        if key not in texts:
            if (
                not required_texts.needed(pack, key, language)
                or translated(language, key) in where.outdated
            ):
                continue
            kind: Severity = "wrong" if required_texts.blocks(key, crisis) else "note"
            message = (
                f'"{key}" has no translation; add it: msgctxt "{key}", its English as msgid, and'
                " msgstr"
            )
            yield where.problem(key, message, language=language, kind=kind)
        elif placeholders.names(text) != placeholders.names(texts[key]):
            wanted, found = placeholders.names(text), placeholders.names(texts[key])
            lost = " ".join(f"{{{name}}}" for name in sorted(wanted - found))
            more = " ".join(f"{{{name}}}" for name in sorted(found - wanted))
            parts = [f"lacks {lost}" if lost else "", f"has {more} too many" if more else ""]
            message = f'the translation of "{key}" {" and ".join(part for part in parts if part)}'
            yield where.problem(
                key, f"{message}; use the placeholders of the English", language=language
            )
    for key in texts.keys() - english.keys():
        yield where.problem(
            key, f'"{key}" has a translation but no English; remove it', language=language
        )


def _filled(pack: Pack, language: str, where: Where) -> Iterator[Finding]:
    """Every placeholder has a value."""
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
                yield where.problem(key, _hole(name, language), language=_of(language, pack))


def _has_value(name: str, key: str, pack: Pack, language: str) -> bool:
    try:
        extra = longest(key, pack, language)
        placeholders.fill(Phrase(f"{{{name}}}", language), pack, owner=key, extra=extra)
    except KeyError:
        return False
    return True


def _unread(name: str, key: str, where: Where) -> bool:
    """Whether the hole comes from an unreadable entry, which is already reported."""
    entry = name.rpartition(".")[0]
    owners = (
        {f"resource:{entry}", f"partner:{entry}", f"law:{entry}"}
        if entry
        else {key.rpartition(":")[0]}
    )
    return bool(owners & where.unread)


def _hole(name: str, language: str) -> str:
    if name.rpartition(".")[2] == "word":
        return (
            f'{{{name}}} has no keyword in "{language}"; add it to the sms channel or write the'
            " sentence without it"
        )
    return (
        f"{{{name}}} has no value here; check the id and that the entry has such a channel (see"
        " docs/content.md)"
    )


def _repeated(pack: Pack, language: str, where: Where) -> Iterator[Finding]:
    """No two topics share a paragraph: each was written for its own reader."""
    seen: dict[str, str] = {}
    for key, text in pack.texts.get(language, {}).items():
        kind, _, rest = key.partition(":")
        if kind != "topic" or not rest.partition(":")[2].startswith(("p.", "lead")):
            continue
        plain = bare_words(text)
        if plain in seen:
            file, line = where.find(seen[plain], _of(language, pack))
            message = (
                f'"{key}" says the same as "{seen[plain]}" at {file}:{line}; write it for its own'
                " reader"
            )
            yield where.problem(key, message, language=_of(language, pack))
        seen.setdefault(plain, key)


def _of(language: str, pack: Pack) -> str:
    """The language by which ``Where`` finds a text: none for the source's own."""
    return "" if language == pack.default else language


@lru_cache(maxsize=2**14)  # more than the texts of a pack, else none is met twice
def bare_words(text: str) -> str:
    """Words only, with a space at both ends, so that only whole words match."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "
