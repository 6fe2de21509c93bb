"""Words that name harm, which home, School info, titles, addresses and slips must not hold."""

import re
import unicodedata
from itertools import takewhile

_STEMS = (
    # English, and what other languages in Latin letters share with it
    r"\babus|traffick|\brap(?:e|ed|es|ist)\b|suicid|exploit|violen|assault|victim|sexual",
    "molest|prostitut|self-harm|runaway|overdose|pregnan|addict",
    r"\bdrugs?\b(?!-free)|\b(?:hits?|beats?|hurts?|hitting|beating|hurting) (?:you|me)\b",
    "maltrat|trata de (?:personas|menores|niñ)|violaci|explota|víctima|acoso|agresi",  # Spanish
    # Spanish
    r"prostitu|embaraz|\bdrogas?\b|drogadic|adicci|sobredosis|autolesi",
    r"\b(?:te|me|le|les|nos) (?:peg|golpe|lastim)(?:an?|aron|ó)\b",
    "lạm dụng|xâm hại|buôn người|hiếp|tự tử|bóc lột|bạo hành|nạn nhân|mại dâm",  # Vietnamese
    # Filipino
    "pang-?aabuso|panggagahasa|pagpapakamatay|pagsasamantala|karahasan|biktima|ginahasa",
    # Vietnamese, Chinese, Korean, Russian: drugs, and expecting a child
    "ma túy|mang thai|毒品|吸毒|懷孕|怀孕|마약|임신|наркот|беременн",
    "tsim txom|yuam deev|tua tus kheej|raug tsim",  # Hmong
    "虐待|人口販|人口贩|強姦|强奸|強暴|强暴|性侵|自殺|自杀|剝削|剥削|暴力|受害",  # Chinese
    "학대|인신매매|강간|성폭|자살|착취|폭력|피해자",  # Korean
    "اعتداء|إساءة|الاتجار|اغتصاب|انتحار|استغلال|عنف|ضحية|ضحايا",  # Arabic
    "ਦੁਰਵਿਵਹਾਰ|ਬਦਸਲੂਕੀ|ਤਸਕਰੀ|ਬਲਾਤਕਾਰ|ਖੁਦਕੁਸ਼ੀ|ਖ਼ੁਦਕੁਸ਼ੀ|ਸ਼ੋਸ਼ਣ|ਹਿੰਸਾ|ਪੀੜਤ",  # Punjabi
    "насили|торговл[яиею] людьми|изнасил|самоуби|суицид|эксплуат|жертв|домогат",  # Russian
)
_HARM = re.compile("|".join(_STEMS), re.IGNORECASE)


def named(text: str) -> str:
    """The first word of harm in a text, whole as it was written; "" for none."""
    found = _HARM.search(text)
    if not found:
        return ""
    before = takewhile(_joins, reversed(text[: found.start()]))
    return "".join([*reversed([*before]), found[0], *takewhile(_joins, text[found.end() :])])


def _joins(char: str) -> bool:
    """Whether it goes on with a word: a letter or its mark, but where words have no spaces."""
    return unicodedata.category(char)[0] in "LM" and not "\u3040" <= char <= "\u9fff"
