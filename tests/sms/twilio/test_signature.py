"""Signatures, fields and bodies of the forms that the carrier posts."""

import base64
import random
from urllib.parse import parse_qsl, urlencode

import pytest

from settings.load import Secrets
from sms.twilio.signature import (
    MAX_FIELDS,
    Form,
    TooManyFieldsError,
    inbound,
    parse,
    unwrap,
    verify,
)
from tests.sms import stand_in

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
VECTOR = Form(
    CallSid=["CA1234567890ABCDE"],
    Digits=["1234"],
    From=["+14158675309"],
    To=["+18005551212"],
    Caller=["+14158675309"],
)
# Both from the tests of twilio-python, with the key 12345.
SHA1 = b"RSOYDt4T1cUTdK1PDd93/VVr8B8="
SHA256 = b"033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="
SETTINGS_HEADER = "key=SK1,algorithm=HMAC_SHA256"


@pytest.mark.parametrize(("algorithm", "expected"), [("sha1", SHA1), ("sha256", SHA256)])
def test_the_fake_carrier_signs_as_the_carrier_does(algorithm: str, expected: bytes) -> None:
    assert stand_in.signature(URL, VECTOR, key="12345", algorithm=algorithm) == expected


def test_what_the_carrier_signed_is_genuine_in_random_cases_and_changed_it_is_not() -> None:
    dice = random.Random(3)  # noqa: S311  repeatable, nothing secret
    letters = "ab+&= é😀%\n\"<'"
    for _ in range(400):
        secrets = Secrets(auth_token="".join(dice.choices("0123456789abcdef", k=32)))
        pairs = [
            (
                dice.choice(["Body", "From", "To", "FromCity", "Xé"]),
                "".join(dice.choices(letters, k=dice.randrange(9))),
            )
            for _ in range(dice.randrange(1, 8))
        ]
        fields = parse(urlencode(pairs).encode())
        tail = dice.choice(["", "?v=2", "?a=%20b", "?", "?a=[&b=#c"])
        url = f"https://kiosk.example{dice.choice(['', ':8443'])}/sms/inbound{tail}"
        header = stand_in.signature(url, fields, key=secrets.auth_token)
        assert verify(fields, header, url=url, secrets=secrets, settings=None)
        assert not verify(fields, header, url=f"{url}0", secrets=secrets, settings=None)
        more = parse(urlencode([*pairs, ("Body", "more")]).encode())
        assert not verify(more, header, url=url, secrets=secrets, settings=None)


def test_parsing_is_parse_qsl_with_blanks_kept() -> None:
    dice = random.Random(5)  # noqa: S311  repeatable, nothing secret
    for _ in range(400):
        raw = bytes(dice.choices(b"ab=&+%20F\xf0\xc3\xa9", k=dice.randrange(40)))
        wanted: dict[str, list[str]] = {}
        text = raw.decode("utf-8", "surrogateescape")
        for name, value in parse_qsl(text, keep_blank_values=True, errors="surrogateescape"):
            wanted.setdefault(name, []).append(value)
        assert parse(raw) == wanted, raw


def test_more_fields_than_any_text_has_are_refused() -> None:
    assert len(parse(b"&".join(b"f%d=" % k for k in range(MAX_FIELDS)))) == MAX_FIELDS
    with pytest.raises(TooManyFieldsError):
        parse(b"&".join(b"f%d=" % k for k in range(MAX_FIELDS + 1)))


@pytest.mark.parametrize(
    ("secrets", "header", "settings", "genuine"),
    [
        (Secrets(auth_token="12345"), SHA1, None, True),
        (Secrets(auth_token="new", auth_token_old="12345"), SHA1, None, True),
        (Secrets(auth_token="12345", webhook_key="other"), SHA1, None, True),
        (Secrets(auth_token="other"), SHA1, None, False),
        (Secrets(), SHA1, None, False),
        (Secrets(auth_token="12345"), None, None, False),
        (Secrets(auth_token="12345"), b"", None, False),
        (Secrets(auth_token="12345"), b"\xff\xfe", None, False),
        (Secrets(webhook_key="12345"), SHA256, SETTINGS_HEADER, True),
        (Secrets(webhook_key="12345"), SHA256, "algorithm=hmac_sha256 , key=SK1", True),
        (Secrets(auth_token="12345"), SHA256, SETTINGS_HEADER, False),
        (Secrets(auth_token="12345"), SHA1, SETTINGS_HEADER, False),
        (Secrets(auth_token="12345", webhook_key="12345"), SHA256, "key=SK1,algorithm=MD5", False),
        (Secrets(auth_token="12345", webhook_key="12345"), SHA1, "", False),
        (Secrets(webhook_key="12345"), SHA256, None, False),
    ],
)
def test_only_what_the_carrier_signed_is_genuine(
    secrets: Secrets, header: bytes | None, settings: str | None, genuine: bool
) -> None:
    assert verify(VECTOR, header, url=URL, secrets=secrets, settings=settings) is genuine


def test_secrets_hide() -> None:
    assert "12345" not in repr(
        Secrets(auth_token="12345", auth_token_old="12345", webhook_key="12345")
    )
    message = inbound(parse(b"MessageSid=SM1&From=%2B1916&To=%2B1&Body=secret"))
    assert "secret" not in repr(message)
    assert "1916" not in repr(message)


def test_the_message_of_a_form() -> None:
    message = inbound(
        parse(b"MessageSid=SM1&From=%2B1916&To=%2B1&Body=a+b&Body=c&OptOutType=HELP&New=x")
    )
    assert (message.sid, message.sender, message.recipient) == ("SM1", "+1916", "+1")
    assert (message.body, message.opt_out_type) == ("a b", "HELP")
    assert inbound({}).body == ""


def test_bytes_that_are_no_text_are_signed_as_they_came_and_become_a_mark() -> None:
    fields, secrets = parse(b"Body=a%F0b"), Secrets(auth_token="12345")
    header = stand_in.signature(URL, fields, key="12345")
    assert verify(fields, header, url=URL, secrets=secrets, settings=None)
    assert inbound(fields).body == "a\ufffdb"


LONG = "I am scared and I do not know what to do, can someone please tell me."


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (base64.b64encode(LONG.encode()).decode(), LONG),
        (LONG, LONG),
        ("a" * 60, "a" * 60),  # decodes to bytes that are no text
        (base64.b64encode(b"short").decode(), base64.b64encode(b"short").decode()),
        (
            base64.b64encode("中".encode() * 30).decode(),
            base64.b64encode("中".encode() * 30).decode(),
        ),
        (
            base64.b64encode(LONG.encode()).decode()[:-1],
            base64.b64encode(LONG.encode()).decode()[:-1],
        ),
    ],
)
def test_long_bodies_may_come_in_base64(body: str, expected: str) -> None:
    """The rule is that of RapidPro's courier (handlers/utils.go)."""
    assert unwrap(body) == expected
