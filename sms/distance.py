"""How far apart two words are, and which known words lie near a misspelt one.

Owns the edit distance and a dictionary of deletions over the pack's words. Refuses to decide whether a word is misspelt
at all: that is the word list's business (wordlist.py).
"""

from collections.abc import Iterable

SHORT, LONG = 4, 7  # letters: one edit from SHORT, two from LONG; below SHORT a word is never guessed at
LONGEST = 20  # letters: a longer one has hundreds of forms, and must be spelt right


def allowance(word: str) -> int:
    """How many edits away from this known word a misspelling may be."""
    if not SHORT <= len(word) <= LONGEST:
        return 0
    return 1 if len(word) < LONG else 2


def osa(left: str, right: str) -> int:
    """Optimal string alignment: insertions, deletions, replacements and swapped neighbours, each one edit."""
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


class Nearby:
    """The known words, findable by what is left of them when letters are dropped.

    A word one edit away shares a form with its neighbour once each has lost at most one letter; the same holds for two.
    So a look-up makes a few dozen short strings and measures only what they hit, however many words are known.
    """

    def __init__(self, words: Iterable[str]) -> None:
        """Words shorter than ``SHORT`` are left out: they have too many neighbours."""
        self._forms: dict[str, list[str]] = {}
        for word in sorted(set(words)):
            edits = allowance(word)
            if edits:
                for form in _lose(word, edits):
                    self._forms.setdefault(form, []).append(word)

    def find(self, word: str) -> tuple[str, ...]:
        """The known words nearest to ``word`` within their allowance, all of the same distance; none if none."""
        if not SHORT - 1 <= len(word) <= LONGEST + 2:
            return ()
        seen: set[str] = set()
        for form in _lose(word, 2 if len(word) >= LONG - 2 else 1):
            seen.update(self._forms.get(form, ()))
        near = sorted((osa(word, known), known) for known in seen)
        within = [(distance, known) for distance, known in near if distance <= allowance(known)]
        return tuple(known for distance, known in within if distance == within[0][0])


def _lose(word: str, edits: int) -> set[str]:
    """The word with up to ``edits`` of its letters dropped."""
    forms = last = {word}
    for _ in range(edits):
        last = {form[:k] + form[k + 1 :] for form in last for k in range(len(form))}
        forms = forms | last
    return forms
