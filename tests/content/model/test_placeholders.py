"""Placeholders."""

import html

import pytest

from content.model import placeholders
from content.model.pack import Phrase
from tests.content.conftest import TinyPack

CASES = {
    "a number": ("Call {nhth.voice}.", "", "en", "Call 1-888-373-7888."),
    "a short code": ("Call {988.voice}.", "", "en", "Call 988."),
    "an address, bare": ("{trevor.web}", "", "en", "www.thetrevorproject.org/get-help"),
    "the word to send": ("{ctl.word}", "", "en", "HOME"),
    "the word in the text's language": ("{ctl.word}", "", "es", "HOLA"),
    "a name in the text's language": ("{ctl.name}", "", "es", "Línea de crisis por texto"),
    "a resource's own number": ("{sms}", "resource:ctl:blurb", "en", "741741"),
    "an owner that is a bare id": ("{voice}", "nhth", "en", "1-888-373-7888"),
    "the only age": ("{age}", "resource:trevor", "en", "24"),
    "the oldest age": ("{trevor.maximum_age}", "", "en", "24"),
    "a fact": ("{fact.age}", "", "en", "18"),
    "a partner's own name and grades": ("{name} {grades}", "partner:a21:does", "en", "A21 6-12"),
    "a partner from elsewhere": (
        "{a21.name} {a21.web}",
        "topic:suicide:p.1",
        "en",
        "A21 www.a21.org",
    ),
    "a law's citation": ("{law}", "law:ab1227:text", "en", "AB 1227 (2017)"),
    "a law from elsewhere": ("{ab1227.law}", "staff:report:b.1", "en", "AB 1227 (2017)"),
    "no placeholder": ("Hello.", "", "en", "Hello."),
}


@pytest.mark.parametrize(("text", "owner", "language", "filled"), CASES.values(), ids=CASES)
def test_a_placeholder_becomes_its_value(
    tiny: TinyPack, text: str, owner: str, language: str, filled: str
) -> None:
    assert placeholders.fill(Phrase(text, language), tiny.pack(), owner=owner) == filled


@pytest.mark.parametrize(
    "text",
    [
        "{nobody.voice}",
        "{nhth.sms}",
        "{voice}",
        "{988.word}",
        "{trevor.minimum_age}",
        "{988.age}",
        "{fact.no}",
        "{}",
        "{code}",
    ],
)
def test_a_placeholder_without_a_value_is_never_left_as_a_hole(tiny: TinyPack, text: str) -> None:
    with pytest.raises(KeyError):
        placeholders.fill(Phrase(text, "en"), tiny.pack())


def test_a_pinned_partner_of_the_same_id_is_told_apart_by_its_key(tiny: TinyPack) -> None:
    """NCMEC is a hotline and a partner."""
    a21 = (tiny.folder / "partners/a21.toml").read_text("utf-8")
    changed = a21.replace('"a21"', '"ncmec"', 1).replace('"176"', '"178"')
    pack = tiny.write("pack/partners/ncmec.toml", changed).read()[0]
    assert pack is not None
    assert placeholders.fill(Phrase("{name}", "en"), pack, owner="partner:ncmec:does") == "A21"
    assert (
        placeholders.fill(Phrase("{name}", "en"), pack, owner="resource:ncmec")
        == "Missing Children Center"
    )
    assert placeholders.fill(Phrase("{ncmec.voice}", "en"), pack) == "1-800-843-5678"


def test_a_keyword_that_is_the_zip_code_is_no_word_to_print(tiny: TinyPack) -> None:
    pack = tiny.edit("pinned/resources/ctl.toml", 'en = "HOME"', 'en = "{zip}"').read()[0]
    assert pack is not None
    with pytest.raises(KeyError):
        placeholders.fill(Phrase("{ctl.word}", "en"), pack)


def test_a_name_made_of_names_ends_in_an_error_not_in_a_loop(tiny: TinyPack) -> None:
    pack = tiny.edit("pinned/resources/ctl.toml", 'name = "Crisis', 'name = "{name} Crisis').read()[
        0
    ]
    assert pack is not None
    with pytest.raises(KeyError):
        placeholders.fill(Phrase("{ctl.name}", "en"), pack)


def test_text_and_values_are_escaped_before_a_value_is_dressed(tiny: TinyPack) -> None:
    pack = tiny.edit(
        "pack/partners/a21.toml", 'organization = "A21"', 'organization = "A<b>"'
    ).read()[0]
    assert pack is not None
    filled = placeholders.fill(
        Phrase("1 < {name} {nhth.voice}", "en"),
        pack,
        owner="partner:a21",
        wrap=lambda kind, value: f"<bdi>{value}</bdi>" if kind == "voice" else value,
        escape=html.escape,
    )
    assert filled == "1 &lt; A&lt;b&gt; <bdi>1-888-373-7888</bdi>"


def test_extra_names_come_from_the_caller(tiny: TinyPack) -> None:
    assert (
        placeholders.fill(Phrase("text {code}", "en"), tiny.pack(), extra={"code": "42"})
        == "text 42"
    )


def test_the_placeholders_of_a_text_are_listed_and_removed() -> None:
    assert placeholders.names("{a.b} and {c} {a.b}") == {"a.b", "c"}
    assert placeholders.without("call {988.voice}now") == "call  now"
