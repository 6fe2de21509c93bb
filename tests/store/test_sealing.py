"""What is sealed opens with its own key and id, and tells nothing otherwise, its length included."""

import pytest

from store.sealing import SEALED_CODE, SEALED_TOPIC, Seal

SEAL = Seal(b"key")


@pytest.mark.parametrize("code", ["", "done", "t:danger:en:first+basics", "partner:ñ:es"])
def test_a_code_is_opened_by_its_id_and_key_alone(code: str) -> None:
    sealed = SEAL.code("SM1", code)
    assert Seal(b"key").open_code("SM1", sealed) == code
    assert SEAL.open_code("SM2", sealed) == Seal(b"other").open_code("SM1", sealed) == ""
    assert len(sealed) == SEALED_CODE


def test_the_same_code_of_two_messages_looks_different() -> None:
    assert SEAL.code("SM1", "line:general:en") != SEAL.code("SM2", "line:general:en")


@pytest.mark.parametrize("damage", ["", "t:danger:en:first", "A" * SEALED_CODE, "ü"])
def test_what_was_not_sealed_by_us_opens_as_nothing(damage: str) -> None:
    assert SEAL.open_code("SM1", damage) == ""


def test_a_topic_looks_the_same_within_a_day_and_different_on_another() -> None:
    sealed = SEAL.topic(7, "danger")
    assert sealed == Seal(b"key").topic(7, "danger") != SEAL.topic(8, "danger")
    assert SEAL.open_topic(7, sealed) == "danger"
    assert SEAL.open_topic(8, sealed) == Seal(b"other").open_topic(7, sealed) == ""
    assert {len(SEAL.topic(7, topic)) for topic in ("lgbtq", "trafficking")} == {SEALED_TOPIC}
