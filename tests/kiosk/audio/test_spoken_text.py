"""What a page says aloud, and when it may."""

import pytest

from kiosk.audio.spoken_text import (
    OFFER,
    Utterance,
    address,
    controls,
    digits,
    key_of,
    offered,
    spoken,
)
from kiosk.pages.build import Page


def page(main: str, *, language: str = "en") -> str:
    """A finished page as the templates make it."""
    return (
        f'<html lang="{language}"><head><title>Desk</title></head><body><a href="/leave">Clear</a>'
        f'<main id="main">{main}</main>'
        f'<nav>{OFFER}<button id="listen" data-clips=""></button><!--/listen--></nav></body></html>'
    )


@pytest.mark.parametrize(
    ("main", "says"),
    [
        ("<h1>A</h1><p>B</p>", ["A", "B"]),
        ("<a><span><b>Title</b><span>Lead</span></span></a>", ["Title", "Lead"]),
        ("<p>Call <bdi class=number>988</bdi> now.</p>", ["Call 9 8 8 now."]),
        (
            "<p>Text <bdi class=word>HOME</bdi> to <bdi class=number>741741</bdi></p>",
            ["Text HOME to 7 4 1 7 4 1"],
        ),
        ("<p>Text <span class=fill>your ZIP code</span> to us</p>", ["Text your ZIP code to us"]),
        ('<p>see <bdi class="address">a.org/<wbr>b</bdi></p>', ["see a.org/b"]),
        ("<p>A<svg><title>x</title><path/></svg></p><button>B</button><p hidden>C</p>", ["A"]),
        (
            '<p aria-hidden="true">A</p><figure>B</figure><div data-silent><p>C</p></div><p>D</p>',
            ["D"],
        ),
        ("<p>one<br>two &amp; three</p>", ["one two & three"]),
        ("<p> · </p><p></p><ul><li>,</li></ul>", []),
    ],
)
def test_a_page_says_its_main_part_piece_by_piece(main: str, says: list[str]) -> None:
    assert [piece.text for piece in spoken(page(main))] == says


def test_foreign_parts_keep_their_own_language() -> None:
    main = '<p>Fuente: <span lang="en">official page</span>, 5 de octubre</p>'
    assert spoken(page(main, language="es")) == (
        Utterance("es", "Fuente"),
        Utterance("en", "official page"),
        Utterance("es", "5 de octubre"),
    )


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('<nav><a href="/x"><svg><title>x</title></svg><span>Clear</span></a></nav>', ["Clear"]),
        ("<button hidden><span>Bigger</span><span>Off</span></button>", ["Bigger", "Off"]),
        ("<p>A</p><details><summary>B</summary><p>C</p></details>", ["B"]),
        (
            "<dialog><h2>Still here?</h2><p>A</p><button>Yes</button></dialog>",
            ["Still here?", "Yes"],
        ),
        (
            '<nav class="act"><b>In danger?</b> <bdi class="number">911</bdi></nav>',
            ["In danger?", "9 1 1"],
        ),
        ('<template id="speech"><p>Off.</p></template><template><p>A</p></template>', ["Off."]),
        ("<a><figure>A</figure><i aria-hidden=true>B</i>C</a><script>D</script>", ["C"]),
    ],
)
def test_controls_are_said_by_their_names_hidden_or_not(body: str, says: list[str]) -> None:
    html = f'<html lang="en"><body>{body}<main><p>Prose</p></main></body></html>'
    assert [piece.text for piece in controls(html)] == says


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("988", "9 8 8"),
        ("1-888-373-7888", "1, 8 8 8, 3 7 3, 7 8 8 8"),
        ("18", "18"),
        ("(916) 875-5437", "9 1 6, 8 7 5, 5 4 3 7"),
    ],
)
def test_a_phone_number_is_said_digit_by_digit(number: str, says: str) -> None:
    assert digits(number) == says


def test_the_key_depends_on_the_language_and_the_words() -> None:
    keys = {Utterance(language, text).key for language in ("en", "es") for text in ("No", "no")}
    assert len(keys) == 4


def test_a_page_names_its_clips_whether_they_are_there_or_not() -> None:
    said = spoken(page("<h1>A</h1><p>B</p>"))
    html = offered(page("<h1>A</h1><p>B</p>"))
    assert f'data-clips="{" ".join(address(piece.key) for piece in said)}"' in html
    assert [key_of(address(piece.key)) for piece in said] == [piece.key for piece in said]
    assert OFFER not in html


def test_a_page_with_nothing_to_say_has_no_button() -> None:
    assert "listen" not in offered(page(""))


@pytest.mark.slow
def test_every_page_of_the_pack_has_something_to_say(book: dict[str, Page]) -> None:
    silent = [path for path, made in book.items() if OFFER in made.body and not spoken(made.body)]
    assert silent == []


@pytest.mark.slow
def test_no_page_says_that_a_slip_is_printing_before_it_is(book: dict[str, Page]) -> None:
    said = {
        piece.text
        for path, made in book.items()
        if path.startswith("/")
        for piece in spoken(made.body)
    }
    assert not any("is printing" in text or "is resting" in text for text in said)
