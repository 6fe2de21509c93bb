"""Rules about a topic's page: the text before the first number, the steps, related topics."""

from collections.abc import Iterator

from content.model import placeholders
from content.model.pack import Pack, Topic
from content.rules.locations import Where
from messages.message import Finding

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
            message = (
                f"the topic has {topic.steps} steps; write three lines that begin with"
                ' "1. ", "2. " and "3. ": what to do, in this order'
            )
            yield where.problem(key, message)
        yield from _also(topic, where)
        for language in pack.languages:
            yield from _lengths(pack, topic, language, where)


def _also(topic: Topic, where: Where) -> Iterator[Finding]:
    key = f"topic:{topic.id}/also"
    if len(topic.also) > MOST_ALSO:
        message = (
            f"{len(topic.also)} related topics are listed, but at most {MOST_ALSO} fit on the page"
        )
        yield where.problem(key, message)
    for number, other in enumerate(topic.also):
        if other in (topic.id, DANGER) or other in topic.also[:number]:
            message = f'"{other}" must not be listed, because it is this topic, a repeat, or danger'
            yield where.problem(f"{key}/{number}", message)


def _lengths(pack: Pack, topic: Topic, language: str, where: Where) -> Iterator[Finding]:
    texts, key = pack.texts.get(language, {}), f"topic:{topic.id}"
    first = sum(_words(texts.get(f"{key}:{name}", "")) for name in ("title", "warm"))
    if first > BEFORE_NUMBER:
        message = (
            f"the title and the warm line have {first} words together; use at most"
            f" {BEFORE_NUMBER}, so that students see the number at once"
        )
        yield where.problem(f"{key}:warm", message, language=language)
    for number in range(1, topic.steps + 1):
        name = f"{key}:step.{number}"
        step = texts.get(name, "")
        if _words(step) > STEP_WORDS:
            message = f"the step has {_words(step)} words; use at most {STEP_WORDS}"
            yield where.problem(name, message, language=language)
        if not all(hole.startswith(_ALWAYS) for hole in placeholders.names(step)):
            message = (
                "a step must not name any line except 911 and 988, because others may be withdrawn"
            )
            yield where.problem(name, message, language=language)


def _words(text: str) -> int:
    return len(text.split())
