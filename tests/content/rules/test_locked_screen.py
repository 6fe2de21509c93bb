"""The opening of a reply, as a locked screen shows it: it tells nobody what it is about."""

import pytest

from content.model.sms_segments import fold
from content.rules.locations import Where
from content.rules.locked_screen import WATCHED, giveaways, given_away, openings, opens_a_reply
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


FIRST = 'first = "You matter. '
NEUTRAL = "Here is something for you, and it is all right. So: "


def told(tiny: TinyPack) -> list[str]:
    return [row for row in tiny.said() if "locked screen" in row]


@pytest.mark.parametrize(
    "opening",
    [
        "Pregnant? There is help. ",
        "Passed out? Help comes. ",
        "A bed and clothes: ask. ",
        "It is okay to ask, and there is help for it. Clinics: ",  # cut, as a phone cuts it
        "Someone answers, day or night: {nhth.voice}. ",
    ],
)
def test_no_first_reply_opens_with_what_it_is_about(tiny: TinyPack, opening: str) -> None:
    tiny.edit(REPLIES, FIRST, f'first = "{opening}')
    assert len(told(tiny)) == 1


@pytest.mark.parametrize(
    "opening",
    [
        f"{NEUTRAL}pills. ",
        "It is okay to ask, and there is help for it. Cling on. ",
        "Someone answers you, by day and by night: {nhth.voice}. ",  # a number cut by the screen
        "You can ask, day or night: {988.voice}. ",
    ],
)
def test_a_word_behind_the_fiftieth_letter_or_another_that_begins_like_one_is_let_be(
    tiny: TinyPack, opening: str
) -> None:
    tiny.edit(REPLIES, FIRST, f'first = "{opening}')
    assert told(tiny) == []


def test_a_clause_inside_another_reply_may_name_its_need(tiny: TinyPack) -> None:
    tiny.edit(REPLIES, "[reply]\n", '[reply]\nsecond = "for pills: {988.voice}"\n')
    assert told(tiny) == []


def test_a_spanish_reply_is_held_to_spanish_words(tiny: TinyPack) -> None:
    key = "sms:suicide:first"
    english = tiny.pack().texts["en"][key]
    spanish = tiny.pack().texts["es"][key]
    tiny.edit(
        "pack/po/es.po",
        f'msgid "{english}"\nmsgstr "{spanish}"',
        f'msgid "{english}"\nmsgstr "¿Pastillas? {spanish}"',
    )
    assert [row for row in told(tiny) if "pastillas" in row]


def test_every_reply_of_the_shipped_pack_opens_without_a_word_of_the_list() -> None:
    keys = {key for key in pack().texts["en"] if opens_a_reply(key)}
    assert {"sms:health:first", "sms:pictures:more", "sms:line:actor", "sms:friend:secret"} <= keys
    assert len(keys) > 130
    assert list(openings(pack(), Where())) == []


@pytest.mark.parametrize(
    "key",
    [
        "sms:danger:first",
        "sms:adults:first",
        "sms:line:staff",
        "sms:health:second",
        "sms:line:voice_more",
    ],
)
def test_danger_staff_and_what_begins_no_reply_are_not_held_to_the_list(key: str) -> None:
    assert not opens_a_reply(key)


@pytest.mark.parametrize("language", sorted(giveaways()))
def test_the_words_of_the_list_are_folded_single_words(language: str) -> None:
    assert len(giveaways()[language]) > 80
    for word in giveaways()[language]:
        assert word == fold(word).casefold() and word.isalpha(), word
