"""The languages that the pack has only in part: what students write in them, and what they get."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from content.model.pack import Pack
from sms import replies
from sms.decide import decide, problems, recall
from sms.script import Script
from tests.shipped import pack
from tests.sms.packs import KEYWORDS, PACK
from tests.sms.test_real_pack import SETTINGS, script

FURTHER = ("vi", "zh-Hant", "fil", "ar", "ko", "pa", "hmn", "ru")
UNCHECKED = {
    "vi": "chưa kiểm tra",
    "zh-Hant": "未經檢查",
    "fil": "Hindi pa nasusuri",
    "ar": "لم تُراجَع",
    "ko": "검수 안 된",
    "pa": "ਜਾਂਚਿਆ ਨਹੀਂ",
    "hmn": "Tsis tau muaj neeg kuaj",
    "ru": "не проверен",
}
# Of each answer besides the general one: the numbers of its English first reply, and 911.
NUMBERS = {
    "danger": {"911", "988"},
    "suicide": {"911", "988"},
    "abuse": {"911", "1-800-422-4453"},
    "assault": {"911", "988", "1-800-656-4673"},
    "trafficking": {"911", "1-888-373-7888"},
    "pictures": {"911", "988", "1-800-843-5678"},
    "runaway": {"911", "988", "211", "1-800-786-2929"},
    "basics": {"911", "988", "211", "1-800-786-2929"},
}
CODES = ["line:general:{}", *(f"t:{topic}:{{}}:first" for topic in NUMBERS)]
# What a lock screen must not show in the first fifty letters: harm, sex, bodies, pictures, to run, food, a bed.
SHOWN = {
    "vi": "bạo|hại|đánh|hiếp|tình dục|mua bán|hình|ảnh|khỏa|trốn|đồ ăn|thức ăn|bữa|chỗ ngủ",
    "zh-Hant": "虐|打我|傷|性|侵|販|照片|圖|裸|身體|離家|逃|食|餐|床|過夜",
    "fil": "abuso|saktan|gahasa|sekswal|trafficking|larawan|litrato|hubad|layas|pagkain|makakain|tulugan",
    "ar": "إساءة|أذى|ضرب|جنس|اغتصاب|اتجار|صور|عار|هرب|طعام|الأكل|النوم|للنوم",
    "ko": "학대|때리|폭력|성폭|성적|인신|사진|알몸|가출|음식|식사|잘 곳|잠자리",
    "pa": "ਸ਼ੋਸ਼ਣ|ਮਾਰ|ਜਿਨਸੀ|ਬਲਾਤਕਾਰ|ਤਸਕਰੀ|ਤਸਵੀਰ|ਫੋਟੋ|ਨੰਗ|ਭੱਜ|ਖਾਣ|ਸੌਣ",
    "hmn": "ntaus|tsim txom|deev|mos|duab|liab qab|khiav|mov|pw",
    "ru": "насил|бьют|секс|изнас|торгов|фото|снимк|голы|сбеж|еда|ночлег",
}
SAID = {
    ("vi", None): ["giúp tôi", "giup toi", "GIÚP EM VỚI!!", "giúp tôi", "có ai ở đó không", "Vietnamese", "tiếng Việt"],
    ("vi", "danger"): ["cứu tôi với", "cuu toi", "anh ta có súng", "ho bi bat coc em", "ba dang danh toi"],
    ("vi", "suicide"): ["tôi muốn chết", "toi muon chet", "toi muốn chet qua", "em muốn tự tử", "ko muon song nua"],
    ("zh-Hant", None): ["帮我", "請幫我", "需要帮助", "你好", "中文", "我想死你了", "Chinese"],
    ("zh-Hant", "danger"): ["救命", "救 命！！", "他有枪", "有人跟蹤我", "爸爸要殺我", "不让我离开"],
    ("zh-Hant", "suicide"): ["我想死", "我想自杀", "我想自殺", "不想活了", "活不下去", "my friend says 我想死"],
    ("fil", None): ["tulong", "TULONG PO", "tulungan mo ako", "tulonggggg", "Tagalog"],
    ("fil", "danger"): ["saklolo", "nasa panganib ako", "may baril siya", "sinusundan niya ako"],
    ("fil", "suicide"): ["gusto ko nang mamatay", "gusto ko na pong mamatay", "ayoko nang mabuhay", "magpakamatay"],
    ("ar", None): ["ساعدوني", "سَاعِدُونِي", "أحتاج مساعدة", "مرحبا", "\u202bمرحبا\u202c", "Arabic"],
    ("ar", "danger"): ["أنقذوني", "انقذوني", "معه سكين", "يريد أن يقتلني", "النجدة", "وسيقتلني"],
    ("ar", "suicide"): ["أريد أن أموت", "اريد ان اموت", "بدي موت", "عايزة أموت", "وأريد أن أموت", "الإنتحار"],
    ("ko", None): ["도와주세요", "도움이 필요해요", "안녕하세요", "한국어", "korean"],
    ("ko", "danger"): ["살려주세요", "살려 줘", "칼을 들고 있어요", "누가 따라와요", "아빠가 나를 죽이려고 해요"],
    ("ko", "suicide"): ["죽고 싶어", "죽고싶어요", "자살하고 싶어", "살기 싫어", "너무 힘들어서 죽고만 싶다"],
    ("pa", None): ["ਮਦਦ", "ਮੇਰੀ ਮਦਦ ਕਰੋ", "ਸਤ ਸ੍ਰੀ ਅਕਾਲ", "Punjabi"],
    ("pa", "danger"): ["ਮੈਨੂੰ ਬਚਾਓ", "mainu bachao", "ਉਹਦੇ ਕੋਲ ਬੰਦੂਕ ਹੈ", "ਮੈਂ ਖ਼ਤਰੇ ਵਿੱਚ ਹਾਂ", "ਮੈਂ ਖਤਰੇ ਵਿੱਚ ਹਾਂ"],
    ("pa", "suicide"): ["ਮੈਂ ਮਰਨਾ ਚਾਹੁੰਦਾ ਹਾਂ", "main marna chahundi haan", "ਖ਼ੁਦਕੁਸ਼ੀ", "ਖੁਦਕੁਸ਼ੀ"],
    ("hmn", None): ["pab kuv", "thov pab kuv", "PAB", "xav tau kev pab", "lus Hmoob"],
    ("hmn", "danger"): ["cawm kuv", "nws muaj phom", "nws xav tua kuv", "nws caum kuv"],
    ("hmn", "suicide"): ["kuv xav tuag", "kuv xav tua kuv tus kheej", "tsis xav nyob lawm"],
    ("ru", None): ["помогите", "помоги мне", "нужна помощь", "привет", "нет", "как там мама", "Russian"],
    ("ru", "danger"): ["спасите", "у него нож", "он меня убьёт", "он меня убьет", "меня преследуют", "я в опасности"],
    ("ru", "suicide"): ["хочу умереть", "я просто очень хочу умереть", "не хочу больше жить", "ПОКОНЧУ С СОБОЙ"],
}  # fmt: skip
CASES = [(language, topic, text) for (language, topic), texts in SAID.items() for text in texts]


def test_nearly_every_message_is_answered_in_its_language_and_to_its_need() -> None:
    decided = [(case, decide(script(), case[2])) for case in CASES]
    strange = [case for case, made in decided if made.language not in {case[0], "en"}]
    wrong = [case for case, made in decided if made.language != case[0]]
    missed = [case for case, made in decided if case[1] and made.topic != case[1]]
    assert (strange, len(wrong) <= 5, len(missed) <= 8) == ([], True, True), (wrong, missed)
    assert all(recall(script(), made.code).reply is made.reply for _, made in decided)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ѕаfe", "en"),  # look-alike letters in an English word
        ("助けて", "en"),  # Japanese, which the pack does not have
        ("मदद", "en"),
        ("???", "en"),
        ("me gusto mucho la comida", "es"),
        ("it was pho and tu told me", "en"),
    ],
)
def test_nothing_else_is_taken_for_one_of_them(text: str, language: str) -> None:
    assert decide(script(), text).language == language


@pytest.mark.parametrize("language", FURTHER)
@pytest.mark.parametrize("code", CODES)
def test_every_answer_fits_and_says_that_nobody_has_checked_it(code: str, language: str) -> None:
    reply = script().reply(code.format(language))
    assert UNCHECKED[language] in reply.text
    assert reply.segments <= (3 if reply.encoding == "UCS-2" else 2)
    assert (reply.encoding == "GSM-7") is (language in {"fil", "hmn"})
    assert "{" not in reply.text


@pytest.mark.parametrize("language", FURTHER)
@pytest.mark.parametrize("code", CODES)
def test_every_answer_offers_english_by_something_that_gives_it(code: str, language: str) -> None:
    text = script().reply(code.format(language)).text
    offered = text.partition("English: text ")[2]
    again = decide(script(), offered)
    assert again.language == "en"
    assert again.topic == (code.split(":")[1] if code.startswith("t:") else None)


@pytest.mark.parametrize("language", FURTHER)
@pytest.mark.parametrize("topic", NUMBERS)
def test_an_answer_names_the_numbers_of_its_topic_and_no_other(topic: str, language: str) -> None:
    answer = script().reply(f"t:{topic}:{language}:first").text.partition("English: text ")[0]
    assert set(re.findall(r"\d[\d-]+\d", answer)) == NUMBERS[topic]


@pytest.mark.parametrize("language", FURTHER)
def test_a_lock_screen_shows_no_word_of_the_topic(language: str) -> None:
    shown = {
        topic: script().reply(f"t:{topic}:{language}:first").text[:50]
        for topic in NUMBERS
        if topic != "danger"
    }
    assert [
        topic for topic, text in shown.items() if re.search(SHOWN[language], text.lower())
    ] == []


@pytest.mark.parametrize("language", FURTHER)
@pytest.mark.parametrize("topic", ["abuse", "trafficking"])
def test_a_line_with_interpreters_is_told_which_language_in_english(
    topic: str, language: str
) -> None:
    asks = ("Vietnamese", "Mandarin", "Tagalog", "Arabic", "Korean", "Punjabi", "Hmong", "Russian")
    assert asks[FURTHER.index(language)] in script().reply(f"t:{topic}:{language}:first").text


@pytest.mark.parametrize("language", FURTHER)
def test_the_danger_answer_says_that_texts_to_911_are_in_english(language: str) -> None:
    english = (
        "tiếng Anh",
        "英文",
        "Ingles",
        "بالإنجليزية",
        "영어",
        "ਅੰਗਰੇਜ਼ੀ",
        "Askiv",
        "по-английски",
    )
    text = script().reply(f"t:danger:{language}:first").text
    assert text.count("911") == 3
    assert any(word in text for word in english)


def test_a_long_number_stays_in_order_beside_arabic() -> None:
    """After an Arabic letter the parts of 1-888-373-7888 would be drawn from right to left; on a
    line alone not."""
    for code in CODES:
        text = script().reply(code.format("ar")).text
        assert set(re.findall(r"1-[\d-]+", text)) <= set(text.splitlines())


def test_the_line_has_an_answer_in_every_language_of_the_pack_and_says_everything_in_two() -> None:
    assert script().spoken == ("en", "es", "vi", "zh-Hant", "fil", "ar", "ko", "pa", "hmn", "ru")
    assert script().languages == ("en", "es")


@pytest.mark.parametrize(
    ("text", "language"),
    [("ENGLISH", "en"), ("Ingles", "en"), ("ESPAÑOL", "es"), ("spanish", "es")],
)
def test_a_language_is_asked_for_by_its_name(text: str, language: str) -> None:
    decision = decide(script(), text)
    assert (decision.how, decision.code) == ("exact", f"line:general:{language}")


def small(text: str) -> Pack:
    """The small pack with one language in part, whose danger answer is ``text``."""
    keywords = tuple(
        replace(one, max_segments={**one.max_segments, "ko": 2}) if one.topic == "danger" else one
        for one in KEYWORDS
    )
    english = {"sms:line:further": "{911.voice}", "sms:danger:further": "{911.voice} {code.en}"}
    return replace(
        PACK,
        languages=(*PACK.languages, "ko"),
        partial=("ko",),
        keywords=keywords,
        texts={
            "en": {**PACK.texts["en"], **english},
            "es": PACK.texts["es"],
            "ko": {"sms:line:further": "위험: {911.voice}", "sms:danger:further": text},
        },
    )


def test_its_topics_code_comes_from_the_pack() -> None:
    line = Script(small("{911.voice}에 전화. {code.en}"), SETTINGS)
    assert decide(line, "칼을 들고 나를 죽이려고 해요 살려주세요").reply.text == "911에 전화. M31"


def test_an_answer_over_its_segments_is_a_problem() -> None:
    found = problems(small("가" * 140), SETTINGS)
    assert ["t:danger:ko:first" in str(one.message) for one in found] == [True]


def test_an_answer_with_a_hole_is_a_problem() -> None:
    assert "gone.voice" in str(problems(small("{gone.voice}"), SETTINGS)[0].message)


def test_the_codes_fit_the_ledger_and_are_each_ones_own() -> None:
    codes = [draft.code for draft in replies.drafts(pack(), SETTINGS)]
    assert all(first != second for first, second in pairwise(sorted(codes)))
    assert {f"line:general:{language}" for language in FURTHER} <= set(codes)
