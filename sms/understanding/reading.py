"""Decides what to answer, based on the findings of the rules and the model. Pure.

Danger, suicide and a topic's cases are never vetoed if a rule finds them, and they override every
question about the line.
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
# A reply does not name the likeliest need if its share of all needs is smaller (unless it is danger
# or suicide): without this, messages of unknown kinds got the reply about a stranger online.
# The second value is for replies that fit most needs.
SURE_WHICH, SURE_ENOUGH = 0.3, 0.2
SURE_OF_ANSWER = 0.08  # for all second messages together, if no need is likelier than these
URGENT_OVERRIDES = 0.2  # no question about the line may hide this chance of danger or suicide
OVERRIDES_QUIET = 0.42  # "stop texting me im going to end it" has a chance of 0.58
SURE_OF_REST = 0.5  # a program's name must not hide a need with this chance in the other words
WATCHED_OVERRIDES_QUIET = 0.96  # "work phone, please send no messages" gets a lower score
SURE_ABOUT = 0.6
SURELY_ANOTHER = 0.8  # minimum for a case whose rule does not name anybody else: "took 20 advil"
OTHERS = ("friend", "parent", "staff")
# Needs in which somebody harms another person. Only then may a reply address the person who did it.
HARM = frozenset({"abuse", "assault", "bullying", "dating", "online", "pictures", "trafficking"})
MAY_BE_ACTOR = 0.25  # this is low because a reply should hardly ever excuse someone who did harm
# A writer is told to stop at this chance of having done harm, if it is also this many times the
# chance of having been hurt. _DID applies if the words say so (who_harmed_whom.py), otherwise
# _NOTHING. Nobody is told if the words say both that the writer did it and that others act, too.
_DID, _NOTHING = (0.3, 0.5), (0.6, 4.0)
SURELY_OTHERS = 0.9  # if the message is this likely about a friend, "we hit him" does not count
CHAT = 0.5  # if small talk is this likely, no words mean that the writer did harm
CHAT_WORDS = 7  # fewer may correct a first message that the line does not remember: "4, maybe 5"
SURELY_CHAT = 0.85  # least chance for the reply to small talk: "my leg is swollen" has 0.81
CALM_CHAT = 0.7  # small talk must be this calm: "vibing on the roof, wonder if it hurts" is not
LEAST_ACTOR = 0.1  # below this chance, the writer did harm only if the words say so
# At or above the first chance of having been hurt, no words mean that the writer did harm. The
# second chance applies instead if the chance of having done harm is at least the third.
_SURELY_ME, _SURELY_ME_STILL, _NEARLY_NOTHING = 0.75, 0.97, 0.02
_OTHERS_ACT = 0.9  # from this chance on, the model is believed even if others act
_DID_ALONE = 0.6  # from this chance of having done harm, vaguer words are enough for any topic
_TOO_SAD = 0.4  # if suicide is this likely, its reply comes before the reply about harm
_SURELY_DID = 0.95  # if having done harm is this likely, others may also act in the message
_SURELY_HARMED = 0.8  # below this, a writer who says only what was done to them counts as hurt
RARE = 0.7  # share of the usual threshold: hardly anyone chats with a help line in Hmong
WATCHED = 0.04  # if "my phone is watched" is this likely, a reply opens neutrally
# Thresholds, as shares of all needs, for naming a second topic: the usual one; one for a topic
# whose name reveals little on a locked screen; and one for such a topic after one found by a rule.
# After danger or suicide, the usual one holds for all: below it, 23 of 31 clauses were wrong.
ALSO, ALSO_PLAIN, ALSO_PLAIN_BY_RULE = 0.25, 0.1, 0.15
PLAIN = frozenset(
    {"abuse", "anxiety", "basics", "bullying", "carer", "danger", "dating", "feelings", "foster"}
    | {"friend", "grief", "lonely", "missing", "runaway", "schoolstaff", "work"}
)
# A general reply gives the likeliest need's number if all needs together reach the first chance.
# If the message is a few words that refer back, the likeliest need itself must reach the second.
PERHAPS, PERHAPS_OF_FEW = 0.15, 0.25
LEAST_NAMED = 0.08  # below this chance, a general reply does not name even the likeliest need
NAMED_NOW = 0.3  # the same for a reply to an emergency that only the model recognizes
# If a need is as likely as this, its own reply, which also names 911, says what to do. "Happening
# now?" does not: "i think im pregnant", "i got raped at a party". Below the second chance of being
# calm, that holds only for needs in which hurry is heard as an emergency: "he wants 300 in gift
# cards", "my dad put my stuff on the porch". It never holds for poison, nor for people whose reply
# fits all needs (school staff: the needs in which somebody did harm).
SURELY_NEED, SOME_CALM = 0.8, 0.1
SURELY_HURRIED = 0.9
HURRIED = frozenset(
    {"anxiety", "dating", "immigration", "lgbtq", "pictures", "runaway", "trafficking", "work"}
)
_FITS_ALL = frozenset({"actor", "unclear", "parent"})
_QUESTIONS = tuple(f"{ANSWER}{name}" for name in ANSWERS)
EMERGENCY = 0.6  # if an emergency now is this likely, a reply begins with 911
FOR_SUICIDE = 0.8  # the same if the need is suicide: "i want to die" has 0.78 and gets 988 first
SURELY_NOW = 0.9  # the same for a question about the line, which has its own answer
WATCHED_NOW = 0.2  # if "my phone is watched" is this likely, 911 does not come first
# If one kind is this likely, the reply names the help for it. If somebody may take their own
# life, the reply names only an ambulance: "sleep and not wake up" is not a poisoning yet.
SURE_OF_KIND = 0.9
ANY_HELP = "any"  # the kind of emergency if the words do not say which help is needed
PLAINLY_ORDINARY = 0.9  # small talk this likely vetoes rules, except for danger, suicide or a case


@dataclass(frozen=True, slots=True)
class Reading:
    """A ``topic``, or an ``answer`` to a question about the line, or neither; ``how``: its source.

    ``case``: the topic's case whose rule found it. ``perhaps``: the likeliest need if there is no
    topic or answer; ``also``: a second need next to ``topic`` or ``perhaps``.
    """

    topic: str = ""
    also: str = ""
    answer: str = ""
    about: str = ""
    how: str = "general"
    watched: bool = False  # someone is near or may read the reply
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
    """``topics``: the pack's topics. ``rare``: few people chat here in this language.

    ``said``: what the words say about who harmed whom.
    """
    if hits and hits[0].how == "exact":
        return Reading(hits[0].topic, about=hits[0].about, how="exact", case=hits[0].case)
    chances = seen.topic
    needs = {topic: chances[topic] for topic in topics if topic in chances}
    chat = chances.get(ORDINARY, 0.0) >= PLAINLY_ORDINARY
    ruled = [hit for hit in hits if hit.case or hit.topic in URGENT or not chat]
    watched = _watched(seen) >= WATCHED
    if ruled:
        return _by_rule(ruled, seen, needs, said, watched=watched)
    return _by_words(seen, needs, said) or _by_model(seen, needs, said, watched=watched, rare=rare)


def emergency(found: Reading, seen: Prediction) -> str:
    """Return the kind of an emergency that only the model recognizes, or "".

    The replies to a case and to danger already begin with 911. A writer who did harm still gets
    the reply about that, and a question about the line still gets its answer.
    """
    heard = found.case or found.topic == "danger" or found.about == "actor" or found.how == "exact"
    least = FOR_SUICIDE if found.topic == "suicide" else EMERGENCY
    if found.answer:
        least = SURELY_NOW
    if heard or 1 - seen.now.get(CALM, 1.0) < least:
        return ""
    kinds = {kind: chance for kind, chance in seen.now.items() if kind != CALM}
    if found.topic == "suicide":
        return "body" if kinds.get("body", 0.0) >= SURE_OF_KIND else "life"
    likeliest = max(kinds, key=kinds.__getitem__, default="")
    if kinds.get(likeliest, 0.0) >= SURE_OF_KIND:
        return likeliest
    return "" if found.answer or _says_more(found, seen) else ANY_HELP


def _says_more(found: Reading, seen: Prediction) -> bool:
    """Return whether the need's own reply says more than "Happening now?" would."""
    chance = seen.topic.get(found.topic, 0.0)
    if found.topic in HURRIED and chance >= SURELY_HURRIED:
        return True
    if seen.now.get(CALM, 1.0) < SOME_CALM or chance < SURELY_NEED or found.topic == "poison":
        return False
    return found.topic in HARM if found.about == "staff" else found.about not in _FITS_ALL


