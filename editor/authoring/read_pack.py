"""Reads authoring files as a Pack merged with the pinned set; reports each problem's file and line.

This module loads babel, so the server must not import it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from content.model import built_pack
from content.model.pack import Pack, Resource, Words
from content.model.pinned import PINNED_BUILT
from content.rules.locations import Location, Where, translated
from editor import example_rows
from editor.authoring import listed, plain_language, po_files, readings
from editor.authoring.folder_layout import read_folder
from editor.authoring.listed import Lists
from editor.authoring.parsed_folder import ParsedFolder
from editor.authoring.po_files import English
from editor.authoring.schema import PackFile
from editor.rules import check_source, whole_texts
from messages.message import Finding, by_place, message
from sms.understanding import examples

T = TypeVar("T")

PINNED = PINNED_BUILT.parent
_LISTS = ("never", "same", "answer")  # lists in which two folders may have the same entry


def read(folder: Path, *, pinned: Path = PINNED) -> tuple[Pack | None, list[Finding]]:
    """Return the pack in ``folder`` with the pinned set, and all problems, sorted.

    The pack is None only if there is no folder or no usable pack.toml. A pack with an error must
    not be served. ``folder`` may be ``pinned`` itself.
    """
    problems: list[Finding] = []
    found = _parsed(folder, pinned, problems)
    if found is None:
        return None, by_place(problems)
    folders, pack, where = found
    never = tuple(entry for parsed in folders for entry in parsed.never)
    same = tuple(entry for parsed in folders for entry in parsed.same)
    answers = tuple(entry for parsed in folders for entry in parsed.answers)
    problems += _learnt(folders[-1], pack)
    lists = Lists(never, same, answers)
    problems += check_source.problems(pack, where=where)
    problems += listed.problems(pack, where, lists)
    problems += plain_language.problems(pack, where, lists)
    return pack, by_place(problems)


def parse(folder: Path) -> Pack | None:
    """Return the pack as if built, but apply no rules: it may be compared, but never served.

    This takes a quarter of the time of ``read``.
    """
    found = _parsed(folder, PINNED, [])
    try:
        return built_pack.load(built_pack.build(found[1])) if found else None
    except built_pack.BuiltPackError:  # a pack with errors may not fit the built format
        return None


def _parsed(
    folder: Path, pinned: Path, problems: list[Finding]
) -> tuple[list[ParsedFolder], Pack, Where] | None:
    """Return the folders, the pack and its line numbers; add unreadable parts to ``problems``."""
    if not folder.is_dir():
        problems.append(Finding.at(str(folder), 1, message("author.no-folder")))
        return None
    alone = folder.resolve() == pinned.resolve()
    folders = [read_folder(folder)] if alone else [read_folder(pinned), read_folder(folder)]
    problems += [problem for parsed in folders for problem in parsed.problems]
    head = folders[-1].head
    if head is None or head.default not in head.languages:
        problems += _no_default(folders[-1])
        return None
    if not alone:
        problems += _redefined(*folders)
        problems += _other_languages(folders[-1], head)
    texts, places, outdated = _texts(folders, head, problems)
    unread = frozenset(entry for parsed in folders for entry in parsed.unread)
    return folders, _assemble(folders, head, texts), Where(places, unread, outdated)


def _no_default(parsed: ParsedFolder) -> Iterator[Finding]:
    if parsed.head is not None:
        file, line = parsed.places["pack/default"]
        yield Finding.at(file, line, message("rule.default-language", language=parsed.head.default))


def _redefined(pinned: ParsedFolder, own: ParsedFolder) -> Iterator[Finding]:
    """Yield the pinned entries that the pack redefines. The pinned versions are kept."""
    for key in sorted(own.defined.keys() & pinned.defined.keys()):
        file, line = own.defined[key]
        kind, _, name = key.partition(":")
        if kind in _LISTS:
            continue
        shown = f'the {kind.replace("_", " ")} "{name}"'
        yield Finding.at(file, line, message("author.pinned", what=shown))
    fixed = {resource.id for resource in pinned.resources}
    own.resources = [resource for resource in own.resources if resource.id not in fixed]


def _other_languages(parsed: ParsedFolder, head: PackFile) -> Iterator[Finding]:
    for path in sorted(parsed.folder.glob("po/*.po")):
        if path.stem not in head.languages or path.stem == head.default:
            yield Finding.at(
                parsed.display_path(f"po/{path.name}"),
                1,
                message("author.language-file", language=path.stem),
            )


def _assemble(
    folders: list[ParsedFolder], head: PackFile, texts: dict[str, dict[str, str]]
) -> Pack:
    """Combine all folders into one pack, in an order that doesn't depend on the file system."""
    resources = [replace(entry, pinned=True) for entry in folders[0].resources]
    resources += [entry for parsed in folders[1:] for entry in parsed.resources]
    resources.sort(key=lambda e: _by_code(e.code, e.id))

    def every(of: Callable[[ParsedFolder], list[T]], key: Callable[[T], Any]) -> tuple[T, ...]:
        return tuple(sorted((entry for parsed in folders for entry in of(parsed)), key=key))

    return Pack(
        name=head.name,
        scope=head.scope,
        languages=head.languages,
        default=head.default,
        unchecked=head.unchecked,
        partial=head.partial,
        corrections=head.corrections,
        resources=tuple(_with_keywords(entry, head) for entry in resources),
        topics=every(lambda f: f.topics, lambda e: _by_code(e.codes.get(head.default, ""), e.id)),
        groups=tuple(e for f in folders for e in f.groups),
        partners=every(lambda f: f.partners, lambda e: _by_code(e.code, e.id)),
        counties=every(lambda f: f.counties, lambda e: e.fips),
        laws=every(lambda f: f.laws, lambda e: e.id),
        staff=every(lambda f: f.staff, lambda e: (e.order, e.id)),
        keywords=every(lambda f: f.keywords, lambda e: (e.priority, e.topic)),
        short_codes=every(lambda f: f.short_codes, lambda e: e.number),
        facts={
            name: fact
            for parsed in reversed(folders)
            if parsed.head
            for name, fact in parsed.head.facts.items()
        },
        texts=texts,
        unread_by=readings.outstanding(
            {key: reader for parsed in folders for key, reader in parsed.marks.items()},
            [row for parsed in folders for row in parsed.readings],
            texts[head.default],
        ),
        model=next((f.model for f in reversed(folders) if f.model), b""),
        **_line_settings(folders, head),
    )


