"""Normalizes messages: folds case, accents, width, emoji, quotes and punctuation.

The text is cut before and after folding, because NFKC can expand a character eighteen-fold.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from string import ascii_lowercase

MAX_CHARS = 1600  # the carrier's limit: the end of a long story often tells the worst

_QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u00b4": "'", "`": "'", "\uff07": "'"}
)
# Cyrillic and Greek letters that look like Latin letters, case-folded. A message with any other
# Cyrillic letter (_RUSSIAN) is Russian ("он нет").
_ALIKE = str.maketrans("асеорхуіѕјһкмтвонοαει", "aceopxyisjhkmtbohoaei")
# Letters that people use interchangeably and that Unicode does not unify: Vietnamese without marks,
# the ends of Arabic words, Persian keyboards; and the stroke that lengthens an Arabic word.
_EITHER = str.maketrans("đىةکیھ", "dيهكيه", "\u0640")
_RUSSIAN = re.compile("[бгджзилпфцчшщъыьэюя]")
_LEET_BEFORE_LETTER = re.compile(r"[@$](?=[a-z])")
_LEET_SIGN = {"@": "a", "$": "s"}
_CENSORED = re.compile(r"(?<=[^\W\d_])\*+(?=[^\W\d_])")  # "r*ped" counts as a misspelling
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})  # control, format (zero-width), unassigned
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# Python's ``re`` does not treat Gurmukhi vowel signs as letters, which would split words.
_SIGNED_WORD = re.compile(r"(?:[^\W_]|[\u0a00-\u0a75])+")
_GURMUKHI = re.compile(r"[\u0a05-\u0a39]")
MOST_EMOJI = 24  # maximum emoji read per message
_FIRST_EMOJI = "\u2600"
_EMOJI = re.compile(
    "[\u2600-\u27bf\U0001f191-\U0001f19a\U0001f300-\U0001f3fa\U0001f400-\U0001faff]"
)  # without skin tones
_RUN = re.compile(r"([^\W\d_])\1{2,}")
_RUNS = tuple(letter * 3 for letter in ascii_lowercase)
_FEWEST_LETTERS = 3  # minimum single letters in a row that form a word
_LEET = str.maketrans("013457", "oieast")
_LEET_L = str.maketrans("013457", "oleast")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A message, folded once. ``joined``: words with single letters joined ("h e l p").

    ``signed``: the same with each emoji as a word; empty if there are no emoji.
    """

    folded: str
    words: tuple[str, ...]
    joined: tuple[str, ...]
    signed: tuple[str, ...] = ()


def tokenize(text: str) -> Tokens:
    """Fold a message once and split it at each space: with a regex, 1,500 spaces took 9 seconds."""
    folded = " ".join(fold(text).split())
    tokens = _words_of(folded)
    signed: tuple[str, ...] = ()
    if not folded.isascii() and _EMOJI.search(folded):
        spaced = _EMOJI.sub(r" \g<0> ", folded).split(" ")
        parts = [(part,) if is_emoji(part) else _words_of(part) for part in spaced]
        signed = join_letters(_few_emoji(word for part in parts for word in part))
    return Tokens(folded, tokens, join_letters(tokens), signed)


def is_emoji(word: str) -> bool:
    """Whether the character is an emoji or a similar picture."""
    return len(word) == 1 and word >= _FIRST_EMOJI and _EMOJI.match(word) is not None


def _few_emoji(words: Iterable[str]) -> tuple[str, ...]:
    """Drop emoji after the third in a row, and after ``MOST_EMOJI`` in all."""
    left = MOST_EMOJI
    kept: list[str] = []
    for word in words:
        if is_emoji(word):
            if not left or kept[-3:] == [word] * 3:
                continue
            left -= 1
        kept.append(word)
    return tuple(kept)


def fold(text: str) -> str:
    """Unify compatible forms, drop invisible marks and accents, fold case, and cut the length."""
    if text.isascii():
        return _CONTROL.sub("", text[:MAX_CHARS].translate(_QUOTES)).lower()
    wide = unicodedata.normalize("NFKC", text[:MAX_CHARS].translate(_QUOTES))[:MAX_CHARS]
    unseen = [c for c in set(wide) if unicodedata.category(c) in _UNSEEN and not c.isspace()]
    parts = unicodedata.normalize("NFKD", _without(wide, unseen).casefold())
    marks = [c for c in set(parts) if unicodedata.combining(c)]
    plain = _without(parts, marks).translate(_QUOTES).translate(_EITHER)
    return plain if _RUSSIAN.search(plain) else plain.translate(_ALIKE)


def _without(text: str, letters: list[str]) -> str:
    return text.translate(dict.fromkeys(map(ord, letters))) if letters else text


def words(text: str) -> tuple[str, ...]:
    """Return a text's words. "don't" becomes "dont"; symbols become letters."""
    return _words_of(fold(text))


def _words_of(plain: str) -> tuple[str, ...]:
    if "@" in plain or "$" in plain:
        plain = _LEET_BEFORE_LETTER.sub(lambda found: _LEET_SIGN[found[0]], plain)
    if "*" in plain:
        plain = _CENSORED.sub("", plain)
    signed = not plain.isascii() and _GURMUKHI.search(plain)
    found = (_SIGNED_WORD if signed else _WORD).findall(plain)
    return tuple([word.replace("'", "") for word in found] if "'" in plain else found)


def spellings(word: str) -> tuple[str, ...]:
    """Return other readings of an odd word: shorter runs of a letter, digits read as letters."""
    read: list[str] = []
    if _RUN.search(word):
        read += [_RUN.sub(r"\1\1", word), _RUN.sub(r"\1", word)]
    if not word.isalpha() and not word.isdigit():
        read += [
            form
            for base in (word, *read)
            for form in (base.translate(_LEET), base.translate(_LEET_L))
        ]
    return tuple(form for form in dict.fromkeys(read) if form != word)


def is_plain(words: Iterable[str]) -> bool:
    """Whether ``plain`` certainly leaves these words unchanged; checks them all at once."""
    glued = "".join(words)
    return glued.isascii() and glued.isalpha() and not any(map(glued.__contains__, _RUNS))


def plain(word: str) -> str:
    """Reduce repeated letters to one, and read digits among letters as letters."""
    short = _RUN.sub(r"\1", word) if _RUN.search(word) else word
    return short if short.isalpha() or short.isdigit() else short.translate(_LEET)


def join_letters(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Join three or more single letters in a row into one word: "h e l p", "s.o.s"."""
    if sum([len(token) == 1 for token in tokens]) < _FEWEST_LETTERS:
        return tokens
    joined: list[str] = []
    run: list[str] = []
    for token in (*tokens, ""):
        if len(token) == 1 and token.isalpha():
            run.append(token)
            continue
        joined += ["".join(run)] if len(run) >= _FEWEST_LETTERS else run
        run = []
        joined += [token] if token else []
    return tuple(joined)
