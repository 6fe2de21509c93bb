"""Any bytes to the form parser: never an error but the one it names.

`make fuzz` runs this for a minute; `python -m tools.fuzz.form CORPUS -max_total_time=600` longer.
An input that fails is written to crash-… in the working directory (or -artifact_prefix).
"""

import sys
from urllib.parse import parse_qsl

import atheris
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

with atheris.instrument_imports(include=["sms"]):
    from sms.twilio import signature

TOKEN, URL = "12345", "https://kiosk.example/sms/inbound?v=2"


class Multi(dict[str, list[str]]):
    """The fields as the library expects those that come more than once."""

    def getall(self, name: str) -> list[str]:
        """Every value of a field."""
        return self[name]


def one(data: bytes) -> None:
    """One input. AssertionError where we and the libraries disagree."""
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
    ours = signature.signature(URL, fields, key=TOKEN)
    try:
        theirs = RequestValidator(TOKEN).compute_signature(URL, Multi(fields))
    except UnicodeEncodeError:
        theirs = ours.decode()
    assert ours == theirs.encode()
    message = signature.inbound(fields)
    message.body.encode()
    message.sender.encode()
    signature.shared_key_algorithm(message.body)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
