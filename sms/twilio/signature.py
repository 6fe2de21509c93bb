"""Twilio's webhook signature and form fields.

Signed are configured address and raw bytes, never a proxy's claim. Sources:
twilio.com/docs/usage/security, /docs/usage/webhooks/webhook-configuration.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from urllib.parse import unquote

from settings.load import Secrets
from sms.line import Inbound

MAX_FIELDS = 200
_BASE64 = re.compile(r"[A-Za-z0-9+/]{58,}={0,2}")


class TooManyFieldsError(Exception):
    """A form with more than ``MAX_FIELDS`` fields."""


def parse(raw: bytes) -> dict[str, list[str]]:
    """``parse_qsl`` with blanks, bad UTF-8 as surrogates, 3× as fast. TooManyFieldsError."""
    if raw.count(b"&") >= MAX_FIELDS:
        raise TooManyFieldsError
    fields: dict[str, list[str]] = {}
    for part in raw.decode("utf-8", "surrogateescape").split("&"):
        if part:
            name, _, value = part.partition("=")
            if "%" in part or "+" in part:
                name, value = _decoded(name), _decoded(value)
            fields.setdefault(name, []).append(value)
    return fields


def _decoded(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    return unquote(text, errors="surrogateescape") if "%" in text else text


def signature(
    url: str, fields: Mapping[str, list[str]], *, key: str, algorithm: str = "sha1"
) -> bytes:
    """The header's value: over address, sorted names and values, repeats once, no separators."""
    parts = [url]
    for name in sorted(fields):
        values = fields[name]
        for value in values if len(values) == 1 else sorted(set(values)):
            parts += (name, value)
    text = "".join(parts).encode("utf-8", "surrogateescape")
    # Not hmac.digest: it releases the GIL, and waiting to get it back costs more than the hash.
    return base64.b64encode(hmac.new(key.encode(), text, algorithm).digest())


def shared_key_algorithm(settings: str) -> str:
    """From ``X-Twilio-Webhooks-Signature-Settings: key=…,algorithm=HMAC_SHA256``; "" if none."""
    for part in settings.split(","):
        name, _, value = part.strip().partition("=")
        if name.strip() == "algorithm":
            return value.strip().upper()
    return ""


def verify(
    fields: Mapping[str, list[str]],
    header: bytes | None,
    *,
    url: str,
    secrets: Secrets,
    settings: str | None,
) -> bool:
    """Whether Twilio signed this, also with the old token. ``settings``: of a shared key."""
    if header is None:
        return False
    if settings is not None:
        if not secrets.webhook_key or shared_key_algorithm(settings) != "HMAC_SHA256":
            return False
        wanted = signature(url, fields, key=secrets.webhook_key, algorithm="sha256")
        return hmac.compare_digest(wanted, header)
    tokens = filter(None, (secrets.auth_token, secrets.auth_token_old))
    made = [signature(url, fields, key=token) for token in tokens]
    matches = [hmac.compare_digest(one, header) for one in made]  # all: in equal time
    return any(matches)


def inbound(fields: Mapping[str, list[str]]) -> Inbound:
    """The message of a verified form; absent fields are "", broken UTF-8 becomes U+FFFD."""

    def value(name: str) -> str:
        values = fields.get(name)
        return _clean(values[0]) if values else ""

    return Inbound(
        sid=value("MessageSid"),
        sender=value("From"),
        recipient=value("To"),
        body=unwrap(value("Body")),
        opt_out_type=value("OptOutType"),
    )


def unwrap(body: str) -> str:
    """The body, decoded if it is base64, as long ones sometimes are.

    RapidPro's rule: at least sixty characters, a length divisible by four, no white space, only
    base64's letters, and at least half of the result is ASCII.
    """
    if len(body) < 60 or len(body) % 4 or not _BASE64.fullmatch(body):
        return body
    try:
        plain = base64.b64decode(body, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return body
    return plain if sum(c.isascii() for c in plain) * 2 >= len(plain) else body


def _clean(text: str) -> str:
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
