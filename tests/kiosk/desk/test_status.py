"""Home in plain words: each trouble has its sentence and what to do, and stands above what is good."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from content.model.pinned import pinned_pack
from kiosk.desk.status import Facts, Point, points
from tests.kiosk.desks import NOON

PACK = pinned_pack()
FINE: Mapping[str, object] = {
    "serving": "release", "activated_at": NOON.isoformat(), "refused": None, "store": "ok", "replies": "ok"
}  # fmt: skip


def told(**more: Any) -> list[Point]:
    given: dict[str, Any] = {
        "pack": PACK,
        "detail": FINE,
        "refreshed": (NOON, "unchanged", "Nothing changed."),
        **more,
    }
    return points(Facts(**given), when)


def when(moment: datetime) -> str:
    return f"today at {moment:%H:%M}"


def detail(**more: object) -> dict[str, object]:
    return {**FINE, **more}


def test_where_all_is_well_nothing_is_to_be_done() -> None:
    said = told()

    assert {point.kind for point in said} == {"good"}
    assert said[0].sentence.startswith(f"The pack {PACK.name}, since today at 20:00")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"origin": "signed", "signatures": 2}, "2 persons of the publisher signed it."),
        (
            {"origin": "signed", "signatures": 2, "local": 3},
            "3 entries come from your county or district",
        ),
        ({"origin": "shipped"}, "It came with the program."),
        ({"origin": "unsigned"}, "nobody signed"),
    ],
)
def test_where_the_pack_came_from_is_said(given: dict[str, Any], sentence: str) -> None:
    assert sentence in told(**given)[0].sentence


def test_a_pack_that_nobody_signed_needs_somebody() -> None:
    first = told(origin="unsigned")[0]
    assert (first.kind, first.title) == ("act", "On the screen now: unsigned")
    assert first.todo


TROUBLES: dict[str, tuple[dict[str, Any], str, str]] = {
    "built-in page": ({"detail": detail(serving="built-in")}, "built-in crisis lines", "doctor"),
    "no release on disk": (
        {"detail": detail(serving="shipped")},
        "came with the program",
        "full or read-only",
    ),
    "refused": (
        {"detail": detail(refused={"at": NOON.isoformat(), "problems": ["a.toml:3: wrong", "b"]})},
        "Today at 20:00. The old one stays on the screen. 2 reasons:",
        "whoever publishes",
    ),
    "held": (
        {"held": 2, "held_days": 9},
        "your yes or no to 2 changes. Until then the old one is shown. It has waited 9 days",
        "approve or refuse",
    ),
    "alarm": ({"alarm": True}, "Today at 20:00: Nothing changed.", "by phone today"),
    "overdue": (
        {"detail": detail(refresh_overdue=True)},
        "Today at 20:00: Nothing changed.",
        "USB stick",
    ),
    "store": (
        {"detail": detail(store="the database is locked")},
        "The database is locked.",
        "from memory",
    ),
    "replies": (
        {"detail": detail(replies="replies are not arriving")},
        "Replies are not arriving.",
        "today",
    ),
    "modem": ({"detail": detail(modem="The modem hangs.")}, "The modem hangs.", "plugged in"),
    "outbox": ({"detail": detail(outbox="the account is shut")}, "The account is shut.", "doctor"),
    "disk": (
        {"findings": [("wrong", "/x cannot be written: no refresh.")]},
        "doctor finds wrong",
        "doctor",
    ),
}


@pytest.mark.parametrize(("given", "sentence", "todo"), TROUBLES.values(), ids=TROUBLES)
def test_each_trouble_has_a_sentence_and_what_to_do(
    given: dict[str, Any], sentence: str, todo: str
) -> None:
    (point,) = [point for point in told(**given) if point.kind == "act"]

    assert sentence in point.sentence
    assert todo in point.todo


def test_what_needs_somebody_stands_right_after_what_is_shown() -> None:
    kinds = [
        point.kind for point in told(held=1, findings=[("note", "n"), ("wrong", "w"), ("ok", "o")])
    ]

    assert kinds[1:] == sorted(kinds[1:], key=["act", "know", "good"].index)
    assert kinds[1] == "act"


def test_the_reasons_of_a_refusal_and_what_doctor_found_are_listed_whole() -> None:
    many = [f"file.toml:{n}: wrong" for n in range(30)]
    said = told(
        detail=detail(refused={"at": NOON.isoformat(), "problems": many}),
        findings=[("wrong", "w"), ("ok", "o")],
    )
    lists = [point.more for point in said if point.more]

    assert lists == [tuple(many[:10]), ("w",)]


def test_a_machine_that_never_refreshed_says_so() -> None:
    assert any(
        "has not looked for a new pack yet" in point.sentence for point in told(refreshed=None)
    )


def test_what_is_due_is_said_with_how_much_is_overdue() -> None:
    (point,) = [point for point in told(due=63, late=60) if point.title == "Age of what is shown"]

    assert "63 entries are due" in point.sentence
    assert "60 of them overdue" in point.sentence
    assert point.link == ("What is due", "/staff/due")


def test_what_the_publisher_withdrew_is_named() -> None:
    (point,) = [point for point in told(withdrawn=["Old line"]) if point.title == "Withdrawn"]

    assert point.more == ("Old line",)
    assert "has obeyed" in point.sentence
