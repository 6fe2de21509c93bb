"""Whole messages that are a partner's name, a code, a short number or a ZIP code.

Never inside a sentence: "no heat at home" names no partner.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from content.model.edit_distance import Nearby
from content.model.pack import Partner, Topic
from sms.understanding.keyword_matcher import MIN_LETTERS
from sms.understanding.normalise import Tokens, words

_LEAD_INS = """
who is | who are | whos | what is | whats | what are | about | tell me about | info on | info about
information on | information about | more about | more info on | what about | is this | number for
phone number for | contact | quien es | quienes son | que es | que son | acerca de | sobre
informacion de | informacion sobre | info de | info sobre | numero de | telefono de | dime de
dime sobre
"""
_LEADS = frozenset(
    tuple(lead.split()) for line in _LEAD_INS.strip().splitlines() for lead in line.split("|")
)
_LONGEST_LEAD = max(map(len, _LEADS))
_ARTICLES = frozenset({"the", "el", "la", "los", "las"})
_CODE = re.compile(
    r"\s*(?:(?:more|mas|para seguir|code|codigo|text|txt|texto|send|manda|envia)\s*[:,]?\s+){0,2}"
    r"#?\s*(\d{1,4})\s*[.!]*\s*"
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


class Names:
    """The partners' names, compiled once."""

    def __init__(self, partners: Iterable[Partner], ordinary: Collection[str]) -> None:
        """A name of only ``ordinary`` words must be spelt right; others may be one letter off."""
        self._known: dict[str, str] = {}
        loose: list[str] = []
        for partner in partners:
            for name in partner.names:
                tokens = _without_article(words(name))
                glued = "".join(tokens)
                self._known[glued] = partner.id
                if not all(len(token) < MIN_LETTERS or token in ordinary for token in tokens):
                    loose.append(glued)
        self._ordinary = ordinary
        self._nearby = Nearby(loose)

    def exact(self, tokens: Tokens) -> str:
        """The partner whose name is the message, after a lead-in such as "who is"; else ""."""
        return next((self._known[name] for name in _asked(tokens) if name in self._known), "")

    def near(self, tokens: Tokens) -> str:
        """As ``exact`` for a misspelt name; "" if all words are ordinary or several names near."""
        if all(len(token) < MIN_LETTERS or token in self._ordinary for token in tokens.words):
            return ""
        for name in _asked(tokens):
            if name not in self._ordinary:
                found = {self._known[known] for known in self._nearby.find(name)}
                if len(found) == 1:
                    return found.pop()
        return ""


def _asked(tokens: Tokens) -> list[str]:
    words = tokens.words
    asked = ["".join(_without_article(words)), "".join(_without_article(tokens.joined))]
    for length in range(min(_LONGEST_LEAD, len(words) - 1), 0, -1):
        if words[:length] in _LEADS:
            asked.append("".join(_without_article(words[length:])))
            break
    return [name for name in dict.fromkeys(asked) if name]


def _without_article(tokens: tuple[str, ...]) -> tuple[str, ...]:
    return tokens[1:] if len(tokens) > 1 and tokens[0] in _ARTICLES else tokens


def codes(topics: Iterable[Topic]) -> Mapping[str, tuple[str, str]]:
    """Neutral number to (topic id, language)."""
    return {
        code: (topic.id, language) for topic in topics for language, code in topic.codes.items()
    }


def code_in(tokens: Tokens) -> str:
    """The digits of a message that is only a neutral number ("42", "text 42"); else ""."""
    found = _CODE.fullmatch(tokens.folded)
    return found[1] if found else ""


def short_number_in(tokens: Tokens) -> str:
    """The topic of a message that is only 911, 988 or 211; else ""."""
    found = _SHORT.fullmatch(tokens.folded)
    return SHORT_NUMBERS.get(re.sub(r"\D", "", found[1]), "") if found else ""


def zip_in(tokens: Tokens) -> str:
    """The ZIP code of a message that is only that (ZIP+4 allowed); else ""."""
    found = _ZIP.fullmatch(tokens.folded)
    return found[1] if found else ""
