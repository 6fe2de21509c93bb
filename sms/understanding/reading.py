"""From what the rules and the model say to what is answered. Pure.

Danger, suicide and a topic's cases by a rule are never vetoed, and override every question about
the line.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from content.rules.answers import ANSWER, ANSWERS, ORDINARY
from sms.understanding.classifier import CALM, Prediction
from sms.understanding.keyword_matcher import Hit
from sms.understanding.who_harmed_whom import NOTHING_SAID, HarmSaid

COSTS = Path(__file__).resolve().parent / "costs.toml"
URGENT = frozenset({"danger", "suicide"})
# The share of all needs below which the likeliest is not named as the one that is meant, unless it
# is danger or suicide: a message of no known kind got the reply about a stranger online.
SURE_WHICH = 0.3
SURE_OF_ANSWER = 0.08  # of all second messages together, if no need is likelier than they
URGENT_OVERRIDES = 0.2  # a chance of danger or suicide that no question about the line may hide
OVERRIDES_QUIET = 0.42  # "stop texting me im going to end it" has 0.58
SURE_OF_REST = 0.5  # a need in the words around a program's name, that the name may not hide
WATCHED_OVERRIDES_QUIET = 0.6  # "please cancel all messages to this phone" has 0.52
SURE_ABOUT = 0.6
SURELY_ANOTHER = 0.8  # a rule of a case has no other subject: "took 20 advil"
OTHERS = ("friend", "parent", "staff")
# Needs in which somebody harms another: in no other may a reply speak to who did it.
HARM = frozenset({"abuse", "assault", "bullying", "dating", "online", "pictures", "trafficking"})
MAY_BE_ACTOR = 0.25  # less than for others: hardly a reply may absolve who hurt somebody
# Who is told to stop: from which chance that the writer did harm, and how many times the chance of
# having been hurt. By what the words say (who_harmed_whom.py): did it; nothing. Never where the
# words say that the writer did it and that somebody else acts, too.
_DID, _NOTHING = (0.3, 0.5), (0.6, 4.0)
SURELY_OTHERS = 0.9  # the chance that it is about a friend from which "we hit him" is not heard
CHAT = 0.5  # the chance of small talk from which no words make the writer one who did harm
LEAST_ACTOR = 0.1  # below this chance only words that say it make the writer one who did harm
# The chance of having been hurt from which no words make it another, and the same where the chance
# of having done harm is not nearly nothing.
_SURELY_ME, _SURELY_ME_STILL, _NEARLY_NOTHING = 0.75, 0.97, 0.02
_OTHERS_ACT = 0.9  # the chance from which the model alone is believed where others act
_DID_ALONE = 0.6  # the chance from which less plain words are enough whatever the topic
_TOO_SAD = 0.4  # the chance of suicide from which its reply comes before the one about harm
_SURELY_DID = 0.95  # the chance from which others may act in the message
_SURELY_HARMED = 0.8  # below this chance, who says only what was done to them is spoken to as hurt
RARE = 0.7  # of the usual chance: who writes Hmong to a help line hardly chats
WATCHED = 0.04  # the chance of "my phone is watched" from which a reply opens neutrally
# The chance, among the needs, from which a second topic is named; the same for one whose name gives
# little away on a locked screen; and for that one next to a topic that a rule is sure of.
ALSO, ALSO_PLAIN, ALSO_PLAIN_BY_RULE = 0.25, 0.1, 0.15
PLAIN = frozenset(
    {"abuse", "anxiety", "basics", "bullying", "carer", "danger", "dating", "feelings", "foster"}
    | {"friend", "grief", "lonely", "missing", "runaway", "schoolstaff", "work"}
)
# The chance of all needs together from which a general reply names the likeliest one's number; and
# that of the likeliest from which it does in few words that point back to something.
PERHAPS, PERHAPS_OF_FEW = 0.15, 0.25
_QUESTIONS = tuple(f"{ANSWER}{name}" for name in ANSWERS)
EMERGENCY = 0.6  # the chance of an emergency now from which a reply begins with 911
# The chance of one kind from which the help for it is named. Where somebody may take their life
# only an ambulance is: "sleep and not wake up" is no poisoning yet.
SURE_OF_KIND = 0.7
ANY_HELP = "any"  # the kind of an emergency where the words do not say which help is wanted
PLAINLY_ORDINARY = 0.9  # vetoes a rule for anything but danger and suicide


@dataclass(frozen=True, slots=True)
class Reading:
    """``topic``, or ``answer`` to a question about the line, or neither. ``how`` it was found.

    ``case``: that of the topic whose rule found it. ``perhaps``: the need that comes nearest where
    there is neither; ``also``: a second need, next to either.
    """

    topic: str = ""
    also: str = ""
    answer: str = ""
    about: str = ""
    how: str = "general"
    watched: bool = False  # someone is near, or reads along
    perhaps: str = ""
    case: str = ""


def judge(
    hits: Sequence[Hit],
    seen: Prediction,
    topics: Collection[str],
    *,
    rare: bool = False,
    said: HarmSaid = NOTHING_SAID,
) -> Reading:
    """``topics``: those that the pack answers. ``rare``: in a language that few chat in here.

    ``said``: what the words say of who harmed whom.
    """
    if hits and hits[0].how == "exact":
        return Reading(hits[0].topic, about=hits[0].about, how="exact", case=hits[0].case)
    chances = seen.topic
    needs = {topic: chances[topic] for topic in topics if topic in chances}
    chat = chances.get(ORDINARY, 0.0) >= PLAINLY_ORDINARY
    ruled = [hit for hit in hits if hit.case or hit.topic in URGENT or not chat]
    watched = seen.topic.get(f"{ANSWER}watched", 0.0) >= WATCHED
    if ruled:
        return _by_rule(ruled, seen, needs, said, watched=watched)
    return _by_words(seen, needs, said) or _by_model(seen, needs, said, watched=watched, rare=rare)


def emergency(found: Reading, seen: Prediction) -> str:
    """Return the kind of an emergency that no rule heard and the model thinks likely, else "".

    A case's reply and danger's begin with 911 already. A writer who did harm keeps that reply,
    and a question about the line its answer.
    """
    heard = found.case or found.topic == "danger" or found.about == "actor" or found.how == "exact"
    if heard or found.answer or 1 - seen.now.get(CALM, 1.0) < EMERGENCY:
        return ""
    kinds = {kind: chance for kind, chance in seen.now.items() if kind != CALM}
    if found.topic == "suicide":
        return "body" if kinds.get("body", 0.0) >= SURE_OF_KIND else "life"
    likeliest = max(kinds, key=kinds.__getitem__, default="")
    return likeliest if kinds.get(likeliest, 0.0) >= SURE_OF_KIND else ANY_HELP


def _by_model(
    seen: Prediction, needs: Mapping[str, float], said: HarmSaid, *, watched: bool, rare: bool
) -> Reading:
    chances = seen.topic
    need, first = sum(needs.values()), max(needs, key=needs.__getitem__, default="")
    about = _about(seen, first, said)
    answers = questions(chances)
    asked = sum(answers.values())
    urgent = sum(needs.get(topic, 0.0) for topic in URGENT)
    if asked >= max(SURE_OF_ANSWER, need) and urgent < URGENT_OVERRIDES:
        answer = max(answers, key=answers.__getitem__)
        return Reading(answer=answer.removeprefix(ANSWER), how="model")
    off = 1 - asked - need - seen.topic.get(ORDINARY, 0.0)
    if off > needs.get(first, 0.0) and urgent < URGENT_OVERRIDES:
        return Reading()  # the district switched that topic off: what is left is no need
    # In a language in part a general reply names no number, and the reply to a parent, staff or a
    # friend fits most needs: there the likeliest is better.
    alike = rare or about in OTHERS or first in URGENT
    which = alike or needs.get(first, 0.0) >= SURE_WHICH * need
    if need and which and need + max(off, 0.0) >= least_of(needs, asked, rare=rare):
        also = _second(first, needs, ALSO_PLAIN)
        return Reading(first, also, about=about, how="model", watched=watched)
    # A reply to someone who is hurt is no reply to the one who did it.
    fits = need >= PERHAPS and not (about == "actor" and first in HARM)
    return _unsure(first, needs) if fits else Reading()


def _in_case(hit: Hit, seen: Prediction) -> Reading:
    """The case, about whom its rule says, or the model where the rule says no more than "me"."""
    about, least = hit.about, SURELY_ANOTHER if hit.about else SURE_ABOUT
    if about != "friend":
        about = next((who for who in OTHERS if seen.about.get(who, 0.0) >= least), about)
    return Reading(hit.topic, about=about, how="phrase", case=hit.case)


def _by_rule(
    hits: Sequence[Hit],
    seen: Prediction,
    needs: Mapping[str, float],
    said: HarmSaid,
    *,
    watched: bool,
) -> Reading:
    hit = hits[0]
    if hit.case:
        return _in_case(hit, seen)
    about = _about(seen, hit.topic, said)
    ruled = [other.topic for other in hits[1:]]
    also = ruled[0] if ruled else _second(hit.topic, needs, ALSO_PLAIN_BY_RULE)
    return Reading(hit.topic, also, about=about, how="phrase", watched=watched)


def overrides_quiet(seen: Prediction) -> bool:
    """Whether a message that also asks for quiet is about danger or a watched phone first."""
    urgent = sum(seen.topic.get(topic, 0.0) for topic in URGENT)
    watched = seen.topic.get(f"{ANSWER}watched", 0.0)
    return urgent >= OVERRIDES_QUIET or watched >= WATCHED_OVERRIDES_QUIET


def _second(first: str, needs: Mapping[str, float], plain: float) -> str:
    total = sum(needs.values())
    rest = {
        topic: chance
        for topic, chance in needs.items()
        if topic != first and chance >= total * (plain if topic in PLAIN else ALSO)
    }
    return max(rest, key=rest.__getitem__, default="")


def _unsure(first: str, needs: Mapping[str, float]) -> Reading:
    """Return the need that comes nearest, and a second one that gives nothing away, if likely."""
    plain = {name: chance for name, chance in needs.items() if name in PLAIN and name != first}
    second = max(plain, key=plain.__getitem__, default="")
    enough = ALSO_PLAIN * sum(needs.values())
    return Reading(perhaps=first, also=second if plain.get(second, 0.0) >= enough else "")


def _about(seen: Prediction, topic: str, said: HarmSaid) -> str:
    """Whom it is about, "" where that is not told; "unclear": the writer may have done harm."""
    actor, me = seen.about.get("actor", 0.0), seen.about.get("me", 0.0)
    may_be = actor >= max(MAY_BE_ACTOR, me)
    if topic not in HARM and may_be:
        return "actor" if said.alone or (actor >= _SURELY_DID and not said.harmed) else ""
    who = max(seen.about, key=seen.about.__getitem__, default="")
    sure = who if who and seen.about[who] >= SURE_ABOUT else ""
    if topic in HARM and (may_be or (said.did and sure in {"", "me"})):
        return _who_did(actor, me, said)
    return sure


def _who_did(actor: float, me: float, said: HarmSaid) -> str:
    """ "actor" for the writer; "unclear"; "" for somebody else."""
    if said.harmed and not said.did and actor < _SURELY_HARMED:
        return ""
    least, times = _DID if said.did else _NOTHING
    if not said.alone and (said.did or said.harmed or actor < _OTHERS_ACT):
        return "unclear"
    is_sure = (said.surely and me < _surely_me(actor)) or actor >= max(least, times * me)
    return "actor" if is_sure else "unclear"


def _surely_me(actor: float) -> float:
    """The chance of having been hurt from which no words make the writer one who did harm."""
    return _SURELY_ME if actor < _NEARLY_NOTHING else _SURELY_ME_STILL


def _by_words(seen: Prediction, needs: Mapping[str, float], said: HarmSaid) -> Reading | None:
    """Answer a writer whose words alone say that they did harm, or may, unless they chat."""
    others = max((seen.about.get(who, 0.0) for who in OTHERS), default=0.0)
    if not said.alone or others >= SURELY_OTHERS or seen.topic.get(ORDINARY, 0.0) >= CHAT:
        return None
    actor = seen.about.get("actor", 0.0)
    if seen.about.get("me", 0.0) >= _surely_me(actor):
        return None
    is_sure = said.surely or (said.did and actor >= _DID_ALONE)
    first = max(needs, key=needs.__getitem__, default="")
    harm = {topic: chance for topic, chance in needs.items() if topic in HARM}
    too_sad = needs.get("suicide", 0.0) >= _TOO_SAD
    if not said.threat and (too_sad or not (is_sure and harm)):
        return None
    is_danger = said.threat or first == "danger"
    topic = "danger" if is_danger else max(harm, key=harm.__getitem__)
    return Reading(topic, about="actor", how="model")


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
