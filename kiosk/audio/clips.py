"""Manages speech clips on disk, made by espeak-ng and opusenc or recorded by people (preferred).

Deletes clips that no page uses from ``audio/``, never from ``recordings/``.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from content.model.language import fallback
from kiosk.audio.spoken_text import Utterance
from system import files

VOICES = {tag: tag for tag in ("am", "ar", "fa", "hy", "ko", "pa", "ru", "uk", "vi")}
VOICES |= {"en": "en-us", "es": "es-419", "zh": "cmn"}
PROGRAMS = {"espeak-ng": "espeak-ng", "opusenc": "opus-tools"}  # commands and their Debian packages
AUDIO, RECORDINGS, LIST = "audio", "recordings", "texts.tsv"
WORDS_A_MINUTE = 150  # espeak-ng's 175 is too fast for upset students and learners
OPUS = ("--speech", "--bitrate", "24", "--comp", "5", "--framesize", "60", "--padding", "0")
CLIP_SECONDS = 30.0
MOST_CLIP = 8 * 2**20  # bytes: half an hour of synthetic speech, or eight minutes of a recording
MOST_LIST = 16 * 2**20  # maximum bytes in texts.tsv; ten languages take one megabyte
KEEP_UNUSED = timedelta(days=30)  # long enough that a release still has its clips after a rollback
_MAGIC, _OPUS, _HEADER_BYTES = b"OggS", b"OpusHead", 64
_ROW = re.compile(rb"[^\t]*\t([0-9a-f]{24})\.opus\t")
BUSY = 0.75  # maximum load as a share of all processors; our own work uses half of one
LOOK_SECONDS = 15.0  # seconds until the next look at the load, which is an average over a minute


class VoiceError(Exception):
    """Raised if no clip can be made; the message is a sentence for the operator."""


@dataclass(slots=True)
class ClipReport:
    """The results of a run. ``left``: how many clips remain for the next run."""

    strings: int = 0
    recorded: int = 0
    kept: int = 0
    made: int = 0
    failed: int = 0
    left: int = 0
    removed: int = 0
    size_bytes: int = 0
    seconds: float = 0.0
    voiceless: set[str] = field(default_factory=set)
    not_opus: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        parts = [
            f"{self.strings} texts: {self.recorded} recorded by people, {self.kept} kept,"
            f" {self.made} made in {self.seconds:.0f} s ({self.size_bytes / 1e6:.1f} MB in all);"
            f" {self.removed} old clips removed."
        ]
        if self.left:
            parts.append(f"{self.left} have not been made yet. Run the command again.")
        if self.failed:
            parts.append(f"{self.failed} could not be made, so their pages have no Listen button.")
        if self.voiceless:
            parts.append(
                f"There is no voice for {', '.join(sorted(self.voiceless))}. In these"
                " languages, only recordings by people can have a Listen button."
            )
        parts += [f"{path} is not an Ogg Opus file and is not used." for path in self.not_opus]
        return " ".join(parts)


def voice(language: str) -> str:
    """Return espeak-ng's voice for a language tag; "" if no voice can read its script."""
    return next((VOICES[tag] for tag in fallback(language) if tag in VOICES), "")


def clip(data_dir: Path, said: Utterance) -> Path | None:
    """Return the clip's file, preferably a recording; None if there is no clip."""
    recorded = data_dir / RECORDINGS / said.language / f"{said.key}.opus"
    return _first([recorded], data_dir, said.key)


def named(data_dir: Path, key: str) -> Path | None:
    """Return the clip with that name, preferably a recording; None if there is no clip."""
    return _first((data_dir / RECORDINGS).glob(f"*/{key}.opus"), data_dir, key)


def _first(recorded: Iterable[Path], data_dir: Path, key: str) -> Path | None:
    either = (*recorded, data_dir / AUDIO / f"{key}.opus")
    return next((path.absolute() for path in either if is_opus(path)), None)


def is_opus(path: Path) -> bool:
    """Return whether this is a plain Ogg Opus file that is not too large for a recording."""
    try:
        with files.plain(path) as file:
            head, size = file.read(_HEADER_BYTES), os.fstat(file.fileno()).st_size
    except OSError:
        return False
    return head.startswith(_MAGIC) and _OPUS in head and size <= MOST_CLIP


def able() -> bool:
    return all(map(shutil.which, PROGRAMS))


def listed(data_dir: Path) -> list[str]:
    """Return the names of all clips that pages use, even missing ones, in order of making."""
    try:
        rows = files.read_plain(data_dir / AUDIO / LIST, most=MOST_LIST).splitlines()
    except (OSError, ValueError):
        return []
    found = (_ROW.match(row) for row in rows)
    return [row[1].decode() for row in found if row]


def unmade(data_dir: Path) -> int:
    """Return how many listed clips do not exist yet; 1 if there is no list yet."""
    keys = listed(data_dir)
    return sum(named(data_dir, key) is None for key in keys) if keys else 1


