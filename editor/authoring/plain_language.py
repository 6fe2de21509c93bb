"""Rules for plain language: no promise of secrecy, no blame or fear; short sentences and words."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cache
from pathlib import Path

from content.model import placeholders
from content.model.pack import Pack
from content.rules.locations import Where
from editor.authoring import readability
from editor.authoring.listed import Lists, Rule, Waiver
from editor.rules.sentences import ADULT_TEXT, SENTENCE, too_long
from editor.rules.text_line import is_reserved
from messages.message import Finding, Severity, message

WHY: Mapping[Rule, str] = {
    "secrecy": (
        "nobody may promise this: most hotlines and all school staff must report some things,"
        " and traces remain"
    ),
    "blame": "readers who feel blamed stop reading",
    "fear": "fear keeps people from calling",
    "permission": "it can mean permission or chance; write can or must, or use another verb",
    "capitals": "they shout and are harder to read",
    "sentence": "a frightened reader can take in about fifteen words",
    "words": "long words stop a ten-year-old reader; use shorter words",
    "grade": "pages for students must read at grade 5 or 6",
}
SENTENCE_WORDS = 15
HARD_SHARE = 0.04
SHORTEST = 25  # minimum words in an entry; with fewer words, percentages mean nothing
HIGHEST_GRADE = 6.9


_BREAKING = Path(__file__).with_name("plain_language.toml")
_SEVERITY: Mapping[Rule, Severity] = {"secrecy": "wrong", "blame": "wrong", "fear": "wrong"}
_PAUSE = re.compile(rf"{SENTENCE.pattern}|(?<=[:;])\s+")
_SHOUTED = re.compile(r"\b[A-ZÁÉÍÓÚÜÑ]{4,}\b")
_LETTERS = frozenset({"LGBTQ", "LGBTQIA"})  # abbreviations that are pronounced letter by letter


# The waiver that would allow a text to break a rule, and the words that break the rule.
_Hit = tuple[Waiver, str]


def problems(pack: Pack, where: Where, lists: Lists) -> Iterator[Finding]:
    """Yield every text that breaks a rule without a waiver, and every unneeded waiver."""
    used: set[Waiver] = set()
    for asked, found in _hits(pack):
        answers = {one for one in lists.answers if _answers(one, asked)}
        used |= answers
        if not answers:
            yield where.problem(
                asked.key,
                message(
                    "author.plain-language",
                    found=found,
                    rule=asked.rule,
                    why=WHY[asked.rule],
                    key=asked.key,
                ),
                language=asked.language,
                kind=_SEVERITY.get(asked.rule, "note"),
            )
    for answer in lists.answers:
        if answer not in used:
            yield where.problem(
                f"answer:{answer.key}",
                message("author.waiver-unneeded", rule=answer.rule, key=answer.key),
                kind="note",
            )


def _answers(answer: Waiver, asked: Waiver) -> bool:
    same = (answer.key, answer.rule) == (asked.key, asked.rule)
    return same and bool(answer.reason.strip()) and answer.language in {"", asked.language}


def _hit(key: str, language: str, rule: Rule, found: str) -> _Hit:
    return Waiver(key=key, rule=rule, reason="", language=language), found


def _hits(pack: Pack) -> Iterator[_Hit]:
    for language, texts in pack.texts.items():
        patterns = _patterns().get(language.partition("-")[0], {})
        for key, text in texts.items():
            bare = placeholders.without(text)
            for rule, pattern in patterns.items():
                if match := pattern.search(bare):
                    yield _hit(key, language, rule, f'"{match[0]}"')
    if pack.default.partition("-")[0] == "en":
        staff = frozenset(entry.id for entry in pack.resources if "student" not in entry.audience)
        texts = {
            key: text
            for key, text in pack.texts[pack.default].items()
            if not _for_adults(key, staff)
        }
        yield from _shouted(pack, texts)
        yield from _long(pack, texts)
        yield from _hard(pack, texts)


@cache
def _patterns() -> Mapping[str, Mapping[Rule, re.Pattern[str]]]:
    read = tomllib.loads(_BREAKING.read_text("utf-8"))
    return {
        language: {rule: re.compile("|".join(of), re.IGNORECASE) for rule, of in rules.items()}
        for language, rules in read.items()
    }


def _for_adults(key: str, staff: Set[str]) -> bool:
    """Return whether only adults read the text. ``staff``: the ids of hotlines for school staff."""
    return (
        ADULT_TEXT.match(key) is not None
        or key.split(":")[1] in staff
        or key.startswith(("topic:adults", "sms:adults"))
    )


def _shouted(pack: Pack, texts: Mapping[str, str]) -> Iterator[_Hit]:
    """Yield words in capitals, except names and keywords that people text."""
    named = _organizations(pack)
    named += [name.upper() for partner in pack.partners for name in partner.names]
    named += [
        word
        for one in pack.resources
        for channel in one.channels
        for word in channel.keyword.values()
    ]
    known = {word for name in named for word in _SHOUTED.findall(name)} | _LETTERS
    known |= {word.upper() for one in pack.line_words.values() for word in one.alone}
    for keyword in pack.keywords:
        known |= {word.upper() for one in keyword.words.values() for word in one.alone}
    for key, text in texts.items():
        loud = [
            word
            for word in _SHOUTED.findall(placeholders.without(text))
            if word not in known and not is_reserved(word)
        ]
        if loud:
            yield _hit(key, pack.default, "capitals", f'"{loud[0]}"')


def _long(pack: Pack, texts: Mapping[str, str]) -> Iterator[_Hit]:
    for key, text in texts.items():
        if words := next(too_long(text, SENTENCE_WORDS, _PAUSE), None):
            shown = f'{len(words)} words, "{" ".join(words[:4])} ..."'
            yield _hit(key, pack.default, "sentence", shown)


def _hard(pack: Pack, texts: Mapping[str, str]) -> Iterator[_Hit]:
    """Check each entry as a whole, because a percentage of one sentence's words means nothing."""
    names = set(readability.words(" ".join(_organizations(pack))))
    entries: dict[str, list[str]] = {}
    for key, text in texts.items():
        kind, _, rest = key.partition(":")
        entries.setdefault(f"{kind}:{rest.partition(':')[0]}", []).append(
            placeholders.without(text)
        )
    for entry, said in entries.items():
        everything = " ".join(said)
        count = len(readability.words(everything))
        hard = [word for word in readability.hard(everything) if word not in names]
        if count >= SHORTEST and len(hard) > HARD_SHARE * count:
            share = f"{100 * len(hard) / count:.0f} % long words: {_listed(hard)}"
            yield _hit(entry, pack.default, "words", share)
        if (
            entry.startswith("topic:")
            and (grade := readability.grade(said)) is not None
            and grade > HIGHEST_GRADE
        ):
            yield _hit(entry, pack.default, "grade", f"reads like grade {grade:.0f}")


def _organizations(pack: Pack) -> list[str]:
    return [one.organization for one in pack.resources] + [
        one.organization for one in pack.partners
    ]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(set(words))[:6])