def _line_settings(folders: list[ParsedFolder], head: PackFile) -> dict[str, Any]:
    """Return the line's segment budgets and help words (pinned ones in the pack's languages)."""

    def known(of: Mapping[str, T], parsed: ParsedFolder) -> Mapping[str, T]:
        if parsed is folders[-1]:
            return of
        return {language: value for language, value in of.items() if language in head.languages}

    segments = {
        name: known(budget, parsed)
        for parsed in folders
        for name, budget in parsed.line_segments.items()
    }
    words: dict[str, Words] = {}
    for parsed in folders:
        words |= known(parsed.line_words, parsed)
    return {"line_segments": segments, "line_words": words}


def _with_keywords(resource: Resource, head: PackFile) -> Resource:
    """Return the resource with its default keyword added in every partial language.

    Without a keyword, the card would say that any text works.
    """

    def completed(keyword: Mapping[str, str]) -> Mapping[str, str]:
        if head.default not in keyword:
            return keyword
        return {**dict.fromkeys(head.partial, keyword[head.default]), **keyword}

    channels = (
        replace(channel, keyword=completed(channel.keyword)) for channel in resource.channels
    )
    return replace(resource, channels=tuple(channels))


def _learnt(folder: ParsedFolder, pack: Pack) -> Iterator[Finding]:
    """Report unusable rows in the examples, and a model that was trained on other examples."""
    if not folder.examples:
        return
    topics = [keyword.topic for keyword in pack.keywords]
    learnt, known = examples.learnt_from(pack.model)
    same = learnt == examples.fingerprint(folder.examples)
    # `learn` rejects unusable rows, so there is no need to check fifty thousand rows at each start.
    if not (same and known and known <= {*example_rows.classes(topics), *pack.languages}):
        _, problems = example_rows.parse(folder.examples, topics=topics, languages=pack.languages)
        for problem in problems:
            yield problem._replace(file=folder.display_path(examples.FILE))
    if len(pack.model) > example_rows.MOST_MODEL:
        most = example_rows.MOST_MODEL // 1000
        yield Finding.at(
            folder.display_path(examples.MODEL), 1, message("author.model-too-large", most=most)
        )
    if not same:
        yield Finding.at(folder.display_path(examples.MODEL), 1, message("author.model-stale"))


def _texts(
    folders: list[ParsedFolder], head: PackFile, problems: list[Finding]
) -> tuple[dict[str, dict[str, str]], dict[str, Location], frozenset[str]]:
    """Return the texts (language → key → text), every text's location, and outdated translations.

    In the pinned set, a pack may override only the line's own replies.
    """
    texts: dict[str, dict[str, str]] = {head.default: {}}
    places: dict[str, Location] = {}
    for parsed in folders:
        texts[head.default] |= parsed.texts
        places |= parsed.places
    outdated: set[str] = set()
    pinned = {entry.id for entry in folders[0].resources}
    lines = (
        whole_texts.crisis_ids(entry for parsed in folders for entry in parsed.resources) | pinned
    )
    for language in head.languages:
        if language == head.default:
            continue
        texts[language] = {}
        for parsed in folders:
            known = parsed.texts if parsed is folders[0] else texts[head.default]
            fixed = frozenset(texts[language].keys() - parsed.texts.keys())
            found = _translation(
                parsed, language, English(known, places, fixed, frozenset(parsed.unread), lines)
            )
            problems += found.problems
            places[translated(language, "")] = (found.file, 1)
            places |= {
                translated(language, key): (found.file, found.lines.get(key, 1))
                for key in parsed.texts
            }
            texts[language] |= found.texts
            outdated |= {translated(language, key) for key in found.outdated}
    return texts, places, frozenset(outdated)


def _translation(parsed: ParsedFolder, language: str, english: English) -> po_files.Translation:
    path = parsed.folder / "po" / f"{language}.po"
    file = parsed.display_path(f"po/{language}.po")
    return po_files.read(path, file, english) if path.exists() else po_files.Translation(file)


def _by_code(code: str, entry_id: str) -> tuple[int, str]:
    return (int(code) if code.isascii() and code.isdigit() else 0, entry_id)
