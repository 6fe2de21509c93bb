"""Recognizes messages that are only a partner's or hotline's name, a code, a short number or a ZIP.

In a sentence, a name counts unless it is an ordinary phrase: "no heat at home" isn't a partner.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from content.model.pack import Pack, Topic
from sms.understanding import laws as laws_by_number
from sms.understanding.dictionary import ordinary
from sms.understanding.normalise import Tokens, join_letters, words
from sms.understanding.sayings import sayings

_LEADS, _TAILS = sayings("name", "before"), sayings("name", "after")
_LONGEST_LEAD, _LONGEST_TAIL = max(map(len, _LEADS)), max(map(len, _TAILS))
_LEAD_STARTS = frozenset(lead[0] for lead in _LEADS)
_TAIL_STOPS = frozenset(tail[-1] for tail in _TAILS)
_ORDINARY = sayings("name", "ordinary")
_MOST_WORDS = 20  # maximum words in a message that is only a name
_SHORTEST = 3  # minimum length of a word that counts as a name in a sentence
_ARTICLES = frozenset({"the", "el", "la", "los", "las"})
_CODE = re.compile(
    r"\s*(?:(?:more|mas|para seguir|code|codigo|text|txt|texto|send|manda|envia)\s*[:,]?\s+){0,2}"
    r"#?\s*([a-z])\s?-?(\d{2})\s*[.!]*\s*"
)
_SHORT = re.compile(r"\s*([0-9][\s.\-]*[0-9][\s.\-]*[0-9])\s*[.!?]*\s*")
_ZIP = re.compile(
    r"\s*(?:(?:i'?m|i am|i live|we live|we'?re|we are|i stay|estoy|vivo|vivimos|estamos|soy de) )?"
    r"(?:(?:in|at|near|around|by|from|en|cerca de|por) )?"
    r"(?:(?:my |the |mi |el )?(?:zip|zipcode|zip code|area code|codigo postal|codigo)"
    r"\s*(?:is|es)?\s*:?\s*)?"
    r"(\d{5})(?:\s*-\s*\d{4})?\s*[.!]*\s*"
)
SHORT_NUMBERS = {"911": "danger", "988": "suicide", "211": "basics"}


@dataclass(frozen=True, slots=True)
class NamedReply:
    """The first part of a reply's code, and all names that ask for the reply."""

    id: str
    names: tuple[str, ...]


def named_replies(pack: Pack) -> list[NamedReply]:
    """Return live hotlines for students ("hotline:ctl") and partners ("partner:ncmec").

    If entries share a name, the last entry gets it: a partner, otherwise the pack's first hotline.
    So a county's or district's hotline never takes a name from a statewide hotline.
    """
    hotlines = [
        NamedReply(f"hotline:{one.id}", (*one.names, *_names_in_texts(pack, one.id)))
        for one in reversed(pack.resources)
        if one.asked_by_name
    ]
    partners = [NamedReply(f"partner:{one.id}", one.names) for one in pack.live_partners]
    laws = [NamedReply(f"law:{one.id}", laws_by_number.titles(one)) for one in pack.laws]
    return [*hotlines, *partners, *laws]


