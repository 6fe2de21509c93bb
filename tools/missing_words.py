"""Lists what still needs translation: the screen's and desk's words, the pinned set, the pack.

Usage: python tools/missing_words.py [--update] [--pack FOLDER] [TAG ...]. Prints each missing text
with the file it belongs in. --update first brings those files up to date: it adds new entries,
empty; marks entries whose English changed as fuzzy and keeps the old English as "#| msgid"; and
removes entries whose key no text has. It does not change a pack that it cannot read completely.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from babel import localedata  # noqa: E402
from babel.messages.catalog import Message  # noqa: E402
from babel.messages.extract import extract_from_dir  # noqa: E402
from babel.messages.pofile import normalize, read_po  # noqa: E402

from content.model.language import KNOWN  # noqa: E402
from content.model.pack import Pack  # noqa: E402
from editor.authoring import read_pack  # noqa: E402
from editor.authoring.folder_layout import read_folder  # noqa: E402
from editor.rules.whole_texts import needed, only_in_part  # noqa: E402

KIOSK, LOCALE = ROOT / "kiosk", ROOT / "kiosk" / "locale"
PACK = ROOT / "content" / "packs" / "california"
DESK = KIOSK / "desk"
_OF_THE_DESK = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OF_POSTERS = ("posters/templates/**.html", "jinja2")
_METHODS = [("desk/**.py", "ignore"), *_OF_THE_DESK, _OF_POSTERS]


@dataclass(frozen=True)
class Text:
    """One text to translate. ``key`` is "" for the screen's own words, which are identified only by
    their English."""

    english: str
    key: str = ""
    where: str = ""


@dataclass(frozen=True)
class Catalogue:
    """One PO file: its owner, the texts that it must have, and those that it may have."""

    name: str
    file: Path
    texts: tuple[Text, ...]
    others: tuple[Text, ...] = ()

    def missing(self) -> list[Text]:
        """Return the texts that have no translation yet."""
        known = _translated(self.file)
        return [text for text in self.texts if not known.get((text.key, text.english))]

    def update(self) -> str:
        """Bring the file up to date; return a summary of the changes, or "" if there are none."""
        old = (
            self.file.read_text("utf-8")
            if self.file.exists()
            else _header(self.name, self.file.stem)
        )
        head, *blocks = _entries(old)
        fitting = (*self.texts, *self.others)
        by_key = {text.key: text for text in fitting if text.key}
        wanted = {(text.key, text.english) for text in fitting}
        kept, dropped, changed = [head], 0, 0
        for block in blocks:
            message = next((m for m in read_po(block.splitlines()) if m.id), None)
            if message is None or (message.context or "", message.id) in wanted:
                kept.append(block)
            elif message.context in by_key:
                kept.append(_outdated(by_key[message.context], block, message).rstrip("\n"))
                changed += 1
            else:
                dropped += 1
        known = {
            (m.context or "", str(m.id)) for m in read_po("\n\n".join(kept).splitlines()) if m.id
        }
        absent = [text for text in self.texts if (text.key, text.english) not in known]
        if not absent and not changed and not dropped:
            return ""
        new = "\n\n".join([*kept, *(_entry(text).rstrip("\n") for text in absent)])
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(new + "\n", "utf-8")
        told = {"added": len(absent), "marked fuzzy": changed, "removed": dropped}
        return ", ".join(f"{count} {what}" for what, count in told.items() if count)


@cache
def words(folder: Path = KIOSK) -> tuple[Text, ...]:
    """Return every English sentence that the screen's or desk's code and templates pass to ``_()``,
    each once."""
    methods = _OF_THE_DESK if folder == DESK else _METHODS
    place = folder.relative_to(ROOT).as_posix()
    found: dict[str, Text] = {}
    for file, line, message, _comments, _context in extract_from_dir(folder, methods):
        if isinstance(message, str):
            found.setdefault(message, Text(message, where=f"{place}/{file}:{line}"))
    return tuple(found.values())


def catalogues(
    folder: Path, tags: Iterable[str], *, pinned: Path, locale: Path
) -> Iterator[Catalogue]:
    """Yield the files for those languages (default: all that the pack lists).

    These are the screen's, the desk's if it has the language, the pinned set's and the pack's own.
    A language that is not listed yet is treated as partial. Each folder's file has that folder's
    texts: a pack may use its own wording for the line's replies, and the pinned set still needs its
    own wording for use without a pack.
    """
    pack = _whole(folder, pinned)
    alone = folder.resolve() == pinned.resolve()
    parts = [
        (pinned, pack if alone else _whole(pinned, pinned)),
        *([] if alone else [(folder, pack)]),
    ]
    for tag in tags or sorted(set(pack.languages) - {pack.default}):
        yield Catalogue("kiosk", locale / f"{tag}.po", words())
        if (own := locale.parent / "desk" / "locale" / f"{tag}.po").exists():
            yield Catalogue("desk", own, words(DESK))
        for place, read in parts:
            yield _catalogue(place, _with(read, tag, whole=tag in pack.complete), tag)


def _with(pack: Pack, tag: str, *, whole: bool) -> Pack:
    """Return the pack with that language added, as partial unless ``whole``."""
    if tag in pack.languages:
        return pack
    return replace(
        pack,
        languages=(*pack.languages, tag),
        partial=pack.partial if whole else (*pack.partial, tag),
    )


def _catalogue(folder: Path, pack: Pack, tag: str) -> Catalogue:
    texts = [Text(text, key) for key, text in read_folder(folder).texts.items()]
    must = tuple(text for text in texts if needed(pack, text.key, tag))
    may = tuple(
        text for text in texts if not (needed(pack, text.key, tag) or only_in_part(text.key))
    )
    return Catalogue(pack.name, folder / "po" / f"{tag}.po", must, may)


def _whole(folder: Path, pinned: Path) -> Pack:
    """Return the pack if every source file can be read: a broken file's texts are unknown, not
    missing."""
    pack, _problems = read_pack.read(folder, pinned=pinned)
    unread = [problem for problem in read_folder(folder).problems if problem.kind == "wrong"]
    if pack is None or unread:
        told = "".join(f"{problem}\n" for problem in unread)
        raise SystemExit(
            f"{told}{_shown(folder)} cannot be read whole, so nothing was changed; correct it first"
        )
    return pack


def _is_language(name: str) -> bool:
    return name in KNOWN or localedata.exists(name)


def main(
    folder: Path,
    tags: list[str],
    *,
    update: bool,
    pinned: Path = read_pack.PINNED,
    locale: Path = LOCALE,
) -> int:
    """Return 1 if something is missing, 2 if a tag is not a language."""
    if strange := [tag for tag in tags if not _is_language(tag.partition("-")[0])]:
        sys.stderr.write(
            f"{', '.join(strange)}: there is no such language; write a tag such as fr or zh-Hans\n"
        )
        return 2
    total = 0
    for catalogue in list(catalogues(folder, tags, pinned=pinned, locale=locale)):
        if update and (done := catalogue.update()):
            sys.stderr.write(f"{_shown(catalogue.file)}: {done}\n")
        for text in catalogue.missing():
            total += 1
            place = text.key or text.where
            sys.stdout.write(f"{_shown(catalogue.file)}: {place}: {text.english}\n")
    return 1 if total else 0


def _entries(text: str) -> list[str]:
    """Return a PO file's entries, header first, each with its comments. Entries need no blank line
    between them."""
    found: list[list[str]] = [[]]
    for row in text.split("\n"):
        said = any(line.startswith("msgstr") for line in found[-1])
        if not row.strip() or (said and not row.startswith(('"', "msgstr"))):
            found.append([])
        if row.strip():
            found[-1].append(row)
    return ["\n".join(rows) for rows in found if rows]


def _translated(file: Path) -> Mapping[tuple[str, str], str]:
    if not file.exists():
        return {}
    with file.open("rb") as stream:
        found = read_po(stream)
    return {
        (m.context or "", str(m.id)): "" if m.fuzzy else str(m.string or "") for m in found if m.id
    }


def _header(name: str, tag: str) -> str:
    rows = (
        f"Project-Id-Version: porchlight-{name}",
        f"Language: {tag}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
    )
    return 'msgid ""\nmsgstr ""\n' + "\n".join(f'"{row}\\n"' for row in rows)


def _outdated(text: Text, block: str, message: Message) -> str:
    """Return the entry with its new English, its old translation marked fuzzy, and the English that
    was translated."""
    said, kept = str(message.string or ""), re.findall(r"(?m)^#\|.*$", block)
    if not said:
        return _entry(text)
    before = kept or [
        f"#| {row}" for row in f"msgid {normalize(str(message.id), width=0)}".split("\n")
    ]
    return "\n".join(("#, fuzzy", *before, _entry(text, said=said)))


def _entry(text: Text, *, said: str = "") -> str:
    where = f"#: {text.where}\n" if text.where else ""
    context = f"msgctxt {normalize(text.key, width=0)}\n" if text.key else ""
    return (
        f"{where}{context}msgid {normalize(text.english, width=0)}\nmsgstr"
        f" {normalize(said, width=0)}\n"
    )


def _shown(file: Path) -> str:
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.as_posix()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tags", nargs="*", metavar="TAG")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--pack", type=Path, default=PACK, metavar="FOLDER")
    given = parser.parse_args()
    sys.exit(main(given.pack, given.tags, update=given.update))
