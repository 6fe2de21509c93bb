"""Verifies Twilio's webhook signatures and reads form fields.

Checks signatures for the configured address and raw bytes, not a proxy's claims. Sources:
twilio.com/docs/usage/security, /docs/usage/webhooks/webhook-configuration.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from urllib.parse import unquote

from twilio.request_validator import (  # type: ignore[import-untyped]
    HMAC_SHA1,
    HMAC_SHA256,
    RequestValidator,
    get_signature_algorithm,
)

from settings.load import Secrets
from sms.line import Inbound

MAX_FIELDS = 200
_BASE64 = re.compile(r"[A-Za-z0-9+/]{58,}={0,2}")


class TooManyFieldsError(Exception):
    """The form has more than ``MAX_FIELDS`` fields."""


class Form(dict[str, list[str]]):
    """The fields of a form, each with a list of values."""

    def getall(self, name: str) -> list[str]:
        """Return a field's values. RequestValidator expects this method of a multi-dict."""
        return self[name]


class _Raw(str):
    """Text that RequestValidator appends to; bytes that are not UTF-8 are signed as received."""

    __slots__ = ()

    def __add__(self, other: str) -> "_Raw":
        return _Raw(super().__add__(other))

    def encode(self, encoding: str = "utf-8", errors: str = "surrogateescape") -> bytes:
        return super().encode(encoding, errors)


def parse(raw: bytes) -> Form:
    """Parse faster than ``parse_qsl`` (3×); bad UTF-8 becomes surrogates. TooManyFieldsError."""
    if raw.count(b"&") >= MAX_FIELDS:
        raise TooManyFieldsError
    fields = Form()
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


def verify(
    fields: Form,
    header: bytes | None,
    *,
    url: str,
    secrets: Secrets,
    settings: str | None,
) -> bool:
    """Whether Twilio signed this with either token, or, if ``settings`` is set, a shared key."""
    if header is None:
        return False
    algorithm, keys = HMAC_SHA1, [secrets.auth_token, secrets.auth_token_old]
    if settings is not None:
        algorithm, keys = HMAC_SHA256, [secrets.webhook_key]
        if get_signature_algorithm(settings).upper() != HMAC_SHA256:
            return False
    # We do not use Twilio's ``validate``: it rewrites the address and accepts another port, too.
    made = [
        RequestValidator(key).compute_signature(_Raw(url), fields, algorithm).encode()
        for key in keys
        if key
    ]
    matches = [hmac.compare_digest(one, header) for one in made]  # compare all, in constant time
    return any(matches)


def inbound(fields: Mapping[str, list[str]]) -> Inbound:
    """Return a verified form's message; missing fields are "", broken UTF-8 becomes U+FFFD."""

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
    """Return the body; decode it if it is base64, as long bodies sometimes are. Follows RapidPro's
    rule: sixty or more characters, all base64, and at least half of the result ASCII."""
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
