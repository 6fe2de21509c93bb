"""Rules about the answers to what people ask next (sms/answers.toml)."""

from collections.abc import Iterator

from content.model import placeholders
from content.model.pack import Pack
from content.rules.answers import ANSWERS, BUDGET, FURTHER, IN_PART, KEY
from content.rules.locations import Where
from messages.message import Finding

_WAYS = (".voice", ".sms")
_NOT_911 = "This is NOT"  # how only the reply to danger begins


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    """Answers missing, or without a way on."""
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
                for message in _faults(key, text):
                    yield where.problem(key, message, language=language)


def _budgets(pack: Pack, where: Where) -> Iterator[Finding]:
    for name in pack.line_segments:
        answer = name.removeprefix(BUDGET)
        if name.startswith(BUDGET) and answer not in ANSWERS:
            message = f"max_segments names {answer}; name an answer of this file"
            yield where.problem(f"sms:answer/max_segments/{answer}", message)


def _faults(key: str, text: str) -> Iterator[str]:
    if not any(name.endswith(_WAYS) for name in placeholders.names(text)):
        yield f'"{key}" leads nowhere; name a number to call or text, such as {{988.voice}}'
    if text.startswith(_NOT_911):
        yield f'"{key}" begins like the reply to danger; begin with the answer'
