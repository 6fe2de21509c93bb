"""Clips on disk: made in time, whole, only what is missing; a person's recording wins."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.audio.clips import (
    VOICES,
    VoiceError,
    clip,
    is_opus,
    listed,
    make,
    named,
    unmade,
    voice,
)
from kiosk.audio.listen_button import Clips
from kiosk.audio.spoken_text import OFFER, Utterance, address
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
    assert "no voice for hmn" in report.sentence()


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
    (tmp_path / "audio").mkdir(exist_ok=True)
    row = f"en\t{HELLO.key}.opus\tHello.\n".encode()
    (tmp_path / "audio" / "texts.tsv").write_bytes(b"no row\n" + row + b"\xff\t\t")
    assert clip_list(Clips(tmp_path)) == []
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


def test_clips_are_made_one_after_another_in_the_order_of_the_pages(tmp_path: Path) -> None:
    """A reader of the first pages need not wait for the last; a burst makes every tap wait."""
    texts = [Utterance("es", "Uno"), Utterance("en", "Two"), Utterance("es", "Tres")]
    there: list[list[bool]] = []

    def pause(seconds: float) -> None:
        assert seconds > 0
        there.append([clip(tmp_path, piece) is not None for piece in texts])

    make(texts, tmp_path, now=NOW, pause=pause)
    assert there == [[True, False, False], [True, True, False], [True, True, True]]
    assert listed(tmp_path) == [piece.key for piece in texts]


def test_an_installation_makes_several_clips_at_once_and_tells_how_far_it_is(
    tmp_path: Path,
) -> None:
    texts = [Utterance("en", word) for word in ("One", "Two", "Three")]
    told: list[tuple[int, int]] = []
    report = make(texts, tmp_path, now=NOW, at_once=2, done=lambda *how: told.append(how))
    assert (report.made, told) == (3, [(1, 3), (2, 3), (3, 3)])
    assert all(clip(tmp_path, piece) for piece in texts)


def test_a_run_that_is_stopped_leaves_a_list_of_what_is_to_come(tmp_path: Path) -> None:
    assert unmade(tmp_path) == 1  # nobody looked yet

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make([HELLO, HOLA], tmp_path, now=NOW, pause=stop)
    assert (unmade(tmp_path), len(clip_list(Clips(tmp_path)))) == (1, 1)
    make([HELLO, HOLA], tmp_path, now=NOW)
    assert (unmade(tmp_path), len(clip_list(Clips(tmp_path)))) == (0, 2)


def test_no_time_makes_no_clip_and_says_so(tmp_path: Path) -> None:
    report = make([HELLO, HOLA], tmp_path, now=NOW, seconds=0)
    assert (report.left, report.made) == (2, 0)
    assert "2 have not been made yet. Run the command again." in report.sentence()


def test_a_missing_program_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VoiceError, match="apt-get install espeak-ng"):
        make([HELLO], tmp_path, now=NOW)


def clip_list(clips: Clips) -> list[dict[str, str]]:
    item = clips.item("/audio.json")
    assert item
    found: list[dict[str, str]] = json.loads(item.body)["files"]
    return found


def test_the_list_names_the_clips_that_are_there_by_their_hash(tmp_path: Path) -> None:
    clips = Clips(tmp_path)
    assert clip_list(clips) == []
    make([HOLA, HELLO], tmp_path, now=NOW)
    before = clip_list(clips)
    assert [file["url"] for file in before] == [address(HOLA.key), address(HELLO.key)]
    made = clip(tmp_path, HELLO)
    assert made
    assert before[1]["sha256"] == hashlib.sha256(made.read_bytes()).hexdigest()
    recorded(tmp_path, HELLO, made.read_bytes() + b"by a person")
    assert clip_list(clips)[0] == before[0]
    assert clip_list(clips)[1]["sha256"] != before[1]["sha256"]


PAGE = (
    f'<html lang="en"><main><p>Hello.</p></main>{OFFER}<button id="listen" data-clips=""></button>'
    "<!--/listen--></html>"
)


def test_no_page_and_no_list_of_pages_changes_because_of_a_clip(tmp_path: Path) -> None:
    """Each clip made another pack: a screen fetched the list again and again and was never done."""

    def of_a_screen() -> Edition:
        clips = Clips(tmp_path)
        page = Item("/en/", clips.page(PAGE).encode())
        return Edition({page.path: lambda: page}, key="one", beside=clips.item)

    before = of_a_screen().page("/pack.json")
    make([HELLO], tmp_path, now=NOW)
    screen = of_a_screen()
    after, ready = screen.page("/pack.json"), screen.page(address(HELLO.key))
    assert before and after and ready
    assert before.body == after.body
    assert b"/audio/" not in after.body
    assert ready.item.file == clip(tmp_path, HELLO)
    assert (b"content-type", b"audio/ogg") in ready.headers
    assert (b"cache-control", b"no-store") in ready.headers


def test_a_recording_that_comes_later_is_what_is_sent(tmp_path: Path) -> None:
    make([HELLO], tmp_path, now=NOW)
    screen = Edition({}, beside=Clips(tmp_path).item)
    first = screen.page(address(HELLO.key))
    made = clip(tmp_path, HELLO)
    assert first and made
    file = recorded(tmp_path, HELLO, made.read_bytes() + b"by a person")
    second = screen.page(address(HELLO.key))
    assert second
    assert (second.item.file, second.size) == (file, first.size + len(b"by a person"))


def test_a_screen_that_does_not_speak_offers_no_button() -> None:
    clips = Clips(None)
    assert "listen" not in clips.page(PAGE)
    assert clips.item(address(HELLO.key)) is clips.item("/audio.json") is None
