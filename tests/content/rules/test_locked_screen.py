"""The opening of a reply for someone who is watched: no number, no danger, no topic."""

import pytest

from content.rules.locked_screen import WATCHED, given_away
from tests.content.conftest import TinyPack
from tests.shipped import pack

REPLIES = "pack/sms/suicide.toml"
DULL = (
    "Thanks for your text. This is an automatic reply. You can read it later, whenever you like. "
)


def watched(tiny: TinyPack, opening: str) -> list[str]:
    text = f"{opening}{'Now then. ' * 10}{{988.voice}}."
    tiny.edit(REPLIES, "[reply]\n", f'[reply]\nwatched = "{text}"\n')
    return [row for row in tiny.said() if "locked screen" in row]


@pytest.mark.parametrize(
    "opening",
    [
        "Call {911.voice}. ",
        "About suicide: ",
        "In DANGER? ",
        "The police can help. ",
        "Text 5 now. ",
    ],
)
def test_a_reply_that_tells_on_a_locked_screen_is_refused(tiny: TinyPack, opening: str) -> None:
    tiny.edit(REPLIES, "alone = [", 'alone = ["danger", ')
    assert len(watched(tiny, opening)) == 1


def test_a_dull_opening_is_right_and_what_comes_after_it_is_free(tiny: TinyPack) -> None:
    assert watched(tiny, f"{DULL}Text it. ") == []


def test_every_reply_of_the_shipped_pack_for_someone_who_is_watched_opens_dull() -> None:
    keys = [key for key in pack().texts["en"] if key.endswith((":watched", ":near"))]
    assert {"sms:answer:watched", "sms:danger:watched", "sms:danger:near"} <= set(keys)
    for language in pack().complete:
        assert [
            (key, given_away(pack(), key, language))
            for key in keys
            if given_away(pack(), key, language)
        ] == []
        assert all(len(pack().texts[language][key]) > WATCHED for key in keys)
