"""Reads a publisher's public key (``.pub``) and verifies a signature over one file."""

import json
from pathlib import Path
from typing import Any

from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.signer import Key, Signature, SSlibKey


class PublicKeyError(Exception):
    """A file is not a public key, or the key did not sign; the message is a sentence."""


def read_public(path: Path) -> Key:
    """Return the key in a ``.pub`` file. Raises PublicKeyError if there is none."""
    try:
        data: dict[str, Any] = json.loads(path.read_bytes())
        keyid = data.pop("keyid")
        key = SSlibKey.from_dict(keyid, data)
        right = SSlibKey.from_crypto(key._crypto_key()).keyid == keyid
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PublicKeyError(
            f"{path} is not a Porchlight public key ({error}). Ask for the file again."
        ) from error
    if not right:
        raise PublicKeyError(
            f"{path} is not a Porchlight public key (its keyid belongs to another key). Ask"
            " for the file again."
        )
    return key


def fingerprint(key: Key) -> str:
    """Return the beginning of a key's id in groups of four, for comparison by phone."""
    return " ".join(key.keyid[at : at + 4] for at in range(0, 32, 4))


def verify(key: Key, data: bytes, signed: bytes) -> None:
    """Raise PublicKeyError unless the key made this signature (JSON) over these bytes."""
    try:
        given: dict[str, Any] = json.loads(signed)
        key.verify_signature(Signature.from_dict(given), data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PublicKeyError("Its signature cannot be read.") from error
    except (UnverifiedSignatureError, VerificationError) as error:
        raise PublicKeyError(
            "Its signature does not match the publisher's key on this computer."
        ) from error
