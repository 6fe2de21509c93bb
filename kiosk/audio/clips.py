"""Clips of speech on disk: made by espeak-ng and opusenc, or recorded by people, which wins.

``audio/`` is made here and cleared of what no page says; ``recordings/`` is never touched.
"""

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from content.model import language as languages
from kiosk.audio.spoken_text import Said

VOICES = {
    "am": "am",
    "ar": "ar",
    "en": "en-us",
    "es": "es-419",
    "fa": "fa",
    "hy": "hy",
    "ko": "ko",
    "pa": "pa",
    "ru": "ru",
    "uk": "uk",
    "vi": "vi",
    "zh": "cmn",
}
PROGRAMS = (
    ("espeak-ng", "espeak-ng"),
    ("opusenc", "opus-tools"),
)  # and the Debian packages they come in
AUDIO, RECORDINGS, LIST = "audio", "recordings", "texts.tsv"
WORDS_A_MINUTE = (
    150  # espeak-ng's own 175 is too fast for someone who is upset or still learns the language
)
OPUS = ("--speech", "--bitrate", "24", "--comp", "5", "--framesize", "60", "--padding", "0")
CLIP_SECONDS = 30.0
KEEP_UNUSED = timedelta(days=30)  # a release that is brought back finds its clips again
_MAGIC, _OPUS, _HEADER_BYTES = b"OggS", b"OpusHead", 64


class VoiceError(Exception):
    """No clip can be made. The message is a sentence for the person who runs the kiosk."""


@dataclass(slots=True)
class Report:
    """What a run did. ``voiceless`` are the languages that nobody speaks here; ``left`` waits for
    the next run."""

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
        """What a person reads after `say`."""
        parts = [
            f"{self.strings} texts: {self.recorded} recorded by people, {self.kept} kept,"
            f" {self.made} made in {self.seconds:.0f} s ({self.size_bytes / 1e6:.1f} MB in all);"
            f" {self.removed} old clips removed."
        ]
        if self.left:
            parts.append(f"{self.left} are not made yet: run it again.")
        if self.failed:
            parts.append(f"{self.failed} could not be made: their pages have no Listen button.")
        if self.voiceless:
            parts.append(
                f"No voice for {', '.join(sorted(self.voiceless))}: only recordings can give those"
                " a button."
            )
        parts += [f"{path} is not an Ogg Opus file and is not used." for path in self.not_opus]
        return " ".join(parts)


def voice(language: str) -> str:
    """The voice of espeak-ng for a language tag, or "" where it has none that reads its script."""
    return next((VOICES[tag] for tag in languages.fallback(language) if tag in VOICES), "")


def clip(data_dir: Path, said: Said) -> Path | None:
    """The file that says this: a person's recording, else the made one, else None."""
    recorded = data_dir / RECORDINGS / said.language / f"{said.key}.opus"
    made = data_dir / AUDIO / f"{said.key}.opus"
    return recorded.absolute() if is_opus(recorded) else made.absolute() if made.is_file() else None


