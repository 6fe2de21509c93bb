"""Checks each reply's opening, which a locked screen shows: it must not reveal the subject.

The opening of an answer about the line must name no urgent topic. The opening of a reply to someone
being watched is longer, and must name no number, danger or topic. No opening except danger's may
contain a word from giveaway_words.toml or seven digits of a number, which anyone can look up. The
editor checks this last rule before a pack is signed, so that a school's machine never refuses an
older pack for its words.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from content.model import placeholders
from content.model.pack import Pack, Phrase
from content.model.sms_segments import fold
from content.rules import answers
from content.rules.locations import Where
from messages.message import Finding, message

LOCKED = 50  # letters that a locked screen shows
GIVEAWAYS = Path(__file__).with_name("giveaway_words.toml")
WATCHED = 100  # letters of a reply to someone who is being watched: some phones show this many
NEAR = "near"  # a topic's case for someone with somebody next to them
_WATCHED = frozenset({"watched", NEAR})
_DANGER = "sms:danger:"  # names the danger at once; someone being watched gets a different reply
_STAFF = ("sms:adults:", "sms:line:staff")  # replies to an adult who works at a school
_BY_NAME = frozenset({"law", "partner"})  # entries that are answered with their own text
# Texts that do not begin a reply in a listed language: parts of other texts, and spoken texts.
_INSIDE = frozenset({"second", "perhaps", "perhaps_two", "also", "other", "office", "further"})
_SPOKEN = "sms:line:voice_"
_SEEN = 4  # letters after which a reader recognizes a cut word
_HOTLINE = re.compile(r"\b(?:\d-)?\d{3}-\d{3}[-\d]*")  # enough to look it up
# Placeholders that are filled in only when a reply is sent.
_LATER = ("program", "contact", "code", "code.en", "hotline", "county", "county_number")
_TELLING = 8  # a topic's keywords reveal what is wrong if its priority is at most this number
# These giveaway words are added to the topics' own.
_ALARMING = frozenset(
    {"emergency", "police", "crisis", "hotline", "hurt", "hurts", "hide", "hiding", "unsafe"}
    | {"emergencia", "policia", "linea", "ayuda", "esconderte", "dano"}
)


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    """Yield answers and replies to someone being watched, with what their openings reveal."""
    for language in pack.languages:
        for key in pack.texts.get(language, {}):
            watched = is_for_watched(key)
            is_judged = watched or key.startswith(answers.KEY)
            if is_judged and (words := given_away(pack, key, language)):
                code = "locked.watched" if watched else "locked.topic-word"
                first = WATCHED if watched else LOCKED
                said = message(code, word=words[0], first=first, key=key)
                yield where.problem(key, said, language=language)


def openings(pack: Pack, where: Where) -> Iterator[Finding]:
    """Yield replies that open with a listed word or a number, for the people who write them."""
    for language in giveaways():
        for key, text in pack.texts.get(language, {}).items():
            if opens_a_reply(key) and (words := _told(text, pack, key, language)):
                said = message("locked.opening", word=words[0], first=LOCKED, key=key)
                yield where.problem(key, said, language=language)


def opens_a_reply(key: str) -> bool:
    """Whether the list applies to the text, because a reply to a student begins with it.

    This excludes danger's reply, and replies to someone being watched, which have stricter rules.
    """
    kind, *_, part = key.split(":")
    is_reply = kind == "sms" or (kind in _BY_NAME and part == "sms")
    is_other = key.startswith((_DANGER, _SPOKEN, *_STAFF)) or is_for_watched(key)
    return is_reply and part not in _INSIDE and not is_other


@cache
def giveaways() -> dict[str, frozenset[str]]:
    read = tomllib.loads(GIVEAWAYS.read_text(encoding="utf-8"))
    return {language: frozenset(words) for language, words in read.items()}


def _told(text: str, pack: Pack, key: str, language: str) -> list[str]:
    """Return an opening's hotline numbers and giveaway words, including a word that is cut off."""
    said = _filled(text, pack, key, language)
    if said is None:
        return []
    words, listed = _words(said[:LOCKED]), giveaways()[language]
    found = [*(word for word in words if word in listed), *_HOTLINE.findall(said[:LOCKED])]
    is_cut = len(said) > LOCKED and said[LOCKED - 1].isalnum() and said[LOCKED].isalnum()
    is_cut = is_cut and len(words[-1]) >= _SEEN
    if is_cut and (whole := next((one for one in listed if one.startswith(words[-1])), "")):
        found.append(whole)
    return found


def is_for_watched(key: str) -> bool:
    kind, *_, part = key.removesuffix(":further").split(":")
    return kind == "sms" and part in _WATCHED


def given_away(pack: Pack, key: str, language: str) -> list[str]:
    """Return the words in a filled-in text's opening that give away what it is about."""
    text = pack.texts[language].get(key)
    said = None if text is None else _filled(text, pack, key, language)
    if said is None:
        return []
    watched = is_for_watched(key)
    words = _words(said[: WATCHED if watched else LOCKED])
    telling = _topics(pack, language, _TELLING if not watched else None)
    if watched:
        return [word for word in words if word in telling | _ALARMING or word.isdigit()]
    return [word for word in words if word in telling]


def _filled(text: str, pack: Pack, key: str, language: str) -> str | None:
    """Return the text with its numbers; None if one is unknown, which translations.py reports."""
    extra = dict.fromkeys(_LATER, "")
    try:
        return placeholders.fill(Phrase(text, language), pack, owner=key, extra=extra)
    except KeyError:
        return None


def _words(opening: str) -> list[str]:
    folded = fold(opening).casefold()
    return "".join(char if char.isalnum() else " " for char in folded).split()


def _topics(pack: Pack, language: str, least: int | None) -> frozenset[str]:
    """Return the words that are a topic's whole message; ``least``: the maximum priority number."""
    return frozenset(
        fold(word).casefold()
        for keyword in pack.keywords
        if (least is None or keyword.priority <= least) and language in keyword.words
        for word in keyword.words[language].alone
        if word.isalpha()
    )
