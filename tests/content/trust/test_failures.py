"""Failures in words that a person in a school office can act on."""

from typing import get_args

import pytest

from content.trust.failures import Failure, Kind, RefreshError, is_page, of_status
from messages.message import message


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_failure_says_what_it_is_and_that_nothing_changed(kind: Kind) -> None:
    sentence = str(Failure(kind, "packs.example.org").said)
    assert "packs.example.org" in sentence
    assert sentence.endswith("The screen stays the same.")
    assert "{" not in sentence
    assert str(RefreshError(Failure(kind, "packs.example.org"))) == sentence


def test_what_may_be_an_attack_is_an_alarm_and_is_not_tried_again() -> None:
    alarms = {kind for kind in get_args(Kind) if Failure(kind, "").alarm}
    assert alarms == {"older", "bad signature", "damaged"}
    assert not any(Failure(kind, "").again for kind in alarms)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, "sign-in page"),
        (307, "sign-in page"),
        (511, "sign-in page"),
        (403, "blocked"),
        (451, "blocked"),
        (407, "blocked"),
        (404, "hub incomplete"),
        (429, "hub down"),
        (500, "hub down"),
        (503, "hub down"),
        (204, "hub down"),
    ],
)
def test_a_status_has_a_meaning(status: int, kind: Kind) -> None:
    assert of_status(status, "hub") == Failure(
        kind, message("fetch.status", host="hub", status=status)
    )


@pytest.mark.parametrize(
    ("body", "page"),
    [
        (b"<html>", True),
        (b"\n\n  <!DOCTYPE html>", True),
        (b"\xef\xbb\xbf<html>", True),
        (b'{"signed": "<html>"}', False),
        (b"", False),
    ],
)
def test_a_web_page_is_told_from_json(body: bytes, page: bool) -> None:
    assert is_page(body) is page
