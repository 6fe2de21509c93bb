"""Updates the program, or goes back to the previous version and the settings saved with it."""

import os
import pwd
import shlex
import shutil
import tarfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from messages.message import message
from runtime.upkeep import archive, bundle
from runtime.upkeep.versions import CHECKOUT, SAVED, UpkeepError, Versions, restarted, run
from system import files

MEGABYTES = 700  # space for a copy of a bundle and a version with its libraries
Saved = Callable[[], bytes]  # an archive of the settings and this machine's keys


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A bundle to install. ``data_dir`` has the highest build number. ``older``: the reason for an
    older bundle, or "". ``on``: the date."""

    folder: Path
    data_dir: Path
    older: str
    on: date


def update(versions: Versions, saved: Saved, offered: Offer | None) -> str:
    """Install the bundle or, without one, the checkout's version at its origin; return the result.

    The settings are saved with the version that ran. If the new version does not start, the old
    one is restored. Raises UpkeepError or archive.BackupError.
    """
    with versions.lock():
        was = versions.current()
        if shutil.disk_usage(versions.folder).free < MEGABYTES * 2**20:
            raise UpkeepError(
                message("update.no-room", megabytes=MEGABYTES, folder=versions.folder)
            )
        for left in versions.folder.glob(f"{files.TEMPORARY}*"):
            files.remove(left)
        files.replace(was / SAVED, saved(), mode=0o600)
        keep: Callable[[], str] = str
        try:
            if offered is None:
                _set_up(_pulled(was))
            else:
                keep = partial(_kept, offered, _from_bundle(versions, offered))
        except (UpkeepError, OSError):
            _undo(versions, was)  # the disk may have filled up after the link changed
            raise
        now = versions.current()
        if now == was:
            return str(message("update.newest", keep=keep()))
        if not restarted(versions):
            _back(versions, was)
            restarted(versions)
            raise UpkeepError(message("update.not-shown"))
        return (
            f"Version {now.name} is running and shows its pack. To go back, run: porchlight"
            f" back{keep()}"
        )


def _kept(offered: Offer, build: int) -> str:
    """Record the build that is now running; return a note if the disk isn't writable."""
    try:
        with archive.as_owner(offered.data_dir):
            bundle.ran(offered.data_dir, build, reason=offered.older, on=offered.on)
    except OSError as error:
        why = str(error.strerror)
        return str(message("update.build-not-kept", folder=offered.data_dir, why=why))
    return ""


def go_back(versions: Versions, saved: Saved) -> str:
    """Go back to the previous version; return the result. Raises UpkeepError or BackupError."""
    with versions.lock():
        before = versions.before()
        if before is None:
            raise UpkeepError("This computer has no earlier version, so nothing was changed.")
        files.replace(versions.current() / SAVED, saved(), mode=0o600)
        note = _back(versions, before)
        if not restarted(versions):
            raise UpkeepError(message("update.back-not-shown", name=before.name, note=note))
        return f"Version {before.name} is running again{note}. It stays until the next update."


def _undo(versions: Versions, was: Path) -> None:
    """Go back to the version that ran, even if some of its units can't be installed."""
    if versions.current() != was:
        with suppress(UpkeepError, OSError):
            _back(versions, was)


def _back(versions: Versions, to: Path) -> str:
    """Switch to a version, with its old settings if it refuses the current ones; return a note."""
    newer = versions.current()
    versions.switch(to)
    if not versions.refuses_settings() or not (to / SAVED).is_file():
        return ""
    try:
        _, kept = archive.unpacked((to / SAVED).read_bytes())
    except archive.BackupError:  # the version will run once somebody fixes the settings
        return (
            f" (it cannot use the current settings, and its old ones, {to / SAVED}, cannot be read)"
        )
    archive.put_settings_back(kept, versions.settings / archive.SETTINGS)
    versions.switch(to)  # this version may use a different port
    return f" with its old settings; the newer ones are saved in {newer / SAVED}"


def _refuse_older(offered: Offer, build: int) -> None:
    """Raise UpkeepError if the bundle is older than one that ran here and no reason is given."""
    highest = bundle.highest(offered.data_dir).build
    if build < highest and not offered.older:
        raise UpkeepError(message("update.older-bundle", build=build, highest=highest))


def _from_bundle(versions: Versions, offer: Offer) -> int:
    """Install the version in the bundle; return its build number. Raises UpkeepError."""
    offered = offer.folder
    kept = versions.settings / "program.pub"
    here = files.temporary(versions.folder)
    try:
        if not kept.is_file():
            fingerprint, key = bundle.fingerprint(offered), offered / bundle.KEY
            said = message("update.no-key", fingerprint=fingerprint, key=key, kept=kept)
            raise UpkeepError(said)
        bundle.copied(offered, here, kept)
        _refuse_older(offer, build := bundle.build_of(here, kept))
        with tarfile.open(here / "program.tar") as tar:
            tar.extractall(here / "program", filter="data")
        _set_up(here / "program", "--bundle", str(here))
    except (tarfile.TarError, bundle.BundleError) as error:
        raise UpkeepError(f"{error} Nothing was changed.") from error
    else:
        return build
    finally:
        files.remove(here)


def _pulled(version: Path) -> Path:
    """Update the checkout from which this version was installed. Raises UpkeepError."""
    try:
        checkout = Path((version / CHECKOUT).read_text("utf-8").strip())
        owner = checkout.stat()
    except OSError as error:
        raise UpkeepError(message("update.no-checkout")) from error
    command = ["git", "-C", str(checkout), "pull", "--quiet", "--ff-only"]
    if os.geteuid() == 0 and owner.st_uid:  # git refuses a folder that another user owns
        command = ["runuser", "-u", pwd.getpwuid(owner.st_uid).pw_name, "--", *command]
    try:
        run(command)
    except UpkeepError as error:
        left = sorted((checkout / ".git").rglob("*.lock"))
        if not left:
            raise
        locks = shlex.join(map(str, left))  # the last line of git's output does not name the file
        said = message("update.git-locked", error=error, checkout=checkout, left=locks)
        raise UpkeepError(said) from error
    return checkout


def _set_up(tree: Path, *options: str) -> None:
    run(["sh", tree / "deploy/setup.sh", "--no-start", *options], held=True)