def is_chat(seen: Prediction, words: int) -> bool:
    """Return whether a message of that many words is plainly small talk, homework or a test."""
    chat = seen.topic.get(ORDINARY, 0.0) >= SURELY_CHAT and seen.now.get(CALM, 1.0) >= CALM_CHAT
    return chat and words >= CHAT_WORDS


def is_watched_now(seen: Prediction) -> bool:
    """Return whether a reply to an emergency must open neutrally: someone may read it at once."""
    return _watched(seen) >= WATCHED_NOW


def _watched(seen: Prediction) -> float:
    """Return the probability that the message says somebody else sees the phone."""
    return seen.topic.get(f"{ANSWER}watched", 0.0)


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
        return Reading()  # the district turned that topic off, so there is no need to answer
    # In a partial language, a general reply gives no number. The reply to parents, staff or
    # friends fits most needs. For these, a smaller share is enough.
    share = SURE_ENOUGH if rare or about in OTHERS else SURE_WHICH
    which = first in URGENT or needs.get(first, 0.0) >= share * need
    if need and which and need + max(off, 0.0) >= least_of(needs, asked, rare=rare):
        also = _second(first, needs, ALSO_PLAIN)
        return Reading(first, also, about=about, how="model", watched=watched)
    # A reply to someone who was hurt does not suit the person who hurt them.
    fits = need >= PERHAPS and not (about == "actor" and first in HARM)
    return _unsure(first, needs) if fits and needs[first] >= LEAST_NAMED else Reading()


