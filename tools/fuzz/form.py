"""Feeds arbitrary bytes to the form parser, which must raise only its documented error.

`make fuzz` runs this for a minute. For ten: `python -m tools.fuzz.form CORPUS -max_total_time=600`.
Writes a failing input to crash-… in the working directory (or -artifact_prefix).
"""

import sys
from urllib.parse import parse_qsl

import atheris

from settings.load import Secrets

with atheris.instrument_imports(include=["sms"]):
    from sms.twilio import signature

TOKEN, URL = "12345", "https://kiosk.example/sms/inbound?v=2"


def one(data: bytes) -> None:
    """Test one input. Raises AssertionError if our parser and the libraries disagree."""
    try:
        fields = signature.parse(data)
    except signature.TooManyFieldsError:
        assert data.count(b"&") >= signature.MAX_FIELDS
        return
    wanted: dict[str, list[str]] = {}
    text = data.decode("utf-8", "surrogateescape")
    for name, value in parse_qsl(text, keep_blank_values=True, errors="surrogateescape"):
        wanted.setdefault(name, []).append(value)
    assert fields == wanted
    message = signature.inbound(fields)
    message.body.encode()
    message.sender.encode()
    secrets = Secrets(auth_token=TOKEN, webhook_key=TOKEN)
    for settings in (None, message.body):
        assert not signature.verify(fields, data, url=URL, secrets=secrets, settings=settings)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
