"""Posters and cards: what stands on them, what never does, and how they come out of a printer."""

import re
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zxingcpp
from PIL import Image

from content.model.pack import Pack
from kiosk.desk.setup import answers
from kiosk.pages import font_coverage
from kiosk.pages.ui_strings import Wording
from kiosk.posters import pdf, poster
from kiosk.posters.poster import SIZES, PosterError
from settings.schema import Kiosk, Settings, Sms
from sms.decide import decide
from sms.script import Script
from tests.selection import Some

NUMBER = "+19165550100"
CONTACT, TERMS = "help@district.example", "https://district.example/line"
WITH_LINE = Settings(
    kiosk=Kiosk(school="Rio Vista High School", text_line=NUMBER),
    sms=Sms(number=NUMBER, contact=CONTACT, terms=TERMS),
)
WITHOUT = Settings(kiosk=Kiosk(school="Rio Vista High School"))
EDITION = "2026-11-20 · 3f9ac1b24d10"
LANGUAGES = Kiosk().languages
_WORD = re.compile(
    r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
)


def text_of(html: str) -> str:
    """What somebody reads on it."""
    return re.sub(r"<svg.*?</svg>|<[^>]+>|[\u2066\u2069]", " ", html, flags=re.DOTALL)


def made(pack: Pack, size: str, *tags: str, settings: Settings = WITH_LINE) -> str:
    return poster.html(pack, settings, size, tags, edition=EDITION)


@pytest.mark.parametrize("size", ["letter", "half", "wallet"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_poster_says_what_the_carriers_want_in_every_language(
    pack: Pack, size: str, language: str
) -> None:
    said = text_of(made(pack, size, language))
    for wanted in ("HELP", "STOP", "START", "Porchlight", CONTACT, TERMS, "1-916-555-0100"):
        assert wanted in said, wanted
    assert "911" in said
    assert "988" in said
    assert EDITION in said


def test_what_the_carriers_want_is_said_in_full(pack: Pack) -> None:
    said = " ".join(text_of(made(pack, "letter", "en")).split())
    for wanted in (
        "one reply to each text",
        "Message and data rates may apply",
        "Text HELP for help, STOP to end",
        "STOP blocks every reply; START brings them back",
        "Replies can show on your locked screen, and texts on the phone bill",
        "A machine answers; nobody reads it.",
        "This is not 911.",
    ):
        assert wanted in said


@pytest.mark.parametrize("size", ["letter", "half", "wallet"])
def test_people_who_answer_stand_above_the_machine(pack: Pack, size: str) -> None:
    said = text_of(made(pack, size, "en"))
    assert said.index("911") < said.index("988") < said.index("A machine answers")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_poster_names_a_topic_or_a_hotline(pack: Pack, language: str) -> None:
    """A poster outs nobody: neither who reads it, nor who carries it."""
    said = " ".join(text_of(made(pack, "letter", language)).split()).casefold()
    texts = pack.texts[language]
    kinds = re.compile(r"(topic|group):[^:]+:title|resource:[^:]+:name")
    named = {key: text for key, text in texts.items() if kinds.fullmatch(key)}
    assert len(named) > 10
    assert [
        key for key, text in named.items() if re.sub(r"{.*?}", "", text).casefold() in said
    ] == []
    assert [r.organization for r in pack.resources if r.organization.casefold() in said] == []


@pytest.fixture(scope="module")
def script(pack: Pack) -> Script:
    return Script(pack, WITH_LINE.sms)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_answers_each_word_of_a_poster_in_its_language(
    pack: Pack, script: Script, language: str
) -> None:
    words = poster.words_to_text(pack, language)
    assert words
    for word in words:
        assert decide(script, word).language == language


def test_without_a_number_only_people_to_call_stand_on_it(pack: Pack) -> None:
    html = made(pack, "letter", "en", "es", settings=WITHOUT)
    said = text_of(html)
    assert "machine" not in said
    assert "STOP" not in said
    assert "988" in said


@pytest.mark.parametrize("size", ["letter", "half", "wallet"])
def test_without_a_number_the_box_of_the_line_says_what_its_code_calls(
    pack: Pack, size: str
) -> None:
    boxes = made(pack, size, "en", "es", settings=WITHOUT).split('class="machine')[1:]

    assert boxes
    for box in boxes:
        words = text_of(box.partition('class="code"')[0])
        assert "call" in words or "llama" in words
        assert "988" in words


def test_the_open_points_name_what_the_settings_lack() -> None:
    bare = Settings(kiosk=Kiosk(text_line=NUMBER), sms=Sms(number=NUMBER))
    assert [point.partition(" is")[0] for point in poster.open_points(bare)] == [
        "[sms] contact",
        "[sms] terms",
    ]
    assert [point.partition(" is")[0] for point in poster.open_points(WITHOUT)] == ["[sms] number"]
    assert list(poster.open_points(WITH_LINE)) == []


@pytest.mark.parametrize("settings", [WITH_LINE, WITHOUT], ids=["line", "no line"])
def test_the_sheet_for_parents_says_who_answers_and_what_is_kept(
    pack: Pack, settings: Settings
) -> None:
    said = " ".join(text_of(made(pack, "parents", "en", settings=settings)).split())
    for wanted in ("Who answers", "What is kept", "must report", "988", "No name"):
        assert wanted in said
    assert ("text line" in said) == (settings is WITH_LINE)


def _with_language(pack: Pack) -> Pack:
    return replace(pack, languages=(*pack.languages, "th"), texts={**pack.texts, "th": {}})


def _with_contact(contact: str) -> Settings:
    return msgspec.structs.replace(WITH_LINE, sms=Sms(number=NUMBER, contact=contact))


@pytest.mark.parametrize(
    ("size", "tags", "sentence"),
    [
        ("a0", ("en",), 'There is no size "a0". Choose one of: letter'),
        ("letter", (), "one language or two"),
        ("letter", ("en", "en"), "two different ones"),
        ("letter", ("en", "es", "vi"), "one language or two"),
        ("letter", ("xx",), 'The pack has no language "xx"; it has: en, es'),
        ("letter", ("th",), 'There is no font for the language "th"'),
    ],
)
def test_a_poster_that_cannot_be_is_refused_in_a_sentence(
    pack: Pack, size: str, tags: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(PosterError, match=re.escape(sentence)):
        made(_with_language(pack), size, *tags)


def test_a_letter_without_a_glyph_is_refused_by_name(pack: Pack) -> None:
    with pytest.raises(PosterError, match='The fonts for "en" do not have \u0e01'):
        made(pack, "letter", "en", settings=_with_contact("\u0e01@example.org"))


def test_a_pack_with_nobody_to_talk_to_makes_no_poster(pack: Pack) -> None:
    alone = replace(pack, resources=tuple(r for r in pack.resources if r.answers == "emergency"))
    with pytest.raises(PosterError, match="a line that answers day and night"):
        made(alone, "letter", "en")


def test_a_withdrawn_line_is_on_no_poster(pack: Pack) -> None:
    nhth = next(r for r in pack.resources if r.id == "nhth")
    others = tuple(r for r in pack.resources if r is not nhth)
    gone = replace(pack, resources=(*others, replace(nhth, status="withdrawn")))
    assert "1-888-373-7888" in made(pack, "letter", "en")
    assert "1-888-373-7888" not in made(gone, "letter", "en")


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        (ImportError("no module"), 'A poster needs the extra "paper"'),
        (OSError("cannot load library 'libpango-1.0-0'"), "apt-get install libpango-1.0-0"),
    ],
)
def test_what_is_missing_on_the_machine_is_said_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, missing: Exception, sentence: str
) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise missing

    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(PosterError, match=sentence):
        pdf.of("<p>a</p>", ("en",))