def make(
    texts: Iterable[Utterance],
    data_dir: Path,
    *,
    now: datetime,
    seconds: float = 600.0,
    pause: Callable[[float], None] = lambda _: None,
    at_once: int = 1,
    done: Callable[[int, int], None] = lambda _made, _of: None,
) -> ClipReport:
    """Make missing clips in the order of the texts, and delete unused ones.

    ``seconds``: no clip is started after this time. ``pause``: called after each clip
    with the seconds it took. ``done``: called with the number done and the total. ``at_once``:
    how many clips are made at the same time. Raises VoiceError.
    """
    began = time.monotonic()
    wanted = {piece.key: piece for piece in texts}
    folder = data_dir / AUDIO
    files.make_folder(folder)
    report = ClipReport(strings=len(wanted))
    rows = (f"{one.language}\t{one.key}.opus\t{one.text}\n" for one in wanted.values())
    files.replace(folder / LIST, "".join(rows).encode())
    missing = [piece for piece in wanted.values() if _is_missing(piece, data_dir, report, now)]
    absent = [one for one in PROGRAMS.items() if missing and shutil.which(one[0]) is None]
    for program, package in absent:
        raise VoiceError(
            f"{program} is not installed, so no recordings can be made. Run: apt-get"
            f" install {package}"
        )
    one = partial(_in_time, folder=folder, end=began + seconds, pause=pause)
    with ThreadPoolExecutor(at_once) as hands:
        made_of = hands.map if at_once > 1 else map  # map() starts no clip during a pause
        for through, made in enumerate(made_of(one, missing), start=1):
            report.left += made is None
            report.made += made is True
            report.failed += made is False
            done(through, len(missing))
    report.removed = _prune(folder, wanted.keys(), before=now - KEEP_UNUSED)
    found = (clip(data_dir, piece) for piece in wanted.values())
    report.size_bytes = sum(path.stat().st_size for path in found if path)
    report.seconds = time.monotonic() - began
    return report


def _is_missing(piece: Utterance, data_dir: Path, report: ClipReport, now: datetime) -> bool:
    """Return whether the clip must be made; count an existing clip and mark it as used."""
    there = clip(data_dir, piece)
    recorded = data_dir / RECORDINGS / piece.language / f"{piece.key}.opus"
    is_recorded = there == recorded.absolute()
    if recorded.is_file() and not is_recorded:
        report.not_opus.append(str(recorded))
    if there is None:
        if not voice(piece.language):
            report.voiceless.add(piece.language)
        return bool(voice(piece.language))
    report.recorded += is_recorded
    report.kept += not is_recorded
    if not is_recorded:
        os.utime(there, (now.timestamp(), now.timestamp()))
    return False


def _in_time(
    piece: Utterance, *, folder: Path, end: float, pause: Callable[[float], None]
) -> bool | None:
    """Make one clip, then pause; return None if there is no time left to start it."""
    begun = time.monotonic()
    if begun >= end:
        return None
    made = _made(piece, folder)
    pause(time.monotonic() - begun)
    return made


def _made(piece: Utterance, folder: Path) -> bool:
    """Make one clip. The text goes through stdin, because process lists show arguments."""
    aside, out = folder / f"{piece.key}.part", folder / f"{piece.key}.opus"
    options = f"-v {voice(piece.language)} -s {WORDS_A_MINUTE} -b 1 --stdin --stdout"
    speak = ["espeak-ng", *options.split()]
    encode = ["opusenc", *OPUS, "--quiet", "--ignorelength", "-", str(aside)]
    files.remove(aside)  # a leftover pipe would block opusenc, and a link might lead elsewhere
    try:
        data = piece.text.encode()
        for program in (speak, encode):
            data = subprocess.run(
                program, input=data, capture_output=True, timeout=CLIP_SECONDS, check=True
            ).stdout
        if not is_opus(aside):
            return False
        aside.replace(out)
    except (subprocess.SubprocessError, OSError):
        return False
    finally:
        files.remove(aside)
    return True


def _prune(folder: Path, used: Iterable[str], *, before: datetime) -> int:
    names, removed = {f"{key}.opus" for key in used}, 0
    for path in folder.glob("*.opus"):
        if path.name not in names and path.lstat().st_mtime < before.timestamp():
            files.remove(path)
            removed += 1
    return removed


def is_at_rest(load: float, processors: int) -> bool:
    """Return whether the machine is otherwise idle. ``load``: last minute's, including our own."""
    return load < processors * BUSY


class Pace:
    """Lets long work run only while the machine is idle, and then only half of the time."""

    def __init__(
        self,
        load: Callable[[], float] = lambda: os.getloadavg()[0],
        *,
        processors: int = os.cpu_count() or 1,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._load, self._processors, self._sleep = load, processors, sleep

    def begin(self) -> None:
        while not is_at_rest(self._load(), self._processors):
            self._sleep(LOOK_SECONDS)

    def after(self, seconds: float) -> None:
        """Wait as long as the step took, and then until the machine is idle."""
        self._sleep(seconds)
        self.begin()
