"""Misspelt copies of an example, as a thumb in a hurry makes them."""

from collections.abc import Iterator
from random import Random
from zlib import crc32

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    letter: row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    for row in _ROWS
    for at, letter in enumerate(row)
}
_SHORTEST = 4  # letters of a word that is misspelt
_ONE_IN = 6  # words


def misspelt(text: str, *, times: int) -> Iterator[str]:
    """Up to so many other ways to write it, the same for the same text."""
    dice = Random(crc32(text.encode()))  # noqa: S311  a training, no secret
    for _ in range(times):
        words = text.split()
        long = [at for at, word in enumerate(words) if len(word) >= _SHORTEST]
        for at in dice.sample(long, min(len(long), 1 + len(words) // _ONE_IN)):
            words[at] = _slip(words[at], dice)
        copy = " ".join(words)
        if copy != text:
            yield copy


def _slip(word: str, dice: Random) -> str:
    """One letter left out, doubled, swapped with the next, or its neighbour on the keyboard."""
    at = dice.randrange(1, len(word))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    kind = dice.randrange(4)
    if kind == 0:
        return before + after
    if kind == 1:
        return before + letter + letter + after
    if kind == 2 and after:
        return before + after[0] + letter + after[1:]
    return before + dice.choice(_BESIDE.get(letter) or letter) + after
