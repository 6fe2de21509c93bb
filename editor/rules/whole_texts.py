"""Rules about texts as a set: all there, all translated, and none said twice."""

import re
from collections.abc import Iterator
from functools import lru_cache

from content.model.pack import Pack
from content.rules.locations import Where, translated
from editor.rules import required_texts
from messages.message import Finding, Severity


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    """Texts missing, untranslated or repeated."""
    yield from _expected(pack, where)
    for language in pack.languages:
        if language != pack.default:
            yield from _translated(pack, language, where)
        yield from _repeated(pack, language, where)


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
    for key in english.keys() - texts.keys():
        is_outdated = translated(language, key) in where.outdated
        if required_texts.needed(pack, key, language) and not is_outdated:
            kind: Severity = "wrong" if required_texts.blocks(key, crisis) else "note"
            message = (
                f'"{key}" has no translation; add it: msgctxt "{key}", its English as msgid, and'
                " msgstr"
            )
            yield where.problem(key, message, language=language, kind=kind)
    for key in texts.keys() - english.keys():
        yield where.problem(
            key, f'"{key}" has a translation but no English; remove it', language=language
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
            file, line = where.find(seen[plain], language)
            message = (
                f'"{key}" says the same as "{seen[plain]}" at {file}:{line}; write it for its own'
                " reader"
            )
            yield where.problem(key, message, language=language)
        seen.setdefault(plain, key)


@lru_cache(maxsize=2**14)  # more than the texts of a pack, else none is met twice
def bare_words(text: str) -> str:
    """Words only, with a space at both ends, so that only whole words match."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "
