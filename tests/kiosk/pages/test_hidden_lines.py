"""The screen without lines that were withdrawn: every page is made, and none gives their numbers."""

import re
from datetime import date

import pytest

from content.model import phone_numbers
from content.model.pack import Pack
from content.review.withdraw import hidden
from kiosk import search
from kiosk.pages.build import pages
from settings.schema import Kiosk

TODAY = date(2026, 12, 1)
SCREEN = Kiosk(languages=("en", "es"), counties=("Sacramento",))


def bodies(pack: Pack) -> dict[str, str]:
    return {page.path: page.body for page in pages(pack, SCREEN, today=TODAY)}


def gives(body: str, pack: Pack, name: str) -> list[str]:
    """The numbers of that line, and of no other, that the page gives."""
    own = {channel.number for channel in pack.resource(name).channels if channel.number}
    others = {channel.number for r in pack.resources if r.id != name for channel in r.channels}
    shown = {phone_numbers.display(number) for number in own - others} | (own - others)
    return [
        number for number in shown if re.search(rf"(?<![\d-]){re.escape(number)}(?![\d-])", body)
    ]


@pytest.mark.parametrize("name", ["trevor", "lir", "nhth", "211"])
def test_no_page_gives_the_number_of_a_hidden_line(pack: Pack, name: str) -> None:
    made = bodies(hidden(pack, {name}))

    assert [path for path, body in made.items() if gives(body, pack, name)] == []
    assert f"/en/r/{pack.resource(name).code}" not in made


def test_every_line_but_two_can_be_hidden_and_every_page_still_gives_one(pack: Pack) -> None:
    shown = hidden(pack, frozenset(r.id for r in pack.resources if r.id not in {"911", "988"}))
    made = bodies(shown)

    for topic in pack.topics:
        if topic.id not in {"partners", "adults"}:
            page = f"/en/t/{topic.codes['en']}"
            # Danger leads to 988 by "I can't call 911".
            assert "988" in made[f"{page}/2" if topic.id == "danger" else page], topic.id
    assert "911" in made["/en/t/31"]
    assert search.indexes(shown, ("en", "es"))["en"].find("suicide")


def test_a_card_whose_number_is_looked_at_says_so_in_each_language_and_gives_the_fixed_lines(
    pack: Pack,
) -> None:
    made = bodies(hidden(pack, {"trevor"}, reviewing={"trevor"}))

    assert "Check this number: staff are reviewing." in made["/en/r/130"]
    assert "Verifica este número: el personal lo está revisando." in made["/es/r/130"]
    for page in ("/en/r/130", "/es/r/130"):
        assert "988" in made[page]
        assert gives(made[page], pack, "trevor") == []
    assert "Check this number" in made[f"/en/t/{pack.topic('lgbtq').codes['en']}"]
    assert not [path for path in made if "/r/130/" in path]


def test_no_page_gives_the_number_of_a_line_in_sign_language_that_is_looked_at(pack: Pack) -> None:
    made = bodies(hidden(pack, {"deafdv", "ndvh"}, reviewing={"deafdv", "ndvh"}))

    assert [path for path, body in made.items() if gives(body, pack, "deafdv")] == []
    for number in ("741741", "711"):
        assert number in made["/en/hearing"]


def test_every_page_is_made_while_each_line_but_two_is_looked_at(pack: Pack) -> None:
    looked_at = frozenset(r.id for r in pack.resources if r.id not in {"911", "988"})

    assert set(bodies(hidden(pack, looked_at, reviewing=looked_at))) <= set(bodies(pack))
