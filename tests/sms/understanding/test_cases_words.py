"""Cases 21 to 38 of the forty (docs/develop/cases-line.md), as far as words, opt-out, pace and replies go."""

import asyncio
import base64
import re
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from sqlalchemy import Connection, func, select

from content.model.reserved_words import STOP
from editor.rules.text_line import is_reserved
from sms import replies
from sms.decide import decide
from sms.ledger import OPT_OUT
from sms.line import Inbound, TextLine
from sms.rate_limit import FULL
from sms.replies import SILENCE
from sms.script import Script
from sms.twiml import NOTHING
from store.group_commit import Store
from tests.shipped import pack
from tests.sms.packs import PACK, SETTINGS
from tests.sms.test_line import PHONE, send, text
from tests.sms.test_real_pack import script as real
from tests.sms.twilio.test_cases_webhook import SLOW, Make, message
from tests.sms.twilio.test_endpoints import ask, form, webhook_over

Dressed = Callable[[str], str]
DRESSES: list[Dressed] = [
    str.upper,
    str.title,
    lambda word: f"  {word}\r\n",
    lambda word: word + "\n",
]


def _count(connection: Connection, items: Any) -> list[int]:
    return [connection.execute(select(func.count()).select_from(OPT_OUT)).scalar_one()] * len(items)


@pytest.mark.parametrize("word", ["help", "info"])
def test_case_21_help_in_default_mode_is_answered_with_the_crisis_lines(
    store: Store, new_line: Make, word: str
) -> None:
    said = message(ask(webhook_over(new_line(store, patience=SLOW)), form(Body=word.upper())))

    assert "988" in said
    assert "Questions: help@example.org" in said


def test_case_22_help_that_the_carrier_answered_is_silence(store: Store, new_line: Make) -> None:
    answer = ask(webhook_over(new_line(store, patience=SLOW)), form(Body="HELP", OptOutType="HELP"))

    assert (answer.status, answer.body) == (200, NOTHING)


@pytest.mark.parametrize("keeps_list", [True, False])
def test_case_23_all_eight_stop_words_in_any_dress_are_silence_and_kept_only_where_no_carrier_keeps_them(
    store: Store, new_line: Make, keeps_list: bool
) -> None:
    async def play() -> tuple[list[int], int]:
        line = new_line(store, carrier_keeps_list=keeps_list, patience=SLOW)
        said = []
        for k, word in enumerate(sorted(STOP)):
            bodies = [dress(word) for dress in DRESSES]
            said += [d.reply.segments for d in await send(line, *bodies, sender=f"+1916555{k:04d}")]
        return said, await store.submit(_count, None)

    said, kept = asyncio.run(play())
    assert said == [0] * len(STOP) * len(DRESSES)
    assert len(STOP) == 8
    assert kept == (0 if keeps_list else len(STOP))


@pytest.mark.parametrize("body", ["STOP.", "STOP PLEASE", "stop texting me", "no más mensajes"])
def test_case_24_words_like_stop_get_one_confirmation_and_the_next_text_its_answer(
    store: Store, new_line: Make, body: str
) -> None:
    line = new_line(store, carrier_keeps_list=False, patience=SLOW)
    asked, later = asyncio.run(send(line, body, "FOOD"))

    assert (asked.how, asked.reply.segments > 0) == ("optout", True)
    assert "988" in asked.reply.text
    assert "STOP" in asked.reply.text
    assert later.topic == "basics"


@pytest.mark.parametrize(
    "body", ["he wont stop hitting me", "he won't stop hurting me", "make him stop touching me"]
)
def test_case_24_stop_inside_a_sentence_is_a_need(body: str) -> None:
    decision = decide(real(), body)

    assert decision.topic in {"danger", "dating", "abuse", "assault"}
    assert decision.how != "optout"


@pytest.mark.parametrize("opt_out_type", ["", "START"])
@pytest.mark.parametrize("word", ["start", "unstop", "yes"])
def test_case_26_start_and_its_kin_are_answered_with_the_crisis_lines(
    store: Store, new_line: Make, word: str, opt_out_type: str
) -> None:
    said = message(
        ask(webhook_over(new_line(store, patience=SLOW)), form(Body=word, OptOutType=opt_out_type))
    )

    assert said == "You can text again. 911, 988."


def test_case_30_a_picture_without_words_is_answered_and_never_fetched(
    store: Store, new_line: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialled: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *where: dialled.append(where))
    media = {"NumMedia": "1", "MediaUrl0": "http://127.0.0.1:9/x", "MediaContentType0": "image/png"}
    answer = ask(webhook_over(new_line(store, patience=SLOW)), form(Body="", **media))

    assert message(answer).startswith("In danger: call 911")
    assert dialled == []


