"""Cases 1 to 16 of the forty (docs/develop/cases-line.md): what comes in over HTTP, from the signature to the row."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import Connection, func, select
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from settings.load import Secrets
from sms.ledger import HANDLED
from sms.line import TextLine
from sms.twiml import NOTHING
from store.group_commit import Store
from tests.sms.twilio.test_endpoints import (
    ACCOUNT,
    FORM,
    PUBLIC,
    TOKEN,
    Answer,
    ask,
    form,
    post,
    signed,
    webhook_over,
)

Make = Callable[..., TextLine]
PATH = "/sms/inbound"
# seconds: a busy machine must not turn a database that is merely slow into one that is away
SLOW = 60.0


def _count(connection: Connection, items: Any) -> list[int]:
    found = connection.execute(select(func.count()).select_from(HANDLED)).scalar_one()
    return [found] * len(items)


def rows(store: Store) -> int:
    """How many messages the database knows."""
    return int(asyncio.run(store.submit(_count, None)))


def message(answer: Answer) -> str:
    """The one message of an answer."""
    (said,) = ET.fromstring(answer.body)  # noqa: S314  our own output
    return said.text or ""


def theirs(raw: bytes, fields: dict[str, str], path: str = PATH) -> dict[bytes, bytes]:
    """The header as the carrier's own library makes it."""
    return {
        b"x-twilio-signature": RequestValidator(TOKEN)
        .compute_signature(PUBLIC + path, fields)
        .encode()
    }


def test_case_01_a_valid_signed_post_gets_one_message_as_xml_and_one_row(
    store: Store, new_line: Make
) -> None:
    answer = ask(webhook_over(new_line(store, patience=SLOW)), form(Body="TRAFFICKED"))

    assert (answer.status, answer.headers[b"content-type"]) == (200, b"text/xml; charset=utf-8")
    assert message(answer).startswith("Trafficking: 1-888-373-7888")
    assert rows(store) == 1


def test_case_02_no_signature_is_refused_without_a_row_and_without_an_echo(
    store: Store, new_line: Make
) -> None:
    answer = ask(webhook_over(new_line(store, patience=SLOW)), form(), headers={})

    assert (answer.status, answer.body) == (403, NOTHING)
    assert rows(store) == 0


