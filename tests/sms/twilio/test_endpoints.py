"""The HTTP edge, by raw ASGI, from the carrier's signature to the TwiML."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.types import ASGIApp

from messages.message import message
from settings.load import Secrets
from sms.alarms import Alarms
from sms.line import TextLine
from sms.twilio.account import Account
from sms.twilio.delivery_status import Deliveries
from sms.twilio.endpoints import InboundCalls, InboundTexts, StatusCallbacks
from sms.twilio.gate import MAX_BYTES, Gate
from sms.twilio.signature import parse
from sms.twiml import NOTHING
from sms.voice.twiml import Voice
from store.group_commit import Store
from tests.running import carrier_id
from tests.sms import stand_in
from tests.sms.packs import SETTINGS

TOKEN, ACCOUNT, PUBLIC = "12345", "AC1", "https://kiosk.example"
Make = Callable[..., TextLine]
FORM = {
    "MessageSid": carrier_id("SM1"), "AccountSid": ACCOUNT, "From": "+19165550123", "To": SETTINGS.number, "Body": "im not safe",
    "FromCity": "", "NumMedia": "0", "SomethingNew": "x",
}  # fmt: skip


class Answer:
    """What came back over ASGI."""

    def __init__(self, sent: list[Any]) -> None:
        self.status: int = sent[0]["status"] if sent else 0
        self.headers: dict[bytes, bytes] = dict(sent[0]["headers"]) if sent else {}
        self.body: bytes = sent[1]["body"] if sent else b""


def signed(raw: bytes, path: str = "/sms/inbound", token: str = TOKEN) -> dict[bytes, bytes]:
    return {b"x-twilio-signature": stand_in.signature(PUBLIC + path, parse(raw), key=token)}


async def post(
    hook: ASGIApp,
    raw: bytes,
    *,
    headers: dict[bytes, bytes] | None = None,
    chunks: int = 1,
    **scope: Any,
) -> Answer:
    """One request, its body in so many pieces. Signed as the carrier would, unless headers are
    given."""
    size = len(raw) // chunks + 1
    pieces = [raw[k : k + size] for k in range(0, len(raw), size)] or [b""]

    async def events() -> AsyncIterator[dict[str, Any]]:
        for index, piece in enumerate(pieces, 1):
            yield {"type": "http.request", "body": piece, "more_body": index < len(pieces)}
        yield {"type": "http.disconnect"}

    sent: list[Any] = []

    async def send(event: Any) -> None:
        sent.append(event)

    stream = events()
    found = signed(raw) if headers is None else headers
    full = {
        "type": "http", "method": "POST", "path": "/sms/inbound", "raw_path": b"/sms/inbound", "query_string": b"",
        "headers": list(found.items()), **scope,
    }  # fmt: skip
    await hook(full, lambda: anext(stream), send)
    return Answer(sent)


@pytest.fixture
def hook(store: Store, new_line: Make) -> InboundTexts:
    return webhook_over(new_line(store))


def webhook_over(line: TextLine, **other: Any) -> InboundTexts:
    return InboundTexts(line, gate(line.alarms, **other))


def gate(alarms: Alarms, **other: Any) -> Gate:
    return Gate(alarms, replace(Account(SETTINGS.number, PUBLIC, Secrets(ACCOUNT, TOKEN)), **other))


def form(**fields: str) -> bytes:
    return urlencode({**FORM, **fields}).encode()


def ask(hook: InboundTexts, raw: bytes, **other: Any) -> Answer:
    return asyncio.run(post(hook, raw, **other))


def test_a_signed_text_gets_its_answer_as_xml(hook: InboundTexts) -> None:
    answer = ask(hook, form())
    assert answer.status == 200
    assert answer.headers[b"content-type"] == b"text/xml; charset=utf-8"
    assert int(answer.headers[b"content-length"]) == len(answer.body)
    assert answer.body.startswith(
        b'<?xml version="1.0" encoding="UTF-8"?><Response><Message>Danger: 911.'
    )


def test_the_same_message_gets_the_same_bytes(hook: InboundTexts) -> None:
    assert ask(hook, form()).body == ask(hook, form(Body="FOOD")).body


def test_a_body_in_pieces_is_one_body(hook: InboundTexts) -> None:
    assert ask(hook, form(), chunks=5).status == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {b"x-twilio-signature": b""}, {b"x-twilio-signature": b"AAAA"}, {b"x-twilio-signature": b"\xff"},
     signed(form(), token="other"), signed(form(), path="/other"), signed(form(Body="other"))],
)  # fmt: skip
def test_what_the_carrier_did_not_sign_is_refused(
    hook: InboundTexts, headers: dict[bytes, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask(hook, form(), headers=headers)
    assert answer.status == 403
    assert answer.body == NOTHING
    assert "safe" not in caplog.text
    assert "1916" not in caplog.text


@pytest.mark.parametrize(
    "fields", [{"AccountSid": "AC2"}, {"To": "+19165550101"}, {"MessageSid": ""}]
)
def test_a_signed_text_for_another_account_or_number_is_refused(
    hook: InboundTexts, fields: dict[str, str]
) -> None:
    assert ask(hook, form(**fields)).status == 403


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # The same text is signed each time: names and values, sorted, without a border.
        (
            ("MessageSid={sid}", "MessagingServiceSid=MG1"),
            ("MessageSid={sid}MessagingServiceSidMG1",),
        ),
        (
            ("MessageSid={sid}", "MessagingServiceSid=MG1"),
            ("MessageSid={sid}Messag", "ingServiceSid=MG1"),
        ),
        (("MessagingServiceSid=MG1", "NumMedia=0"), ("MessagingServiceSid=MG1NumMedia0",)),
        (("From=%2B19165550123", "FromCity="), ("From=%2B19165550123FromCity",)),
        (("Body=im+not+safe", "From=%2B19165550123"), ("Body=im+not+safeFrom%2B19165550123",)),
    ],
)
def test_a_captured_request_that_is_cut_into_other_fields_is_refused(
    hook: InboundTexts, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    sid = carrier_id("SM1")
    whole = form(MessagingServiceSid="MG1")
    parts = whole.decode().split("&")
    cut = [part for part in parts if part not in {one.format(sid=sid) for one in before}]
    raw = "&".join([*cut, *(one.format(sid=sid) for one in after)]).encode()
    assert len(cut) == len(parts) - len(before)
    answer = ask(hook, raw, headers=signed(whole))
    assert (answer.status, answer.body) == (403, NOTHING)


@pytest.mark.parametrize(
    "fields",
    [
        {"MessageSid": "SM1"},
        {"MessageSid": "SM" + "G" * 32},
        {"MessageSid": carrier_id("1", "CA")},
        {"From": "whatsapp:+19165550123"},
        {"From": "SCHOOL"},
        {"From": ""},
        {"NumMedia": ""},
    ],
)
def test_a_signed_text_that_is_not_as_the_carrier_writes_it_is_refused_with_an_alarm(
    hook: InboundTexts, fields: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask(hook, form(**fields))
    assert (answer.status, answer.body) == (403, NOTHING)
    assert [record.getMessage() for record in caplog.records] == [
        f"text line, misshapen: {message('text-line.misshapen')}"
    ]


@pytest.mark.parametrize(
    "fields", [{"MessageSid": carrier_id("1", "MM"), "NumMedia": "2"}, {"From": "72345"}]
)
def test_pictures_and_short_codes_pass(hook: InboundTexts, fields: dict[str, str]) -> None:
    assert ask(hook, form(**fields)).status == 200


def test_the_shared_key_is_accepted_where_it_is_configured(store: Store, new_line: Make) -> None:
    raw = form()
    headers = {
        b"x-twilio-signature": stand_in.signature(
            PUBLIC + "/sms/inbound", parse(raw), key="shared", algorithm="sha256"
        ),
        b"x-twilio-webhooks-signature-settings": b"key=SK1,algorithm=HMAC_SHA256",
    }
    line = new_line(store)
    assert (
        ask(
            webhook_over(line, secrets=Secrets(ACCOUNT, webhook_key="shared")), raw, headers=headers
        ).status
        == 200
    )
    assert ask(webhook_over(line), raw, headers=headers).status == 403


@pytest.mark.parametrize("query", [b"v=2", b"a=%20b&c"])
def test_the_query_is_signed_byte_for_byte(hook: InboundTexts, query: bytes) -> None:
    headers = signed(form(), path=f"/sms/inbound?{query.decode()}")
    assert ask(hook, form(), headers=headers, query_string=query).status == 200
    assert ask(hook, form(), headers=headers).status == 403


def test_a_forged_host_changes_nothing(hook: InboundTexts) -> None:
    headers = {
        **signed(form()),
        b"host": b"x:99999",
        b"x-forwarded-proto": b"http",
        b"x-forwarded-host": b"evil",
    }
    assert ask(hook, form(), headers=headers).status == 200


@pytest.mark.parametrize(
    "missing",
    [
        {"secrets": Secrets(ACCOUNT)},
        {"secrets": Secrets(auth_token=TOKEN)},
        {"number": ""},
        {"public_url": ""},
    ],
)
def test_without_credentials_every_post_is_refused(
    store: Store, new_line: Make, missing: dict[str, Any]
) -> None:
    hook = webhook_over(new_line(store), **missing)
    assert ask(hook, form()).status == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_post_is_a_text(hook: InboundTexts, method: str) -> None:
    answer = ask(hook, form(), method=method)
    assert (answer.status, answer.headers[b"allow"]) == (405, b"POST")


def test_a_long_body_is_refused_before_it_is_read(hook: InboundTexts) -> None:
    assert ask(hook, form(), headers={b"content-length": b"71680"}).status == 413
    assert ask(hook, form(), headers={b"content-length": b"9" * 400}).status == 413


@pytest.mark.parametrize("chunks", [1, 30])
def test_a_long_body_is_refused_also_without_its_length(hook: InboundTexts, chunks: int) -> None:
    assert ask(hook, form(Body="x" * MAX_BYTES), headers={}, chunks=chunks).status == 413


def test_five_thousand_fields_are_refused(hook: InboundTexts) -> None:
    assert ask(hook, b"&".join(b"f%d=1" % k for k in range(5000)), headers={}).status == 413


@pytest.mark.parametrize(
    "body", [b"%F0", b"\xf0\x28", b"%00%01", b"%ED%A0%80", b"", b"%F0%9F%98%80", b"x" * 1600]
)
def test_undecodable_and_odd_bodies_get_the_general_answer(hook: InboundTexts, body: bytes) -> None:
    answer = ask(hook, form().replace(b"Body=im+not+safe", b"Body=" + body))
    assert answer.status == 200
    assert b"To talk" in answer.body


def test_a_repeated_field_counts_once_and_does_not_crash(hook: InboundTexts) -> None:
    assert ask(hook, form() + b"&Body=FOOD&Body=FOOD").body == ask(hook, form()).body


@pytest.mark.parametrize("opt_out_type", ["STOP", "HELP"])
def test_what_the_carrier_answered_itself_is_met_with_silence(
    hook: InboundTexts, opt_out_type: str
) -> None:
    answer = ask(hook, form(OptOutType=opt_out_type, Body=opt_out_type))
    assert (answer.status, answer.body) == (200, NOTHING)


def test_a_media_message_without_words_is_answered(hook: InboundTexts) -> None:
    answer = ask(
        hook,
        form(Body="", NumMedia="1", MediaUrl0="https://x.example/1", MediaContentType0="image/png"),
    )
    assert b"<Message>" in answer.body


def test_a_sender_that_goes_away_is_left_alone(hook: InboundTexts) -> None:
    async def gone() -> list[Any]:
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        async def send(event: Any) -> None:
            sent.append(event)

        await hook({"type": "http", "method": "POST", "path": "/", "headers": []}, receive, send)
        return sent

    assert asyncio.run(gone()) == []


def test_ten_parallel_posts_of_one_message_get_ten_equal_answers(hook: InboundTexts) -> None:
    async def play() -> list[Answer]:
        return await asyncio.gather(*(post(hook, form(Body="FOOD")) for _ in range(40)))

    answers = asyncio.run(play())
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


def test_an_alarm_says_what_to_look_at(
    hook: InboundTexts, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        ask(hook, form(), headers={})
    assert "public_url" in caplog.text


CALL = {
    "CallSid": carrier_id("1", "CA"),
    "AccountSid": ACCOUNT,
    "From": "+19165550123",
    "To": SETTINGS.number,
    "CallStatus": "ringing",
}
SAID = Voice(b"<first/>", {"1": b"<more-en/>", "2": b"<more-es/>"})


def call(fields: dict[str, str], *, token: str = TOKEN) -> Answer:
    raw = urlencode(fields).encode()
    door = InboundCalls(SAID, gate(Alarms()))
    headers = signed(raw, "/voice/inbound", token)
    return asyncio.run(
        post(door, raw, headers=headers, path="/voice/inbound", raw_path=b"/voice/inbound")
    )


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ({}, b"<first/>"),
        ({"Digits": "1"}, b"<more-en/>"),
        ({"Digits": "2"}, b"<more-es/>"),
        ({"Digits": "#"}, b"<first/>"),
    ],
)
def test_a_signed_call_hears_the_numbers_and_a_key_brings_more(
    digits: dict[str, str], said: bytes
) -> None:
    answer = call(CALL | digits)
    assert (answer.status, answer.body) == (200, said)
    assert answer.headers[b"content-type"] == b"text/xml; charset=utf-8"


def test_a_call_that_the_carrier_did_not_sign_hears_nothing() -> None:
    assert call(CALL, token="another").status == 403
    assert call(CALL | {"To": "+19165550199"}).status == 403
    assert call(CALL | {"CallSid": CALL["CallSid"] + "CallStatusringing"}).status == 403


def test_what_became_of_a_reply_is_heard_in_any_order_for_any_message_and_only_from_the_carrier() -> (
    None
):
    deliveries = Deliveries(Alarms(), clock=lambda: datetime(2026, 11, 24, tzinfo=UTC))
    door = StatusCallbacks(deliveries, gate(Alarms()))

    def told(
        status: str, code: str = "", *, token: str = TOKEN, ours: str = SETTINGS.number
    ) -> Answer:
        fields = {
            "MessageSid": carrier_id("SM9"),
            "AccountSid": ACCOUNT,
            "From": ours,
            "To": "+19165550123",
        }
        raw = urlencode({**fields, "MessageStatus": status, "ErrorCode": code}).encode()
        headers = signed(raw, "/sms/status", token)
        return asyncio.run(
            post(door, raw, headers=headers, path="/sms/status", raw_path=b"/sms/status")
        )

    assert (told("delivered").status, told("sent").body) == (200, NOTHING)
    assert told("undelivered", "30034", token="another").status == 403
    assert told("undelivered", "30034", ours="+19165550199").status == 403
    assert deliveries.problem() is None
    assert told("undelivered", "30034").status == 200
    assert deliveries.problem()
