"""Recognizes our own replies when another line, a forwarder or a reaction sends them back.

Compares runs of words, not whole texts: a carrier may split, cut or prefix a reply, and it replaces
letters that are not in its alphabet. Carriers add only known words; all others are the sender's.
"""

import re
from collections.abc import Iterable, Iterator

from sms.understanding.dictionary import Hashed
from sms.understanding.normalise import words
from sms.understanding.sayings import sayings

RUN = 8  # length of a run of words that nobody else would write
LEAST = 4  # minimum words of a reply recognized as a whole; a shorter one may be a keyword
ADDED = sayings("echo", "added")
_NUMBER = re.compile(r"\d{10,}")  # the original sender's number, as forwarders write it


class Fingerprints:
    """8-byte hashes of each run of ``RUN`` words in our replies, and of whole shorter replies."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._words: set[str] = set()
        self._runs = Hashed(run for text in texts for run in self._runs_of(text))

    def __len__(self) -> int:
        return len(self._runs)

    def learn(self, text: str) -> None:
        """Recognize this reply from now on."""
        self._runs.add(self._runs_of(text))

    def _runs_of(self, text: str) -> Iterator[tuple[str, ...]]:
        said = words(text)
        self._words.update(said)
        if LEAST <= len(said) < RUN:
            yield said
        yield from (said[at : at + RUN] for at in range(len(said) - RUN + 1))

    def foreign(self, said: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the sender's own words in a folded message; None if it contains none of ours."""
        if len(said) < RUN:
            return () if len(said) >= LEAST and said in self._runs else None
        ours = [False] * len(said)
        for at in range(len(said) - RUN + 1):
            if said[at : at + RUN] in self._runs:
                ours[at : at + RUN] = [True] * RUN
        if not any(ours):
            return None
        begin, end = ours.index(True), len(said) - ours[::-1].index(True)
        before, after = said[:begin], said[end:]
        if before and self._is_cut(before[-1], ahead=said[begin : begin + RUN - 1]):
            before = before[:-1]
        if after and self._is_cut(after[0], behind=said[end - RUN + 1 : end]):
            after = after[1:]
        within = (said[at] for at in range(begin, end) if not ours[at])
        return (*_own(before), *within, *_own(after))

    def _is_cut(
        self, word: str, *, behind: tuple[str, ...] = (), ahead: tuple[str, ...] = ()
    ) -> bool:
        """Whether ``word`` is a fragment of our own word just before or after one of our runs."""
        fits = str.endswith if ahead else str.startswith
        whole = (known for known in self._words if fits(known, word))
        return any((*behind, known, *ahead) in self._runs for known in whole)


def _own(around: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words, or nothing if they are exactly what a phone or carrier adds."""
    plain = tuple(
        "#" if one.isdigit() and len(one) == 1 else _NUMBER.sub("##", one) for one in around
    )
    return () if plain in ADDED else around
