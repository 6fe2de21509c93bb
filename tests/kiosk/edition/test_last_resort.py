"""What is left when everything else fails."""

import json
import re

import pytest

from content.model import phone_numbers
from content.model.pack import Pack
from kiosk.edition import last_resort
from settings.schema import Kiosk
from tests.kiosk.outline import Outline


def shown(tag: str) -> Outline:
    ready = last_resort.edition(Kiosk()).page(f"/{tag}/now")
    assert ready is not None
    return Outline.of(ready.body.decode())


def test_its_numbers_are_those_of_the_pinned_set(pinned: Pack) -> None:
    """It holds numbers of its own so that it needs no file; this keeps them the same."""
    spoken = (
        pinned.complete
    )  # in a partial language the word to send is the English one (editor/authoring/read_pack.py)
    wanted = {
        (
            resource.id,
            channel.kind,
            phone_numbers.display(channel.number),
            tuple(sorted((tag, word) for tag, word in channel.keyword.items() if tag in spoken)),
        )
        for resource in pinned.resources
        for channel in resource.channels
        if channel.kind in {"voice", "sms"} and (resource.id, channel.kind) != ("911", "sms")
    }
    held = {
        (name, kind, number, tuple(sorted(words.items())))
        for name, kind, number, words in last_resort.LINES
    }
    assert held == wanted


@pytest.mark.parametrize("tag", ["en", "es"])
def test_each_language_has_the_lines_and_a_way_to_clear(tag: str) -> None:
    page = shown(tag)
    assert page.language == tag
    assert {"911", "988", "741741"} <= set(page.numbers)
    assert "/leave" in page.links


def test_a_language_it_does_not_speak_falls_back_to_english() -> None:
    made = last_resort.edition(Kiosk(languages=("ko",)))
    assert made.page("/en/now") is not None
    assert made.languages == ("en",)


def test_the_page_for_an_error_speaks_every_language() -> None:
    page = Outline.of(last_resort.trouble(Kiosk()).decode())
    assert "Something went wrong" in page.words
    assert "Algo falló" in page.words


def test_the_school_s_name_is_escaped() -> None:
    ready = last_resort.edition(Kiosk(school="<b>")).page("/leave")
    assert ready is not None
    assert b"<b>" not in ready.body.replace(b"<b><bdi", b"")


@pytest.mark.parametrize("languages", [("en", "es"), ("ko",), ("es",)])
def test_the_local_file_holds_the_lines_and_asks_for_nothing(languages: tuple[str, ...]) -> None:
    text = last_resort.local_file(Kiosk(languages=languages)).decode()
    page = Outline.of(text)
    assert {"911", "988", "741741", "233733"} <= set(re.findall(r"<bdi[^>]*>([^<]+)</bdi>", text))
    assert "#cover" in page.links  # Clear: everything lies under what it leads to
    assert '<a id="cover" href="#">' in text
    assert all(link.startswith("#") for link in page.links)
    assert not re.search(r"(?:src|url)\s*[=(]", text)
    assert "<title>Student Info Desk</title>" in text
    assert page.language == (languages[0] if languages[0] != "ko" else "en")


def test_the_built_in_pages_are_no_pack_for_a_browser_to_keep() -> None:
    listed = last_resort.edition(Kiosk()).page("/pack.json")
    assert listed
    assert json.loads(listed.body) == {"version": "", "files": []}
