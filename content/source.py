"""Authoring files → Pack, with every problem's file and line.

Owns the layout of a pack's folder (docs/content.md), the merging of the pinned crisis set, and the order of entries.
Nothing is fetched and nothing is guessed: what cannot be read is a problem and is left out. Authoring only: it loads
pydantic and babel, so serving never imports this module (see build.load).
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from content import rules, translations
from content.folder import Part, read_part
from content.lists import Lists
from content.model import Pack, Problem
from content.translations import English
from content.where import Place, Where, translated

PINNED = Path(__file__).parent / "pinned"
FORMAT = 1


def read(folder: Path, *, pinned: Path = PINNED) -> tuple[Pack | None, list[Problem]]:
    """The pack in ``folder`` together with the pinned set, and all that is wrong, sorted by file and line.

    The pack is None only when it cannot be put together at all: no folder, or no usable pack.toml. A pack with an
    error among its problems must not be served.
    """
    if not folder.is_dir():
        return None, [Problem(str(folder), 1, "there is no such folder; name the folder that holds pack.toml")]
    own = read_part(folder)
    parts = [own]
    if folder.resolve() != pinned.resolve():
        parts.insert(0, read_part(pinned))
    problems = [problem for part in parts for problem in part.problems]
    if own.head is None:
        return None, _sorted(problems)
    problems += _redefined(parts)
    pack, where = _assemble(parts, pinned_folder=parts[0].folder, problems=problems)
    lists = Lists(
        never=tuple(entry for part in parts for entry in part.never),
        same=tuple(entry for part in parts for entry in part.same),
    )
    problems += rules.problems(pack, where=where, lists=lists)
    return pack, _sorted(problems)


def _assemble(parts: list[Part], *, pinned_folder: Path, problems: list[Problem]) -> tuple[Pack, Where]:
    """One pack of all parts, the first of which wins, and the places of everything in it."""
    head = parts[-1].head
    assert head is not None  # noqa: S101 (read() returned before)
    texts: dict[str, dict[str, str]] = {head.default: _texts(parts)}
    places: dict[str, Place] = {}
    for part in reversed(parts):
        places |= part.places
    for language in head.languages:
        if language != head.default:
            texts[language] = _translate(parts, language, head.default, places, problems)
    pack = Pack(
        name=head.name,
        scope=head.scope,
        languages=head.languages,
        default=head.default,
        unchecked=head.unchecked,
        resources=tuple(
            replace(entry, pinned=part.folder == pinned_folder)
            for part, entry in sorted(
                ((part, entry) for part in parts for entry in part.resources),
                key=lambda pair: _number(pair[1].code, pair[1].id),
            )
        ),
        topics=tuple(
            sorted(
                (t for p in parts for t in p.topics),
                key=lambda topic: _number(topic.codes.get(head.default, ""), topic.id),
            )
        ),
        groups=tuple(group for part in parts for group in part.groups),
        partners=tuple(sorted((e for p in parts for e in p.partners), key=lambda e: _number(e.code, e.id))),
        counties=tuple(sorted((e for p in parts for e in p.counties), key=lambda e: e.fips)),
        laws=tuple(sorted((e for p in parts for e in p.laws), key=lambda e: e.id)),
        staff=tuple(sorted((e for p in parts for e in p.staff), key=lambda e: (e.order, e.id))),
        keywords=tuple(sorted((e for p in parts for e in p.keywords), key=lambda e: (e.priority, e.topic))),
        short_codes=tuple(sorted((e for p in parts for e in p.short_codes), key=lambda e: e.number)),
        facts={key: fact for part in reversed(parts) if part.head for key, fact in part.head.facts.items()},
        texts=texts,
        line_segments={name: budget for part in reversed(parts) for name, budget in part.line_segments.items()},
    )
    return pack, Where(places, frozenset(entry for part in parts for entry in part.unread))


def _texts(parts: list[Part]) -> dict[str, str]:
    return {key: text for part in reversed(parts) for key, text in part.texts.items()}


def _translate(
    parts: list[Part], language: str, default: str, places: dict[str, Place], problems: list[Problem]
) -> dict[str, str]:
    """All texts in one language; its places are added to ``places``."""
    texts: dict[str, str] = {}
    taken: dict[str, str] = {}
    for part in parts:
        file = part.shown(f"po/{language}.po")
        places[translated(language, "")] = (file, 1)
        path = part.folder / "po" / f"{language}.po"
        if not path.exists():
            continue
        english = English(
            texts={**parts[0].texts, **part.texts},
            places=places,
            taken=frozenset(taken),
            unread=frozenset(part.unread),
        )
        found = translations.read(path, file, english)
        problems += found.problems
        places |= {translated(language, key): (file, line) for key, line in found.lines.items()}
        texts |= found.texts
        taken = texts.copy()
    return texts


def _redefined(parts: list[Part]) -> Iterable[Problem]:
    """Entries, short codes and facts of the pinned set that the pack defines once more."""
    if len(parts) == 1:
        return
    pinned, own = parts
    for key in sorted(own.defined.keys() & pinned.defined.keys()):
        file, line = own.defined[key]
        kind, _, name = key.partition(":")
        message = f'the {kind} "{name}" belongs to the pinned crisis set, which no pack can change; remove it here'
        yield Problem(file, line, message)


def _number(code: str, entry_id: str) -> tuple[int, str]:
    return (int(code) if code.isascii() and code.isdigit() else 0, entry_id)


def _sorted(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(set(problems), key=lambda problem: (problem.file, problem.line, problem.message))
