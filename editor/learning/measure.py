"""Measures how well the line understands a set of messages. Prints counts, but never messages."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sms.decide import Decision, decide
from sms.script import Script

CRISIS = frozenset(
    {"danger", "suicide", "trafficking", "pictures", "abuse", "assault", "schoolstaff"}
    | {"dating", "runaway", "missing"}
)
# Maps a topic that is missing from sets made before December 2026 to the topic used there.
WIDER = {
    "anxiety": "feelings",
    "carer": "feelings",
    "eating": "feelings",
    "gangs": "bullying",
    "grief": "feelings",
    "legal": "report",
    "lonely": "feelings",
    "poison": "danger",
}
_AT_ONCE = {"danger": "911", "suicide": "988"}  # what the replies to an emergency name for these
_NUMBER = re.compile(r"\d[\d-]*\d")
_CODE = re.compile(r"(?:text|texto|envia|env[ií]e|manda|Español:|English:)\s+[A-Z]?\d{2}\b")


class MeasuredMessage(NamedTuple):
    """A message and its correct result; one with neither topics nor an answer asks for nothing."""

    text: str
    topics: tuple[str, ...]
    language: str
    answer: str = ""
    about: str = ""
    outright: bool = False


class MeasuredAnswer(NamedTuple):
    """A message with its answer. ``topic``: the need or answer is correct (or rightly missing).

    ``number``: the reply has a number for a correct topic. For a general reply, only the number for
    the need that it names counts.
    """

    asked: MeasuredMessage
    decision: Decision
    topic: bool
    number: bool


def messages(path: Path) -> Iterator[MeasuredMessage]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            entry = json.loads(line)
            yield MeasuredMessage(
                entry["text"],
                tuple(topic for topic in entry.get("topics", ()) if topic != "ordinary"),
                entry.get("language", "en"),
                entry.get("answer", ""),
                entry.get("about", ""),
                bool(entry.get("outright")),
            )


def judge(script: Script, asked: MeasuredMessage) -> MeasuredAnswer:
    decision = decide(script, asked.text)
    if asked.answer:
        right = decision.answer == asked.answer
        return MeasuredAnswer(asked, decision, right, right)
    if not asked.topics:
        none = decision.topic is None
        return MeasuredAnswer(asked, decision, none, none)
    topic = _meant(decision.topic, asked)
    also = _meant(decision.also, asked) or _meant(decision.perhaps, asked)
    wanted = {
        number for right in asked.topics for number in _numbers(script, right, decision.language)
    }
    named = decision.topic is not None or decision.how == "place" or bool(decision.perhaps)
    if decision.perhaps or decision.is_emergency:
        wanted -= {"911"}  # 911 is in every general reply and in every reply to an emergency
    if decision.is_emergency:
        named = True
        wanted |= {number for need, number in _AT_ONCE.items() if need in asked.topics}
    shared = bool(wanted & set(_NUMBER.findall(_CODE.sub("", decision.reply.text))))
    return MeasuredAnswer(asked, decision, topic, topic or (named and (also or shared)))


def _meant(said: str | None, asked: MeasuredMessage) -> bool:
    return said is not None and (said in asked.topics or WIDER.get(said) in asked.topics)


def _numbers(script: Script, topic: str, language: str) -> set[str]:
    reply = script.reply(f"t:{topic}:{language}:first").text
    return set(_NUMBER.findall(_CODE.sub("", reply))) - {"911", "988"} or {"911"}


def share(found: Sequence[MeasuredAnswer], field: str) -> float:
    """Return the share of answers (0 to 1) that are correct in that field."""
    return sum(bool(getattr(one, field)) for one in found) / len(found) if found else 0.0


def alarms(found: Iterable[MeasuredAnswer]) -> Counter[str]:
    """Count the crisis topics given as answers to messages that asked for nothing."""
    return Counter(
        one.decision.topic
        for one in found
        if not one.asked.topics and not one.asked.answer and one.decision.topic in CRISIS
    )


def summary(found: Sequence[MeasuredAnswer]) -> str:
    plain = [one for one in found if not one.asked.topics and not one.asked.answer]
    asked = [one for one in found if one.asked.topics or one.asked.answer]
    parts = []
    if asked:
        parts.append(
            f"{len(asked)} asked: right number {share(asked, 'number'):.1%},"
            f" right need {share(asked, 'topic'):.1%}"
        )
    if plain:
        parts.append(
            f"{len(plain)} ordinary: as a crisis {alarms(plain).total() / len(plain):.2%},"
            f" as any need {1 - share(plain, 'topic'):.2%}"
        )
    return "; ".join(parts)
