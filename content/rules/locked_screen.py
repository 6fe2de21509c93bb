"""Check the opening of each reply, which a locked screen shows: it tells nobody what it is about.

The opening of an answer about the line names no urgent topic. The opening of a reply to someone who
is watched is longer, and names no number, no danger and no topic at all.
"""

from collections.abc import Iterator

from content.model import placeholders
from content.model.pack import Pack, Phrase
from content.model.sms_segments import fold
from content.rules import answers
from content.rules.locations import Where
from messages.message import Finding

LOCKED = 50  # letters
WATCHED = 100  # letters, of a reply to someone who is watched: more phones show so many
NEAR = "near"  # the name of a topic's case for someone who has somebody next to them
_WATCHED = frozenset({"watched", NEAR})
_TELLING = 8  # the priority down to which a topic's keywords tell what is wrong
# Besides the topics' own words.
_ALARMING = frozenset(
    {"emergency", "police", "crisis", "hotline", "hurt", "hurts", "hide", "hiding", "unsafe"}
    | {"emergencia", "policia", "linea", "ayuda", "esconderte", "dano"}
)


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    """Answers, and replies to someone who is watched, with what their opening gives away."""
    for language in pack.languages:
        for key in pack.texts.get(language, {}):
            watched = is_for_watched(key)
            is_judged = watched or key.startswith(answers.KEY)
            if is_judged and (words := given_away(pack, key, language)):
                message = (
                    f'"{words[0]}" is within the first {WATCHED} letters of "{key}", which'
                    " anyone near can read on a locked screen; begin with words that tell"
                    " nothing"
                    if watched
                    else f'"{words[0]}" is a topic\'s word within the first {LOCKED} letters of'
                    f' "{key}", which others can read on a locked screen; begin with other words'
                )
                yield where.problem(key, message, language=language)


def is_for_watched(key: str) -> bool:
    """Whether the text under that key answers someone who is watched."""
    kind, *_, part = key.removesuffix(":further").split(":")
    return kind == "sms" and part in _WATCHED


def given_away(pack: Pack, key: str, language: str) -> list[str]:
    """The words in the opening of a text, filled in, that give away what it is about."""
    extra = {"program": "", "contact": "", "code": ""}
    try:
        phrase = Phrase(pack.texts[language][key], language)
        said = placeholders.fill(phrase, pack, owner=key, extra=extra)
    except KeyError:
        return []  # translations.py says so
    watched = is_for_watched(key)
    opening = fold(said[: WATCHED if watched else LOCKED]).casefold()
    words = "".join(char if char.isalnum() else " " for char in opening).split()
    telling = _topics(pack, language, _TELLING if not watched else None)
    if watched:
        return [word for word in words if word in telling | _ALARMING or word.isdigit()]
    return [word for word in words if word in telling]


def _topics(pack: Pack, language: str, least: int | None) -> frozenset[str]:
    """The words that are a topic's whole message; ``least``: of topics down to that priority."""
    return frozenset(
        fold(word).casefold()
        for keyword in pack.keywords
        if (least is None or keyword.priority <= least) and language in keyword.words
        for word in keyword.words[language].alone
        if word.isalpha()
    )
