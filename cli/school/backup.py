"""``backup`` and ``restore``: settings, keys and the signed pack in one encrypted file."""

import os
from pathlib import Path

from cli.command import Context, Verbs, failed, secret
from content.releases.generations import BusyError
from messages.message import message
from runtime.upkeep import archive, sealed_file
from runtime.upkeep.archive import BackupError
from runtime.upkeep.versions import UpkeepError, Versions, program_version, restarted
from settings import places
from settings.load import SettingsError, load


def add(verbs: Verbs) -> None:
    for name, run, what in (("backup", backup, "to write"), ("restore", restore, "to read")):
        parser = verbs.add_parser(name)
        parser.add_argument("file", type=Path, metavar="FILE", help=f"the backup file {what}")
        asks = "a file whose first line is the passphrase (default: ask for it)"
        parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help=asks)
        parser.set_defaults(run=run)


def settings_file() -> Path:
    """Return the settings file: the named one, otherwise the user's, otherwise the checkout's."""
    return places.settings_file(os.environ).absolute()


def archived(context: Context) -> bytes:
    """Return the archive, not yet encrypted. Raises BackupError."""
    about = archive.About(archive.FORMAT, program_version(), context.now)
    return archive.packed(archive.collected(settings_file(), context.settings), about)


def backup(context: Context) -> int:
    """Write a backup; return 1 if that fails."""
    try:
        data = archived(context)
        passphrase = _passphrase(context, twice=True)
        sealed_file.write(context.given.file, data, passphrase)
        archive.note(context.settings.server.data_dir, context.now)
    except archive.BackupError as problem:
        return failed(problem)
    print(message("backup.written", file=context.given.file))
    return 0


def restore(context: Context) -> int:
    """Restore a backup; return 1 if that fails, or if its settings cannot be used here."""
    try:
        data = sealed_file.read(context.given.file, _passphrase(context, twice=False))
        about, contents = archive.unpacked(data)
        notes = archive.put_back(contents, settings_file(), context.settings)
    except (archive.BackupError, BusyError) as problem:
        return failed(problem)
    print(f"Restored the backup of {about.made:%Y-%m-%d} (Porchlight {about.program}).", *notes)
    try:
        load(dict(os.environ))
    except SettingsError as problem:
        return failed(f"The backup's settings cannot be used here: {problem}")
    versions = Versions()
    if settings_file().parent != versions.settings or not versions.link.is_symlink():
        print("If a server is running, restart it now.")
        return 0
    try:
        versions.switch(versions.current())  # the restored settings may use a different port
        shown = restarted(versions)
    except UpkeepError as problem:
        return failed(problem)
    return 0 if shown else failed("The server is not showing its pack yet. See: porchlight doctor")


def _passphrase(context: Context, *, twice: bool) -> str:
    """Read the passphrase, but not from an argument: others can see those. Raises BackupError."""
    if (file := context.given.passphrase_file) is not None:
        try:
            return str(file.read_text("utf-8").partition("\n")[0].rstrip("\r"))
        except (OSError, UnicodeDecodeError) as error:
            raise BackupError(f"{file} cannot be read ({error}).") from error
    first = secret("Backup passphrase: ")
    if twice and secret("The same passphrase again: ") != first:
        raise BackupError("The two passphrases differ, so nothing was written. Try again.")
    return first