def _names_in_texts(pack: Pack, resource_id: str) -> Iterable[str]:
    key = f"resource:{resource_id}:name"
    return (
        texts[key] for tag, texts in pack.texts.items() if tag in pack.complete and key in texts
    )


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A name in a sentence: its entry, the other words, its number of words, and whether it is
    clearly a name."""

    id: str
    rest: tuple[str, ...]
    length: int
    is_plain: bool


class Names:
    """The names of partners, hotlines or laws, compiled once."""

    def __init__(self, named: Iterable[NamedReply]) -> None:
        named = tuple(named)
        self._known = {
            "".join(_without_article(words(name))): entry.id
            for entry in named
            for name in entry.names
        }
        self._in_sentence = {
            _without_article(join_letters(words(name))): entry.id
            for entry in named
            for name in entry.names
        }
        self._first = frozenset(name[0] for name in self._in_sentence if name)
        self._longest = max(map(len, self._in_sentence), default=0)

    def exact(self, tokens: Tokens) -> str:
        """Return the id if a message is only a name, apart from words like "who is"; or ""."""
        return next((self._known[name] for name in _asked(tokens) if name in self._known), "")

    def inside(self, tokens: Tokens) -> Mentioned | None:
        """Return the longest name in a sentence, or the first of several equally long names."""
        said = tokens.joined
        found: Mentioned | None = None
        for start, word in enumerate(said):
            for length in range(self._longest if word in self._first else 0, 0, -1):
                name = said[start : start + length]
                if len(name) == length and name in self._in_sentence:
                    if found is None or length > found.length:
                        rest = (*said[:start], *said[start + length :])
                        found = Mentioned(self._in_sentence[name], rest, length, _is_plain(name))
                    break
        return found


def _is_plain(name: tuple[str, ...]) -> bool:
    """Whether people who write these words nearly always mean the name."""
    if name in _ORDINARY:
        return False
    return len(name) > 1 or (len(name[0]) >= _SHORTEST and name[0] not in ordinary())


def _asked(tokens: Tokens) -> list[str]:
    """Return possible names: the whole message, and what is left without its lead-in or ending."""
    said = tokens.words
    if not 0 < len(said) <= _MOST_WORDS:
        return []
    asked = [said, tokens.joined] if tokens.joined != said else [said]
    lead = tail = 0
    if said[0] in _LEAD_STARTS:
        lead = next((n for n in _lengths(said, _LONGEST_LEAD) if said[:n] in _LEADS), 0)
    if said[-1] in _TAIL_STOPS:
        tail = next((n for n in _lengths(said, _LONGEST_TAIL) if said[-n:] in _TAILS), 0)
    if lead or tail:
        ends = dict.fromkeys((len(said), len(said) - tail))
        asked += [said[start:end] for end in ends for start in (lead, 0)]
    names = ("".join(_without_article(name)) for name in asked)
    return [name for name in dict.fromkeys(names) if name]


def _lengths(said: tuple[str, ...], most: int) -> range:
    return range(min(most, len(said) - 1), 0, -1)


def _without_article(tokens: tuple[str, ...]) -> tuple[str, ...]:
    return tokens[1:] if len(tokens) > 1 and tokens[0] in _ARTICLES else tokens


def needs(topics: Iterable[Topic], priority: Mapping[str, int]) -> Mapping[str, str]:
    """Map each hotline to the topic that lists it highest; in a tie, to the most urgent topic."""
    found: dict[str, tuple[int, int, str]] = {}
    for topic in topics:
        if topic.id in priority:
            for place, resource in enumerate(topic.resources):
                named = (place, priority[topic.id], topic.id)
                found[resource] = min(found.get(resource, named), named)
    return {resource: topic for resource, (_, _, topic) in found.items()}


def codes(topics: Iterable[Topic]) -> Mapping[str, tuple[str, str]]:
    """Map each code that people text for a second reply to (topic id, language)."""
    return {
        code: (topic.id, language)
        for topic in topics
        for language, code in topic.text_codes.items()
    }


def code_in(tokens: Tokens) -> str:
    """Return the code if a message is only a code ("M42", "text m42"), otherwise ""."""
    found = _CODE.fullmatch(tokens.folded)
    return f"{found[1]}{found[2]}".upper() if found else ""


def is_number(tokens: Tokens) -> bool:
    """Whether a message is only numbers or looks like a code: the model has not learned these."""
    return bool(code_in(tokens)) or bool(tokens.words and all(map(str.isdigit, tokens.words)))


def is_letter(tokens: Tokens) -> bool:
    """Whether a message is a single Latin letter: "k" is "okay" in English and "que" in Spanish."""
    return len(tokens.words) == 1 and len(word := tokens.words[0]) == 1 and word.isascii()


def short_number_in(tokens: Tokens) -> str:
    """Return the topic if a message is only 911, 988 or 211, otherwise ""."""
    found = _SHORT.fullmatch(tokens.folded)
    return SHORT_NUMBERS.get(re.sub(r"\D", "", found[1]), "") if found else ""


def zip_in(tokens: Tokens) -> str:
    """Return the ZIP code if a message is only a ZIP code (or ZIP+4), otherwise ""."""
    found = _ZIP.fullmatch(tokens.folded)
    return found[1] if found else ""
