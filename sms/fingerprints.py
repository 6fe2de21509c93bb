"""Recognises our own replies when they come in: from another line, a forwarder, a reaction.

Runs of words are compared, not whole texts: a carrier may split, cut or prefix a reply, and folds
what its alphabet lacks.
"""

from collections.abc import Iterable

from sms.understanding.normalise import words

RUN = 8  # words in a row that nobody but us would write
LEAST = 4  # words of a reply that is known as a whole; a shorter one could be a student's keyword
FOREIGN = 3  # words around it that are not ours: "NETWORK MSG:", 'Laughed at "…"', a cut last word


class Fingerprints:
    """8-byte hashes of each run of ``RUN`` words in the replies; shorter replies as a whole."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._runs: set[int] = set()
        for text in texts:
            self.learn(text)

    def __len__(self) -> int:
        return len(self._runs)

    def learn(self, text: str) -> None:
        """Recognise this reply from now on."""
        said = words(text)
        if LEAST <= len(said) < RUN:
            self._runs.add(hash(said))
        self._runs.update(hash(said[at : at + RUN]) for at in range(len(said) - RUN + 1))

    def foreign(self, said: tuple[str, ...]) -> tuple[str, ...] | None:
        """The words of a message that are not ours; None if nothing in it is a reply of ours.

        ``said``: the words of the message, folded as ``words`` does.
        """
        if len(said) < RUN:
            return () if len(said) >= LEAST and hash(said) in self._runs else None
        ours = [False] * len(said)
        for at in range(len(said) - RUN + 1):
            if hash(said[at : at + RUN]) in self._runs:
                ours[at : at + RUN] = [True] * RUN
        if not any(ours):
            return None
        return tuple(word for word, known in zip(said, ours, strict=True) if not known)
