"""Seals rows, so that the database reveals nothing without the key or the message's id.

AES-SIV (RFC 5297): equal words under the same key give equal bytes, different words reveal nothing
about each other, and altered bytes cannot be opened. Everything is padded to the same length.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

CODE_BYTES, TOPIC_BYTES = 104, 44  # room for "place:" and a dozen counties, and for a topic's id
SEALED_CODE, SEALED_TOPIC = 160, 80  # characters in the database, including 16 bytes of tag


class Seal:
    """A line's hashes and keys. ``key``: the line's hash key, which all its servers share."""

    def __init__(self, key: bytes) -> None:
        self._keyed = hmac.new(key, None, "sha256")  # copied, because hmac.digest releases the GIL
        self._topics: Any = None

    def hash(self, kind: str, value: str) -> bytes:
        """Return 16 bytes, different for each kind: a stolen database reveals no ids or numbers."""
        return self._derived(f"{kind}:{value}")[:16]

    def code(self, sid: str, code: str) -> str:
        """Seal a reply's code (or "" if it is too long) so that only this message's id opens it."""
        plain = code.encode()
        return _sealed(_cipher(self._derived(f"seal:{sid}")), plain, CODE_BYTES, None)

    def open_code(self, sid: str, sealed: str) -> str:
        """Return the reply's code, or "" if this id does not open it."""
        return _opened(_cipher(self._derived(f"seal:{sid}")), sealed, None)

    def topic(self, day: int, topic: str) -> str:
        """Seal a topic for counting, with the same result for all messages about it on a day."""
        return _sealed(self._of_topics(), topic.encode(), TOPIC_BYTES, [b"%d" % day])

    def open_topic(self, day: int, sealed: str) -> str:
        """Return the topic counted on that day, or "" if it was sealed with another key."""
        return _opened(self._of_topics(), sealed, [b"%d" % day])

    def _of_topics(self) -> Any:
        if self._topics is None:
            self._topics = _cipher(self._derived("seal of counts"))
        return self._topics

    def _derived(self, purpose: str) -> bytes:
        state = self._keyed.copy()
        state.update(purpose.encode("utf-8", "replace"))
        return state.digest()


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415  4 MB, 20 ms

    return AESSIV(key)


def _sealed(cipher: Any, plain: bytes, length: int, bound: list[bytes] | None) -> str:
    """Seal ``plain``; if it is too long, seal "", so that it is counted without a name."""
    padded = (plain if len(plain) <= length else b"").ljust(length, b"\0")
    return urlsafe_b64encode(cipher.encrypt(padded, bound)).decode("ascii")


def _opened(cipher: Any, sealed: str, bound: list[bytes] | None) -> str:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  as above

    try:
        plain: bytes = cipher.decrypt(urlsafe_b64decode(sealed), bound)
    except (ValueError, InvalidTag):
        return ""
    return plain.rstrip(b"\0").decode()
