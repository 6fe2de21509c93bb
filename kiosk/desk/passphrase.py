"""The desk's passphrase and the second one, as scrypt hashes in files in data_dir that only the
server's user may read.

The second one belongs to another person. It does not sign anyone in: it confirms a county line.
"""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from messages.message import message
from settings.schema import Settings
from system import files

FILE, SECOND = "desk.passphrase", "second.passphrase"
SHORTEST, LONGEST = 12, 500
GUESSES = 10**10  # zxcvbn's "very unguessable": guessing takes years even if the hash is known
_JUDGED = 72  # characters; zxcvbn accepts no more, and a longer passphrase is not weaker
_NAMES = ("porchlight", "school", "office", "staff", "desk")  # words that anyone would try first
COST = {"n": 2**15, "r": 8, "p": 3}  # from OWASP's second row: takes 32 MiB and a third of a second
MAX_MEMORY = 2**26


class PassphraseError(Exception):
    """Raised for a rejected passphrase; the message is for the person who typed it."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a passphrase file, with bytes in base64."""

    salt: bytes
    hash: bytes
    n: int
    r: int
    p: int


def keep(
    data_dir: Path, passphrase: str, file: str = FILE, *, cost: Mapping[str, int] = COST
) -> None:
    """Store the passphrase if ``judged`` accepts it. ``file``: FILE or SECOND.

    ``cost``: scrypt's n, r, p. Raises OSError, or PassphraseError if the passphrase is
    weak or is already in the other file."""
    words = judged(passphrase)
    other = kept(data_dir, SECOND if file == FILE else FILE)
    if other is not None and right(other, words):
        raise PassphraseError(message("passphrase.same"))
    salt = secrets.token_bytes(16)
    record = Kept(salt=salt, hash=_hash(words, salt, cost), **cost)
    files.replace(data_dir / file, msgspec.json.encode(record) + b"\n", mode=0o600)


def names(settings: Settings) -> tuple[str, ...]:
    """Return the words that somebody who knows the school would try."""
    kiosk, sms = settings.kiosk, settings.sms
    return (kiosk.school, *kiosk.counties, sms.program_name, sms.contact)


def judged(passphrase: str, names: Sequence[str] = ()) -> str:
    """Return the passphrase as it is stored. ``names``: school names, easy to guess.

    Raises PassphraseError if it is weak.
    """
    words = _plain(passphrase)
    if len(words) < SHORTEST:
        raise PassphraseError(message("passphrase.short", letters=len(words), count=SHORTEST))
    if len(words) > LONGEST:
        raise PassphraseError(message("passphrase.long", letters=len(words), count=LONGEST))
    if _guesses(words, names) < GUESSES:
        raise PassphraseError(message("passphrase.guessed"))
    return words


def kept(data_dir: Path, file: str = FILE) -> Kept | None:
    """Return the stored hash; None if it is missing or damaged. ``file``: FILE or SECOND."""
    return files.read_record(data_dir / file, Kept)


def right(record: Kept, passphrase: str) -> bool:
    """Return whether the passphrase matches. Takes a third of a second, so call it in a thread."""
    words = _plain(passphrase)
    if len(words) > LONGEST:
        return False
    try:
        tried = _hash(words, record.salt, {"n": record.n, "r": record.r, "p": record.p})
    except ValueError:  # a file from another machine may need more memory than this one has
        return False
    return hmac.compare_digest(tried, record.hash)


def is_current(data_dir: Path, passphrase: str, file: str = FILE) -> bool:
    """Return whether this is the stored passphrase. Takes a third of a second: call in a thread."""
    record = kept(data_dir, file)
    return record is not None and right(record, passphrase)


def _guesses(words: str, names: Sequence[str]) -> float:
    """Estimate the guesses needed by someone who knows common passwords and the school."""
    from zxcvbn import zxcvbn  # noqa: PLC0415  its lists are needed only to set a passphrase

    words_of = {text: text.split() for text in (*_NAMES, *names)}
    known = [name for text, own in words_of.items() for name in (text, *own, "".join(own))]
    return float(zxcvbn(words[:_JUDGED], user_inputs=known)["guesses"])


def _plain(passphrase: str) -> str:
    """Normalize to one Unicode form: phones and laptops write accented letters differently.

    Cuts the text first, because the time for a row of accents grows with the square of its length.
    No letter has more than four code points.
    """
    return unicodedata.normalize("NFKC", passphrase[: 5 * LONGEST]).strip()


def _hash(words: str, salt: bytes, cost: Mapping[str, int]) -> bytes:
    return hashlib.scrypt(words.encode(), salt=salt, maxmem=MAX_MEMORY, **cost)
