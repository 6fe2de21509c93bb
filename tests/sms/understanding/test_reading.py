"""From rules and chances to what is answered."""

import pytest

from sms.understanding import reading
from sms.understanding.classifier import Prediction
from sms.understanding.keyword_matcher import Hit
from sms.understanding.reading import Reading, judge
from sms.understanding.who_harmed_whom import NOTHING_SAID, HarmSaid

TOPICS = ("danger", "suicide", "trafficking", "runaway", "basics", "health")


def seen(about: dict[str, float] | None = None, **chances: float) -> Prediction:
    """Chances of classes, "answer_who" for an answer; the rest is ordinary."""
    topic = {name.replace("answer_", "answer."): chance for name, chance in chances.items()}
    topic.setdefault("ordinary", 1 - sum(topic.values()))
    return Prediction(topic, about or {}, {})


def rule(topic: str, how: str = "phrase") -> Hit:
    return Hit(topic, how, "en")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "chances", "kind"),
    [
        (Reading(), {"no": 0.05, "body": 0.92, "people": 0.03}, "body"),
        (Reading(), {"no": 0.25, "body": 0.72, "people": 0.03}, "any"),
        (Reading(), {"no": 0.25, "life": 0.72, "people": 0.03}, "any"),
        (Reading(), {"no": 0.39, "body": 0.4, "people": 0.21}, "any"),
        (Reading("suicide", how="model"), {"no": 0.15, "body": 0.62, "life": 0.23}, "life"),
        (Reading("suicide", how="model"), {"no": 0.05, "body": 0.91, "life": 0.04}, "body"),
        (Reading(), {"no": 0.41, "body": 0.59}, ""),
        (Reading(), {}, ""),
        (Reading("abuse", how="model"), {"no": 0.1, "people": 0.9}, "people"),
        (Reading("suicide", how="model"), {"no": 0.25, "life": 0.75}, ""),
        (Reading("suicide", how="phrase"), {"no": 0.1, "people": 0.6, "life": 0.3}, "life"),
        (Reading("danger", how="model"), {"no": 0.1, "people": 0.9}, ""),
        (Reading("substance", case="ride"), {"no": 0.1, "people": 0.9}, ""),
        (Reading("dating", about="actor"), {"no": 0.1, "people": 0.9}, ""),
        (Reading("basics", how="exact"), {"no": 0.1, "people": 0.9}, ""),
        (Reading(answer="expect"), {"no": 0.15, "people": 0.85}, ""),
        (Reading(answer="happened"), {"no": 0.05, "people": 0.95}, "people"),
    ],
)
def test_an_emergency_that_no_rule_heard_has_a_kind(
    found: Reading, chances: dict[str, float], kind: str
) -> None:
    assert reading.emergency(found, Prediction(now=chances)) == kind


@pytest.mark.parametrize(
    ("hits", "chances", "expected"),
    [
        ([], seen(), Reading()),
        ([], seen(basics=0.9), Reading("basics", how="model")),
        ([], seen(basics=0.1), Reading()),
        ([], seen(basics=0.5, runaway=0.4), Reading("basics", "runaway", how="model")),
        ([], seen(answer_who=0.9), Reading(answer="who", how="model")),
        ([], seen(answer_who=0.7, danger=0.28), Reading("danger", how="model")),
        ([], seen(answer_who=0.7, danger=0.24), Reading(perhaps="danger")),
        ([], seen(answer_who=0.3, runaway=0.29), Reading(answer="who", how="model")),
        ([], seen(answer_who=0.29, runaway=0.3), Reading(perhaps="runaway")),
        ([], seen(elsewhere=0.9, basics=0.05), Reading()),
        (
            [],
            seen(elsewhere=0.24, basics=0.2, runaway=0.19, trafficking=0.19, danger=0.18),
            Reading(),
        ),
        ([], seen(basics=0.15, runaway=0.05), Reading(perhaps="basics", also="runaway")),
        ([], seen({"actor": 0.9}, trafficking=0.6), Reading()),
        ([], seen({"actor": 0.9}, basics=0.6), Reading(perhaps="basics")),
        (
            [],
            seen(elsewhere=0.35, suicide=0.33, danger=0.31),
            Reading("suicide", "danger", how="model"),
        ),
        (
            [],
            seen(ordinary=0.3, health=0.36, danger=0.34),
            Reading(perhaps="health", also="danger"),
        ),
        ([], seen(ordinary=0.3, health=0.65, danger=0.05), Reading("health", how="model")),
        ([rule("basics", "exact")], seen(danger=1.0), Reading("basics", how="exact")),
        ([rule("suicide")], seen(), Reading("suicide", how="phrase")),
        ([rule("danger")], seen(answer_who=0.9), Reading("danger", how="phrase")),
        ([rule("suicide")], seen(basics=0.9), Reading("suicide", "basics", how="phrase")),
        ([rule("trafficking")], seen(), Reading()),
        ([rule("trafficking")], seen(basics=0.3), Reading("trafficking", "basics", how="phrase")),
        ([rule("danger"), rule("trafficking")], seen(), Reading("danger", how="phrase")),
        ([], Prediction(), Reading()),
    ],
)
def test_what_is_answered(hits: list[Hit], chances: Prediction, expected: Reading) -> None:
    assert judge(hits, chances, TOPICS) == expected


