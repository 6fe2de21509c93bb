"""Replies: XML, segments, accents, places."""

from dataclasses import replace

import pytest

from content.model.pack import Words
from sms.replies import drafts, place, ready, with_other, with_second
from sms.script import Script
from tests.sms.packs import PACK, SETTINGS


def test_accents_stay_while_they_fit_and_go_when_only_that_fits() -> None:
    short = ready("Está aquí", budget=1)
    assert (short.text, short.encoding) == ("Está aquí", "UCS-2")
    long = ready("Está aquí, señor. " * 8, budget=1)
    assert (long.text, long.segments, long.encoding) == ("Esta aqui, señor. " * 8, 1, "GSM-7")


def test_every_draft_has_a_code_of_its_own_that_fits_the_ledger() -> None:
    codes = [draft.code for draft in drafts(PACK, SETTINGS)]
    assert len(codes) == len(set(codes))
    assert max(map(len, codes)) <= 120


def test_an_answer_by_whom_it_is_about_is_served_beside_the_first_in_two_parts() -> None:
    about = {"sms:danger:friend": "Go near people. {code}", "sms:line:staff": "Call {911.voice}."}
    texts = {
        language: {
            **PACK.texts[language],
            **{key: f"{language} {text}" for key, text in about.items()},
        }
        for language in ("en", "es")
    }
    made = {draft.code: draft for draft in drafts(replace(PACK, texts=texts), SETTINGS)}
    assert made["t:danger:en:friend"].text == "en Go near people. M31"
    assert made["t:danger:es:friend"].text == "es Go near people. E31"
    assert made["line:staff:es"].text == "es Call 911."
    assert (made["t:danger:en:first"].budget, made["t:danger:en:friend"].budget) == (1, 2)
    assert "t:danger:en:actor" not in made


OTHER = {
    "en": {**PACK.texts["en"], "sms:line:other": "Español: {code}"},
    "es": {**PACK.texts["es"], "sms:line:other": "English: {code}"},
}


@pytest.mark.parametrize(("language", "offered"), [("en", "Español: E31"), ("es", "English: M31")])
def test_a_reply_offers_the_other_language_by_the_number_of_its_topic(
    language: str, offered: str
) -> None:
    short = {
        key: text.replace("(es) Si estás en peligro, aquí: ", "")
        for key, text in OTHER["es"].items()
    }
    told = {
        draft.code: draft.text
        for draft in drafts(replace(PACK, texts={**OTHER, "es": short}), SETTINGS)
    }
    assert told[f"t:danger:{language}:first"].endswith(f". {offered}")
    assert offered not in told[f"t:danger:{language}:more"]


def test_a_reply_of_the_lines_own_offers_it_by_a_word() -> None:
    words = {"en": Words(alone=("english",)), "es": Words(alone=("español",))}
    told = {
        draft.code: draft.text
        for draft in drafts(replace(PACK, texts=OTHER, line_words=words), SETTINGS)
    }
    assert told["line:help:en"].endswith(". Español: ESPAÑOL")
    assert told["line:help:es"].endswith(". English: ENGLISH")
    assert "ESPAÑOL" not in told["line:limited:en"]


def test_the_offer_never_costs_a_part_nor_an_accent() -> None:
    codes = {"en": "M31", "es": "E31"}
    pack = replace(PACK, texts=OTHER)
    assert with_other(pack, SETTINGS, "x" * 146, codes, language="en", budget=2).endswith(
        ". Español: E31"
    )
    assert with_other(pack, SETTINGS, "x" * 147, codes, language="en", budget=2) == "x" * 147
    accented = "á" * 130
    assert with_other(pack, SETTINGS, accented, codes, language="es", budget=2) == accented


def second(text: str, first: str, frame: str = "Also, {need}, or text {code}") -> str:
    also = {"sms:line:also": frame, "sms:trafficking:second": text}
    texts = {"en": {**OTHER["en"], **also}}
    return with_second(
        replace(PACK, texts=texts),
        SETTINGS,
        ready(first, budget=2),
        topic="trafficking",
        code="M35",
        language="en",
    ).text


def test_a_second_need_takes_the_place_of_the_offer() -> None:
    both = second("for x: {nhth.voice}", f"{'x' * 258} 911. Español: E31")
    assert both == f"{'x' * 258} 911. Also, for x: 1-888-373-7888, or text M35"


def test_a_second_need_that_a_recall_left_without_a_number_is_not_named() -> None:
    assert second("", "Call 911. Español: E31") == "Call 911. Español: E31"


def test_a_pack_from_before_each_topic_had_its_own_second_number_names_none() -> None:
    texts = {
        "sms:line:also": "Also, {need}: {number}, or text {code}",
        "sms:trafficking:also": "for x",
    }
    pack = replace(PACK, texts={"en": {**PACK.texts["en"], **texts}, "es": PACK.texts["es"]})
    script = Script(pack, SETTINGS)
    first = script.reply("t:danger:en:first")
    assert script.reply("t:danger:en:first+trafficking") == first


def test_the_general_reply_may_name_what_there_is_for_one_need() -> None:
    words = {
        "sms:line:perhaps": "Danger: 911. {need} More: text {code}.",
        "sms:basics:perhaps": "For food: {211.voice}.",
        "sms:suicide:perhaps": "",
    }
    pack = replace(PACK, texts={"en": {**PACK.texts["en"], **words}}, languages=("en",))
    made = {draft.code: draft.text for draft in drafts(pack, SETTINGS)}
    assert made["line:general:en+basics"] == "Danger: 911. For food: 211. More: text M46."
    assert {"line:general:en+suicide", "line:general:en+danger"}.isdisjoint(made)


def test_a_place_names_its_countys_line() -> None:
    reply = place(PACK, SETTINGS, counties=PACK.counties[:1], language="en")
    assert reply is not None
    assert reply.text.startswith("Sacramento: 1-916-875-5437.")


def test_several_counties_are_named_together_as_far_as_they_fit() -> None:
    both = place(PACK, SETTINGS, counties=PACK.counties[:2], language="en")
    assert both is not None
    assert both.text.startswith("Sacramento / Placer: 1-916-875-5437 / 1-916-872-7960.")
    tight = replace(PACK, line_segments={"place": {"en": 1}})
    long_name = replace(PACK.counties[1], name="P" * 120)
    one = place(tight, SETTINGS, counties=[PACK.counties[0], long_name], language="en")
    assert one is not None
    assert one.text.startswith("Sacramento: 1-916-875-5437.")


def test_a_county_without_a_number_has_no_reply() -> None:
    assert place(PACK, SETTINGS, counties=PACK.counties[2:], language="en") is None