def test_case_03_a_wrong_token_is_refused_and_the_log_holds_no_body_and_no_number(
    store: Store, new_line: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = ask(
            webhook_over(new_line(store, patience=SLOW)),
            form(),
            headers=signed(form(), token="other"),
        )

    assert (answer.status, rows(store)) == (403, 0)
    assert "safe" not in caplog.text
    assert "9165550123" not in caplog.text


def test_case_04_blank_fields_stay_in_what_is_signed(store: Store, new_line: Make) -> None:
    fields = {**FORM, "Body": "", "FromCity": "", "FromZip": ""}
    raw = urlencode(fields).encode()

    assert (
        ask(webhook_over(new_line(store, patience=SLOW)), raw, headers=theirs(raw, fields)).status
        == 200
    )


def test_case_05_a_proxy_that_rewrites_host_and_drops_the_scheme_changes_nothing(
    store: Store, new_line: Make
) -> None:
    hook = webhook_over(new_line(store, patience=SLOW))
    for odd in (
        {b"host": b"127.0.0.1:8000"},
        {b"host": b"other.example", b"x-forwarded-host": b"x"},
        {},
    ):
        assert (
            ask(hook, form(), headers={**theirs(form(), FORM), **odd}, scheme="http").status == 200
        )


@pytest.mark.parametrize("host", [b"x:99999", b"x:abc", b"[", b""])
@pytest.mark.parametrize(
    "raw_path", [b"/sms/inbound", b"http://x:99999/sms/inbound", b"//sms/inbound", b"\xff"]
)
def test_case_06_a_hostile_host_or_target_is_never_a_fault(
    store: Store, new_line: Make, host: bytes, raw_path: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask(
        webhook_over(new_line(store, patience=SLOW)),
        form(),
        headers={**signed(form()), b"host": host},
        raw_path=raw_path,
        path="/x",
    )

    assert answer.status == (200 if raw_path == b"/sms/inbound" else 403)
    assert "fault" not in caplog.text


@pytest.mark.parametrize("query", ["v=2", "a=%20b", "a=%2f&b=+c", "b=1&a=2"])
def test_case_07_a_query_is_verified_byte_for_byte(
    store: Store, new_line: Make, query: str
) -> None:
    hook = webhook_over(new_line(store, patience=SLOW))
    headers = theirs(form(), FORM, f"{PATH}?{query}")

    assert ask(hook, form(), headers=headers, query_string=query.encode()).status == 200
    assert ask(hook, form(), headers=headers, query_string=query.upper().encode()).status == 403


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ((Secrets(ACCOUNT, webhook_key="shared"), b"key=SK1,algorithm=HMAC_SHA256"), 200),
        ((Secrets(ACCOUNT, TOKEN), b"key=SK1,algorithm=HMAC_SHA256"), 403),
        ((Secrets(ACCOUNT, webhook_key="shared"), b"key=SK1,algorithm=MD5"), 403),
    ],
)
def test_case_08_a_shared_key_counts_where_it_is_configured_and_with_sha256_alone(
    store: Store,
    new_line: Make,
    given: tuple[Secrets, bytes],
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    secrets, settings = given
    made = RequestValidator("shared").compute_signature(
        PUBLIC + PATH, FORM, algorithm="HMAC_SHA256"
    )
    headers = {
        b"x-twilio-signature": made.encode(),
        b"x-twilio-webhooks-signature-settings": settings,
    }
    with caplog.at_level(logging.WARNING):
        answer = ask(
            webhook_over(new_line(store, patience=SLOW), secrets=secrets), form(), headers=headers
        )

    assert answer.status == status
    assert ("TWILIO_WEBHOOK_KEY" in caplog.text) is (status == 403)


@pytest.mark.parametrize("fields", [{"AccountSid": "AC2"}, {"To": "+19165550101"}])
def test_case_09_a_right_signature_for_another_account_or_number_is_refused(
    store: Store, new_line: Make, fields: dict[str, str]
) -> None:
    assert ask(webhook_over(new_line(store, patience=SLOW)), form(**fields)).status == 403
    assert rows(store) == 0


def test_case_10_unknown_new_fields_are_signed_over_and_ignored(
    store: Store, new_line: Make
) -> None:
    hook = webhook_over(new_line(store, patience=SLOW))
    raw = form(RcsThing="{}", Body2="FOOD")

    assert message(ask(hook, raw)).startswith("Danger")
    assert ask(hook, form(RcsThing="[]", Body2="FOOD"), headers=signed(raw)).status == 403


def test_case_11_a_repeated_field_is_verified_as_a_sorted_set_and_its_first_value_counts(
    store: Store, new_line: Make
) -> None:
    raw = form(Body="FOOD") + b"&Body=b&Body=a&Body=b"
    text = PUBLIC + PATH
    for name in sorted(FORM):
        text += "".join(
            name + value for value in (["FOOD", "a", "b"] if name == "Body" else [FORM[name]])
        )
    header = RequestValidator(TOKEN).compute_signature(text, {}).encode()

    assert message(
        ask(
            webhook_over(new_line(store, patience=SLOW)),
            raw,
            headers={b"x-twilio-signature": header},
        )
    ).startswith("Basics")


@pytest.mark.parametrize(
    "raw",
    [form(Body="x" * 64 * 1024), b"&".join(b"f%d=1" % k for k in range(5000))],
    ids=["64 KB", "5,000 fields"],
)
def test_case_12_too_long_a_body_or_too_many_fields_are_refused_though_signed(
    store: Store, new_line: Make, raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask(
        webhook_over(new_line(store, patience=SLOW)), raw, headers={b"x-twilio-signature": b"any"}
    )

    assert (answer.status, answer.body) == (413, NOTHING)
    assert rows(store) == 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_case_13_what_is_no_post_makes_no_row(store: Store, new_line: Make, method: str) -> None:
    assert ask(webhook_over(new_line(store, patience=SLOW)), form(), method=method).status == 405
    assert rows(store) == 0


def test_case_14_the_same_message_again_gets_the_same_answer_and_one_row(
    store: Store, new_line: Make
) -> None:
    hook, other = (
        webhook_over(new_line(store, patience=SLOW)),
        webhook_over(new_line(store, patience=SLOW)),
    )
    answers = [
        ask(
            one,
            form(Body="ME ESCAPÉ"),
            headers={**signed(form(Body="ME ESCAPÉ")), b"i-twilio-idempotency-token": token},
        )
        for one, token in ((hook, b"a"), (hook, b"b"), (other, b"c"))
    ]

    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert b"<Message>" in answers[0].body
    assert rows(store) == 1


def test_case_15_ten_posts_of_one_message_at_once_make_one_row_and_ten_equal_answers(
    url: str, store: Store, new_line: Make
) -> None:
    """Five to each of two servers, each with its own connection."""
    second = Store(url)
    second.open()

    async def play() -> list[Answer]:
        hooks = [
            webhook_over(new_line(store, patience=SLOW)),
            webhook_over(new_line(second, patience=SLOW)),
        ]
        bodies = ["FOOD", "im not safe"]  # were both answered as they came, they would differ
        return await asyncio.gather(
            *(post(hooks[k % 2], form(Body=bodies[k % 2])) for k in range(10))
        )

    answers = asyncio.run(play())
    second.close()
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert rows(store) == 1


def test_case_16_when_the_first_answer_is_lost_the_next_try_brings_exactly_one(
    store: Store, new_line: Make
) -> None:
    hook = webhook_over(new_line(store, patience=SLOW))

    async def lose() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": form(Body="FOOD")}

        async def send(event: Any) -> None:
            raise ConnectionResetError

        scope = {
            "type": "http",
            "method": "POST",
            "path": PATH,
            "raw_path": PATH.encode(),
            "query_string": b"",
        }
        with pytest.raises(ConnectionResetError):
            await hook({**scope, "headers": list(signed(form(Body="FOOD")).items())}, receive, send)

    asyncio.run(lose())
    assert message(ask(hook, form(Body="FOOD"))).startswith("Basics")
    assert message(ask(webhook_over(new_line(store, patience=SLOW)), form(Body="FOOD"))).startswith(
        "Basics"
    )
    assert rows(store) == 1
