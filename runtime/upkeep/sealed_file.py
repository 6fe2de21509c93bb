"""A backup as an encrypted file: scrypt and AES-256-GCM, from cryptography (decision 0051).

The file: MARK, 16 bytes of salt, 12 of nonce, the encrypted archive; MARK is authenticated, too.
"""

import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from messages.message import message
from runtime.upkeep.archive import MOST_BYTES, BackupError
from system import files

SHORTEST = 12  # minimum characters: anyone who finds the file can guess for years
MARK = b"porchlight backup 1\n"
_SALT, _HEAD = len(MARK) + 16, len(MARK) + 28


def write(file: Path, data: bytes, passphrase: str) -> None:
    """Write the whole file or nothing, readable only by us; then verify it. Raises BackupError."""
    if len(passphrase) < SHORTEST:
        raise BackupError(message("backup.short-passphrase", shortest=SHORTEST))
    if file.exists():
        raise BackupError(f"{file} already exists and was not changed. Choose another file.")
    # Remove an interrupted backup, which may fill the stick. Only one backup is made at a time.
    for left in filter(_is_begun, file.parent.glob(f"{files.TEMPORARY}*")):
        files.remove(left)
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, data, MARK)
    try:
        files.replace(file, MARK + salt + nonce + sealed, mode=0o600)
    except OSError as error:
        raise BackupError(f"{file} could not be written ({error.strerror}).") from error
    if read(file, passphrase) != data:
        raise BackupError(f"{file} differs from what was written. Try another disk or stick.")


def read(file: Path, passphrase: str) -> bytes:
    """Return the data that was given to ``write``. Raises BackupError."""
    try:
        kept = files.read_plain(file, most=MOST_BYTES)
    except (OSError, ValueError) as error:
        raise BackupError(f"{file} cannot be read ({error}). Nothing was restored.") from error
    if not kept.startswith(MARK) or len(kept) < _HEAD:
        raise BackupError(f"{file} is not a Porchlight backup. Nothing was restored.")
    try:
        key = _key(passphrase, kept[len(MARK) : _SALT])
        return AESGCM(key).decrypt(kept[_SALT:_HEAD], kept[_HEAD:], MARK)
    except InvalidTag as error:
        raise BackupError(message("backup.does-not-open", file=file)) from error


def _is_begun(file: Path) -> bool:
    """Return whether the file is a backup, complete or not."""
    try:
        with files.plain(file) as begun:
            return begun.read(len(MARK)) == MARK
    except OSError:
        return False


def _key(passphrase: str, salt: bytes) -> bytes:
    """Derive the key (128 MiB, half a second). All machines use the same cost, even slow ones."""
    return Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(passphrase.encode())
