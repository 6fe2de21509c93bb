"""Two machines that answer each other, on a clock of their own: it dies out, within a day's bound."""

from collections.abc import Callable
from functools import cache
from itertools import cycle

import pytest

from settings.schema import Sms
from sms.line import Inbound, TextLine
from sms.rate_limit import A_DAY, DAY, HOUR
from sms.script import Script
from store.group_commit import Store
from tests.selection import Some
from tests.shipped import pack
from tests.sms.conftest import Clock
from tests.sms.packs import PACK, SETTINGS
from tests.sms.test_real_pack import script

Make = Callable[..., TextLine]
Voice = Callable[[str], str]
HERE, THERE = SETTINGS.number, "+15305550100"
# A day's answers to one number: a hundred and a short text, then one an hour to what is urgent.
BOUND = A_DAY + 1 + int(DAY / HOUR)
FIRST = ["hi", "food", "me quiero morir", "im not safe", "HELP", "WHO", "95814", "救命", "help me"]
OTHERS = {
    "the small pack": cache(lambda: Script(PACK, SETTINGS)),
    "the same pack by another name": cache(
        lambda: Script(pack(), Sms(program_name="Safe Harbor", contact="530-555-0199"))
    ),
}


@pytest.fixture
def voice(new_line: Make, clock: Clock) -> Callable[[Script, str, float], Voice]:
    """Makes a line that answers a text after a while, "" for silence; no claim, so no database."""

    def make(script: Script, number: str, delay: float) -> Voice:
        line = new_line(Store("sqlite://"), script=script, own_number=number)
        other = THERE if number == HERE else HERE

        def answer(body: str) -> str:
            clock.pass_by(delay)
            message = Inbound(sid="", sender=other, recipient=number, body=body)
            return line.choose(message).reply.text

        return answer

    return make


def talk(ours: Voice, theirs: Voice, first: str, clock: Clock) -> int:
    """How many texts we answer until one of both is silent, or a day is over."""
    body, answered, begun = first, 0, clock.monotonic()
    while body and (reply := ours(body)):
        answered += 1
        assert clock.monotonic() - begun < DAY, "they still talk a day later"
        body = theirs(reply)
    return answered


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("delay", [1.0, 20.0, 300.0])
def test_two_lines_that_text_each_other_fall_silent(
    voice: Callable[[Script, str, float], Voice], clock: Clock, some: Some, other: str, delay: float
) -> None:
    theirs = OTHERS[other]()
    for first in some(FIRST, 3):
        answered = talk(voice(script(), HERE, delay), voice(theirs, THERE, delay), first, clock)
        assert answered <= BOUND


RESPONDERS = {
    "names 911 and 988": ["I can't talk now. In an emergency call 911, or call or text 988."],
    "says several things": ["I'm not safe to text, driving", "If you want to die call 988", "ok"],
    "says nothing of it": ["Thanks for your message, we are closed."],
}


@pytest.mark.parametrize("said", RESPONDERS.values(), ids=RESPONDERS.keys())
@pytest.mark.parametrize("delay", [1.0, 20.0, 300.0])
def test_an_auto_responder_is_answered_no_more_after_a_while(
    voice: Callable[[Script, str, float], Voice], clock: Clock, said: list[str], delay: float
) -> None:
    texts = cycle(said)
    assert talk(voice(script(), HERE, delay), lambda _: next(texts), "hi", clock) <= BOUND


@pytest.mark.parametrize(
    "own", ["received", "I'm driving, call 911 if you need help", "im bleeding"]
)
def test_an_auto_responder_that_quotes_us_is_answered_no_more_after_a_while(
    voice: Callable[[Script, str, float], Voice], clock: Clock, own: str
) -> None:
    """Its own words around our reply are judged like a person's."""
    ours = voice(script(), HERE, 1.0)
    assert 1 < talk(ours, lambda reply: f"{own}: {reply}", "hi", clock) <= BOUND


def test_a_machine_that_texts_every_minute_whatever_we_do_is_bounded_by_the_day(
    voice: Callable[[Script, str, float], Voice],
) -> None:
    answer = voice(script(), HERE, 60.0)
    said = [answer(body) for body, _ in zip(cycle(["call 911", "hi"]), range(1_440), strict=False)]
    assert A_DAY < sum(map(bool, said)) <= BOUND


def test_the_short_form_of_each_language_holds_911_and_988_in_one_segment() -> None:
    for language in script().spoken:
        reply = script().reply(f"line:limited:{language}")
        assert (reply.segments, "911" in reply.text, "988" in reply.text) == (1, True, True)
