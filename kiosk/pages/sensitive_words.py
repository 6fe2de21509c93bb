"""The words that name harm, in every language of the screen.

They must not stand where others may look: home, School info, a title, an address, a slip.
"""

import re

_STEMS = (
    # English, and what the languages in Latin letters share with it
    r"\babus|traffick|\brap(?:e|ed|es|ist)\b|suicid|exploit|violen|assault|victim|sexual",
    "molest|prostitut|self-harm|runaway|overdose",
    # Spanish
    "maltrat|trata de (?:personas|menores|niñ)|violaci|explota|víctima|acoso|agresi",
    "prostitu",
    # Vietnamese
    "lạm dụng|xâm hại|buôn người|hiếp|tự tử|bóc lột|bạo hành|nạn nhân|mại dâm",
    # Filipino
    "pang-?aabuso|panggagahasa|pagpapakamatay|pagsasamantala|karahasan|biktima|ginahasa",
    # Hmong
    "tsim txom|yuam deev|tua tus kheej|raug tsim",
    # Chinese, as written in Taiwan and on the mainland
    "虐待|人口販|人口贩|強姦|强奸|強暴|强暴|性侵|自殺|自杀|剝削|剥削|暴力|受害",
    # Korean
    "학대|인신매매|강간|성폭|자살|착취|폭력|피해자",
    # Arabic
    "اعتداء|إساءة|الاتجار|اغتصاب|انتحار|استغلال|عنف|ضحية|ضحايا",
    # Punjabi
    "ਦੁਰਵਿਵਹਾਰ|ਬਦਸਲੂਕੀ|ਤਸਕਰੀ|ਬਲਾਤਕਾਰ|ਖੁਦਕੁਸ਼ੀ|ਖ਼ੁਦਕੁਸ਼ੀ|ਸ਼ੋਸ਼ਣ|ਹਿੰਸਾ|ਪੀੜਤ",
    # Russian
    "насили|торговл[яиею] людьми|изнасил|самоуби|суицид|эксплуат|жертв|домогат",
)
_HARM = re.compile("|".join(_STEMS), re.IGNORECASE)


def named(text: str) -> str:
    """The first word of harm in a text, "" if there is none."""
    found = _HARM.search(text)
    return found[0] if found else ""