class Paper:
    """A document as it comes out of a printer."""

    def __init__(self, folder: Path, data: bytes) -> None:
        self._file = folder / "poster.pdf"
        self._file.write_bytes(data)

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        return done.stdout

    @property
    def pages(self) -> int:
        found = re.search(r"Pages:\s+(\d+)", self._run("pdfinfo", str(self._file)))
        assert found
        return int(found[1])

    @property
    def fonts(self) -> list[str]:
        """The families in it, without the tag of their subset and their weight."""
        rows = self._run("pdffonts", str(self._file)).splitlines()[2:]
        return sorted({re.sub(r"-(Ultra-)?Bold$", "", row[7:].split()[0]) for row in rows})

    @property
    def codes(self) -> list[str]:
        picture = self._file.with_suffix("")
        self._run("pdftoppm", "-r", "200", "-png", "-singlefile", str(self._file), str(picture))
        with Image.open(picture.with_suffix(".png")) as image:
            return sorted(code.text for code in zxingcpp.read_barcodes(image))

    def collisions(self) -> list[tuple[str, str]]:
        """Words that lie on one another, or over the edge."""
        page = self._run("pdftotext", "-bbox", str(self._file), "-")
        size = re.search(r'<page width="([\d.]+)" height="([\d.]+)">', page)
        assert size
        width, height = map(float, size.groups())
        words: list[Any] = [(*map(float, one.groups()[:4]), one[5]) for one in _WORD.finditer(page)]
        over = [
            (word[4], "the edge")
            for word in words
            if word[0] < 0 or word[1] < 0 or word[2] > width or word[3] > height
        ]
        # Upright words come letter by letter, and Arabic ones with boxes of other words in them.
        words = [word for word in words if len(word[4]) > 2 and word[4].isascii()]
        return over + [(a[4], b[4]) for a, b in combinations(words, 2) if _lie_on_one_another(a, b)]


