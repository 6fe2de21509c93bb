"""Word folding, edit distance, and a lookup of known words near a misspelled one."""

import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from zlib import crc32

# word lengths: one edit is allowed from SHORT on, two from LONG on; shorter words are never guessed
SHORT, LONG = 4, 7
LONGEST = 20  # letters; a longer word has hundreds of forms, so it must be spelled correctly
_PUNCTUATION = {code: " " for code in range(128) if not chr(code).isalnum()}
_BITS = 1 << 20  # size of the table: 128 KB; a few thousand words set about one bit in twenty


def fold(text: str) -> list[str]:
    """Return lowercase words without accents or punctuation: "¿Teléfono?" gives ["telefono"]."""
    folded = text.casefold()
    if folded.isascii():
        return folded.translate(_PUNCTUATION).split()
    bare = (
        c
        for c in unicodedata.normalize("NFKD", folded)
        if not unicodedata.category(c).startswith("M")
    )
    return "".join(c if c.isalnum() else " " for c in bare).split()


def allowance(word: str) -> int:
    """Return how many edits away from this known word a misspelling may be."""
    if not SHORT <= len(word) <= LONGEST:
        return 0
    return 1 if len(word) < LONG else 2


def osa(left: str, right: str) -> int:
    """Return the optimal string alignment distance: insert, delete, replace, or swap neighbors."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    left, right = left[start:], right[start:]
    before: list[int] = []
    last = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def forms(word: str, edits: int) -> set[int]:
    """Return the word's hashes with up to ``edits`` letters dropped; similar words share a hash."""
    return {_hash(form) for form in _lose(word, edits)}


class Nearby:
    """Known words, found by hashes of the words with some letters dropped (``forms``).

    A lookup measures only words that share a form, no matter how many words are known. A form takes
    8 bytes for the hash and the word's number; a table of bits rules out most forms at once.
    """

    def __init__(self, words: Iterable[str], *, most: int = 2) -> None:
        """Leave out words without an ``allowance``: they have too many similar words or forms.

        ``most``: maximum number of edits, to allow fewer than the allowance.
        """
        self._most = most
        self._words = sorted({word for word in words if allowance(word)})
        forms = array(
            "Q",
            (
                _hash(form) << 32 | at
                for at, word in enumerate(self._words)
                for form in _lose(word, self._allowed(word))
            ),
        )
        self._forms = array("Q", sorted(forms))
        self._bits = bytearray(_BITS // 8)
        for form in self._forms:
            at = (form >> 32) % _BITS
            self._bits[at >> 3] |= 1 << (at & 7)

    def find(self, word: str) -> tuple[str, ...]:
        """Return the known words nearest to ``word`` within their allowance, including all ties."""
        if not SHORT - 1 <= len(word) <= LONGEST + 2:
            return ()
        bits = self._bits
        seen: set[str] = set()
        for form in _lose(word, min(self._most, 2 if len(word) >= LONG - 2 else 1)):
            hashed = _hash(form)
            at = hashed % _BITS
            if bits[at >> 3] >> (at & 7) & 1:
                seen.update(self._having(hashed))
        near = sorted((osa(word, known), known) for known in seen)
        within = [(distance, known) for distance, known in near if distance <= self._allowed(known)]
        return tuple(known for distance, known in within if distance == within[0][0])

    def _allowed(self, known: str) -> int:
        return min(self._most, allowance(known))

    def _having(self, hashed: int) -> Iterator[str]:
        at = bisect_left(self._forms, hashed << 32)
        while at < len(self._forms) and self._forms[at] >> 32 == hashed:
            yield self._words[self._forms[at] & 0xFFFFFFFF]
            at += 1


def _hash(form: str) -> int:
    return crc32(form.encode("utf-8", "surrogatepass"))


def _lose(word: str, edits: int) -> set[str]:
    """Return the word's variants with up to ``edits`` of its letters dropped."""
    forms = last = {word}
    for _ in range(edits):
        last = {form[:k] + form[k + 1 :] for form in last for k in range(len(form))}
        forms = forms | last
    return forms
