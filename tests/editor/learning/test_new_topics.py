"""A topic that the base does not know begins as what the base takes its messages for."""

from editor.learning import fit, learn, new_topics
from sms.understanding.classifier import Model, unpack
from sms.understanding.examples import Example
from tools.train_base import rest

SAD = [
    f"i feel so sad and empty since {day}" for day in ("monday", "friday", "june", "may", "fall")
]
JOB = [
    f"my boss still owes me pay for {day}" for day in ("monday", "friday", "june", "may", "fall")
]
CHAT = [f"see you at the game {day}" for day in ("monday", "friday", "june", "may", "fall")]
KNOWN = [
    *(Example(text, "feelings", "en", "me") for text in SAD),
    *(Example(text, "work", "en", "me") for text in JOB),
    *(Example(text, "ordinary", "en") for text in CHAT),
]
NEW = [Example(f"i feel so sad since my {kin} died", "grief", "en", "me") for kin in ("mom", "dog")]


def base() -> Model:
    messages = list(learn.labelled(KNOWN, copies=0))
    state = fit.fresh(messages)
    fit.fit(state, messages, rounds=30, dropped=0.0)
    return unpack(learn.packed(state, rest=rest(state, KNOWN)))


def test_a_new_topic_comes_from_the_topic_that_the_base_takes_its_messages_for() -> None:
    shares = new_topics.origins(base(), [*KNOWN, *NEW])["grief"]
    assert max(shares, key=shares.__getitem__) == "feelings"
    assert abs(sum(shares.values()) - 1) < 1e-6


def test_a_new_topic_begins_with_the_weights_of_its_origin() -> None:
    messages = list(learn.labelled(NEW, copies=0))
    state = learn.going_on(base(), messages)
    new_topics.begin(state, {"grief": {"feelings": 1.0}})
    columns = state.columns()
    own, origin = columns["topic", "grief"], columns["topic", "feelings"]
    assert state.rows[:, own].any()
    assert (state.rows[:, own] == state.rows[:, origin]).all()


def test_known_rows_of_the_origins_and_small_talk_are_learned_again() -> None:
    again = new_topics.replayed(KNOWN, {"grief": {"feelings": 1.0}}, lambda _example: 0)
    assert {example.topic for example in again} == {"feelings", "ordinary"}


def test_without_a_new_topic_nothing_is_learned_again() -> None:
    assert new_topics.origins(base(), KNOWN) == {}
    assert new_topics.replayed(KNOWN, {}, lambda _example: 0) == []
