"""Programs, partners and laws of the state's page, languages, and greetings inside a sentence."""

import pytest

from sms.decide import decide
from sms.understanding.normalise import tokenize
from tests.shipped import pack
from tests.sms.test_real_pack import script

# Reply → sentences in which a student, a parent or staff names the program or the law.
NAMED = {
    "partner:cdss-csec": ["who runs the CSEC program here", "is there a csec program in kern county", "we have a csec training on monday",
        "what is the commercially sexually exploited children program", "does cdss pay for the csec program", "que es el programa csec en mi condado"],
    "partner:protect": ["PROTECT curriculum", "is the PROTECT curriculum free", "when is the next protect training for staff", "my class does the protect lessons",
        "what is prevention organized to educate children on trafficking", "we need the protect program for grade 7"],
    "partner:3strands": ["what does 3strands do", "a lady from 3Strands Global came to our class", "can i volunteer with three strands global foundation",
        "is 3strands global foundation in sacramento", "i need the email of 3strands", "mi maestra hablo de 3strands en la clase"],
    "partner:fdfi": ["who is the frederick douglass family initiative", "fdfi classroom lessons", "does the Frederick Douglass Family Initiatives still exist",
        "can fdfi come to our class", "my teacher uses the frederick douglass family initiative curriculum"],
    "partner:lnf": ["love never fails housing", "does love never fails have a house for girls", "i heard about love never fails at church",
        "how do i join love never fails mentoring", "love never fails in oakland phone", "que hace love never fails"],
    "partner:tfc": ["what is the trafficking free community", "the Trafficking-Free Community project at our school", "is our town a trafficking free community",
        "my counselor said something about the trafficking free community", "who pays for the trafficking free community lessons"],
    "partner:a21": ["what does a21 do", "our club wants to walk for A21", "is the a21 campaign real", "the a21 campaign put up a poster at my bus stop",
        "can a21 come talk to us", "que es la campaña a21 en la escuela"],
    "partner:blue": ["blue campaign posters", "does the blue campaign have posters in spanish", "what is the dhs blue campaign about",
        "we watched a video from the blue campaign", "how do i order blue campaign cards"],
    "partner:ncmec": ["is ncmec open at night", "what is the national center for missing and exploited children for", "is there a number for ncmec",
        "how do i report to the cybertipline", "does the National Center for Missing & Exploited Children take down pictures", "my mom works at ncmec"],
    "partner:heat": ["what does the heat institute do", "who is in the H.E.A.T. Institute", "is the human exploitation and trafficking institute still open",
        "my professor was at the heat institute", "the heat institute in oakland number"],
    "partner:sho": ["california department of education", "i need the california department of education page on csec", "does the school health office have lessons",
        "how do i reach the CDE school health office", "who do i ask at the california department of education", "el departamento de educacion de california tiene clases de esto"],
    "law:ab1227": ["ab 1227 training for teachers", "what is the human trafficking prevention education and training act", "does AB-1227 apply to charter schools",
        "my principal says assembly bill 1227 is only for high school", "human trafficking prevention education and training act summary", "do we have to follow ab1227 this year"],
    "law:sb855": ["do we have to follow sb 855", "did our county opt in to SB 855", "what did senate bill 855 change for kids", "county protocol under sb855",
        "is sb 855 money still there"],
    "law:ec51934": ["ed code 51934 grades", "what grades does education code 51934 cover", "does section 51934 say we can opt out", "is 51934 about health class",
        "my kid's school ignores ed code 51934"],
    "law:ec51950": ["section 51950 of the education code training", "is 51950 a yearly training", "who trains us under education code 51950", "ed code 51950 staff hours",
        "what does EC 51950 ask of a district"],
    "law:wic16524-7": ["multidisciplinary team 16524.7", "what does welfare and institutions code 16524.7 say about schools", "can our district join the 16524.7 team",
        "is section 16524.7 only for counties", "wic 16524.7 multidisciplinary team members"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [(code, text) for code in NAMED for text in NAMED[code]])
def test_a_name_inside_a_sentence_brings_what_the_pack_says_of_it(code: str, text: str) -> None:
    assert decide(script(), text).code.rpartition(":")[0] == code


def test_every_partner_and_five_sentences_for_each_are_in_the_table() -> None:
    partners = {f"partner:{one.id}" for one in pack().live_partners}
    assert partners <= NAMED.keys()
    assert min(map(len, NAMED.values())) >= 5


NEEDS = {
    "trafficking": "we watched 3strands in class and i think my boyfriend is selling me to his friends",
    "suicide": "our teacher talked about a21 and i want to die",
    "abuse": "the blue campaign poster is in my school and my dad hits me every night",
}


@pytest.mark.parametrize(("topic", "text"), NEEDS.items())
def test_a_need_next_to_a_name_comes_first(topic: str, text: str) -> None:
    assert decide(script(), text).topic == topic


@pytest.mark.parametrize(
    "text",
    ["im a 21 year old", "3 strands of hair", "my essay on frederick douglass is due", "no heat at home", "protect me",
     "it weighs 215.5 pounds", "we turned it over, take it down from the wall"],
)  # fmt: skip
def test_ordinary_words_name_no_program_and_no_law(text: str) -> None:
    assert not decide(script(), text).code.startswith(("partner:", "law:"))


OTHERS = [
    "ich will sterben", "mein vater schlägt mich", "hilfe", "я хочу померти, допоможіть", "моя мама б'є мене", "je veux mourir",
    "mon père me frappe", "eu quero morrer", "minha mãe me bate", "voglio morire", "chce umrzeć", "ben ölmek istiyorum",
    "mwen bezwen èd", "死にたい", "助けて", "मुझे मदद चाहिए", "من کمک می‌خواهم", "مجھے مدد چاہیے", "ខ្ញុំត្រូវការជំនួយ", "օգնեցեք ինձ", "ช่วยด้วย",
    "do you have ukrainian", "deutsch bitte", "is there german",
]  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
def test_a_language_that_the_line_has_not_gets_911_988_and_the_languages_there_are(
    text: str,
) -> None:
    reply = decide(script(), text).reply.text
    names = {"en": ["Vietnamese", "Chinese", "Filipino", "Arabic", "Korean", "Punjabi", "Hmong", "Russian"],
             "es": ["vietnamita", "chino", "filipino", "arabe", "coreano", "punyabi", "hmong", "ruso"]}  # fmt: skip
    assert reply.index("911") < reply.index("988")
    assert any(all(name in reply for name in names[tag]) for tag in names)
    assert len(names["en"]) == len(pack().partial)


OWN = [
    ("i want to go home", "en"), ("quiero irme a mi casa", "es"), ("я хочу умереть", "ru"), ("أبي يضربني", "ar"), ("我想死", "zh-Hant"),
    ("죽고 싶어요", "ko"), ("tôi muốn chết", "vi"), ("gusto ko nang mamatay", "fil"), ("kuv xav tuag", "hmn"), ("ਮੈਂ ਮਰਨਾ ਚਾਹੁੰਦਾ ਹਾਂ", "pa"),
    ("he will die", "en"), ("ben and mia will fight", "en"), ("my ma bang her head", "en"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "language"), OWN)
def test_a_language_that_the_line_has_is_never_taken_for_another(text: str, language: str) -> None:
    assert not script().language_guess.is_other(text, tokenize(text))
    assert decide(script(), text).language == language


@pytest.mark.parametrize(
    ("text", "language"),
    [("i got beat up", "en"), ("got beat up again", "en"), ("they beat me up after school", "en"),
     ("me golpearon", "es"), ("me pegaron ayer", "es")],
)  # fmt: skip
def test_who_was_beaten_up_by_nobody_named_hears_of_school_and_of_family(
    text: str, language: str
) -> None:
    decision = decide(script(), text)
    assert decision.code == f"t:bullying:{language}:beaten"
    for part in ("911", "1-800-422-4453", "988"):
        assert part in decision.reply.text


@pytest.mark.parametrize(
    ("text", "need"), [("my dad beat me up", "abuse"), ("my boyfriend beat me up", "dating")]
)
def test_who_says_who_beat_them_gets_what_is_right_for_that(text: str, need: str) -> None:
    decision = decide(script(), text)
    assert need in {decision.topic, decision.perhaps}
