"""The answers to what people ask next: who reads this, what it costs, nobody picks up.

Source: sms/answers.toml. Keys: ``sms:answer:<id>``, in languages in part with ``:further``.
"""

from collections.abc import Iterator

from content.model import placeholders
from content.model.pack import Pack
from content.rules import locked_screen
from content.rules.locations import Where
from content.rules.locked_screen import LOCKED, given_away
from messages.message import Finding

ANSWER = "answer."  # before the id where a message is classed
ORDINARY = "ordinary"  # the class of what asks for nothing
KEY = "sms:answer:"
FURTHER = ":further"
BUDGET = "answer:"  # before the id in ``Pack.line_segments``
ANSWERS = (
    *("who", "private", "parents", "police", "cost", "hours", "expect"),
    *("cannot_call", "cannot_text", "no_answer", "afraid", "watched", "more", "thanks", "again"),
    *("call_me", "unclear", "number", "arrested", "removed", "tell_adult", "not_helped", "wrong"),
    *(
        "hello",
        "language",
        "short",
        "details",
        "unsure",
        "over",
        "happened",
        "told",
        "where",
        "sick",
    ),
)
# Those that one sentence answers, so that languages in part have them, too.
IN_PART = (
    *("who", "private", "parents", "police", "cost"),
    *("cannot_call", "no_answer", "thanks", "more", "number"),
)
_WAYS = (".voice", ".sms")
_NOT_911 = "This is NOT"  # how only the reply to danger begins


def budget(pack: Pack, answer: str, language: str) -> int:
    """The segments that an answer may take."""
    own = pack.line_segments.get(BUDGET + answer, {})
    return own.get(language, pack.most_segments(language))


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    """Answers missing, without a way on, or with a topic's word on a locked screen."""
    english = pack.texts[pack.default]
    if KEY.rstrip(":") in where.unread or not any(key.startswith(KEY) for key in english):
        return
    for answer in ANSWERS:
        if KEY + answer not in english:
            yield where.problem(
                "sms:answer",
                f'the answer "{answer}" is missing; add {answer} = "..." to [answer] of'
                " sms/answers.toml",
            )
    for answer in IN_PART if pack.partial else ():
        if KEY + answer + FURTHER not in english:
            yield where.problem(
                "sms:answer",
                f'the answer "{answer}" is missing for languages in part; add {answer} = "..." to'
                " [further] of sms/answers.toml",
            )
    yield from _budgets(pack, where)
    for language in pack.languages:
        for key, text in pack.texts.get(language, {}).items():
            if key.startswith(KEY):
                for message in _faults(pack, key, text, language):
                    shown = "" if language == pack.default else language
                    yield where.problem(key, message, language=shown)


def _budgets(pack: Pack, where: Where) -> Iterator[Finding]:
    for name, allowed in pack.line_segments.items():
        answer = name.removeprefix(BUDGET)
        for language, segments in allowed.items() if name.startswith(BUDGET) else ():
            most = pack.most_segments(language)
            if answer not in ANSWERS or not 1 <= segments <= most:
                yield where.problem(
                    f"sms:answer/max_segments/{answer}/{language}",
                    f"max_segments has {answer} = {segments}; name an answer of this file, with at"
                    f" most {most}",
                )


def _faults(pack: Pack, key: str, text: str, language: str) -> Iterator[str]:
    if not any(name.endswith(_WAYS) for name in placeholders.names(text)):
        yield f'"{key}" leads nowhere; name a number to call or text, such as {{988.voice}}'
    if text.startswith(_NOT_911):
        yield f'"{key}" begins like the reply to danger; begin with the answer'
    if not locked_screen.is_for_watched(key) and (words := given_away(pack, key, language)):
        yield (
            f'"{words[0]}" is a topic\'s word within the first {LOCKED} letters of "{key}", which'
            " others can read on a locked screen; begin with other words"
        )
