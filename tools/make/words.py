"""Makes sms/understanding/words.txt.gz: words that are never treated as misspellings.

Run by hand when the list should change, in a throwaway environment that has wordfreq (which is not
one of our dependencies):

    python -m venv /tmp/words && /tmp/words/bin/pip install wordfreq==3.1.1
    /tmp/words/bin/python -m tools.make.words

The data are CC BY-SA 4.0; sms/understanding/words.LICENSE.md names the owners. The same version
of wordfreq gives the same bytes.
"""

import gzip
import unicodedata
from pathlib import Path

from wordfreq import top_n_list  # type: ignore[import-not-found,unused-ignore]

SIZES = {"en": 25_000, "es": 15_000}
OUT = Path(__file__).resolve().parents[2] / "sms" / "understanding" / "words.txt.gz"


def folded(word: str) -> str:
    """Return the word in lowercase without accents, as the line compares words."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part)).replace("'", "")


def words() -> list[str]:
    """Return the most frequent words of both languages, sorted and folded. Each word has only
    letters, at least three."""
    found = {
        folded(word) for language, size in SIZES.items() for word in top_n_list(language, size)
    }
    return sorted(word for word in found if word.isascii() and word.isalpha() and len(word) > 2)


if __name__ == "__main__":
    text = "\n".join(words()) + "\n"
    OUT.write_bytes(gzip.compress(text.encode("ascii"), compresslevel=9, mtime=0))
