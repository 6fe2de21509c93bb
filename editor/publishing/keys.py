"""One person's private keys, as encrypted files in a folder or on a device.

``<name>.key`` is an Ed25519 key in OpenSSH's format; ``<name>.pub`` is its public half. A device
has ``<name>.uri``, a securesystemslib Signer URI (``hsm:`` …). Unencrypted keys are never opened.
"""

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
    load_ssh_private_key,
)
from securesystemslib.signer import SIGNER_FOR_URI_SCHEME, CryptoSigner, Key, Signer, SSlibKey

from content.trust import public_keys
from content.trust.public_keys import PublicKeyError
from editor.publishing.metadata import NAME, PublishError
from messages.message import of_error
from system import files

SHORTEST = 12  # minimum passphrase length: a thief with a copy of the file can guess for years
ROUNDS = 24  # bcrypt rounds, as in ssh-keygen: a GPU makes a few thousand guesses per second
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KINDS = ("*.key", "*.uri")

Secret = Callable[[str], str]  # a key's name → its passphrase or PIN; "" skips the key


@dataclass(frozen=True, slots=True)
class KeyFile:
    """One of this person's keys: its public half, and the file that leads to the private half."""

    name: str
    public: Key
    path: Path


def make(folder: Path, name: str, passphrase: str) -> KeyFile:
    """Make an Ed25519 key. Raises PublishError for a bad or taken name or a short passphrase."""
    if not _NAME.fullmatch(name):
        raise PublishError("publish.key-name", name=name)
    if len(passphrase) < SHORTEST:
        raise PublishError("publish.passphrase-short", name=name, most=SHORTEST)
    private = Ed25519PrivateKey.generate()
    public = named(SSlibKey.from_crypto(private.public_key()), name)
    _new(folder / f"{name}.key", _encrypted(private, passphrase))
    write_public(folder / f"{name}.pub", public)
    return KeyFile(name, public, folder / f"{name}.key")


def from_device(folder: Path, name: str, uri: str, public_pem: bytes) -> KeyFile:
    """Record that a device or service stores the key ``name`` at ``uri``. Raises PublishError."""
    scheme = uri.partition(":")[0]
    if scheme not in SIGNER_FOR_URI_SCHEME or scheme == CryptoSigner.SCHEME:
        known = ", ".join(
            f"{one}:" for one in sorted(SIGNER_FOR_URI_SCHEME) if one != CryptoSigner.SCHEME
        )
        raise PublishError("publish.device-address", uri=uri, known=known)
    try:
        public = named(SSlibKey.from_crypto(load_pem_public_key(public_pem)), name)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise PublishError("publish.pem", name=name, why=error) from error
    _new(folder / f"{name}.uri", uri.encode() + b"\n")
    write_public(folder / f"{name}.pub", public)
    return KeyFile(name, public, folder / f"{name}.uri")


def key_files(folders: Sequence[Path]) -> tuple[KeyFile, ...]:
    """Return all keys below the folders, by name. Raises PublishError if a .pub file is missing."""
    paths = [path for folder in folders for kind in _KINDS for path in folder.rglob(kind)]
    found = [KeyFile(one.stem, read_public(one.with_suffix(".pub")), one) for one in sorted(paths)]
    return tuple(sorted(found, key=lambda one: one.name))


def open_key(key: KeyFile, secret: Secret) -> Signer | None:
    """Open the key for signing; return None if ``secret`` returns "". Raises PublishError."""
    if key.path.suffix == ".uri":
        return _device(key, secret)
    passphrase = secret(key.name)
    if not passphrase:
        return None
    try:
        data = key.path.read_bytes()
        # Porchlight used to write PKCS#8; such keys can still be opened
        load = load_ssh_private_key if b" OPENSSH " in data[:40] else load_pem_private_key
        private = load(data, passphrase.encode())
    except TypeError as error:
        raise PublishError("publish.not-encrypted", path=key.path) from error
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise PublishError("publish.key-unopened", path=key.path) from error
    try:
        return CryptoSigner(private, _ssl(key.public))
    except (ValueError, TypeError) as error:
        raise PublishError("publish.other-key", path=key.path, why=error) from error


def _encrypted(private: Ed25519PrivateKey, passphrase: str) -> bytes:
    encryption = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(ROUNDS)
    return private.private_bytes(
        Encoding.PEM, PrivateFormat.OpenSSH, encryption.build(passphrase.encode())
    )


def read_public(path: Path) -> Key:
    """Read a ``.pub`` file. Raises PublishError if the file is not a public key."""
    try:
        return public_keys.read_public(path)
    except PublicKeyError as error:
        raise PublishError(of_error(error)) from error


def write_public(path: Path, key: Key) -> None:
    """Write a ``.pub`` file, which people send by mail or on a USB stick."""
    files.replace(
        path, json.dumps({"keyid": key.keyid, **key.to_dict()}, indent=1).encode() + b"\n"
    )


def named(key: SSlibKey, name: str) -> Key:
    key.unrecognized_fields[NAME] = name
    return key


def name_of(key: Key) -> str:
    """Return the key's name, or the beginning of its id."""
    return str(key.unrecognized_fields.get(NAME) or key.keyid[:8])


def _device(key: KeyFile, secret: Secret) -> Signer:
    uri = key.path.read_text("utf-8").strip()
    try:
        return Signer.from_priv_key_uri(uri, key.public, lambda _asked: secret(key.name))
    except Exception as error:
        raise PublishError(
            "publish.device", name=key.name, scheme=uri.partition(":")[0], why=error
        ) from error


def _ssl(key: Key) -> SSlibKey:
    if not isinstance(key, SSlibKey):
        raise TypeError(key.keytype)
    return key


def _new(path: Path, data: bytes) -> None:
    """Create a file that only its owner can read. Raises PublishError if it already exists."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise PublishError("publish.key-exists", path=path) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    files.sync(path.parent)
