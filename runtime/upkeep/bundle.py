"""An offline bundle of the program: a folder with a signed list of its files' hashes.

One listed file contains the build number: the time when the bundle was made. The data folder
records the highest build that has run; an older bundle needs a reason.

`python -m runtime.upkeep.bundle verify FOLDER KEY.pub`, or `remember FOLDER DATA` after a first
installation. `editor/publishing/program_bundle.py` signs a bundle.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from content.trust import public_keys
from content.trust.public_keys import PublicKeyError
from messages.message import message
from system import files

LIST, SIGNATURE, KEY, BUILD = "SHA256SUMS", "SHA256SUMS.sig", "key.pub", "build"
HIGHEST = "BUILD"  # in data_dir
_NUMBER = re.compile(rb"\d{1,18}\n")
_LINE = re.compile(r"([0-9a-f]{64})  ((?:wheels/)?[0-9A-Za-z][0-9A-Za-z._+-]*)")
MOST_LIST = 2**20  # maximum bytes of the signed list
MOST_BYTES = 600 * 2**20  # maximum total: less than the free space that an update requires
CHUNK_BYTES = 2**20


class BundleError(Exception):
    """The bundle is refused. The message is a sentence that says why."""


class OlderBuild(msgspec.Struct, frozen=True, kw_only=True):
    """An older bundle that was installed anyway: its build number, the reason and the date."""

    build: int
    reason: str
    on: date


class Highest(msgspec.Struct, frozen=True, kw_only=True):
    """The highest build number that has run here. ``older``: the last older bundle."""

    build: int = 0
    older: OlderBuild | None = None


def listed(folder: Path, key: Path) -> dict[str, str]:
    """Return each file → its hash, as signed by the key's owner. Raises BundleError."""
    try:
        public = public_keys.read_public(key)
        data = files.read_plain(folder / LIST, most=MOST_LIST)
        signed = files.read_plain(folder / SIGNATURE, most=MOST_LIST)
        public_keys.verify(public, data, signed)
        rows = [_LINE.fullmatch(row) for row in data.decode().splitlines()]
        return {row[2]: row[1] for row in rows if row}
    except (OSError, ValueError) as error:
        raise BundleError(f"This cannot be read as a bundle ({error}).") from error
    except PublicKeyError as error:
        raise BundleError(f"The bundle was refused. {error}") from error


def verify(folder: Path, key: Path) -> None:
    """Raise BundleError unless every file is as signed."""
    names = listed(folder, key)
    _measured(folder, names)
    for name, expected in names.items():
        path = folder / name
        try:
            found = files.sha256_of(path) if files.is_plain(path) else ""
        except OSError:
            found = ""
        if found != expected:
            raise BundleError(message("bundle.not-as-signed", name=name))


def copied(folder: Path, to: Path, key: Path) -> None:
    """Copy only the listed files, and then verify the copy. Raises BundleError or OSError."""
    names = (LIST, SIGNATURE, *listed(folder, key))
    _measured(folder, names)
    (to / "wheels").mkdir(parents=True)
    for name in names:
        for chunk in _chunks(folder / name):
            with (to / name).open("ab") as target:
                target.write(chunk)
    verify(to, key)


def _chunks(file: Path) -> Iterator[bytes]:
    """Yield a file's bytes, limited in case the file grows. Yields nothing for a missing or unusual
    file, which verifying the copy then reports."""
    with suppress(OSError), files.plain(file) as source:
        for _ in range(MOST_BYTES // CHUNK_BYTES):
            chunk = source.read(CHUNK_BYTES)
            yield chunk
            if not chunk:
                return


def _measured(folder: Path, names: Iterable[str]) -> None:
    """Raise BundleError if the files' total size is larger than any of our bundles."""
    plain = (folder / name for name in names if files.is_plain(folder / name))
    if (size := sum(path.lstat().st_size for path in plain)) > MOST_BYTES:
        raise BundleError(message("bundle.too-large", size=size // 2**20, most=MOST_BYTES // 2**20))


def build_of(folder: Path, key: Path) -> int:
    """Return the signed build number; 0 if there is no number. Raises BundleError."""
    if BUILD not in listed(folder, key):  # an unsigned file does not prove anything
        return 0
    try:
        data = files.read_plain(folder / BUILD, most=MOST_LIST)
    except (OSError, ValueError) as error:
        raise BundleError(f"The bundle's build number cannot be read ({error}).") from error
    if not _NUMBER.fullmatch(data):
        raise BundleError(
            "The bundle's build number is not a number. Ask the person who made the bundle."
        )
    return int(data)


def highest(data_dir: Path) -> Highest:
    """Return the record of the highest build that has run here; 0 if there is no record."""
    return files.read_record(data_dir / HIGHEST, Highest) or Highest()


def ran(data_dir: Path, build: int, *, reason: str, on: date) -> None:
    """Record that this build runs here. ``reason``: why, if the build is older. Raises OSError."""
    before = highest(data_dir)
    now = msgspec.structs.replace(before, build=max(build, before.build))
    if build < before.build:
        older = OlderBuild(build=build, reason=reason, on=on)
        now = msgspec.structs.replace(now, older=older)
    if now != before:
        files.write_record(data_dir / HIGHEST, now)


def fingerprint(folder: Path) -> str:
    """Return the fingerprint of the bundle's key, to compare by phone. Raises BundleError."""
    try:
        return public_keys.fingerprint(public_keys.read_public(folder / KEY))
    except PublicKeyError as error:
        raise BundleError(str(error)) from error


def _main(act: str, folder: Path, key: Path) -> None:
    if act == "remember":
        own = folder / KEY  # this was verified a moment ago
        ran(key, build_of(folder, own), reason="", on=datetime.now(UTC).date())
    else:
        verify(folder, key)
    sys.stdout.write(f"Signed by {fingerprint(folder)}\n")


if __name__ == "__main__":
    try:
        _main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    except BundleError as problem:
        sys.exit(str(problem))