def test_who_it_is_about_is_told_where_it_is_clear() -> None:
    friend = seen({"friend": 0.9, "me": 0.1}, suicide=0.9)
    unclear = seen({"friend": 0.5, "me": 0.5}, suicide=0.9)
    assert [judge([], one, TOPICS).about for one in (friend, unclear)] == ["friend", ""]


def test_a_miss_that_costs_more_is_answered_from_a_smaller_chance() -> None:
    assert reading.least("health") < reading.least("suicide") < reading.least("feelings")
    assert reading.least("a topic of a district's own") == reading.least("other")


DID, HARMED, BOTH = HarmSaid(did=True), HarmSaid(harmed=True), HarmSaid(did=True, harmed=True)
SURELY = HarmSaid(did=True, surely=True)


@pytest.mark.parametrize(
    ("actor", "me", "said", "about"),
    [
        (0.9, 0.1, NOTHING_SAID, "actor"),
        (0.6, 0.15, NOTHING_SAID, "actor"),
        (0.59, 0.1, NOTHING_SAID, "unclear"),
        (0.8, 0.3, NOTHING_SAID, "unclear"),
        (0.3, 0.2, NOTHING_SAID, "unclear"),
        (0.2, 0.8, NOTHING_SAID, "me"),
        (0.3, 0.6, DID, "actor"),
        (0.3, 0.7, DID, "unclear"),
        (0.2, 0.2, DID, "unclear"),
        (0.99, 0.01, BOTH, "unclear"),
        (0.99, 0.01, HarmSaid(did=True, others=True), "unclear"),
        (0.99, 0.01, HarmSaid(others=True), "actor"),
        (0.86, 0.14, HarmSaid(others=True), "unclear"),
        (0.0, 0.7, SURELY, "actor"),
        (0.0, 0.8, SURELY, "unclear"),
        (0.1, 0.8, SURELY, "actor"),
        (0.02, 0.98, SURELY, "unclear"),
        (0.99, 0.01, HarmSaid(did=True, others=True, surely=True), "unclear"),
        (0.79, 0.1, HARMED, ""),
        (0.95, 0.05, HARMED, "unclear"),
        (0.2, 0.7, HARMED, "me"),
    ],
)
def test_who_is_told_to_stop_must_surely_have_done_it(
    actor: float, me: float, said: HarmSaid, about: str
) -> None:
    one = seen({"actor": actor, "me": me}, trafficking=0.98)
    assert judge([], one, TOPICS, said=said).about == about


@pytest.mark.parametrize(("actor", "about"), [(0.7, "actor"), (0.3, "")])
def test_less_plain_words_are_enough_whatever_the_topic(actor: float, about: str) -> None:
    one = seen({"actor": actor, "me": 0.2}, report=0.6, bullying=0.1)
    assert judge([], one, {*TOPICS, "report", "bullying"}, said=DID).about == about


@pytest.mark.parametrize(("suicide", "topic"), [(0.3, "abuse"), (0.45, "suicide")])
def test_a_likely_suicide_comes_before_harm_done(suicide: float, topic: str) -> None:
    one = seen({"actor": 0.9, "me": 0.1}, suicide=suicide, abuse=0.25)
    found = judge([], one, {"suicide", "abuse"}, said=SURELY)
    assert topic in {found.topic, found.perhaps}


def test_a_friend_who_tells_what_somebody_did_is_no_actor() -> None:
    one = seen({"friend": 0.8, "actor": 0.15}, trafficking=0.98)
    assert judge([], one, TOPICS, said=DID).about == "friend"


def test_a_threat_needs_less_to_be_taken_for_one() -> None:
    one = seen({"actor": 0.3, "me": 0.2}, danger=0.95)
    assert judge([], one, TOPICS).about == "actor"


@pytest.mark.parametrize("first", ["danger", "suicide"])
@pytest.mark.parametrize("hits", [(), ("rule",)])
def test_behind_danger_or_suicide_a_second_need_must_be_likely(
    first: str, hits: tuple[str, ...]
) -> None:
    ruled = tuple(rule(first) for _ in hits)
    unlikely = Prediction({first: 0.78, "runaway": 0.22}, {}, {})
    likely = Prediction({first: 0.7, "runaway": 0.3}, {}, {})
    assert judge(ruled, unlikely, TOPICS).also == ""
    assert judge(ruled, likely, TOPICS).also == "runaway"
    assert judge((), seen(trafficking=0.78, runaway=0.22), TOPICS).also == "runaway"