def is_opus(path: Path) -> bool:
    """Whether the file is what a browser plays as Ogg Opus."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER_BYTES)
    except OSError:
        return False
    return head.startswith(_MAGIC) and _OPUS in head


def able() -> bool:
    """Whether this machine has what makes clips."""
    return all(shutil.which(program) for program, _package in PROGRAMS)


def some(data_dir: Path) -> bool:
    """Whether there is any clip at all."""
    return any(True for _ in data_dir.glob(f"{AUDIO}/*.opus")) or any(
        True for _ in data_dir.glob(f"{RECORDINGS}/*/*")
    )


def mark(data_dir: Path) -> str:
    """Which clips there are, as a hash: an edition is made again when they change."""
    digest = hashlib.sha256()
    for path in sorted(
        [*(data_dir / AUDIO).glob("*.opus"), *(data_dir / RECORDINGS).glob("*/*.opus")]
    ):
        digest.update(f"{path.relative_to(data_dir)} {path.stat().st_size}\n".encode())
    return digest.hexdigest()


def make(texts: Iterable[Said], data_dir: Path, *, now: datetime, seconds: float = 600.0) -> Report:
    """Make what is missing, within the time, and clear what no page says any more. VoiceError
    without the programs."""
    began = time.monotonic()
    wanted = {piece.key: piece for piece in texts}
    folder = data_dir / AUDIO
    folder.mkdir(parents=True, exist_ok=True)
    report = Report(strings=len(wanted))
    missing = [piece for piece in wanted.values() if _is_missing(piece, data_dir, report, now)]
    if missing:
        _need_programs()
    _list_texts(wanted.values(), folder)

    def made(piece: Said) -> bool | None:
        return _made(piece, folder) if time.monotonic() - began < seconds else None

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for done in pool.map(made, missing):
            report.left += done is None
            report.made += done is True
            report.failed += done is False
    report.removed = _prune(folder, wanted.keys(), before=now - KEEP_UNUSED)
    found = (clip(data_dir, piece) for piece in wanted.values())
    report.size_bytes = sum(path.stat().st_size for path in found if path)
    report.seconds = time.monotonic() - began
    return report


def _is_missing(piece: Said, data_dir: Path, report: Report, now: datetime) -> bool:
    """Whether the clip is to be made; else it is counted, and marked as still in use."""
    there, recorded = (
        clip(data_dir, piece),
        data_dir / RECORDINGS / piece.language / f"{piece.key}.opus",
    )
    if recorded.is_file() and there != recorded.absolute():
        report.not_opus.append(str(recorded))
    if there is None:
        if not voice(piece.language):
            report.voiceless.add(piece.language)
        return bool(voice(piece.language))
    report.recorded += there == recorded.absolute()
    report.kept += there != recorded.absolute()
    if there != recorded.absolute():
        os.utime(there, (now.timestamp(), now.timestamp()))
    return False


def _need_programs() -> None:
    for program, package in PROGRAMS:
        if shutil.which(program) is None:
            raise VoiceError(
                f"{program} is not installed, so no clip can be made: apt-get install {package}"
            )


def _made(piece: Said, folder: Path) -> bool:
    """One clip. The text goes in by standard input: it must not stand in a list of processes, nor
    be an option."""
    aside, out = folder / f"{piece.key}.part", folder / f"{piece.key}.opus"
    speak = [
        "espeak-ng",
        "-v",
        voice(piece.language),
        "-s",
        str(WORDS_A_MINUTE),
        "-b",
        "1",
        "--stdin",
        "--stdout",
    ]
    encode = ["opusenc", *OPUS, "--quiet", "--ignorelength", "-", str(aside)]
    try:
        wave = subprocess.run(
            speak, input=piece.text.encode(), capture_output=True, timeout=CLIP_SECONDS, check=True
        )
        subprocess.run(
            encode, input=wave.stdout, capture_output=True, timeout=CLIP_SECONDS, check=True
        )
        if not is_opus(aside):
            return False
        aside.replace(out)
    except (subprocess.SubprocessError, OSError):
        return False
    finally:
        aside.unlink(missing_ok=True)
    return True


def _list_texts(pieces: Iterable[Said], folder: Path) -> None:
    rows = sorted(f"{piece.language}\t{piece.key}.opus\t{piece.text}\n" for piece in pieces)
    aside = folder / f"{LIST}.part"
    aside.write_text("".join(rows), encoding="utf-8")
    aside.replace(folder / LIST)


def _prune(folder: Path, used: Iterable[str], *, before: datetime) -> int:
    names, removed = {f"{key}.opus" for key in used}, 0
    for path in folder.glob("*.opus"):
        if path.name not in names and path.stat().st_mtime < before.timestamp():
            path.unlink()
            removed += 1
    return removed
