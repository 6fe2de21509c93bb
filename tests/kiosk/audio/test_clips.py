"""Clips on disk: made in time, whole, only what is missing; a person's recording wins."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.audio.clips import VOICES, VoiceError, clip, is_opus, make, mark, named, voice
from kiosk.audio.listen_button import Clips
from kiosk.audio.spoken_text import OFFER, Utterance, address, clip_addresses
from kiosk.edition.edition import Edition, Item

pytestmark = pytest.mark.skipif(
    not (shutil.which("espeak-ng") and shutil.which("opusenc")),
    reason="espeak-ng and opus-tools are not installed",
)
NOW = datetime(2026, 11, 24, tzinfo=UTC)
HELLO, HOLA, NYOB = (
    Utterance("en", "Hello."),
    Utterance("es", "Hola."),
    Utterance("hmn", "Nyob zoo."),
)


def test_a_clip_is_made_once_and_is_opus(tmp_path: Path) -> None:
    first = make([HELLO, HOLA, HELLO], tmp_path, now=NOW)
    again = make([HELLO, HOLA], tmp_path, now=NOW)
    assert (first.strings, first.made, again.made, again.kept) == (2, 2, 0, 2)
    assert all(is_opus(file) for file in (clip(tmp_path, HELLO), clip(tmp_path, HOLA)) if file)
    assert sorted(path.suffix for path in (tmp_path / "audio").iterdir()) == [
        ".opus",
        ".opus",
        ".tsv",
    ]


def test_a_text_that_looks_like_an_option_is_spoken_and_not_obeyed(tmp_path: Path) -> None:
    assert make([Utterance("en", "--version -w /tmp/x")], tmp_path, now=NOW).made == 1


@pytest.mark.parametrize(
    ("language", "speaks"),
    [
        *(("en", "en-us"), ("es", "es-419"), ("zh-Hant", "cmn"), ("ar", "ar"), ("ko", "ko")),
        *(("pa", "pa"), ("ru", "ru"), ("vi", "vi"), ("hmn", ""), ("fil", "")),
    ],
)
def test_each_language_has_its_own_voice_or_none(language: str, speaks: str) -> None:
    assert voice(language) == speaks


def test_every_voice_is_one_that_the_program_has(tmp_path: Path) -> None:
    texts = [Utterance(language, "12 988") for language in VOICES]
    assert make(texts, tmp_path, now=NOW).failed == 0


def test_a_language_without_a_voice_is_told_and_not_spoken_by_another(tmp_path: Path) -> None:
    report = make([NYOB], tmp_path, now=NOW)
    assert (report.made, report.voiceless, clip(tmp_path, NYOB)) == (0, {"hmn"}, None)
    assert "No voice for hmn" in report.sentence()


def recorded(data_dir: Path, said: Utterance, body: bytes) -> Path:
    file = data_dir / "recordings" / said.language / f"{said.key}.opus"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    return file


def test_a_persons_recording_wins_and_gives_a_voiceless_language_a_voice(tmp_path: Path) -> None:
    make([HELLO], tmp_path, now=NOW)
    made = clip(tmp_path, HELLO)
    assert made
    file = recorded(tmp_path, HELLO, made.read_bytes() + b"by a person")
    other = recorded(tmp_path, NYOB, made.read_bytes())
    report = make([HELLO, NYOB], tmp_path, now=NOW)
    assert (clip(tmp_path, HELLO), clip(tmp_path, NYOB)) == (file, other)
    assert (report.recorded, report.made, report.voiceless) == (2, 0, set())


def test_a_recording_that_no_browser_plays_is_named_and_not_used(tmp_path: Path) -> None:
    file = recorded(tmp_path, HELLO, b"ID3 an mp3 under a wrong name")
    report = make([HELLO], tmp_path, now=NOW)
    assert report.not_opus == [str(file)]
    assert clip(tmp_path, HELLO) == tmp_path / "audio" / f"{HELLO.key}.opus"


def pipe(place: Path) -> None:
    os.mkfifo(place)


def terabytes(place: Path) -> None:
    with place.open("wb") as file:
        file.write(b"OggS OpusHead")
        file.truncate(4 * 1024**4)


def link_to_nothing(place: Path) -> None:
    place.symlink_to("nothing")


def name_in_no_alphabet(place: Path) -> None:
    Path(os.fsdecode(os.fsencode(place.parent) + b"/\xff.opus")).write_bytes(b"OggS OpusHead")


def folder(place: Path) -> None:
    place.mkdir()


@pytest.mark.parametrize("where", ["recordings/en", "audio"])
@pytest.mark.parametrize("plant", [pipe, terabytes, link_to_nothing, name_in_no_alphabet, folder])
def test_whatever_lies_among_the_clips_costs_no_more_than_its_own(
    tmp_path: Path, where: str, plant: Callable[[Path], None]
) -> None:
    """A name that is no UTF-8 in one recording left the screen without its pack."""
    (tmp_path / where).mkdir(parents=True)
    plant(tmp_path / where / f"{HELLO.key}.opus")
    assert mark(tmp_path)
    assert named(tmp_path, HELLO.key) is clip(tmp_path, HELLO) is None
    assert make([HOLA], tmp_path, now=datetime.now(UTC) + timedelta(days=40)).made == 1


def test_the_list_tells_whoever_records_what_a_clip_is_called(tmp_path: Path) -> None:
    make([HELLO, NYOB], tmp_path, now=NOW)
    rows = (tmp_path / "audio" / "texts.tsv").read_text(encoding="utf-8").splitlines()
    assert rows == [f"en\t{HELLO.key}.opus\tHello.", f"hmn\t{NYOB.key}.opus\tNyob zoo."]


def test_what_no_page_says_any_more_goes_after_a_while(tmp_path: Path) -> None:
    make([HELLO, HOLA], tmp_path, now=NOW)
    for path in (tmp_path / "audio").glob("*.opus"):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    soon = make([HOLA], tmp_path, now=NOW + timedelta(days=1))
    late = make([HOLA], tmp_path, now=NOW + timedelta(days=40))
    assert (soon.removed, late.removed, clip(tmp_path, HELLO)) == (0, 1, None)
    assert clip(tmp_path, HOLA)


def test_no_time_makes_no_clip_and_says_so(tmp_path: Path) -> None:
    report = make([HELLO, HOLA], tmp_path, now=NOW, seconds=0)
    assert (report.left, report.made) == (2, 0)
    assert "2 are not made yet: run it again." in report.sentence()


def test_a_missing_program_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VoiceError, match="apt-get install espeak-ng"):
        make([HELLO], tmp_path, now=NOW)


def test_the_mark_changes_with_the_clips(tmp_path: Path) -> None:
    before = mark(tmp_path)
    make([HELLO], tmp_path, now=NOW)
    assert mark(tmp_path) != before


def test_an_edition_holds_the_clips_of_its_pages_and_serves_them(tmp_path: Path) -> None:
    make([HELLO], tmp_path, now=NOW)
    offer = f'{OFFER}<button id="listen" data-clips=""></button><!--/listen-->'
    body = f'<html lang="en"><main><p>Hello.</p></main>{offer}</html>'
    clips = Clips(tmp_path)
    page = Item("/en/", clips.page(body).encode())
    assert clip_addresses(page.body.decode()) == [address(HELLO.key)]
    edition = Edition({page.path: lambda: page}, beside=clips.item, played=clip_addresses)
    ready = edition.page(address(HELLO.key))
    assert ready
    listed = edition.page("/pack.json")
    assert listed
    assert address(HELLO.key) in listed.body.decode()
    assert ready.file == clip(tmp_path, HELLO)
    assert (b"content-type", b"audio/ogg") in ready.headers
    assert (b"cache-control", b"no-store") in ready.headers


def test_a_screen_that_does_not_speak_offers_no_button() -> None:
    offer = f'{OFFER}<button id="listen" data-clips=""></button><!--/listen-->'
    body = f'<html lang="en"><main><p>Hello.</p></main>{offer}</html>'
    clips = Clips(None)
    assert "listen" not in clips.page(body)
    assert clips.item(address(HELLO.key)) is None
