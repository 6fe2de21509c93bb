"""Rules about all texts together: no text may be missing, untranslated or repeated.

A complete language has every translation. A partial language has titles that lead to a page, and
the pinned set's cards.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from content.model.pack import Pack, Resource
from content.rules.locations import Where, translated
from messages.message import Finding, Severity, message

_LEADING = {"topic": {"title", "lead"}, "group": {"title", "sub", "lead"}}


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    yield from _expected(pack, where)
    for language in pack.languages:
        if language != pack.default:
            yield from _translated(pack, language, where)
        yield from _repeated(pack, language, where)


def _expected(pack: Pack, where: Where) -> Iterator[Finding]:
    """Yield the missing texts of kinds that only some entries must have."""
    english = pack.texts[pack.default]
    for group in pack.groups:
        if (group.topics or group.resources) and f"group:{group.id}:lead" not in english:
            yield where.problem(f"group:{group.id}", message("rule.no-lead"))
    for resource in pack.resources:
        student = "student" in resource.audience
        if student and f"resource:{resource.id}:happens.1" not in english:
            yield where.problem(f"resource:{resource.id}", message("rule.no-happens"))
    for topic in pack.topics:
        if f"topic:{topic.id}:p.1" not in english:
            yield where.problem(f"topic:{topic.id}", message("rule.no-paragraph"))


def _translated(pack: Pack, language: str, where: Where) -> Iterator[Finding]:
    english, texts = pack.texts[pack.default], pack.texts.get(language, {})
    crisis = crisis_ids(pack.resources)
    for key in english.keys() - texts.keys():
        is_outdated = translated(language, key) in where.outdated
        if needed(pack, key, language) and not is_outdated:
            kind: Severity = "wrong" if blocks(key, crisis) else "note"
            yield where.problem(
                key, message("rule.untranslated", key=key), language=language, kind=kind
            )
    for key in texts.keys() - english.keys():
        yield where.problem(key, message("rule.no-english", key=key), language=language)


def _repeated(pack: Pack, language: str, where: Where) -> Iterator[Finding]:
    """Check that no two topics share a paragraph: each paragraph is written for its own reader."""
    seen: dict[str, str] = {}
    for key, text in pack.texts.get(language, {}).items():
        kind, _, rest = key.partition(":")
        if kind != "topic" or not rest.partition(":")[2].startswith(("p.", "lead")):
            continue
        plain = bare_words(text)
        if plain in seen:
            file, line = where.find(seen[plain], language)
            yield where.problem(
                key,
                message("rule.same-text", key=key, other=seen[plain], file=file, line=line),
                language=language,
            )
        seen.setdefault(plain, key)


@lru_cache(maxsize=2**14)  # a pack has fewer texts; with a smaller cache, no entry would be reused
def bare_words(text: str) -> str:
    """Return only the words, with a space at each end so that only whole words match."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "


def needed(pack: Pack, key: str, language: str) -> bool:
    """Return whether the language must have a translation of the text."""
    if only_in_part(key):
        return language in pack.partial
    if language not in pack.partial:
        return True
    kind, _, rest = key.partition(":")
    entry, _, name = rest.partition(":")
    if kind == "resource":
        return any(entry == resource.id for resource in pack.resources if resource.pinned)
    return name in _LEADING.get(kind, ())


def only_in_part(key: str) -> bool:
    """Return whether the text is only for partial languages, as general and crisis answers are."""
    return key.startswith("sms:") and key.endswith(":further")


def crisis_ids(resources: Iterable[Resource]) -> frozenset[str]:
    """Return the ids of crisis hotlines, including pinned ones."""
    return frozenset(entry.id for entry in resources if entry.pinned or entry.urgency == "crisis")


def blocks(key: str, crisis: Collection[str]) -> bool:
    """Return whether a missing or outdated translation is an error: people may need it in danger.

    True for cards of the ``crisis`` ids, texts that the line sends, and titles that lead to them.
    """
    kind, _, rest = key.partition(":")
    entry, _, name = rest.partition(":")
    if kind == "resource":
        return entry in crisis
    if kind in {"partner", "law"}:
        return name == "sms"
    if kind == "topic" and (name == "warm" or name.startswith("step.")):
        return True
    return kind == "sms" or name in _LEADING.get(kind, ())
