"""From what the rules and the model say to what is answered. Pure.

Danger and suicide by a rule are never vetoed, and override every question about the line.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from content.rules.answers import ANSWER, ANSWERS, ORDINARY
from sms.understanding.classifier import Prediction
from sms.understanding.keyword_matcher import Hit

COSTS = Path(__file__).resolve().parent / "costs.toml"
URGENT = frozenset({"danger", "suicide"})
LIKELIER = 0.5  # than this share of all needs a question must be: it names its topic in passing
SURE_OF_ANSWER = 0.08  # of all second messages together; a wrong one costs little
URGENT_OVERRIDES = 0.2  # a chance of danger or suicide that no question about the line may hide
OVERRIDES_QUIET = 0.45
SURE_ABOUT = 0.6
# Needs in which somebody harms another: in no other may a reply speak to who did it.
HARM = frozenset({"abuse", "assault", "bullying", "dating", "online", "pictures", "trafficking"})
MAY_BE_ACTOR = 0.25  # less than for others: hardly a reply may absolve who hurt somebody
RARE = 0.7  # of the usual chance: who writes Hmong to a help line hardly chats
WATCHED = 0.04  # the chance of "my phone is watched" from which a reply opens neutrally
ALSO = 0.25  # the chance, among the needs, from which a second topic is named
# The chance of all needs together from which a general reply names the likeliest one's number.
PERHAPS = 0.2
_QUESTIONS = tuple(f"{ANSWER}{name}" for name in ANSWERS)
PLAINLY_ORDINARY = 0.9  # vetoes a rule for anything but danger and suicide


@dataclass(frozen=True, slots=True)
class Reading:
    """``topic``, or ``answer`` to a question about the line, or neither. ``how`` it was found.

    ``perhaps``: the need that comes nearest where there is neither.
    """

    topic: str = ""
    also: str = ""
    answer: str = ""
    about: str = ""
    how: str = "general"
    watched: bool = False  # someone is near, or reads along
    perhaps: str = ""


def judge(
    hits: Sequence[Hit], seen: Prediction, topics: Collection[str], *, rare: bool = False
) -> Reading:
    """``topics``: those that the pack answers. ``rare``: in a language that few chat in here."""
    if hits and hits[0].how == "exact":
        return Reading(hits[0].topic, how="exact")
    about = _about(seen)
    chances = seen.topic
    needs = {topic: chances[topic] for topic in topics if topic in chances}
    ruled = [
        hit.topic
        for hit in hits
        if hit.topic in URGENT or seen.topic.get(ORDINARY, 0.0) < PLAINLY_ORDINARY
    ]
    watched = seen.topic.get(f"{ANSWER}watched", 0.0) >= WATCHED
    if ruled:
        also = _second(ruled[0], ruled[1:], needs)
        return Reading(ruled[0], also, about=about, how="phrase", watched=watched)
    need, first = sum(needs.values()), max(needs, key=needs.__getitem__, default="")
    answers = questions(chances)
    asked = sum(answers.values())
    urgent = sum(needs.get(topic, 0.0) for topic in URGENT)
    if asked >= max(SURE_OF_ANSWER, LIKELIER * need) and urgent < URGENT_OVERRIDES:
        answer = max(answers, key=answers.__getitem__)
        return Reading(answer=answer.removeprefix(ANSWER), how="model")
    off = 1 - asked - need - seen.topic.get(ORDINARY, 0.0)
    if off > needs.get(first, 0.0) and urgent < URGENT_OVERRIDES:
        return Reading()  # the district switched that topic off: what is left is no need
    if need and need + max(off, 0.0) >= least_of(needs, asked, rare=rare):
        also = _second(first, (), needs)
        return Reading(first, also, about=about, how="model", watched=watched)
    # What is there for who is hurt is nothing for who did it.
    fits = need >= PERHAPS and not (about == "actor" and first in HARM)
    return Reading(perhaps=first if fits else "")


def overrides_quiet(seen: Prediction) -> bool:
    """Whether a message that also asks for quiet is about danger or a watched phone first."""
    urgent = sum(seen.topic.get(topic, 0.0) for topic in URGENT)
    return max(urgent, seen.topic.get(f"{ANSWER}watched", 0.0)) >= OVERRIDES_QUIET


def _second(first: str, ruled: Sequence[str], needs: Mapping[str, float]) -> str:
    if ruled:
        return ruled[0]
    enough = ALSO * sum(needs.values())
    rest = {topic: chance for topic, chance in needs.items() if chance >= enough}
    rest.pop(first, None)
    return max(rest, key=rest.__getitem__, default="")


def _about(seen: Prediction) -> str:
    # Never where "me" is likelier: who was hurt must not be told to keep away from them.
    if seen.about.get("actor", 0.0) >= max(MAY_BE_ACTOR, seen.about.get("me", 0.0)):
        return "actor"
    who = max(seen.about, key=seen.about.__getitem__, default="")
    return who if who and seen.about[who] >= SURE_ABOUT else ""


@cache
def _costs() -> Mapping[str, float]:
    given = tomllib.loads(COSTS.read_text(encoding="utf-8"))["topic"]
    return {
        topic: cost["alarm"] / (cost["alarm"] + cost["missed"]) for topic, cost in given.items()
    }


def least(topic: str) -> float:
    """The chance that a message asks for something from which this topic is answered."""
    costs = _costs()
    return costs.get(topic, costs["other"])


def questions(chances: Mapping[str, float]) -> dict[str, float]:
    """Those of questions about the line."""
    return {name: chances[name] for name in _QUESTIONS if name in chances}


def least_of(needs: Mapping[str, float], asked: float = 0.0, *, rare: bool = False) -> float:
    """The same for needs with their chances, each by its share: a little of many is not yet what
    the first of them is. ``asked``: the chance of a question about the line, which is no small
    talk. ``rare``: as in ``judge``."""
    total = sum(needs.values()) or 1
    mean = sum(least(topic) * chance for topic, chance in needs.items()) / total
    return mean * (1 - asked) * (RARE if rare else 1)