def _in_case(hit: Hit, seen: Prediction) -> Reading:
    """Return the case for the person in its rule; if that is "me", for the model's person."""
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
    """Whether a message that also asks us to stop is mainly about danger or a watched phone."""
    urgent = sum(seen.topic.get(topic, 0.0) for topic in URGENT)
    return urgent >= OVERRIDES_QUIET or _watched(seen) >= WATCHED_OVERRIDES_QUIET


def _second(first: str, needs: Mapping[str, float], plain: float) -> str:
    total = sum(needs.values())
    rest = {
        topic: chance
        for topic, chance in needs.items()
        if topic != first
        and chance >= total * (plain if topic in PLAIN and first not in URGENT else ALSO)
    }
    return max(rest, key=rest.__getitem__, default="")


def _unsure(first: str, needs: Mapping[str, float]) -> Reading:
    """Return the likeliest need, plus a second likely need if its name reveals little."""
    plain = {name: chance for name, chance in needs.items() if name in PLAIN and name != first}
    second = max(plain, key=plain.__getitem__, default="")
    enough = ALSO_PLAIN * sum(needs.values())
    return Reading(perhaps=first, also=second if plain.get(second, 0.0) >= enough else "")


def _about(seen: Prediction, topic: str, said: HarmSaid) -> str:
    """Return who a message is about: "" if unknown, "unclear" if the writer may have done harm."""
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
    """Return "actor" if the writer did harm, "unclear", or "" if somebody else did."""
    if said.harmed and not said.did and actor < _SURELY_HARMED:
        return ""
    least, times = _DID if said.did else _NOTHING
    if not said.alone and (said.did or said.harmed or actor < _OTHERS_ACT):
        return "unclear"
    is_sure = (said.surely and me < _surely_me(actor)) or actor >= max(least, times * me)
    return "actor" if is_sure else "unclear"


def _surely_me(actor: float) -> float:
    """Return the lowest chance of having been hurt that overrides words about having done harm."""
    return _SURELY_ME if actor < _NEARLY_NOTHING else _SURELY_ME_STILL


def _by_words(seen: Prediction, needs: Mapping[str, float], said: HarmSaid) -> Reading | None:
    """Answer a writer whose own words say that they did or may do harm, except in small talk."""
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
    """Return how likely a message must be to ask for something before this topic is answered."""
    costs = _costs()
    return costs.get(topic, costs["other"])


def questions(chances: Mapping[str, float]) -> dict[str, float]:
    """Return the probabilities of questions about the line."""
    return {name: chances[name] for name in _QUESTIONS if name in chances}


def least_of(needs: Mapping[str, float], asked: float = 0.0, *, rare: bool = False) -> float:
    """Return the minimum for several needs, weighted by chance: many small chances do not make the
    first need likely. ``asked``: the chance of a question about the line, which is not small talk.
    ``rare``: as in ``judge``."""
    total = sum(needs.values()) or 1
    mean = sum(least(topic) * chance for topic, chance in needs.items()) / total
    return mean * (1 - asked) * (RARE if rare else 1)
