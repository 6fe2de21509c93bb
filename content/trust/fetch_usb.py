"""Fetches a publisher's files from a USB stick or folder.

Danger: the stick may be hostile. In the folder, we open only plain files that TUF asks for.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from content.trust.failures import Failure
from content.trust.fetch import Deadline, Fetcher, FetchError, StatusError
from messages.message import cause, message

SCHEME = "usb:/"
CHUNK = 65536
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK, opening a pipe would wait until someone writes to it.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class UsbFetcher(Fetcher):
    """Reads ``usb:/metadata/…`` addresses from a folder."""

    def __init__(self, folder: Path, deadline: Deadline) -> None:
        super().__init__(deadline)
        self._folder = folder

    def host(self, url: str) -> str:  # noqa: ARG002  the interface's
        return str(self._folder)

    def chunks(self, url: str) -> Iterator[bytes]:
        """Yield the file's bytes. Raises StatusError 404 if missing, FetchError if not plain."""
        name = url.removeprefix(SCHEME)
        try:
            descriptor = _open(self._folder, name.split("/"))
        except FileNotFoundError:
            missing = Failure("stick", message("fetch.has-no", folder=self._folder, name=name))
            raise StatusError(404, str(self._folder), missing) from None
        except OSError as error:
            raise _unreadable(name, error) from error
        try:
            while chunk := _read(descriptor, name):
                yield chunk
        finally:
            os.close(descriptor)


def _unreadable(name: str, error: OSError) -> FetchError:
    return FetchError(Failure("stick", message("fetch.unreadable", name=name, cause=cause(error))))


def _open(folder: Path, names: list[str]) -> int:
    """Return a plain file's descriptor; open each folder and follow no links. Raises OSError."""
    if any(name in ("", ".", "..") or "\0" in name for name in names):
        raise OSError(message("fetch.elsewhere"))
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        mount = _mount(here)
        for name in names[:-1]:
            below = os.open(name, _FOLDER, dir_fd=here)
            os.close(here)
            here = below
        # Check before opening: just opening a device can already have an effect.
        _must_be_plain(os.stat(names[-1], dir_fd=here, follow_symlinks=False))
        file = os.open(names[-1], _FILE, dir_fd=here)
    finally:
        os.close(here)
    try:
        _must_be_plain(os.fstat(file))
        _must_be_of(mount, file)
    except OSError:
        os.close(file)
        raise
    return file


def _mount(descriptor: int) -> str:
    """Return the mount's id. A device number will not do: each overlay layer has its own."""
    try:
        lines = Path(f"/proc/self/fdinfo/{descriptor}").read_text(encoding="ascii").splitlines()
        return next(line for line in lines if line.startswith("mnt_id:"))
    except (OSError, StopIteration):  # not on Linux
        return str(os.fstat(descriptor).st_dev)


def _must_be_of(mount: str, file: int) -> None:
    if _mount(file) != mount:
        raise OSError(message("fetch.other-disk"))


def _must_be_plain(found: os.stat_result) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise OSError(message("fetch.link"))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(message("fetch.not-ordinary"))


def _read(descriptor: int, name: str) -> bytes:
    try:
        return os.read(descriptor, CHUNK)
    except OSError as error:
        raise _unreadable(name, error) from error
