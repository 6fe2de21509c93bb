"""The desk's one passphrase, kept as an scrypt hash in a file of data_dir that only we may read."""

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
# OWASP's second row for scrypt: 32 MiB and about a third of a second on a small machine.
COST = {"n": 2**15, "r": 8, "p": 3}
MAX_MEMORY = 2**26


class PassphraseError(Exception):
    """The passphrase is not taken; the message is a sentence for the person who typed it."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says. The bytes stand there as base64."""

    salt: bytes
    hash: bytes
    n: int
    r: int
    p: int


def keep(data_dir: Path, passphrase: str, *, cost: Mapping[str, int] = COST) -> None:
    """Make this the passphrase. ``cost``: scrypt's n, r and p. PassphraseError if it is too weak;
    OSError if the disk refuses."""
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
    """The kept hash, or None where none was set or the file is damaged."""
    return durable_files.read_record(data_dir / FILE, Kept)


def right(record: Kept, passphrase: str) -> bool:
    """Whether this is the passphrase. Takes a third of a second: call it in a thread."""
    words = _plain(passphrase)
    if len(words) > LONGEST:
        return False
    try:
        tried = _hash(words, record.salt, n=record.n, r=record.r, p=record.p)
    except ValueError:  # costs that this machine does not grant: a file from elsewhere
        return False
    return hmac.compare_digest(tried, record.hash)


def _plain(passphrase: str) -> str:
    """One spelling: a phone and a laptop write an accented letter differently."""
    return unicodedata.normalize("NFKC", passphrase).strip()


def _hash(words: str, salt: bytes, *, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(words.encode(), salt=salt, n=n, r=r, p=p, maxmem=MAX_MEMORY)
