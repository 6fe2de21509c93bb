"""Rules about a topic's page: the text before the first number, the steps, related topics."""

from collections.abc import Iterator

from content.model import placeholders
from content.model.pack import Pack, Topic
from content.rules.locations import Where
from messages.message import Finding, message

STEPS = 3
STEP_WORDS = 10
BEFORE_NUMBER = 22  # maximum words in the title and warm line together
MOST_ALSO = 3
DANGER = "danger"  # each page has a button for this topic
_ALWAYS = ("911.", "988.", "fact.")  # prefixes of entries that are never withdrawn


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    for topic in pack.topics:
        key = f"topic:{topic.id}"
        if key in where.unread:
            continue
        if topic.steps != STEPS:
            yield where.problem(key, message("rule.steps", steps=topic.steps))
        yield from _also(topic, where)
        for language in pack.languages:
            yield from _lengths(pack, topic, language, where)


def _also(topic: Topic, where: Where) -> Iterator[Finding]:
    key = f"topic:{topic.id}/also"
    if len(topic.also) > MOST_ALSO:
        yield where.problem(key, message("rule.also-many", count=len(topic.also), most=MOST_ALSO))
    for number, other in enumerate(topic.also):
        if other in (topic.id, DANGER) or other in topic.also[:number]:
            yield where.problem(f"{key}/{number}", message("rule.also", other=other))


def _lengths(pack: Pack, topic: Topic, language: str, where: Where) -> Iterator[Finding]:
    texts, key = pack.texts.get(language, {}), f"topic:{topic.id}"
    first = sum(_words(texts.get(f"{key}:{name}", "")) for name in ("title", "warm"))
    if first > BEFORE_NUMBER:
        yield where.problem(
            f"{key}:warm",
            message("rule.before-number", count=first, most=BEFORE_NUMBER),
            language=language,
        )
    for number in range(1, topic.steps + 1):
        name = f"{key}:step.{number}"
        step = texts.get(name, "")
        if _words(step) > STEP_WORDS:
            yield where.problem(
                name,
                message("rule.step-words", count=_words(step), most=STEP_WORDS),
                language=language,
            )
        if not all(hole.startswith(_ALWAYS) for hole in placeholders.names(step)):
            yield where.problem(name, message("rule.step-line"), language=language)


def _words(text: str) -> int:
    return len(text.split())
