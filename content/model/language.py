"""BCP 47 language tags: native names, writing direction and fallbacks."""

from typing import Literal

_OWN_NAMES = {
    "ar": "العربية",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fil": "Filipino",
    "hmn": "Hmoob",
    "hy": "Հայերեն",
    "ja": "日本語",
    "km": "ខ្មែរ",
    "ko": "한국어",
    "pa": "ਪੰਜਾਬੀ",
    "ru": "Русский",
    "uk": "Українська",
    "vi": "Tiếng Việt",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
}
KNOWN = tuple(_OWN_NAMES)
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
_UNSPACED = frozenset({"ja", "km", "lo", "my", "th", "zh"})  # written without spaces between words


def own_name(tag: str) -> str:
    """Return the language's native name (for a regional tag too), or the tag if unknown."""
    return next((_OWN_NAMES[known] for known in fallback(tag) if known in _OWN_NAMES), tag)


def direction(tag: str) -> Literal["ltr", "rtl"]:
    return "rtl" if tag.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def spaced(tag: str) -> bool:
    """Whether words are separated by spaces, so that they can be counted."""
    return tag.partition("-")[0] not in _UNSPACED


def fallback(tag: str) -> tuple[str, ...]:
    """Return the tag and shorter forms, best first: "zh-Hant-HK" → (…, "zh-Hant", "zh")."""
    parts = tag.split("-")
    return tuple("-".join(parts[:length]) for length in range(len(parts), 0, -1))
