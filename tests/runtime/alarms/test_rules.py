"""Each alarm rings once, and its end once."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from messages.message import catalog, message
from runtime.alarms import delivery, rules
from runtime.alarms.rules import Memory, Ring

NOON = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
AREAS = ("alarm-title", "alarm-says", "alarm-do")
ROWS = [kind for kind in rules.kinds() if kind != "test"]


class Days:
    """Looks every minute; what a look saw is the value of each trouble."""

    def __init__(self, memory: Memory | None = None) -> None:
        self.memory, self._differs = memory or Memory(), dict[str, float]()
        self._minutes = 0

    def pass_by(self, minutes: int, wrong: Mapping[str, str]) -> list[tuple[str, bool]]:
        before = self.memory.number
        for _ in range(minutes):
            self._minutes += 1
            self.memory, self._differs = rules.step(  # type: ignore[assignment]
                wrong,
                self.memory,
                self._differs,
                now=NOON + timedelta(minutes=self._minutes),
                steady=60.0 * self._minutes,
            )
        return [(r.kind, r.recovered) for r in self.memory.waiting if r.number > before]


@pytest.mark.parametrize("kind", ROWS)
def test_each_alarm_rings_once_and_its_end_once(kind: str) -> None:
    row, days = rules.kinds()[kind], Days()
    assert days.pass_by(max(row.after, 1), {kind: "9"}) == ([] if row.after else [(kind, False)])
    days.pass_by(1, {kind: "9"})
    assert days.pass_by(3 * 1440, {kind: "9" if row.again else "10"}) == []
    assert [ring.value for ring in days.memory.waiting] == ["9"]
    assert days.pass_by(row.clear + 1, {}) == [(kind, True)]
    assert days.pass_by(3 * 1440, {}) == []


@pytest.mark.parametrize("kind", [kind for kind in ROWS if rules.kinds()[kind].again])
def test_one_more_dark_screen_or_hidden_line_is_told_and_one_less_is_not(kind: str) -> None:
    row, days = rules.kinds()[kind], Days()
    lasting = row.after + 1
    days.pass_by(lasting, {kind: "2"})
    assert days.pass_by(lasting, {kind: "3"}) == [(kind, False)]
    assert days.pass_by(1440, {kind: "3"}) == []
    assert days.pass_by(lasting, {kind: "1"}) == []
    assert days.pass_by(1440, {kind: ""}) == []  # at night, nobody counts
    assert days.pass_by(lasting, {kind: "2"}) == [(kind, False)]
    assert [ring.value for ring in days.memory.waiting] == ["2", "3", "2"]
    assert days.pass_by(row.clear + 1, {}) == [(kind, True)]


@pytest.mark.parametrize("kind", [kind for kind in ROWS if rules.kinds()[kind].after > 1])
def test_what_lasts_less_than_its_minutes_rings_nobody(kind: str) -> None:
    days = Days()
    for _ in range(5):
        assert days.pass_by(rules.kinds()[kind].after - 1, {kind: ""}) == []
        assert days.pass_by(1, {}) == []


def test_what_swings_rings_once_and_ends_when_it_rests() -> None:
    days = Days()
    assert days.pass_by(30, {"screen": "30"}) == [("screen", False)]
    for _ in range(50):
        assert days.pass_by(2, {}) == []
        assert days.pass_by(2, {"screen": "10"}) == []
    assert days.pass_by(10, {}) == [("screen", True)]


def test_a_restart_does_not_ring_again_and_the_end_is_still_told() -> None:
    days = Days()
    days.pass_by(1, {"held": "8"})
    again = Days(days.memory)
    assert again.pass_by(600, {"held": "8"}) == []
    assert again.pass_by(1, {}) == [("held", True)]
    (begun, ended) = again.memory.waiting
    assert ended.since == begun.at


def test_a_channel_gets_what_it_has_not_taken_and_the_other_is_not_asked_twice() -> None:
    days, both = Days(), ("mail", "webhook")
    days.pass_by(1, {"held": "8"})
    memory = rules.taken(days.memory, "mail", 1, among=both)
    assert [len(rules.due(memory, channel)) for channel in both] == [0, 1]
    memory = rules.refused(memory, "webhook", message("alarms.error", name="A"), now=NOON)
    memory = rules.refused(
        memory, "webhook", message("alarms.error", name="B"), now=NOON + timedelta(hours=1)
    )
    state = memory.channels["webhook"]
    assert (state.failures, state.problem, state.since) == (
        2,
        "The program had an error (B).",
        NOON,
    )
    memory = rules.taken(memory, "webhook", 1, among=both)
    assert (memory.waiting, memory.channels["webhook"].problem) == ((), "")


def test_a_channel_that_fails_is_tried_again_ever_later_and_at_least_hourly() -> None:
    assert [rules.patience(n) / 60 for n in (1, 2, 3, 6, 7, 500)] == [1, 2, 4, 32, 60, 60]


@pytest.mark.parametrize("language", rules.LANGUAGES)
def test_every_alarm_says_what_is_wrong_and_what_to_do_in_both_languages(language: str) -> None:
    words = catalog(language)
    texts = {area: [words[f"{area}.{kind}"] for kind in rules.kinds()] for area in AREAS}
    assert all(len(text) > 10 for area in texts.values() for text in area)
    assert len({*texts["alarm-title"]}) == len(rules.kinds())


def test_an_alarm_and_its_end_are_told_in_the_language_asked_for() -> None:
    ring = Ring(1, "stale", False, "9", NOON, NOON)
    title, body = delivery.texts(ring, "es")
    words = catalog("es")

    assert title == words["alarm-title.stale"]
    assert ("9 días" in body, "(desde 2026-11-27 20:00 UTC)" in body) == (True, True)
    assert body.endswith(str(words["alarm-do.stale"]))
    ended = delivery.texts(replace(ring, recovered=True), "es")
    assert ended[0] == f"Resuelto: {title}"
    assert ended[1] == "Este problema terminó. (desde 2026-11-27 20:00 UTC)"
