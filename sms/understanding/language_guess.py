"""Guesses the reply's language from a message's script, a few accented letters and the model."""

import tomllib
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from sms.understanding.normalise import MAX_CHARS, Tokens, fold

OTHERS = Path(__file__).with_name("other_languages.toml")

_BY_SCRIPT = {"ARABIC": "ar", "CYRILLIC": "ru", "GURMUKHI": "pa", "CJK": "zh", "HANGUL": "ko"}
_WEIGHT = {"CJK": 4, "HIRAGANA": 4, "KATAKANA": 4}  # a character is a word or half a word
_VIETNAMESE = frozenset("ơưăđ") | {chr(point) for point in range(0x1EA0, 0x1EFA)}
_SPANISH = frozenset("¿¡ñáíóúé")
_KANA = frozenset({"HIRAGANA", "KATAKANA"})
# Letters that rule out the pack's language in a script, and how many of them are needed: Ukrainian
# and Belarusian letters, and Persian and Urdu letters that are rare in Arabic dialects.
_UNLIKE = {
    "CYRILLIC": (frozenset("\u0456\u0457\u0454\u0491\u045e"), 1),
    "ARABIC": (frozenset("\u067e\u0698\u06a9\u06cc\u06d2\u0679\u0688\u0691\u06ba\u06c1\u06be"), 2),
}
_FEWEST_WORDS = 2  # minimum words of another language in a message
_FEWEST_LETTERS = 4  # minimum letters of a word that is a whole message
_SHARE = 0.4  # minimum share of a message's words in another language
SURE = 0.6  # the share for a partial language, whose reply says less
SURE_OF_A_WORD = 0.75  # for Spanish if single words say little, as in questions about the line


class LanguageGuess:
    """Chooses one of the languages in which the pack has a general reply."""

    def __init__(self, spoken: Collection[str], complete: Collection[str]) -> None:
        self._complete = [tag for tag in ("en", "es") if tag in complete] or ["en"]
        self._partial = [tag for tag in spoken if tag not in complete]
        self._by_script = {
            script: tag
            for script, short in _BY_SCRIPT.items()
            for tag in self._partial
            if tag.partition("-")[0] == short
        }

    def of(self, text: str, chances: Mapping[str, float]) -> str:
        """Return a message's language. ``chances``: the model's probabilities, or empty."""
        seen = unicodedata.normalize("NFC", text[:MAX_CHARS]).lower()
        if not seen.isascii():
            if "vi" in self._partial and sum(char in _VIETNAMESE for char in seen) > 1:
                return "vi"
            # Folding changes look-alike letters in an English word but not in a Russian one.
            scripts = _scripts(seen)
            if len(scripts) > 1:
                scripts = _scripts(fold(text)) or scripts
            script = max(scripts, key=scripts.__getitem__, default="")
            if script in self._by_script:
                return self._by_script[script]
        partial = max(self._partial, key=lambda tag: chances.get(tag, 0.0), default="")
        if partial and chances.get(partial, 0.0) >= SURE:
            return partial
        spanish = chances.get("es", 0.0) + 0.3 * len(_SPANISH & set(seen))
        alone = seen.isascii() and " " not in seen.strip()
        least = SURE_OF_A_WORD if alone else chances.get("en", 0.0)
        return "es" if "es" in self._complete and spanish > least else "en"

    def is_other(self, text: str, tokens: Tokens) -> bool:
        """Whether a message is in a language that the pack does not have, judging by its letters
        and most frequent words."""
        seen = unicodedata.normalize("NFC", text[:MAX_CHARS]).lower()
        scripts = Counter() if seen.isascii() else _scripts(fold(text))
        script = max(scripts, key=scripts.__getitem__, default="LATIN")
        if script != "LATIN":
            unlike, fewest = _UNLIKE.get(script, (frozenset(), 1))
            is_unlike = sum(char in unlike for char in seen) >= fewest
            return is_unlike or script not in self._by_script or not _KANA.isdisjoint(scripts)
        said = tokens.words
        for known in _frequent():
            hits = len(known.intersection(said))
            if hits >= _FEWEST_WORDS and hits >= _SHARE * len(said):
                return True
            if hits == len(said) == 1 and len(said[0]) >= _FEWEST_LETTERS:
                return True
        return False


@cache
def _frequent() -> tuple[frozenset[str], ...]:
    """Return the frequent words of each language that the line does not have. Reads them once."""
    given = tomllib.loads(OTHERS.read_text(encoding="utf-8"))["words"]
    return tuple(frozenset(words) for words in given.values())


def _scripts(text: str) -> Counter[str]:
    """Count the scripts of the message's letters, as Unicode names the scripts."""
    counted: Counter[str] = Counter()
    for char, times in Counter(text).items():
        if char.isalpha():
            script = "LATIN" if char.isascii() else unicodedata.name(char, "").partition(" ")[0]
            counted[script] += times * _WEIGHT.get(script, 1)
    return counted