BODIES = {
    "the longest": b"x" * 1600,
    "base64": base64.b64encode(
        b"no words that anybody would know here zzz qqq xxx, none at all really"
    ),
    "NUL and controls": bytes(range(32)),
    "a lone byte": b"\xf0",
    "half a surrogate": b"\xed\xa0\x80",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_case_31_odd_bodies_get_the_general_answer(
    store: Store, new_line: Make, body: bytes
) -> None:
    raw = form().replace(b"Body=im+not+safe", b"Body=" + quote_from_bytes(body).encode())

    assert message(ask(webhook_over(new_line(store, patience=SLOW)), raw)).startswith(
        "In danger: call 911"
    )


@pytest.mark.parametrize(
    ("body", "how"),
    [("😭😭", "exact"), ("???", "exact"), ("\u200b", "general"), ("مرحبا", "general"), ("ＨＥＬＰ", "help"),
     ("“HELP”", "help"), ("H E L P", "help"), ("heeelp", "help"), ("h.e.l.p", "help"), ("HE\u200bLP", "help")],
)  # fmt: skip
def test_case_32_signs_and_dressed_up_help_are_answered(body: str, how: str) -> None:
    decision = decide(real(), body)

    assert (decision.how, decision.reply.segments > 0) == (how, True)


@pytest.mark.parametrize(
    "body", ["ME ESCAPÉ", "me escape", "me escape\u0301", "Me  Escapé!", "ｍｅ ｅｓｃａｐé"]
)
def test_case_33_any_spelling_of_an_accent_is_the_same_spanish(
    store: Store, new_line: Make, body: str
) -> None:
    before, found = asyncio.run(send(new_line(store, patience=SLOW), "i ran away", body))

    assert (before.topic, before.language) == ("runaway", "en")
    assert (found.topic, found.language) == ("runaway", "es")


def test_case_34_a_reply_with_any_character_is_well_formed(store: Store, new_line: Make) -> None:
    odd = "a & b < c > d \" ' 😀 ]]> <!-- &amp; \n" + "".join(map(chr, range(9))) + "\x0b\x1f\ufffe"
    texts = {**PACK.texts, "en": {**PACK.texts["en"], "sms:basics:first": odd}}
    line = new_line(store, script=Script(replace(PACK, texts=texts), SETTINGS), patience=SLOW)

    assert (
        message(ask(webhook_over(line), form(Body="FOOD")))
        == "a & b < c > d \" ' 😀 ]]> <!-- &amp; \n"
    )


NUMBER = re.compile(r"(?<!\d)(?:911|988|211|741741|1-\d{3}-\d{3}-\d{4})(?!\d)")
INVITED = re.compile(
    r"\b(?:[Tt]ext|[Mm]anda|[Ee]nv[ií]a|[Rr]eply|[Rr]esponde)\s+(?:a word:\s*)?(\w+)\b(?!\s+(?:to|al)\s+\d)"
)
# "Text START to 678678" is about another line's number, which is meant.
SHORTENERS = ("bit.ly", "tinyurl", "goo.gl", "t.co/", "ow.ly", "is.gd")
MAY_INVITE = {
    "line:optout",
    "line:slip",
    "line:help",
    "line:start",
    "line:stopped",
}  # they say how to stop, or to start again
GSM_7 = {
    "en",
    "fil",
    "hmn",
}  # Spanish is either, as meaning asks; other scripts have 67 letters a part


def test_case_35_every_reply_fits_is_plain_and_holds_a_number() -> None:
    wrong = []
    for draft in replies.drafts(pack(), SETTINGS):
        reply = replies.ready(draft.text, budget=draft.budget)
        language = draft.code.rpartition(":")[2]
        menu = [word for word in INVITED.findall(reply.text) if is_reserved(word)]
        fine = (
            0 < reply.segments <= draft.budget <= (2 if language in {"en", "es"} else 3)
            and len(reply.text) <= 1600
            and (reply.encoding == "GSM-7" or language not in GSM_7)
            and not any(name in reply.text for name in SHORTENERS)
            and NUMBER.search(reply.text)
            and (not menu or draft.code.rpartition(":")[0] in MAY_INVITE)
        )
        if not fine:
            wrong.append((draft.code, reply.segments, reply.encoding, menu))
    assert wrong == []


def test_case_37_a_machine_that_answers_us_is_slowed_to_one_short_text_and_silence(
    store: Store, new_line: Make
) -> None:
    async def play() -> list[Any]:
        line = new_line(store, patience=SLOW)
        loop = await send(line, *["I'm driving right now and will reply later"] * 31)
        danger = await send(line, *["im not safe", "quiero morir"] * 5, start=50)
        ours = await line.answer(
            Inbound(sid="SM99", sender=SETTINGS.number, recipient=SETTINGS.number, body="FOOD")
        )
        return [loop, danger, ours]

    loop, danger, ours = asyncio.run(play())
    assert [d.reply.segments > 0 for d in loop] == [True] * (FULL + 1) + [False] * (30 - FULL)
    assert loop[FULL].code == "line:limited:en"
    assert FULL < 30
    assert {d.topic for d in danger} == {"danger", "suicide"}
    assert all(d.reply.segments for d in danger)
    assert ours.reply is SILENCE


@pytest.mark.parametrize(
    "sender", ["72345", "SCHOOL", f"whatsapp:{PHONE}", "+266696687", "", "rcs:agent_x", "\ud800"]
)
def test_case_38_any_kind_of_sender_is_answered(store: Store, new_line: Make, sender: str) -> None:
    line: TextLine = new_line(store, carrier_keeps_list=False, patience=SLOW)

    assert asyncio.run(line.answer(text("FOOD", sender=sender))).topic == "basics"
