"""The language to answer in: by the script, by a few marks, and by what the model takes it for."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping

from sms.understanding.normalise import MAX_CHARS, fold

_BY_SCRIPT = {"ARABIC": "ar", "CYRILLIC": "ru", "GURMUKHI": "pa", "CJK": "zh", "HANGUL": "ko"}
_WEIGHT = {"CJK": 4, "HIRAGANA": 4, "KATAKANA": 4}  # a character is a word or half of one
_VIETNAMESE = frozenset("ơưăđ") | {chr(point) for point in range(0x1EA0, 0x1EFA)}
_SPANISH = frozenset("¿¡ñáíóúé")
SURE = 0.6  # of a language in part: its reply says less
SURE_OF_A_WORD = 0.75  # Spanish, where a single word says little: English names the Spanish word


class LanguageGuess:
    """Chooses among the languages in which the pack has a general reply."""

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
        """The language of a message. ``chances``: what the model makes of it, empty for nothing."""
        seen = unicodedata.normalize("NFC", text[:MAX_CHARS]).lower()
        if not seen.isascii():
            if "vi" in self._partial and sum(char in _VIETNAMESE for char in seen) > 1:
                return "vi"
            # Look-alike letters in an English word are folded; in a Russian one they stay.
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


def _scripts(text: str) -> Counter[str]:
    """The scripts of its letters, as Unicode names them."""
    counted: Counter[str] = Counter()
    for char, times in Counter(text).items():
        if char.isalpha():
            script = "LATIN" if char.isascii() else unicodedata.name(char, "").partition(" ")[0]
            counted[script] += times * _WEIGHT.get(script, 1)
    return counted
