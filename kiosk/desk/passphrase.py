"""The desk's passphrase as an scrypt hash, in a file of data_dir that only we may read."""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import msgspec

from content.model import durable_files

FILE = "desk.passphrase"
SHORTEST, LONGEST, FEWEST_LETTERS = 12, 500, 5
COST = {"n": 2**15, "r": 8, "p": 3}  # OWASP's second row: 32 MiB, a third of a second
MAX_MEMORY = 2**26


class PassphraseError(Exception):
    """A rejected passphrase; the message is a sentence for who typed it."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The file's content; bytes are base64 in it."""

    salt: bytes
    hash: bytes
    n: int
    r: int
    p: int


def keep(data_dir: Path, passphrase: str, *, cost: Mapping[str, int] = COST) -> None:
    """Set the passphrase. ``cost``: scrypt's n, r, p. PassphraseError if weak; OSError."""
    words = _plain(passphrase)
    if len(words) < SHORTEST:
        raise PassphraseError(
            f"That has {len(words)} characters; use at least {SHORTEST}, such as four plain words."
        )
    if len(words) > LONGEST:
        raise PassphraseError(f"That has {len(words)} characters; use at most {LONGEST}.")
    if len(set(words)) < FEWEST_LETTERS:
        raise PassphraseError(
            "That repeats the same few characters; use for example four plain words."
        )
    salt = secrets.token_bytes(16)
    record = Kept(salt=salt, hash=_hash(words, salt, **cost), **cost)
    durable_files.replace(data_dir / FILE, msgspec.json.encode(record) + b"\n", mode=0o600)


def kept(data_dir: Path) -> Kept | None:
    """The stored hash; None if there is none or it is damaged."""
    return durable_files.read_record(data_dir / FILE, Kept)


def right(record: Kept, passphrase: str) -> bool:
    """Whether it matches. Takes a third of a second: call in a thread."""
    words = _plain(passphrase)
    if len(words) > LONGEST:
        return False
    try:
        tried = _hash(words, record.salt, n=record.n, r=record.r, p=record.p)
    except ValueError:  # costs beyond this machine: a file from elsewhere
        return False
    return hmac.compare_digest(tried, record.hash)


def _plain(passphrase: str) -> str:
    """One Unicode form: phones and laptops write accented letters differently."""
    return unicodedata.normalize("NFKC", passphrase).strip()


def _hash(words: str, salt: bytes, *, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(words.encode(), salt=salt, n=n, r=r, p=p, maxmem=MAX_MEMORY)