def _letters(box: Any) -> tuple[float, float, float, float]:
    """A word's letters: its box is as high as the font, which is more. Strips stand upright, and
    of a short word nothing says which side is its height."""
    left, top, right, bottom = box[:4]
    wide, high = right - left, bottom - top
    aside, below = wide / 4 if high > wide / 2 else 0, high / 4 if wide > high / 2 else 0
    return left + aside, top + below, right - aside, bottom - below


def _lie_on_one_another(a: Any, b: Any) -> bool:
    first, second = _letters(a), _letters(b)
    wide = min(first[2], second[2]) - max(first[0], second[0])
    high = min(first[3], second[3]) - max(first[1], second[1])
    return bool(wide > 1 and high > 1)  # points


def paper(pack: Pack, folder: Path, size: str, *tags: str, settings: Settings = WITH_LINE) -> Paper:
    return Paper(folder, pdf.of(made(pack, size, *tags, settings=settings), tags))


def test_a_letter_in_english_and_spanish_is_one_page_with_a_code_that_texts_the_line(
    pack: Pack, tmp_path: Path
) -> None:
    letter = paper(pack, tmp_path, "letter", "en", "es")
    assert letter.pages == 1
    assert letter.codes == [f"sms:{NUMBER}"]
    assert letter.fonts == ["atkinson-latin"]
    assert letter.collisions() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "codes"), [("letter", 1), ("half", 2), ("wallet", 10), ("parents", 0)]
)
def test_every_size_in_every_language_fits_on_one_page_with_fonts_of_ours(
    pack: Pack,
    tmp_path: Path,
    some: Some,
    *,
    caplog: pytest.LogCaptureFixture,
    size: str,
    codes: int,
) -> None:
    for first, second in some(zip(LANGUAGES, (*LANGUAGES[1:], LANGUAGES[0]), strict=True), 1):
        page = paper(pack, tmp_path, size, first, second)
        assert page.pages == 1, (first, second)
        assert page.codes == [f"sms:{NUMBER}"] * codes, (first, second)
        assert page.collisions() == [], (first, second)
        assert [name for name in page.fonts if not name.startswith(("atkinson", "noto"))] == []
        assert caplog.messages == [], (first, second)  # a glyph that is missing, among others
    some.covered(f"{size}: each of {len(LANGUAGES)} languages, first and second")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sheet_for_parents_holds_a_box_for_want_of_a_glyph(
    pack: Pack, tmp_path: Path, caplog: pytest.LogCaptureFixture, language: str
) -> None:
    """WeasyPrint says so in its log. A space was one, beside a letter of a font that has none."""
    with caplog.at_level("WARNING", logger="weasyprint"):
        paper(pack, tmp_path, "parents", language)
    assert caplog.messages == []


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_one_language_and_no_text_line_fit_too(pack: Pack, tmp_path: Path, size: str) -> None:
    for tags in (("es",), ("hmn", "ru"), ("fil", "vi")):  # the longest
        page = paper(pack, tmp_path, size, *tags, settings=WITHOUT)
        assert page.pages == 1
        assert set(page.codes) <= {"tel:988"}
        assert page.collisions() == []


@pytest.mark.parametrize("tags", [("en", "es"), ("hmn", "ru"), ("fil", "vi")])
@pytest.mark.few(1)
def test_the_longest_name_contact_and_address_that_the_desk_takes_fit(
    pack: Pack, tmp_path: Path, tags: tuple[str, ...]
) -> None:
    address = "https://" + "district." * 5 + "x/"
    sms = Sms(
        number=NUMBER,
        program_name="W" * answers.LONGEST_NAME,
        contact="m" * answers.LONGEST_CONTACT,
        terms=address + "m" * (answers.LONGEST_TERMS - len(address)),
    )
    longest = msgspec.structs.replace(WITH_LINE, sms=sms)
    for size in ("half", "wallet"):  # the least room
        page = paper(pack, tmp_path, size, *tags, settings=longest)
        assert (page.pages, page.collisions()) == (1, []), size


def test_every_letter_of_the_posters_words_has_a_bold_glyph() -> None:
    """Headlines are bold, and the wide sets of Chinese and Korean have one weight."""
    from fontTools.ttLib import TTFont

    for language, font in (("zh-Hant", "noto-tc-bold"), ("ko", "noto-kr-bold")):
        held = set(TTFont(font_coverage.COVERAGE.parent / f"{font}.woff2").getBestCmap())
        said = set(Wording(language)("Numbers worth keeping"))
        assert {c for c in said if ord(c) >= 0x2E80 and ord(c) not in held} == set()
