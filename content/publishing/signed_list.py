"""A publisher's signature over one file, such as the list of hashes of a program's bundle."""

import json
from typing import Any

from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.signer import Key, Signature, Signer

from content.publishing.metadata import PublishError


def signature(signer: Signer, data: bytes) -> bytes:
    """The signature as JSON, with the id of the key."""
    return json.dumps(signer.sign(data).to_dict(), indent=1).encode() + b"\n"


def verify(key: Key, data: bytes, signed: bytes) -> None:
    """PublishError unless the key made this signature over these bytes."""
    try:
        given: dict[str, Any] = json.loads(signed)
        key.verify_signature(Signature.from_dict(given), data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PublishError("Its signature cannot be read.") from error
    except (UnverifiedSignatureError, VerificationError) as error:
        raise PublishError("Its signature is not by the publisher whose key is kept.") from error
