"""No text of a shelter or a home tells where it is: the check refuses it before any exit."""

import json

import pytest

from editor.exchange.hsds import export
from kiosk.pages.build import pages
from settings.schema import Kiosk, Sms
from sms import replies
from tests.content.conftest import TinyPack
from tests.kiosk.conftest import TODAY

TREVOR, A21 = "pack/resources/trevor.toml", "pack/partners/a21.toml"
SHELTER = 'name = "Narwhal Shelter"'
TELLING = {
    "a street": ("Someone listens.", "Come to 12 Quokka Street.", "looks like a street"),
    "a town": ("Someone listens.", "It is in Wombatville.", "looks like a town"),
    "a town in its name": ("Narwhal Shelter", "Narwhal Shelter, Wombatville", "looks like a town"),
    "a map": (
        "https://www.thetrevorproject.org/get-help/",
        "https://www.google.com/maps/place/x",
        "opens a map",
    ),
    "a street in its organization": (
        '"The Trevor Project"',
        '"Friends of Quokka Street"',
        "looks like a street",
    ),
}


@pytest.fixture
def shelter(tiny: TinyPack) -> TinyPack:
    return tiny.edit(TREVOR, 'name = "Trevor Project"', SHELTER)


def refused(tiny: TinyPack) -> list[str]:
    """Return the findings about confidential places."""
    return [row for row in tiny.said() if "confidential" in row]


@pytest.mark.parametrize("told", TELLING.values(), ids=TELLING)
def test_a_shelter_whose_words_tell_its_place_is_refused(
    shelter: TinyPack, told: tuple[str, str, str]
) -> None:
    old, new, message = told
    assert refused(shelter) == []
    shelter.edit(TREVOR, old, new)
    assert any(row.startswith(f"{TREVOR}:") and message in row for row in refused(shelter))


@pytest.mark.parametrize("told", TELLING.values(), ids=TELLING)
def test_where_anybody_may_know_its_place_it_may_be_told(
    shelter: TinyPack, told: tuple[str, str, str]
) -> None:
    old, new, _message = told
    shelter.edit(TREVOR, old, new).edit(TREVOR, "review", "confidential = false\nreview")
    assert refused(shelter) == []


def test_any_entry_may_be_marked_as_confidential(tiny: TinyPack) -> None:
    tiny.edit(TREVOR, "Someone listens.", "It is in Wombatville.")
    assert refused(tiny) == []
    tiny.edit(TREVOR, "review", "confidential = true\nreview")
    assert any("looks like a town" in row for row in refused(tiny))


def test_a_partner_that_is_a_shelter_tells_no_place(tiny: TinyPack) -> None:
    tiny.edit(A21, "confidence", "confidential = true\nconfidence")
    tiny.edit(A21, 'does = "', 'does = "They are at 12 Quokka Street. ')
    assert any(row.startswith(f"{A21}:") and "street" in row for row in refused(tiny))


def test_neither_screen_nor_text_nor_feed_has_a_place_where_an_entry_could_say_one(
    shelter: TinyPack,
) -> None:
    """All that leaves of an entry is what the check read: there is no other field for a place."""
    pack = shelter.pack()
    screen = "".join(page.body for page in pages(pack, Kiosk(languages=("en",)), today=TODAY))
    texts = "".join(draft.text for draft in replies.drafts(pack, Sms()))
    feed = json.dumps(export.services(pack))
    assert "Narwhal Shelter" in screen
    assert "Narwhal Shelter" in feed
    for left in (screen, texts, feed):
        assert "google.com/maps" not in left
    for key in ('"address', '"latitude', '"longitude', '"physical'):
        assert key not in feed
