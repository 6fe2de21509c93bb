"""What is still to be translated: the screen's own words, and the pack texts that a language must have.

Usage: python tools/missing_words.py [--update] [TAG ...]. Without a tag: every language that the shipped pack lists or
that has a catalogue. Prints each missing text with the file it belongs in. --update first brings those files up to
date for a translator: what is new is added, empty; what has another English gets it, is marked fuzzy and keeps the
English it was translated from as "#| msgid"; what is no longer used goes. A file that is not there is made.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from babel.messages.catalog import Message  # noqa: E402
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir  # noqa: E402
from babel.messages.pofile import normalize, read_po  # noqa: E402

from content import source  # noqa: E402
from content.model import Pack  # noqa: E402
from content.partial import needed  # noqa: E402

KIOSK, PINNED = ROOT / "kiosk", ROOT / "content" / "pinned"
PACK = ROOT / "content" / "packs" / "california"
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS = {**DEFAULT_KEYWORDS, "start": None}  # leave.html asks each language's own wording


@dataclass(frozen=True)
class Text:
    """One text to translate. ``key`` is "" for the screen's own words, which their English alone names."""

    english: str
    key: str = ""
    where: str = ""


@dataclass(frozen=True)
class Catalogue:
    """One PO file: whose it is, and the texts that belong in it."""

    name: str
    file: Path
    texts: tuple[Text, ...]

    def missing(self) -> list[Text]:
        """The texts that have no translation yet."""
        known = _translated(self.file)
        return [text for text in self.texts if not known.get((text.key, text.english))]

    def update(self) -> str:
        """Bring the file up to date. What was done, "" for nothing."""
        old = self.file.read_text("utf-8").strip("\n") if self.file.exists() else _header(self.name, self.file.stem)
        head, *blocks = re.split(r"\n{2,}", old)
        by_key = {text.key: text for text in self.texts if text.key}
        wanted = {(text.key, text.english) for text in self.texts}
        kept, dropped, changed = [head], 0, 0
        for block in blocks:
            message = next((m for m in read_po(block.splitlines()) if m.id), None)
            if message is None or (message.context or "", message.id) in wanted:
                kept.append(block)
            elif message.context in by_key and self.name != "kiosk":
                kept.append(_outdated(by_key[message.context], block, message).rstrip("\n"))
                changed += 1
            else:
                dropped += 1
        known = {(m.context or "", str(m.id)) for m in read_po("\n\n".join(kept).splitlines()) if m.id}
        absent = [text for text in self.texts if (text.key, text.english) not in known]
        new = "\n\n".join([*kept, *(_entry(text).rstrip("\n") for text in absent)])
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(new + "\n", "utf-8")
        told = {"added": len(absent), "marked fuzzy": changed, "removed": dropped}
        return ", ".join(f"{count} {what}" for what, count in told.items() if count)


def words() -> tuple[Text, ...]:
    """Every English sentence that the screen's code and templates hand to ``_()``, each once."""
    found: dict[str, Text] = {}
    for file, line, message, _comments, _context in extract_from_dir(KIOSK, _METHODS, keywords=_KEYWORDS):
        if isinstance(message, str):
            found.setdefault(message, Text(message, where=f"kiosk/{file}:{line}"))
    return tuple(found.values())


def catalogues(pack: Pack, tag: str, *, kiosk: Path, pinned: Path, own: Path) -> Iterator[Catalogue]:
    """The three files of a language. ``pack`` is judged as though the language were partial, unless it is complete."""
    if tag not in pack.languages:
        pack = replace(pack, languages=(*pack.languages, tag), partial=(*pack.partial, tag))
    crisis = {f"resource:{resource.id}" for resource in pack.resources if resource.pinned}
    texts = [Text(text, key) for key, text in pack.texts[pack.default].items() if needed(pack, key, tag)]
    yield Catalogue("kiosk", kiosk, words())
    yield Catalogue("pinned", pinned, tuple(text for text in texts if _owner(text) in crisis))
    yield Catalogue(pack.name, own, tuple(text for text in texts if _owner(text) not in crisis))


def shipped(tag: str) -> Iterator[Catalogue]:
    """The files of a language of the shipped pack."""
    pack, _problems = source.read(PACK)
    if pack is None:
        raise SystemExit(f"{PACK} cannot be read; run: python server.py check")
    name = f"{tag}.po"
    files = {"kiosk": KIOSK / "locale" / name, "pinned": PINNED / "po" / name, "own": PACK / "po" / name}
    yield from catalogues(pack, tag, **files)


def main(tags: list[str], *, update: bool) -> int:
    """Exit code: 1 if something is missing."""
    total = 0
    for tag in tags or _tags():
        for catalogue in shipped(tag):
            if update and (done := catalogue.update()):
                sys.stderr.write(f"{_shown(catalogue.file)}: {done}\n")
            for text in catalogue.missing():
                total += 1
                place = text.key or text.where
                sys.stdout.write(f"{_shown(catalogue.file)}: {place}: {text.english}\n")
    return 1 if total else 0


def _tags() -> list[str]:
    pack, _problems = source.read(PACK)
    listed = {tag for tag in pack.languages if tag != pack.default} if pack else set()
    return sorted(listed | {path.stem for path in (KIOSK / "locale").glob("*.po")})


def _owner(text: Text) -> str:
    return text.key.rpartition(":")[0]


def _translated(file: Path) -> Mapping[tuple[str, str], str]:
    if not file.exists():
        return {}
    with file.open("rb") as stream:
        found = read_po(stream)
    return {(m.context or "", str(m.id)): "" if m.fuzzy else str(m.string or "") for m in found if m.id}


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
    """The entry with its new English, its old translation marked fuzzy, and the English that this was made from."""
    said, kept = str(message.string or ""), re.findall(r"(?m)^#\|.*$", block)
    if not said:
        return _entry(text)
    before = kept or [f"#| {row}" for row in f"msgid {normalize(str(message.id), width=0)}".split("\n")]
    return "\n".join(("#, fuzzy", *before, _entry(text, said=said)))


def _entry(text: Text, *, said: str = "") -> str:
    where = f"#: {text.where}\n" if text.where else ""
    context = f"msgctxt {normalize(text.key, width=0)}\n" if text.key else ""
    return f"{where}{context}msgid {normalize(text.english, width=0)}\nmsgstr {normalize(said, width=0)}\n"


def _shown(file: Path) -> str:
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.as_posix()


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main([tag for tag in given if tag != "--update"], update="--update" in given))
