"""Our own replies are recognised when they come in, and nothing that a student would write."""

import json
from pathlib import Path

import pytest

from content.model import sms_segments
from content.model.pack import Words
from sms.decide import decide
from sms.fingerprints import RUN, Fingerprints
from sms.understanding.normalise import tokenize
from tests.shipped import pack
from tests.sms.test_real_pack import script

CONVERSATIONS = Path(__file__).resolve().parents[1] / "conversations"
REPLY = script().reply("t:danger:en:first").text
ALTERED = {
    "whole": REPLY,
    "capitals and other spaces": REPLY.upper().replace(" ", "\n"),
    "cut off": REPLY[:90],
    "its second half": REPLY[len(REPLY) // 2 :],
    "named by a carrier": f"NETWORK MSG: {REPLY}",
    "liked": f"Laughed at “{REPLY}”",
    "liked with a picture": f"Reacted 😂 to “{REPLY}”",
    "in parts": f"(1/2) {REPLY[:90]}",
    "the second part": f"{REPLY[len(REPLY) // 2 :]} (2/2)",
    "forwarded": f"Fwd from +19165550123: {REPLY}",
    "twice": f"{REPLY} {REPLY}",
}


@pytest.mark.parametrize("text", ALTERED.values(), ids=ALTERED.keys())
def test_a_reply_that_comes_back_is_silence(text: str) -> None:
    decision = decide(script(), text)
    assert (decision.code, decision.reply.segments) == ("silent:echo", 0)


def test_every_reply_is_recognised_in_each_alphabet_that_a_carrier_may_fold_it_to() -> None:
    ours = script().fingerprints
    passed = [
        code
        for code, reply in script()._replies.items()
        if reply.text
        and None
        in {
            ours.foreign(tokenize(reply.text).words),
            ours.foreign(tokenize(sms_segments.fold(reply.text)).words),
        }
    ]
    assert passed == []


@pytest.mark.parametrize("body", ["95814", "im not safe and hungry"])
def test_a_reply_that_is_made_when_asked_for_is_recognised_from_then_on(body: str) -> None:
    said = decide(script(), body)
    assert said.code.startswith(("place:", "t:")) and (said.also or said.how == "place")
    assert decide(script(), said.reply.text).code == "silent:echo"


def test_wherever_a_carrier_cuts_it_both_halves_are_silence() -> None:
    cuts = range(60, len(REPLY))
    halves = [half for end in cuts for half in (REPLY[:end], REPLY[end:])]
    long = [half for half in halves if len(tokenize(half).words) > RUN]
    assert len(long) > len(cuts)
    assert [half for half in long if decide(script(), half).code != "silent:echo"] == []


@pytest.mark.parametrize(
    ("own", "topic"),
    [
        ("he hit me", "abuse"),
        ("he will kill me", "danger"),
        ("pills", "substance"),
        ("someone is shooting", "danger"),
        ("… call 911 he is choking me", "danger"),
    ],
)
def test_a_cry_behind_or_before_a_quotation_is_a_text_of_theirs(own: str, topic: str) -> None:
    """However short: three words or fewer were met with silence."""
    for text in (f"{REPLY} {own}", f"{own} {REPLY}", f"“{REPLY[:60]} {own}"):
        assert decide(script(), text).topic == topic


@pytest.mark.parametrize(
    "own", ["im bleeding", "bleeding", "ok", "no", "help", "Maria", "stop", "laughed at me"]
)
def test_words_that_ask_for_nothing_get_what_they_get_alone(own: str) -> None:
    assert decide(script(), f"{REPLY} {own}").code == decide(script(), f"{own}.").code


def test_stop_behind_a_quotation_is_not_the_carriers_stop() -> None:
    assert decide(script(), f"{REPLY} stop").code == "line:optout:en"


def test_a_student_who_quotes_us_and_adds_a_need_is_answered() -> None:
    assert decide(script(), f'"{REPLY}" my stepdad hits me every night').topic is not None
    assert decide(script(), f'you wrote "{REPLY}" but i have no phone to call').reply.segments


def test_nothing_of_the_tables_and_no_message_of_the_conversations_is_taken_for_ours() -> None:
    said = [
        json.loads(line)["text"]
        for file in sorted(CONVERSATIONS.glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    lists: list[Words] = [words for one in pack().keywords for _, _, words in one.rules]
    lists += pack().line_words.values()
    said += [word for one in lists for word in (*one.phrases, *one.alone)]
    said += [name for partner in pack().partners for name in partner.names]
    said += [number for topic in pack().topics for number in topic.text_codes.values()]
    said += ["help", "988", "911", "HELP", "STOP", "call 911", "call or text 988", "text FOOD"]
    ours = script().fingerprints
    assert len(said) > 1_000
    assert [text for text in said if ours.foreign(tokenize(text).words) is not None] == []


def test_a_reply_of_few_words_is_known_as_a_whole_and_one_of_fewer_not_at_all() -> None:
    ours = Fingerprints(["Call 911. Text 988.", "Call 988."])
    assert ours.foreign(("call", "911", "text", "988")) == ()
    assert ours.foreign(("call", "911", "text")) is None
    assert ours.foreign(("call", "988")) is None
